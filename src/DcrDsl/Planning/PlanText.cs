using System.Globalization;
using System.Text;
using DcrDsl.Wording;

namespace DcrDsl.Planning;

/// <summary>A plan in plain text.</summary>
static class PlanText
{
    /// <summary>A line for every cell: id, arm, values.</summary>
    public static string Cells(Plan plan)
    {
        int width = plan.Cells.Max(c => c.Id.Length),
            arm = plan.Cells.Max(c => c.Arm.Name.Length);
        var text = new StringBuilder();
        foreach (var cell in plan.Cells)
            text.AppendLine(
                string.Concat([
                        cell.Id.PadRight(width + 2),
                        cell.Arm.Name.PadRight(arm),
                        .. cell.Values.Select(v => $"  {v.Key} = {v.Value.Label}"),
                    ])
                    .TrimEnd()
            );
        return text.ToString();
    }

    /// <summary>What sharing saves, in a sentence.</summary>
    public static string Sharing(Plan plan)
    {
        int apart = plan.Cells.Sum(c => c.StageRuns.Count),
            shared = apart - plan.StageRuns.Count;
        string sharing =
            shared == 0
                ? ""
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"; run apart they would be {apart:#,0}, so {shared:#,0} {(shared == 1 ? "is" : "are")} shared"
                );
        return $"{English.Count(plan.Cells.Count, "cell")}, {English.Count(plan.StageRuns.Count, "stage run")}{sharing}.";
    }
}
