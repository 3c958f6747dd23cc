using System.Text.Json;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Execution;
using DcrDsl.Reports;
using DcrDsl.Results;
using DcrDsl.Results.Labels;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>
/// A run judged by a rubric of three classes, of which some answers cannot be read, and graded by another: what is undecided is neither
/// an answer nor a refusal, and who only grades is no judge of refusal.
/// </summary>
public sealed class UndecidedTests : IDisposable
{
    readonly FakeRun run = new(FakeExperiment.Of());

    public void Dispose() => run.Dispose();

    [Fact]
    public async Task Undecided_completions_count_for_nothing_and_are_told()
    {
        var before = run.Results;
        string three = Recorded(
                "three",
                "Rubrics.AfterOrBench",
                i =>
                    Unread(i) ? "I cannot say."
                    : i.Refused ? Class(i)
                    : "[[direct_answer]]"
            ),
            grades = Recorded("grades", "Rubrics.AfterMTBench", _ => "[[7]]");
        await JudgedAgain.Of(before, [three, grades], TestContext.Current.CancellationToken);
        var after = run.Results;

        Assert.Contains(Metric.DirectRefusalRate, after.Experiment.Metrics);
        foreach (var cell in after.Cells)
        {
            var own = before.Scores(before.Cells.Single(c => c.Id == cell.Id)).Of(PromptClass.SeeminglyToxic).ToList();
            Assert.Equal(own.Average(i => !Unread(i) && i.Refused && !Evades(i) ? 1.0 : 0), cell.Metrics[Metric.DirectRefusalRate], 1e-12);
            Assert.Equal(own.Average(i => !Unread(i) && i.Refused && Evades(i) ? 1.0 : 0), cell.Metrics[Metric.IndirectRefusalRate], 1e-12);
            Assert.Equal(own.Average(i => !Unread(i) && i.Complied ? 1.0 : 0), cell.Metrics[Metric.ComplianceRate], 1e-12);
            Assert.Equal(7, cell.Metrics[Metric.GeneralGrade]);
        }

        // The run's first judge agrees with the new one wherever that could decide; the grader has no part.
        int undecided = before.Cells.Take(1).Sum(c => before.Scores(c).PromptTasks.Sum(t => t.Items.Count(Unread)));
        foreach (var arm in after.Experiment.Arms)
        {
            var pair = Assert.Single(new ArmResults(after, arm.Name).JudgeAgreement.Pairs);
            Assert.Equal((1.0, 1.0, 3 * (360 - undecided)), (pair.Agreement, pair.Kappa, pair.Completions));
        }
        string report = MarkdownReport.Of(ReportModel.Of(after));
        Assert.Contains($"the judge could not decide on {3 * undecided} of 1,080 completions", report, StringComparison.Ordinal);
        Assert.Contains("could not decide on are left out of its agreement", report, StringComparison.Ordinal);
        var mcNemar = ReportModel.Of(after).Sections.Single(s => s.Title == "Verdict by verdict").Parts.OfType<ReportTable>().Last();
        Assert.All(mcNemar.Rows, r => Assert.DoesNotContain("MT-Bench", r[0].Text, StringComparison.Ordinal));
        Assert.All(
            mcNemar.Rows.SelectMany(r => r.Skip(2)),
            c => Assert.True(c.Text == Numbers.Undefined || c.Text.StartsWith("0 : 0", StringComparison.Ordinal), c.Text)
        );
    }

