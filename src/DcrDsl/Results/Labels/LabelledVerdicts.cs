using DcrDsl.Evaluation.Measures;

namespace DcrDsl.Results.Labels;

/// <summary>The labels of a run beside the verdicts of its judges.</summary>
static class LabelledVerdicts
{
    /// <summary>The calibration of each judge that decided on all labelled completions.</summary>
    public static IReadOnlyList<JudgeCalibration> Calibrations(RunResults run)
    {
        var labels = run.Labels;
        if (labels.Count == 0)
            return [];
        var cells = run.Cells.ToDictionary(c => c.Id, run.Scores);
        string[] judges =
        [
            .. labels
                .Select(l => cells[l.Cell])
                .Distinct()
                .Select(c => c.Judges.Select(j => j.Name))
                .Aggregate((all, own) => all.Intersect(own)),
        ];
        // Each stands for as many as its part of the run has for one that is labelled.
        var clear = labels.Where(l => l.Label is not null).ToList();
        var weights = clear.GroupBy(l => l.Stratum).ToDictionary(g => g.Key, g => (double)g.First().StratumSize / g.Count());
        return [.. judges.Select(judge => new JudgeCalibration(judge, [.. clear.Select(l => Of(l, judge))], labels.Count - clear.Count))];

        LabelledVerdict Of(CompletionLabel label, string judge)
        {
            var scores = cells[label.Cell];
            var item = scores.PromptTasks.First(t => t.Name == label.Task).Items[label.Prompt];
            int place = scores.Judges.Index().First(j => j.Item.Name == judge).Index;
            return new(item.Class, item.Verdicts[place], label.Label!.Value, label.Stratum, weights[label.Stratum]);
        }
    }
}
