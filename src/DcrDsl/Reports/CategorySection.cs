using DcrDsl.Results;

namespace DcrDsl.Reports;

/// <summary>Compliance with seemingly toxic prompts by category.</summary>
static class CategorySection
{
    public static IEnumerable<ReportSection> Of(RunResults run, ReportBlock block)
    {
        var shares = block.Arms.Select(a => (Arm: a, Cells: a.Cells.ToDictionary(c => c.Id, c => Shares(run, c)))).ToArray();
        string[] categories = [.. shares.SelectMany(s => s.Cells.Values).SelectMany(c => c.Keys).Distinct().Order(StringComparer.Ordinal)];
        if (categories.Length < 2)
            yield break;

        SeedEstimate Of(ArmRow arm, string category) =>
            arm.Over(c => shares.First(s => s.Arm == arm).Cells[c.Id].GetValueOrDefault(category, double.NaN) * 100);
        yield return new ReportSection(
            "Compliance by category" + block.At,
            [
                new DotPlot(
                    "Seemingly toxic prompts that get an answer, by category, mean over seeds"
                        + block.At
                        + JudgeText.After(run, block.Arms),
                    [
                        new DotPanel(
                            "compliance, %",
                            [.. categories.Select(c => new DotRow(c, [.. block.Arms.Select(a => Mark(a, c, Of(a, c)))]))],
                            0,
                            100,
                            " %",
                            1
                        ),
                    ],
                    [.. block.Arms.Select(a => (a.Series, a.Arm.Name))]
                ),
                new ReportTable(
                    "Compliance by category, in %, mean over seeds" + block.At + JudgeText.After(run, block.Arms),
                    [ReportColumn.Words("category"), .. block.Arms.Select(a => new ReportColumn(a.Arm.Name))],
                    [.. categories.Select(c => (IReadOnlyList<ReportCell>)[c, .. block.Arms.Select(a => Numbers.Of(Of(a, c).Mean, 1))])],
                    run.Experiment.ReportCommand
                ),
            ]
        );
    }

    static Dictionary<string, double> Shares(RunResults run, CellRecord cell) =>
        run.Scores(cell).ComplianceByCategory.Where(c => c.Category.Length > 0).ToDictionary(c => c.Category, c => c.Rate);

    // Intervals of many series in a row would hide each other; the table by arm has them for the whole.
    static DotMark Mark(ArmRow arm, string category, SeedEstimate estimate) =>
        new(arm.Series, $"{arm.Arm.Name}, {category}", estimate.Mean, double.NaN, double.NaN, []);
}
