using DcrDsl.Definition;
using DcrDsl.Planning;
using DcrDsl.Wording;

namespace DcrDsl.Cli;

/// <summary>The experiments of a program, by name.</summary>
sealed class Catalog(IReadOnlyList<ExperimentDefinition> experiments)
{
    public IReadOnlyList<ExperimentDefinition> Experiments => experiments;

    public IEnumerable<string> Names => experiments.Select(e => e.Name);

    /// <exception cref="InputException">There is no such experiment.</exception>
    public ExperimentDefinition Find(string name) =>
        experiments.FirstOrDefault(e => string.Equals(e.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new InputException($"There is no experiment '{name}'.{UnknownName.Hint(name, [.. Names])}");
}
