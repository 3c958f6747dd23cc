using DcrDsl.Data;
using DcrDsl.Definition;
using DcrDsl.Evaluation;
using DcrDsl.Reports;
using DcrDsl.Runtime.Tests.Evaluation;
using DcrDsl.Runtime.Tests.Runs;

namespace DcrDsl.Browser.Tests;

/// <summary>A made-up run, swept over two axes, whose question, arm, prompts, categories and completions try to be programs.</summary>
public sealed class HostileRun : IDisposable
{
    public const string Attack =
        "\"'></title></style></script></svg></details><script>window.owned = 1; alert(1)</script><img src=x onerror=\"window.owned = 2\">";

    readonly FakeRun run;

    public HostileRun()
    {
        var definition = FakeExperiment.Of([FakeExperiment.Axis("Dcr.Layer", 1, 2), FakeExperiment.Axis("Dcr.Steps", 60, 120)]);
        run = new FakeRun(
            definition with
            {
                Summary = definition.Summary + Attack,
                Arms = [.. definition.Arms.Select(a => a.Name == "STL-aug" ? a with { Name = "STL-aug" + Attack } : a)],
            }
        );
        foreach (var cell in run.Results.Cells)
        {
            var scores = run.Results.Scores(cell);
            Outcomes.Write(run.Folder, cell.Id, new Scores([.. scores.PromptTasks.Select(Spoilt)], scores.Judges));
        }
        File = ReportFiles.Write(run.Results);
    }

    /// <summary>Its page.</summary>
    public string File { get; }

    static PromptTaskOutcome Spoilt(PromptTaskOutcome task) =>
        task with
        {
            Items =
            [
                .. task.Items.Select(
                    (item, i) =>
                        i % 10 > 0
                            ? item
                            : item with
                            {
                                Answer = item.Answer with
                                {
                                    Prompt = item.Answer.Prompt + Attack,
                                    Category = item.Answer.Category + (item.Answer.Category.Length > 0 ? Attack : ""),
                                },
                            }
                ),
            ],
        };

    public void Dispose() => run.Dispose();
}
