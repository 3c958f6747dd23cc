using DcrDsl.Evaluation.Statistics;
using DcrDsl.Results;
using DcrDsl.Specs;

namespace DcrDsl.Reports;

/// <summary>All arms at one value of every axis; the whole run if nothing is swept.</summary>
sealed record ReportBlock(IReadOnlyDictionary<string, string> Values, IReadOnlyList<ArmRow> Arms)
{
    /// <summary>The axis values, as " at Dcr.Layer = 2"; empty if nothing is swept.</summary>
    public string At => CellBlocks.At(Values);

    /// <summary>The arm that the others are compared with: the one of that role, or the first.</summary>
    public ArmRow? Reference => Of(ArmRecord.Chosen(Arms.Select(a => a.Arm), ArmRole.Reference)?.Name);

    /// <summary>The arm that the answer is about: the one of that role, or the first after the reference.</summary>
    public ArmRow? Subject => Of(ArmRecord.Chosen(Others.Select(a => a.Arm), ArmRole.Subject)?.Name);

    public IEnumerable<ArmRow> Others => Arms.Where(a => a != Reference);

    /// <summary>
    /// The reference and the subject of a whole run, whichever arms a block lacks; null: cells of one arm alone are finished.
    /// </summary>
    public static (string Reference, string Subject)? Pair(RunResults run)
    {
        ArmRecord[] finished = [.. run.Experiment.Arms.Where(a => run.Cells.Any(c => c.Arm == a.Name))];
        if (finished.Length < 2)
            return null;
        var reference = ArmRecord.Chosen(finished, ArmRole.Reference)!;
        return (reference.Name, ArmRecord.Chosen(finished.Where(a => a != reference), ArmRole.Subject)!.Name);
    }

    /// <summary>The arm of a name; null: the block lacks it.</summary>
    public ArmRow? Of(string? name) => Arms.FirstOrDefault(a => a.Arm.Name == name);

    /// <summary>The blocks of a run, in the order in which their cells were planned.</summary>
    public static IReadOnlyList<ReportBlock> Of(RunResults run) =>
        [.. CellBlocks.Of(run.Cells).Select(values => new ReportBlock(values, [.. Rows(run, values)]))];

    static IEnumerable<ArmRow> Rows(RunResults run, IReadOnlyDictionary<string, string> values)
    {
        for (int i = 0; i < run.Experiment.Arms.Count; i++)
        {
            var arm = run.Experiment.Arms[i];
            CellRecord[] cells = [.. run.Cells.Where(c => c.Arm == arm.Name && CellBlocks.Agrees(c.Values, values))];
            if (cells.Length > 0)
                yield return new ArmRow(arm, i, cells, run);
        }
    }
}

/// <summary>The finished cells of one arm in a block: one for each seed, or one that no seed changes.</summary>
/// <param name="Arm">The arm.</param>
/// <param name="Series">Its colour.</param>
/// <param name="Cells">The cells.</param>
/// <param name="Run">The run.</param>
sealed record ArmRow(ArmRecord Arm, int Series, IReadOnlyList<CellRecord> Cells, RunResults Run)
{
    /// <summary>How many seeds there are; null: no seed changes the arm's numbers.</summary>
    public int? Seeds => Cells.Any(c => c.Seed is not null) ? Cells.Count : null;

    public SeedEstimate Of(Metric metric) => Measured.Over(metric, Cells, Run);

    /// <summary>Something of each cell over seeds.</summary>
    /// <param name="value">The value of a cell.</param>
    /// <param name="prompts">How many prompts or questions of a cell it is a share of; null: it is none.</param>
    public SeedEstimate Over(Func<CellRecord, double> value, Func<CellRecord, int>? prompts = null) =>
        SeedEstimate.Over(Cells, value) with
        {
            Prompts = prompts is null ? null : () => Cells.Min(prompts),
        };

    public PairedDifference Minus(ArmRow other, Metric metric) => Of(metric) - other.Of(metric);
}
