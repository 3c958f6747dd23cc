using System.CommandLine;
using System.Globalization;
using DcrDsl.Execution;
using DcrDsl.Planning;
using DcrDsl.Reports;
using DcrDsl.Wording;

namespace DcrDsl.Cli;

/// <summary>What <c>plan</c> says of the memory that parameters need.</summary>
sealed class MemoryOption
{
    /// <summary>The option.</summary>
    public Option<bool> Option { get; } =
        new("--memory")
        {
            Description =
                "Shows what each training stage needs for weights, gradients and the optimiser's moments; what its batches need comes on "
                + "top.",
        };

    /// <summary>Goes through the first step of every training stage without values, and shows what was found.</summary>
    /// <exception cref="InputException">A path has no place, a file is not what is declared, or a stage does not fit the model.</exception>
    public void Tell(Plan plan, ExecutionOptions? options, ParseResult parsed, Terminal terminal)
    {
        if (!parsed.GetValue(Option))
            return;
        if (options is null)
            throw new InputException("--memory: memory hangs on the model: say where it lies with --path NAME=PATH.");
        Preflight.Check(plan, options);
        terminal.Plain("");
        terminal.Out.Write(ConsoleReport.Table(Table([.. options.Memories.All])));
    }

    static ReportTable Table(StageMemory[] stages) =>
        new(
            "Memory for parameters",
            [ReportColumn.Words("stage"), new("trained"), new("bytes each"), new("frozen"), new("bytes each"), new("in all")],
            [.. stages.Select(Row)],
            ""
        );

    static IReadOnlyList<ReportCell> Row(StageMemory stage) =>
        [
            string.Join(' ', [stage.Node.Stage.Name, .. stage.Node.Values.Select(v => $"{v.Key} = {v.Value.Label}")]),
            Count(stage.Trained.Parameters),
            stage.BytesEach.ToString("0.#", CultureInfo.InvariantCulture),
            Count(stage.Frozen),
            stage.Frozen == 0 ? "–" : stage.FrozenBytes.ToString(CultureInfo.InvariantCulture),
            English.Size(stage.Bytes),
        ];

    static string Count(long parameters) => parameters.ToString("N0", CultureInfo.InvariantCulture);
}
