using DcrDsl.Evaluation;
using DcrDsl.Plans;
using DcrDsl.Specs;

namespace DcrDsl.Reports;

/// <summary>All arms at one value of every axis; the whole run if nothing is swept.</summary>
sealed record ReportBlock(IReadOnlyDictionary<string, string> Values, IReadOnlyList<ArmRow> Arms)
{
    /// <summary>The axis values, as " at Dcr.Layer = 2"; empty if nothing is swept.</summary>
    public string At => Values.Count == 0 ? "" : " at " + string.Join(", ", Values.Select(v => $"{v.Key} = {v.Value}"));

    /// <summary>The arm that the others are compared with: STL, or the first.</summary>
    public ArmRow? Reference => Arms.FirstOrDefault(a => string.Equals(a.Arm.Name, "STL", StringComparison.OrdinalIgnoreCase)) ?? Arms.FirstOrDefault();

    /// <summary>The arm that the answer is about: DCR, or the first after the reference.</summary>
    public ArmRow? Subject => Arms.FirstOrDefault(a => a != Reference && string.Equals(a.Arm.Name, "DCR", StringComparison.OrdinalIgnoreCase)) ?? Arms.FirstOrDefault(a => a != Reference);

    public IEnumerable<ArmRow> Others => Arms.Where(a => a != Reference);

    /// <summary>The blocks of a run, in the order in which their cells were planned.</summary>
    public static IReadOnlyList<ReportBlock> Of(RunResults run)
    {
        var assignments = new List<IReadOnlyDictionary<string, string>>();
        foreach (var cell in run.Cells)
            if (!assignments.Any(a => Same(a, cell.Values))) assignments.Add(cell.Values);
        // An arm that takes fewer axes joins the blocks of the arms that take more.
        var largest = assignments.Where(a => !assignments.Any(b => b.Count > a.Count && Agrees(a, b)));
        return [.. largest.Select(values => new ReportBlock(values, [.. Rows(run, values)]))];
    }

    static IEnumerable<ArmRow> Rows(RunResults run, IReadOnlyDictionary<string, string> values)
    {
        for (int i = 0; i < run.Experiment.Arms.Count; i++)
        {
            var arm = run.Experiment.Arms[i];
            CellRecord[] cells = [.. run.Cells.Where(c => c.Arm == arm.Name && Agrees(c.Values, values))];
            if (cells.Length > 0) yield return new ArmRow(arm, i, cells);
        }
    }

    static bool Same(IReadOnlyDictionary<string, string> a, IReadOnlyDictionary<string, string> b) => a.Count == b.Count && Agrees(a, b);

    static bool Agrees(IReadOnlyDictionary<string, string> part, IReadOnlyDictionary<string, string> whole) =>
        part.All(v => whole.TryGetValue(v.Key, out string? label) && label == v.Value);
}

/// <summary>The finished cells of one arm in a block: one for each seed.</summary>
/// <param name="Arm">The arm.</param>
/// <param name="Series">Its colour.</param>
/// <param name="Cells">The cells.</param>
sealed record ArmRow(ArmRecord Arm, int Series, IReadOnlyList<CellRecord> Cells)
{
    public SeedEstimate Of(Metric metric) => Over(c => c.Metrics.GetValueOrDefault(metric, double.NaN));

    public SeedEstimate Over(Func<CellRecord, double> value) =>
        new(new OrderedDictionary<int, double>(Cells.Select(c => KeyValuePair.Create(c.Seed, value(c)))));

    public PairedDifference Minus(ArmRow other, Metric metric) => Of(metric) - other.Of(metric);
}
