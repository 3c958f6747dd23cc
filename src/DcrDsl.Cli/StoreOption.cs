using System.CommandLine;
using DcrDsl.Store;

namespace DcrDsl.Cli;

/// <summary><c>--store DIR</c>: where the results of stage runs are kept.</summary>
sealed class StoreOption
{
    public Option<string?> Option { get; } =
        new("--store")
        {
            HelpName = "DIR",
            Description =
                "Where results of stage runs are kept and taken from, so that none runs twice; none: nowhere. Default: DCR_STORE, or "
                + ".dcr/store in the current folder.",
        };

    /// <summary>The folder; <see cref="StageStore.None"/>: none.</summary>
    public string Of(ParseResult parsed) => parsed.GetValue(Option) ?? StageStore.DefaultRoot;
}
