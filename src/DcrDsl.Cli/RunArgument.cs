using System.CommandLine;
using System.CommandLine.Completions;
using DcrDsl.Results;

namespace DcrDsl.Cli;

/// <summary><c>RUN</c>: the folder of a run.</summary>
sealed class RunArgument
{
    readonly Catalog catalog;

    public RunArgument(Catalog catalog)
    {
        this.catalog = catalog;
        Argument = new Argument<string?>("RUN")
        {
            Description = "The folder of a run, or the name of an experiment for its latest run. Default: the latest run of all.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Argument.CompletionSources.Add(_ => catalog.Names.Select(n => new CompletionItem(n)));
    }

    public Argument<string?> Argument { get; }

    /// <exception cref="InputException">There is no such run.</exception>
    public string Folder(ParseResult parsed)
    {
        string? given = parsed.GetValue(Argument);
        if (given is null)
            return RunResults.Latest(null);
        if (Directory.Exists(given))
            return given;
        if (given.Contains('/') || given.Contains(Path.DirectorySeparatorChar))
            throw new InputException($"There is no folder {given}: give the folder of a run, or the name of an experiment.");
        return RunResults.Latest(catalog.Find(given).Name);
    }
}
