using System.CommandLine;
using System.CommandLine.Completions;
using DcrDsl.Definition;
using DcrDsl.Wording;

namespace DcrDsl.Cli;

/// <summary><c>--path NAME=PATH</c>: where the names in an experiment's paths lie on this machine.</summary>
sealed class PathOption
{
    public PathOption(Catalog catalog)
    {
        Option = new Option<string[]>("--path")
        {
            HelpName = "NAME=PATH",
            Description = "The folder or file that {NAME} stands for in the experiment's paths.",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
        };
        Option.CompletionSources.Add(_ =>
            catalog.Experiments.SelectMany(e => e.PathNames).Distinct().Select(n => new CompletionItem(n + "="))
        );
    }

    public Option<string[]> Option { get; }

    /// <summary>The places of all names.</summary>
    /// <exception cref="InputException">What is given does not fit the experiment, or a name is missing.</exception>
    public RunPaths For(ExperimentDefinition definition, ParseResult parsed) => RunPaths.For(definition, Given(parsed));

    /// <summary>The places of those names that are given.</summary>
    /// <exception cref="InputException">What is given does not fit the experiment.</exception>
    public RunPaths Some(ExperimentDefinition definition, ParseResult parsed) => RunPaths.Some(definition, Given(parsed));

    /// <summary>The places of all names of one experiment among several; names that only others have are left out.</summary>
    /// <exception cref="InputException">A name is missing, or nothing lies at a place.</exception>
    public RunPaths Among(ExperimentDefinition definition, ParseResult parsed) =>
        RunPaths.For(definition, Given(parsed).Where(g => definition.PathNames.Contains(g.Key)).ToDictionary());

    /// <summary>The places of names that any of some experiments has.</summary>
    /// <exception cref="InputException">None has the name.</exception>
    public RunPaths OfAny(IReadOnlyList<ExperimentDefinition> definitions, ParseResult parsed)
    {
        var given = Given(parsed);
        string[] names = [.. definitions.SelectMany(d => d.PathNames).Distinct()];
        foreach (string name in given.Keys.Where(n => !names.Contains(n)))
            throw new InputException($"--path {name}={given[name]}: no path has the name '{name}'.{UnknownName.Hint(name, names)}");
        return new RunPaths(given);
    }

    /// <summary>The option again, for a command line.</summary>
    public static IEnumerable<string> Repeated(RunPaths paths) => paths.Places.SelectMany(p => new[] { "--path", $"{p.Key}={p.Value}" });

    Dictionary<string, string> Given(ParseResult parsed)
    {
        var places = new Dictionary<string, string>();
        foreach (string text in parsed.GetValue(Option) ?? [])
        {
            string[] parts = text.Split('=', 2);
            if (parts.Length != 2 || parts[0].Length == 0 || parts[1].Length == 0)
                throw new InputException($"--path {text}: give a name and a place, for example --path data=../data.");
            if (!places.TryAdd(parts[0], parts[1]))
                throw new InputException($"--path {text}: {parts[0]} is given twice.");
        }
        return places;
    }
}
