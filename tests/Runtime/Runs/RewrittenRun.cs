using System.Text.Json.Nodes;
using DcrDsl.Evaluation;
using DcrDsl.Results;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>Changes what a made-up run has measured.</summary>
static class RewrittenRun
{
    /// <summary>Changes the outcomes of every cell and computes its metrics anew.</summary>
    public static void Tasks(FakeRun run, Func<CellRecord, TaskOutcome, TaskOutcome> change)
    {
        var results = run.Results;
        var metrics = new Dictionary<string, IReadOnlyDictionary<Specs.Metric, double>>();
        foreach (var cell in results.Cells)
        {
            var scores = results.Scores(cell);
            var changed = new Scores([.. scores.Tasks.Select(t => change(cell, t))], scores.ChoiceTasks);
            ScoresFile.Write(RunFiles.CompletionsOf(run.Folder, cell.Id), changed);
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