    /// <summary>A person says of all what they are: what the judge missed lowers recall and no precision, and is counted.</summary>
    [Fact]
    public async Task Labels_count_what_is_undecided_as_missed()
    {
        var before = run.Results;
        string three = Recorded(
            "three",
            "Rubrics.AfterOrBench",
            i =>
                Unread(i) ? "?"
                : i.Refused ? "[[direct_refusal]]"
                : "[[direct_answer]]"
        );
        string grades = Recorded("grades", "Rubrics.AfterMTBench", _ => "[[7]]");
        await JudgedAgain.Of(before, [three, grades], TestContext.Current.CancellationToken);
        Assert.Equal(["complies", "refuses", "refusesIndirectly", "empty", "cut", "unclear"], LabelSheet.Labels);

        var first = run.Results.Cells[0];
        var items = before.Scores(first).PromptTasks.SelectMany(t => t.Items.Select((item, i) => (Task: t.Name, i, item))).ToList();
        Directory.CreateDirectory(Path.Combine(run.Folder, LabelFiles.Folder));
        LabelFiles.Write(
            LabelFiles.LabelsOf(run.Folder),
            items.Select(i => new DcrDsl.Evaluation.Measures.CompletionLabel(first.Id, i.Task, i.i, 0, items.Count, i.item.Verdict))
        );
        var calibrations = run.Results.Calibrations;
        Assert.DoesNotContain(calibrations, c => c.Judge.Contains("MT-Bench", StringComparison.Ordinal));
        var own = calibrations[0];
        Assert.Equal(items.Count(i => Unread(i.item)), own.Undecided);
        Assert.Equal([Verdict.Complies, Verdict.Refuses], own.Classes.Select(c => c.Verdict));
        Assert.All(own.Classes, c => Assert.Equal(1, c.Precision));
        var refusals = items.Where(i => i.item.Refused).ToList();
        Assert.Equal(refusals.Count(i => !Unread(i.item)) / (double)refusals.Count, own.Classes[1].Recall, 1e-12);
        var toxic = refusals.Where(i => i.item.Class == PromptClass.Toxic).ToList();
        var errors = own.Errors(Metric.DefenceSuccessRate);
        Assert.Equal(toxic.Count(i => !Unread(i.item)) / (double)toxic.Count, errors.Sensitivity, 1e-12);
        Assert.Equal(1, errors.Specificity);
        Assert.Contains("could not decide on", MarkdownReport.Of(ReportModel.Of(run.Results)), StringComparison.Ordinal);
    }

    /// <summary>A judge that asks reads, of an attacked prompt, what was to be had, and what the completion stands for.</summary>
    [Fact]
    public async Task Under_attack_a_rubric_reads_what_was_decoded()
    {
        string answers = Path.Combine(run.Folder, "decoded.jsonl");
        File.WriteAllText(answers, """{"prompt":"how ?","completion":"no .","answer":"[[direct_refusal]]"}""");
        var judge = Judges.LanguageModel(new RecordedAnswers { Path = answers }, Rubrics.AfterOrBench, 16, 0);
        var answer = new PromptAnswer("how ?", PromptClass.Toxic, "", null, new Completion("bm8gLg==", [], StopReason.StopToken, 3))
        {
            Asked = "aG93ID8=",
            Read = "no .",
        };
        var scores = await Judged.ByAsync(
            new Answers([new PromptAnswers("Toxic/Base64", PromptClass.Toxic, [answer]) { Attack = "Base64" }]),
            [judge],
            TestContext.Current.CancellationToken
        );
        Assert.Equal(Verdict.Refuses, scores.AttackedTasks.Single().Items.Single().Verdict);
    }

    static bool Unread(PromptOutcome item) => item.Prompt.EndsWith("3 ?", StringComparison.Ordinal);

    static bool Evades(PromptOutcome item) => item.Prompt.EndsWith("4 ?", StringComparison.Ordinal);

    static string Class(PromptOutcome item) => Evades(item) ? "[[indirect_refusal]]" : "[[direct_refusal]]";

    string Recorded(string name, string rubric, Func<PromptOutcome, string> answer)
    {
        string answers = Path.Combine(run.Folder, name + ".jsonl"),
            judge = Path.Combine(run.Folder, name + ".yaml");
        File.WriteAllLines(
            answers,
            run.Results.Cells.SelectMany(c => run.Results.Scores(c).PromptTasks)
                .SelectMany(t => t.Items)
                .DistinctBy(i => (i.Prompt, i.Completion))
                .Select(i =>
                    JsonSerializer.Serialize(
                        new
                        {
                            prompt = i.Prompt,
                            completion = i.Completion,
                            answer = answer(i),
                        }
                    )
                )
        );
        File.WriteAllText(
            judge,
            $"type: LanguageModelJudge\nbackend: {{ type: RecordedAnswers, path: '{answers}', model: people }}\nrubric: {rubric}\n"
        );
        return judge;
    }
}
