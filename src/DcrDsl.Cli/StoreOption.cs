using System.CommandLine;
using DcrDsl.Store;

namespace DcrDsl.Cli;

/// <summary><c>--store DIR</c>: where the results of stage runs and the checkpoints of those in training are kept.</summary>
sealed class StoreOption
{
    public Option<string?> Option { get; } =
        new("--store")
        {
            HelpName = "DIR",
            Description =
                "Where results of stage runs are kept and taken from, so that none runs twice, with checkpoints of those in training; "
                + "none: nowhere. Default: what the variable DCR_STORE names, else .dcr/store.",
        };

    /// <summary>What was given; null: nothing.</summary>
    public string? Given(ParseResult parsed) => parsed.GetValue(Option);

    /// <summary>The folder; null: none.</summary>
    /// <exception cref="InputException">What is given names no folder.</exception>
    public string? Folder(ParseResult parsed) => StoreFolder.Of(Given(parsed));
}
