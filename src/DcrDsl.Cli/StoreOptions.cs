using System.CommandLine;
using DcrDsl.Execution.Checkpoints;

namespace DcrDsl.Cli;

/// <summary><c>--store</c> and <c>--checkpoint-every</c>: where a run keeps what the next one need not do again, and how often.</summary>
sealed class StoreOptions
{
    readonly Option<string?> store = new("--store")
    {
        HelpName = "DIR",
        Description =
            "Where checkpoints of stages in training lie; none: nowhere. Default: what the variable DCR_STORE names, else .dcr/store.",
    };

    readonly Option<string?> every = new("--checkpoint-every")
    {
        HelpName = "INTERVAL",
        Description =
            "How often a stage in training writes a checkpoint, from which the same command goes on after a kill: a number of steps, or a "
            + "time such as 30s, 5m or 2h. Default: every minute, less often where that would take more than a hundredth of the time.",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(store);
        command.Options.Add(every);
    }

    /// <summary>The store that is given; null: none is.</summary>
    public string? Folder(ParseResult parsed) => parsed.GetValue(store);

    /// <summary>How often a checkpoint is written.</summary>
    /// <exception cref="InputException">The interval is none.</exception>
    public CheckpointInterval CheckpointEvery(ParseResult parsed) =>
        parsed.GetValue(every) is not { } text
            ? CheckpointInterval.Default
            : CheckpointInterval.Parse(text)
                ?? throw new InputException($"--checkpoint-every {text}: give a number of steps, or a time such as 30s, 5m or 2h.");
}
