using DcrDsl.Definition;
using DcrDsl.Planning;

namespace DcrDsl.Execution.Slurm;

/// <summary>One task of a job array: stage runs that a process carries out.</summary>
/// <param name="StageRuns">The stage runs, each after its parent where that is among them.</param>
sealed record JobTask(IReadOnlyList<StageRunNode> StageRuns);

/// <summary>Tasks that can run at the same time, once the levels before are over.</summary>
/// <param name="Number">1, 2, …</param>
/// <param name="Tasks">The tasks.</param>
sealed record JobLevel(int Number, IReadOnlyList<JobTask> Tasks);

/// <summary>
/// Makes tasks of the stage runs that have to run. A stage run that is the only one to follow its parent runs in the parent's task, and
/// verdicts in that of their answers: neither could begin earlier elsewhere. So a level ends only where the plan's graph branches.
/// </summary>
static class JobPlan
{
    /// <param name="toRun">The stage runs that have to run, each after its parent.</param>
    /// <param name="durations">How long they may take.</param>
    /// <param name="batch">How much goes into one task.</param>
    public static IReadOnlyList<JobLevel> Of(IReadOnlyList<StageRunNode> toRun, StageDurations durations, BatchSize batch)
    {
        // A base model is made wherever it is needed.
        HashSet<StageRunNode> own = [.. toRun.Where(n => n.Stage.Body is not Make)];
        var lines = new Dictionary<StageRunNode, (int Level, List<StageRunNode> StageRuns)>();
        foreach (var node in toRun.Where(own.Contains))
        {
            if (node.Parent is not { } parent || !lines.TryGetValue(parent, out var line))
                lines.Add(node, (1, [node]));
            else if (node.Stage.Body is Judge || parent.Children.Count(own.Contains) == 1)
            {
                line.StageRuns.Add(node);
                lines.Add(node, line);
            }
            else
                lines.Add(node, (line.Level + 1, [node]));
        }
        return
        [
            .. lines
                .Where(l => l.Value.StageRuns[0] == l.Key)
                .Select(l => l.Value)
                .GroupBy(l => l.Level, l => l.StageRuns)
                .OrderBy(g => g.Key)
                .Select(g => new JobLevel(
                    g.Key,
                    [.. batch.Of([.. g], durations.Of).Select(b => new JobTask([.. b.SelectMany(stageRuns => stageRuns)]))]
                )),
        ];
    }
}
