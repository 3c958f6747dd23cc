using System.Text.Json.Nodes;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Results;
using DcrDsl.Runtime.Tests.Evaluation;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>Changes what a made-up run has measured.</summary>
static class RewrittenRun
{
    /// <summary>Changes the outcomes of every cell, perhaps their judge, and computes its metrics anew.</summary>
    public static void Tasks(
        FakeRun run,
        Func<CellRecord, PromptTaskOutcome, PromptTaskOutcome> change,
        Func<CellRecord, JudgeIdentity>? judge = null
    )
    {
        var results = run.Results;
        var metrics = new Dictionary<string, IReadOnlyDictionary<Specs.Metric, double>>();
        foreach (var cell in results.Cells)
        {
            var scores = results.Scores(cell);
            var changed = new Scores([.. scores.PromptTasks.Select(t => change(cell, t))], [judge?.Invoke(cell) ?? Outcomes.Judge]);
            Outcomes.Write(run.Folder, cell.Id, changed);
            metrics[cell.Id] = Measured.Of(changed, FakeExperiment.Metrics, 0.95);
        }
        Cells(
            run,
            cell =>
            {
                foreach (var (metric, value) in metrics[cell["id"]!.GetValue<string>()])
                    cell["metrics"]![metric.ToString()] = value;
            }
        );
    }

    /// <summary>Changes the lines of cells.jsonl.</summary>
    public static void Cells(FakeRun run, Action<JsonObject> change)
    {
        string file = Path.Combine(run.Folder, RunFiles.Cells);
        File.WriteAllLines(
            file,
            File.ReadAllLines(file)
                .Select(line =>
                {
                    var cell = JsonNode.Parse(line)!.AsObject();
                    change(cell);
                    return cell.ToJsonString();
                })
        );
    }
}
