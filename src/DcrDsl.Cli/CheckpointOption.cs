using System.CommandLine;
using DcrDsl.Execution.Checkpoints;
using DcrDsl.Wording;

namespace DcrDsl.Cli;

/// <summary><c>--checkpoint-every</c>: how often a stage in training writes down where it is.</summary>
sealed class CheckpointOption
{
    public Option<string?> Option { get; } =
        new("--checkpoint-every")
        {
            HelpName = "INTERVAL",
            Description =
                "How often a stage in training writes a checkpoint, from which the same command goes on after a kill: a number of steps, "
                + "or a time such as 30s, 5m or 2h. Default: every minute, less often where that would take more than a hundredth of the "
                + "time.",
        };

    /// <summary>The option again, for a command line.</summary>
    public IEnumerable<string> Repeated(ParseResult parsed) => parsed.GetValue(Option) is { } text ? [Option.Name, text] : [];

    /// <summary>How often a checkpoint is written.</summary>
    /// <exception cref="InputException">The interval is none.</exception>
    public CheckpointInterval Of(ParseResult parsed) =>
        parsed.GetValue(Option) is not { } text
            ? CheckpointInterval.Default
            : CheckpointInterval.Parse(text)
                ?? throw new InputException($"--checkpoint-every {text}: give a number of steps, or a time such as {TimeText.Examples}.");
}
