using DcrDsl.Wording;

namespace DcrDsl.Definition;

/// <summary>
/// Where the names in braces of an experiment's paths lie on this machine: <c>{data}/prompts.csv</c> with data = ../sets is
/// ../sets/prompts.csv.
/// </summary>
/// <param name="Places">A folder or file for each name.</param>
public sealed record RunPaths(IReadOnlyDictionary<string, string> Places)
{
    /// <summary>No names.</summary>
    public static RunPaths None { get; } = new(new Dictionary<string, string>());

    /// <summary>The places given for an experiment's names.</summary>
    /// <param name="definition">The experiment.</param>
    /// <param name="given">A place for each name.</param>
    /// <exception cref="InputException">
    /// A name of the experiment has no place, a name is not the experiment's, or nothing lies at a place.
    /// </exception>
    public static RunPaths For(ExperimentDefinition definition, IReadOnlyDictionary<string, string> given)
    {
        var paths = Some(definition, given);
        string[] missing = [.. definition.PathNames.Where(n => !given.ContainsKey(n))];
        return missing.Length == 0
            ? paths
            : throw new InputException(
                $"{definition.Name} reads from places of your machine: say where with "
                    + $"{string.Join(" ", missing.Select(n => $"--path {n}=PATH"))}."
            );
    }

    /// <summary>The places given for some of an experiment's names.</summary>
    /// <exception cref="InputException">A name is not the experiment's, or nothing lies at a place.</exception>
    public static RunPaths Some(ExperimentDefinition definition, IReadOnlyDictionary<string, string> given)
    {
        foreach (var (name, place) in given)
        {
            if (!definition.PathNames.Contains(name))
                throw new InputException(
                    $"--path {name}={place}: the paths of {definition.Name} have no name "
                        + $"'{name}'.{UnknownName.Hint(name, definition.PathNames)}"
                );
            if (!Path.Exists(place))
                throw new InputException($"--path {name}={place}: there is no such folder or file (looked for {Path.GetFullPath(place)}).");
        }
        return new RunPaths(given);
    }

    /// <summary>The names of some paths that have no place.</summary>
    internal IEnumerable<string> Missing(IEnumerable<string> paths) =>
        paths.SelectMany(PlaceNames.In).Distinct().Where(n => !Places.ContainsKey(n));

    /// <summary>A path with its names replaced.</summary>
    /// <exception cref="InputException">A name has no place.</exception>
    public string Resolve(string path) =>
        PlaceNames.Replace(
            path,
            name =>
                Places.TryGetValue(name, out string? place)
                    ? place
                    : throw new InputException($"{path}: say where {{{name}}} is with --path {name}=PATH.")
        );
}
