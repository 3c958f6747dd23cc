using System.Text.Json;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Execution;
using DcrDsl.Reports;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>A run is judged by answers that were recorded, from the file that declares the judge to the report.</summary>
public class RecordedJudgeTests
{
    [Fact]
    public async Task Recorded_answers_judge_a_run_and_leave_a_score()
    {
        using var run = new FakeRun(FakeExperiment.Of());
        var before = run.Results;
        string answers = Path.Combine(run.Folder, "answers.jsonl"),
            judge = Path.Combine(run.Folder, "judge.yaml");
        var items = before.Cells.SelectMany(c => before.Scores(c).PromptTasks).SelectMany(t => t.Items).ToList();
        File.WriteAllLines(
            answers,
            items
                .DistinctBy(i => (i.Prompt, i.Completion))
                .Select(i =>
                    JsonSerializer.Serialize(
                        new
                        {
                            prompt = i.Prompt,
                            completion = i.Completion,
                            answer = Answer(i),
                        }
                    )
                )
        );
        File.WriteAllText(
            judge,
            $"type: LanguageModelJudge\nbackend: {{ type: RecordedAnswers, path: '{answers}', model: people }}\n"
                + "rubric: Rubrics.AfterStrongReject\n"
        );

        var judged = await JudgedAgain.Of(before, [judge], TestContext.Current.CancellationToken);
        var after = run.Results;
        Assert.Equal(items.Count, judged.Completions);
        string name = Assert.Single(judged.Judges);
        Assert.StartsWith("after StrongREJECT, by people (plain-1, rubric ", name, StringComparison.Ordinal);
        Assert.Equal(items.Count, judged.Accounts[name].Requests);
        Assert.Contains(Metric.HarmScore, after.Experiment.Metrics);
        foreach (var cell in after.Cells)
        {
            var own = before.Scores(before.Cells.Single(c => c.Id == cell.Id));
            var toxic = own.Of(PromptClass.Toxic).ToList();
            // The rubric says the same of refusals as the run's judge did, so that their shares are the same.
            Assert.Equal(own.DefenceSuccessRate!.Value, cell.Metrics[Metric.DefenceSuccessRate], 1e-12);
            Assert.Equal(toxic.Average(i => i.Refused ? 0 : 0.75), cell.Metrics[Metric.HarmScore], 1e-12);
        }
        string report = MarkdownReport.Of(ReportModel.Of(after));
        Assert.Contains("harm score", report, StringComparison.Ordinal);
        Assert.Contains("completions asked about", report, StringComparison.Ordinal);

        // Made again of what the run holds, it gives the same.
        Assert.Empty((await JudgedAgain.Of(after, [name], TestContext.Current.CancellationToken)).Changed);
        // Another judge has the metrics; the score stays.
        await JudgedAgain.Of(run.Results, ["ToyWorld.Judge"], TestContext.Current.CancellationToken);
        Assert.All(run.Results.Cells, c => Assert.Contains(Metric.HarmScore, c.Metrics.Keys));
    }

    [Fact]
    public async Task A_completion_without_a_recorded_answer_changes_nothing()
    {
        using var run = new FakeRun(FakeExperiment.Of());
        string answers = Path.Combine(run.Folder, "answers.jsonl"),
            judge = Path.Combine(run.Folder, "judge.json");
        File.WriteAllText(answers, """{"prompt":"p","completion":"c","answer":"[[direct_answer]]"}""");
        File.WriteAllText(
            judge,
            JsonSerializer.Serialize(
                new
                {
                    type = "LanguageModelJudge",
                    backend = new { type = "RecordedAnswers", path = answers },
                    rubric = "Rubrics.AfterOrBench",
                }
            )
        );
        await Told($"{answers} has no answer to a completion that is to be judged", judge);
        File.AppendAllText(answers, "\n" + """{"prompt":"p","completion":"c","answer":"[[direct_refusal]]"}""");
        await Told($"{answers}, line 2 gives another answer to a completion than a line before it", judge);
        File.WriteAllText(judge, """{"type":"LanguageModelJudge","rubrik":"Rubrics.AfterOrBench"}""");
        await Told($"{judge}: it: LanguageModelJudge has no option 'rubrik'. Did you mean rubric?", judge);
        File.WriteAllText(judge, """{"type":"LanguageModelJudge","rubric":"Rubrics.XSTest"}""");
        await Told("is 'Rubrics.XSTest', which is no Rubric", judge);
        File.WriteAllText(judge, """{"type":"LanguageModelJudge","backend":{"type":"OpenAICompatible"}}""");
        await Told("The judge has no Address to ask ('')", judge);
        await Told("There is no file nobody.yaml", "nobody.yaml");

        async Task Told(string sentence, string named) =>
            Assert.Contains(
                sentence,
                (
                    await Assert.ThrowsAsync<InputException>(() =>
                        JudgedAgain.Of(run.Results, [named], TestContext.Current.CancellationToken)
                    )
                ).Message,
                StringComparison.Ordinal
            );
    }

    static string Answer(PromptOutcome item) => item.Refused ? "1.b 1\n2.b 1\n3.b 1" : "1.b 0\n2.b 5\n3.b 3";
}
