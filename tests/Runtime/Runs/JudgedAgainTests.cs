using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Execution;
using DcrDsl.FileSystem;
using DcrDsl.Reports;
using DcrDsl.Results;
using DcrDsl.Runtime.Tests.Evaluation;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Runs;

public class JudgedAgainTests
{
    static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_same_verdicts_give_the_same_bytes()
    {
        using var run = new FakeRun(FakeExperiment.Of());
        string[] cells = Lines();
        var judged = await JudgedAgain.Of(run.Results, ["ToyWorld.Judge"], Stop);
        Assert.Equal(9 * 360, judged.Completions);
        Assert.Equal(["ToyWorld.Judge (plain-1)"], judged.Judges);
        Assert.Empty(judged.Changed);
        Assert.Equal(cells, Lines());
        Assert.Equal(["ToyWorld.Judge", "Fake"], run.Results.Scores(run.Results.Cells[0]).Judges.Select(j => j.Id));

        // Made again of what was written: the run's own judge is the new one.
        RewrittenRun.Tasks(
            run,
            (_, task) => task with { Items = [.. task.Items.Select(i => i.With(i.Verdict))] },
            _ => new("ToyWorld.Judge", "plain-1", ToyWorld.Judge)
        );
        Assert.Equal(["ToyWorld.Judge (plain-1)"], (await JudgedAgain.Of(run.Results, [], Stop)).Judges);
        Assert.Equal(cells, Lines());

        string[] Lines() => [.. File.ReadAllLines(Path.Combine(run.Folder, RunFiles.Cells)).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task Another_judge_gives_other_numbers_and_both_are_kept()
    {
        using var run = new FakeRun(FakeExperiment.Of());
        var before = run.Results;
        var judged = await JudgedAgain.Of(before, ["RefusalJudges.JailbreakBench"], Stop);
        var after = run.Results;
        // "sorry , i can not help" is none of its phrases.
        Assert.All(after.Cells, c => Assert.Equal((0.0, 1.0), (c.Metrics[Metric.DefenceSuccessRate], c.Metrics[Metric.ComplianceRate])));
        Assert.Equal(
            before.Cells.Select(c => new ChangedMetric(c.Id, Metric.DefenceSuccessRate, c.Metrics[Metric.DefenceSuccessRate], 0)),
            judged.Changed.Where(c => c.Metric == Metric.DefenceSuccessRate)
        );
        Assert.DoesNotContain(judged.Changed, c => c.Metric is Metric.Auc or Metric.GeneralLoss or Metric.Accuracy);
        Assert.All(
            before.Cells.Zip(after.Cells),
            c => Assert.Equal(c.First.Metrics[Metric.DefenceSuccessRate], after.Scores(c.Second).By(1).DefenceSuccessRate)
        );

        var section = ReportModel.Of(after).Sections.Single(s => s.Title == "Other judges");
        var tables = section.Parts.OfType<ReportTable>().ToList();
        double refused = before
            .Cells.Where(c => c.Arm == "STL")
            .Average(c => before.Scores(c).PromptTasks.SelectMany(t => t.Items).Average(i => i.Refused ? 1.0 : 0));
        Assert.Equal(["RefusalJudges.JailbreakBench (plain-1)", "Fake (1)"], tables[0].Rows[0].Take(2).Select(c => c.Text));
        Assert.StartsWith(
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{100 * (1 - refused):0.0} ("),
            tables[0].Rows[0][2].Text,
            StringComparison.Ordinal
        );
        Assert.StartsWith("0.00 (", tables[1].Rows[0][2].Text, StringComparison.Ordinal);
        Assert.Equal(["all judges", "α"], tables[1].Rows[^1].Take(2).Select(c => c.Text));
        var typed = new ArmResults(after, "STL").JudgeAgreement;
        Assert.Equal(1 - refused, typed.Pairs[0].Agreement, 1e-12);
        Assert.Equal((0.0, 360), (typed.Pairs[0].Kappa, typed.Prompts));
        Assert.Contains(
            "no verdicts of two judges on STL",
            Assert.Throws<InputException>(() => new ArmResults(before, "STL").JudgeAgreement).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            tables[2].Rows,
            r => r[0].Text == "defence, %" && r[1].Text == "Fake (1)" && r[2].Text.StartsWith("9", StringComparison.Ordinal)
        );
        Assert.Contains(
            "judged by RefusalJudges.JailbreakBench (plain-1)",
            MarkdownReport.Of(ReportModel.Of(after)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task What_cannot_be_judged_or_written_changes_nothing()
    {
        using var run = new FakeRun(FakeExperiment.Of());
        string Everything() =>
            string.Concat(
                Directory.GetFiles(run.Folder, "*.jsonl*", SearchOption.AllDirectories).Order().Select(f => f + File.ReadAllText(f))
            );
        string before = Everything();
        await Told("The judge Fake (1) cannot be made again of what ", []);
        await Told("There is no judge 'XSTest'.", ["XSTest"]);

        string verdicts = RunFiles.VerdictsOf(run.Folder, "dcr-seed0");
        Directory.CreateDirectory(verdicts + WholeFile.Aside);
        await Told("The verdicts cannot be written: ", ["RefusalJudges.JailbreakBench"]);
        Directory.Delete(verdicts + WholeFile.Aside);
        Assert.Equal(before, Everything());

        await Assert.ThrowsAsync<OperationCanceledException>(() =>
            JudgedAgain.Of(run.Results, ["RefusalJudges.JailbreakBench"], new CancellationToken(canceled: true))
        );
        using (File.Open(Path.Combine(run.Folder, RunFiles.StageRuns), FileMode.Open, FileAccess.ReadWrite, FileShare.Read))
            await Told("the run goes on", ["ToyWorld.Judge"], run.Results);
        Assert.Equal(before, Everything());

        async Task Told(string sentence, string[] judges, RunResults? results = null) =>
            Assert.Contains(
                sentence,
                (await Assert.ThrowsAsync<InputException>(() => JudgedAgain.Of(results ?? run.Results, judges, Stop))).Message,
                StringComparison.Ordinal
            );
    }
}
