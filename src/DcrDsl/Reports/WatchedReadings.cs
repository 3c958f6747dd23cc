using DcrDsl.Evaluation.Watching;
using DcrDsl.Results;

namespace DcrDsl.Reports;

/// <summary>What was read by one watch along one stage, of every arm of a block.</summary>
/// <param name="Stage">The property that declares the stage.</param>
/// <param name="Watch">What its readings are called.</param>
/// <param name="Arms">The arms that have such a stage, with the readings of each cell.</param>
sealed record WatchedReadings(string Stage, string Watch, IReadOnlyList<WatchedArm> Arms)
{
    /// <summary>The measures, in the order in which they were read.</summary>
    public IEnumerable<string> Measures => First.Select(r => r.Measure).Distinct();

    /// <summary>Of what a measure was read, in order.</summary>
    public IEnumerable<string> Of(string measure) => First.Where(r => r.Measure == measure).Select(r => r.Of).Distinct();

    /// <summary>The layers of a measure, ascending; empty: it is of the model as a whole.</summary>
    public IReadOnlyList<int> Layers(string measure) =>
        [.. First.Where(r => r.Measure == measure).Select(r => r.Layer).OfType<int>().Distinct().Order()];

    IReadOnlyList<Reading> First => Arms[0].Cells[0].Readings;

    /// <summary>Whether it reads matrices, which have a section of their own.</summary>
    public bool HasMatrix => First.Any(r => r.Row is not null);

    /// <summary>All of a block, in the order of the stages and of the watches in each.</summary>
    public static IEnumerable<WatchedReadings> In(RunResults run, ReportBlock block)
    {
        var stageRuns = run.StageRuns.Where(r => r.Watching is not null).ToDictionary(r => r.Id);
        var properties = run.Experiment.Arms.SelectMany(a => a.Stages).Select(s => (s.Name, s.Property)).Distinct().ToDictionary();
        var places = run.Experiment.Arms.SelectMany(a => a.Stages.Index()).ToLookup(s => s.Item.Property, s => s.Index);
        var found =
            from arm in block.Arms
            from cell in arm.Cells
            from id in cell.StageRuns
            where stageRuns.ContainsKey(id)
            from watch in run.Readings(stageRuns[id]).GroupBy(r => r.Watch)
            select (Stage: properties[stageRuns[id].Stage], Watch: watch.Key, arm, Cell: new WatchedCell(cell, [.. watch]));
        return found
            .GroupBy(f => (f.Stage, f.Watch))
            .Select(g => new WatchedReadings(
                g.Key.Stage,
                g.Key.Watch,
                [.. g.GroupBy(f => f.arm).Select(a => new WatchedArm(a.Key, [.. a.Select(f => f.Cell)]))]
            ))
            .OrderBy(w => places[w.Stage].Max());
    }
}

/// <summary>What was read of one arm.</summary>
/// <param name="Arm">The arm.</param>
/// <param name="Cells">Its cells.</param>
sealed record WatchedArm(ArmRow Arm, IReadOnlyList<WatchedCell> Cells)
{
    /// <summary>The numbers of steps after which it was read, ascending.</summary>
    public IReadOnlyList<int> Steps => [.. Cells.SelectMany(c => c.Readings).Select(r => r.Step).Distinct().Order()];

    /// <summary>A number over the seeds that have it.</summary>
    public SeedEstimate At(int step, string measure, string of, int? layer) =>
        Over(c => c.Find(r => r.Step == step && r.Measure == measure && r.Of == of && r.Layer == layer));

    /// <summary>The first number, read before any step.</summary>
    public SeedEstimate Before(string measure, string of, int? layer) => At(0, measure, of, layer);

    /// <summary>The last number of each cell, read after all steps.</summary>
    public SeedEstimate After(string measure, string of, int? layer) =>
        Over(c => c.Find(r => r.Step == c.Last && r.Measure == measure && r.Of == of && r.Layer == layer));

    SeedEstimate Over(Func<WatchedCell, double?> value)
    {
        var values = Cells
            .Select(c => (c.Cell, Value: value(c)))
            .Where(c => c.Value is not null)
            .ToDictionary(c => c.Cell, c => c.Value!.Value);
        return SeedEstimate.Over(values.Keys, c => values[c]);
    }
}

/// <summary>What was read of one cell.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Readings">What was read, in order.</param>
sealed record WatchedCell(CellRecord Cell, IReadOnlyList<Reading> Readings)
{
    /// <summary>The steps that were made in all.</summary>
    public int Last { get; } = Readings.Max(r => r.Step);

    /// <summary>The number of a reading; null: there is none such.</summary>
    public double? Find(Func<Reading, bool> which) => Readings.Where(which).Select(r => (double?)r.Value).FirstOrDefault();
}
