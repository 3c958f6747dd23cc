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
        Argument = Named("RUN", "The folder of a run, or the name of an experiment for its latest run. Default: the latest run of all.");
    }

    /// <summary>A further argument that names a run, where a verb takes several.</summary>
    /// <param name="name">Its name in the help.</param>
    /// <param name="description">What the run is for.</param>
    public Argument<string?> Named(string name, string description)
    {
        var argument = new Argument<string?>(name) { Description = description, Arity = ArgumentArity.ZeroOrOne };
        argument.CompletionSources.Add(_ => catalog.Names.Select(n => new CompletionItem(n)));
        return argument;
    }

    public Argument<string?> Argument { get; }

    /// <exception cref="InputException">There is no such run.</exception>
    public string Folder(ParseResult parsed)
    {
        return parsed.GetValue(Argument) is { } given ? Folder(given) : RunResults.Latest(null);
    }

    /// <summary>The folder of a run that was named.</summary>
    /// <exception cref="InputException">There is no such run.</exception>
    public string Folder(string given)
    {
        if (Directory.Exists(given))
            return given;
        if (given.Contains('/') || given.Contains(Path.DirectorySeparatorChar))
            throw new InputException($"There is no folder {given}: give the folder of a run, or the name of an experiment.");
        return RunResults.Latest(catalog.Find(given).Name);
    }
}
