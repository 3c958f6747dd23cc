using DcrDsl.Data.Files;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Statistics;
using DcrDsl.Reports;
using DcrDsl.Results;
using DcrDsl.Results.Labels;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>A sample of completions goes to a person and comes back: blind, in another order, whole, and counted right.</summary>
public sealed class LabelTests : IDisposable
{
    readonly FakeRun run = new(FakeExperiment.Of());

    public void Dispose() => run.Dispose();

    [Fact]
    public void A_sheet_shows_neither_arm_nor_judge_nor_verdict_and_has_an_order_of_its_own()
    {
        var results = run.Results;
        var sample = LabelSample.Draw(results, 60);
        Assert.Equal((1, 60, 9 * 360), (sample.Number, sample.Completions, sample.Of));
        string text = File.ReadAllText(sample.Sheet);
        foreach (
            string hidden in (string[])
                [
                    .. results.Experiment.Arms.Select(a => a.Name),
                    .. results.Cells.Select(c => c.Id),
                    .. results.Scores(results.Cells[0]).Judges.Select(j => j.Id),
                    .. results.Scores(results.Cells[0]).Tasks.Select(t => t.Name),
                    .. LabelSheet.Labels,
                    .. Enum.GetNames<PromptClass>(),
                ]
        )
            Assert.DoesNotContain($"\"{hidden}\"", text, StringComparison.OrdinalIgnoreCase);
        var rows = TableFile.Read(sample.Sheet);
        Assert.Equal(["id", "prompt", "completion", "label", "note"], rows.Columns);
        Assert.Equal(Enumerable.Range(1, 60).Select(i => $"1-{i:000}"), rows.Rows.Select(r => r.Text("id")));

        var key = LabelFiles.Read<LabelKey>(LabelFiles.KeyOf(run.Folder, 1)).Select(k => k.Line).ToList();
        var inOrder = key.OrderBy(k => k.Stratum).ThenBy(k => k.Cell, StringComparer.Ordinal).ThenBy(k => k.Task).ThenBy(k => k.Prompt);
        Assert.NotEqual(inOrder.Select(k => k.Id), key.Select(k => k.Id));
        Assert.Equal(60, key.Select(k => (k.Cell, k.Task, k.Prompt)).Distinct().Count());
        foreach (var (row, line) in rows.Rows.Zip(key))
        {
            var item = LabelledItem.Find(results, line.Cell, line.Task, line.Prompt)!;
            Assert.Equal((item.Prompt, item.Completion), (row.Text("prompt"), row.Text("completion")));
        }
        // As many of each class and verdict, as far as there are.
        int[] strata = [.. key.GroupBy(k => k.Stratum).Select(g => g.Count())];
        Assert.Equal(strata.Length, sample.Strata.Count);
        Assert.InRange(strata.Max() - strata.Min(), 0, 1);
    }

    [Fact]
    public void A_seed_draws_the_same_again_and_another_seed_does_not()
    {
        string Keys(int number) =>
            string.Join(
                '|',
                LabelFiles.Read<LabelKey>(LabelFiles.KeyOf(run.Folder, number)).Select(k => (k.Line.Cell, k.Line.Task, k.Line.Prompt))
            );
        foreach (int? seed in (int?[])[5, 5, null, null])
            LabelSample.Draw(run.Results, 30, seed, plain: true);
        Assert.Equal(Keys(1), Keys(2));
        Assert.Equal(4, new[] { Keys(2), Keys(3), Keys(4), "" }.Distinct().Count());
        Assert.Equal(9 * 360, LabelSample.Draw(run.Results, 1_000_000, plain: true).Completions);
    }

    [Fact]
    public void Parts_give_alike_as_far_as_they_can()
    {
        Assert.Equal([3, 3, 4], LabelSample.Shares([100, 3, 100], 10).Order());
        Assert.Equal([2, 1], LabelSample.Shares([2, 1], 9));
        Assert.Equal([1, 1, 0], LabelSample.Shares([5, 5, 5], 2));
    }

    [Fact]
    public void A_sheet_that_is_there_is_never_written_over()
    {
        string sheet = Path.Combine(run.Folder, "mine.csv");
        LabelSample.Draw(run.Results, 5, sheet: sheet);
        string before = File.ReadAllText(sheet);
        Told("mine.csv is there already and may be filled in", () => LabelSample.Draw(run.Results, 5, sheet: sheet));
        Told("let its name end in .csv", () => LabelSample.Draw(run.Results, 5, sheet: sheet + ".txt"));
        LabelSample.Draw(run.Results, 5);
        LabelSample.Draw(run.Results, 5);
        Assert.Equal(before, File.ReadAllText(sheet));
    }

    /// <summary>
    /// The person agrees with the judge but for 3 of its answers, which refuse, and 2 of its refusals, which answer; one is unclear. So of
    /// a answers and r refusals among the labels precision is (a − 3)/a and (r − 2)/r, recall (a − 3)/(a − 3 + 2) and (r − 2)/(r − 2 + 3).
    /// </summary>
    [Fact]
    public void Labels_that_come_back_say_how_right_the_judge_is()
    {
        var results = run.Results;
        var sample = LabelSample.Draw(results, 120, plain: true);
        var (a, r, flipped) = Fill(results, sample, answers: 3, refusals: 2, unclear: 1);
        // As programs for tables save it: other line ends, columns in another order, more of them.
        LabelSheet.Read(results, sample.Sheet);
        var after = run.Results;
        var judge = Assert.Single(after.Calibrations);
        Assert.Equal(("Fake (1)", 119, 1), (judge.Judge, judge.Labelled, judge.Unclear));
        Assert.Equal([Verdict.Complies, Verdict.Refuses], judge.Classes.Select(c => c.Verdict));
        var (answer, refusal) = (judge.Classes[0], judge.Classes[1]);
        Assert.Equal(((a - 3) / (double)a, (a - 3) / (double)(a - 1)), (answer.Precision, answer.Recall));
        Assert.Equal(((r - 2) / (double)r, (r - 2) / (double)(r + 1)), (refusal.Precision, refusal.Recall));
        Assert.Equal(Proportion.Wilson(a - 3, a), answer.PrecisionInterval95);
        Assert.Equal(Proportion.Wilson(r - 2, r + 1), refusal.RecallInterval95);

        // Compliance with seemingly toxic prompts, by the labels on such prompts alone.
        var (yes, no, right, rightly) = flipped;
        double se = right / (double)yes,
            sp = rightly / (double)no;
        double judged = new ArmResults(after, "STL")[Metric.ComplianceRate].Mean;
        var corrected = new ArmResults(after, "STL").Corrected(Metric.ComplianceRate);
        double expected = (judged + sp - 1) / (se + sp - 1);
        Assert.Equal(judged, corrected.Observed, 1e-12);
        Assert.Equal(Math.Clamp(expected, 0, 1), corrected.Value, 1e-12);
        Assert.Equal(expected is < 0 or > 1, corrected.WasClipped);
        int prompts = after.Scores(after.Cells[0]).Of(PromptClass.SeeminglyToxic).Count();
        Assert.Equal(RoganGladen.Interval(judged, prompts, se, yes, sp, no), corrected.Interval95);
        Assert.Contains(
            "no judge decides",
            Message(() => new ArmResults(after, "STL").Corrected(Metric.Auc))
                .Replace("is not a share that judges decide", "no judge decides"),
            StringComparison.Ordinal
        );

        var section = ReportModel.Of(after).Sections.Single(s => s.Title == "Judges against labels");
        Assert.Contains("119 completions", Assert.IsType<ReportText>(section.Parts[0]).Text, StringComparison.Ordinal);
        var tables = section.Parts.OfType<ReportTable>().ToList();
        Assert.Equal(["Fake (1)", "complies", $"{a}", $"{a - 1}"], tables[0].Rows[0].Take(4).Select(c => c.Text));
        Assert.StartsWith(
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{100 * judged:0.0} → {100 * corrected.Value:0.0} ("),
            tables[2].Rows[0][1].Text,
            StringComparison.Ordinal
        );
    }

    /// <summary>By class and verdict, with as many of each: what is labelled stands for what the run has of it.</summary>
    [Fact]
    public void Labels_of_a_sample_by_verdict_are_weighted()
    {
        var results = run.Results;
        var sample = LabelSample.Draw(results, 60);
        Fill(results, sample, answers: 0, refusals: 0, unclear: 0);
        LabelSheet.Read(results, sample.Sheet);
        var judge = Assert.Single(run.Results.Calibrations);
        Assert.All(judge.Classes, c => Assert.Equal((1.0, 1.0), (c.Precision, c.Recall)));
        var corrected = new ArmResults(run.Results, "DCR").Corrected(Metric.DefenceSuccessRate);
        Assert.Equal(corrected.Observed, corrected.Value, 1e-12);
        Assert.InRange(corrected.Value, corrected.Interval95.Low, corrected.Interval95.High);
    }

    [Fact]
    public void A_judge_that_is_no_better_than_chance_corrects_nothing()
    {
        var results = run.Results;
        var sample = LabelSample.Draw(results, 200, plain: true);
        Rows(sample, (row, item) => row with { Label = item.Refused ? "complies" : "refuses" });
        LabelSheet.Read(results, sample.Sheet);
        var after = run.Results;
        Assert.True(double.IsNaN(new ArmResults(after, "STL").Corrected(Metric.ComplianceRate).Value));
        var list = ReportModel.Of(after).Sections.Single(s => s.Title == "Judges against labels").Parts.OfType<ReportList>().Single();
        Assert.Contains(
            list.Items,
            i =>
                i.StartsWith(
                    "Of seemingly toxic prompts that get an answer nothing can be corrected: by the labels the judge is no better than "
                        + "chance (sensitivity 0.00 + specificity 0.00",
                    StringComparison.Ordinal
                )
        );
        Rows(sample, (row, _) => row with { Label = "complies" });
        LabelSheet.Read(results, sample.Sheet);
        Assert.Contains("no completion is labelled that does not count", run.Results.Calibrations[0].Errors(Metric.ComplianceRate).Fault);
    }

    [Fact]
    public void A_sheet_that_does_not_hold_together_is_refused_with_its_line()
    {
        var results = run.Results;
        var sample = LabelSample.Draw(results, 12, plain: true);
        Rows(sample, (row, _) => row with { Label = "complies" });
        string[] good = File.ReadAllLines(sample.Sheet);
        string first = good[1].Split(',')[0].Trim('"');

        Refused(
            "line 3: 1-002 has no label: write complies, refuses, refusesIndirectly, empty, cut or unclear.",
            2,
            l => l.Replace("complies", "")
        );
        Refused("line 3: there is no label 'complis': write complies,", 2, l => l.Replace("complies", "complis"));
        Refused("Did you mean complies?", 2, l => l.Replace("complies", "complis"));
        Refused("line 4: the sample has no completion '9-999'", 3, l => l.Replace("1-003", "9-999"));
        Refused("line 3: the completion 1-001 stands at line 2 already", 2, _ => good[1]);
        Refused("line 2: the completion of 1-001 is another than the run's", 1, l => Changed(l, 2));
        Refused("line 2: the prompt of 1-001 is another than the run's", 1, l => Changed(l, 1));
        Refused(
            "line 1: there is no column 'label', only 'id', 'prompt', 'completion', 'verdict', 'note'",
            0,
            l => l.Replace("label", "verdict")
        );
        File.WriteAllLines(sample.Sheet, good.Where((_, i) => i is not 4 and not 6));
        Told("after line 11: 2 rows of 12 are missing (1-004, 1-006): restore them", () => LabelSheet.Read(results, sample.Sheet));
        File.WriteAllLines(sample.Sheet, good.Select((l, i) => i == 0 ? l : l.Replace("\"1-", "\"7-")));
        Told("line 2: " + run.Folder + " has no sample with the completion '7-001'", () => LabelSheet.Read(results, sample.Sheet));
        Assert.False(File.Exists(LabelFiles.LabelsOf(run.Folder)));

        // What a program for tables does is none of these.
        File.WriteAllText(
            sample.Sheet,
            string.Join("\r\n", good.Select((l, i) => i == 0 ? l : l.Replace("complies", " Complies "))) + "\r\n"
        );
        Assert.Equal(12, LabelSheet.Read(results, sample.Sheet).Count);

        File.AppendAllText(
            LabelFiles.LabelsOf(run.Folder),
            File.ReadAllLines(LabelFiles.LabelsOf(run.Folder))[1].Replace("\"prompt\":", "\"prompt\":9") + "\n"
        );
        Told("line 14: ", () => _ = run.Results.Labels);

        void Refused(string sentence, int line, Func<string, string> change)
        {
            File.WriteAllLines(sample.Sheet, good.Select((l, i) => i == line ? change(l) : l));
            Told(sentence, () => LabelSheet.Read(results, sample.Sheet));
        }

        static string Changed(string line, int field)
        {
            string[] fields = line.Split("\",\"");
            fields[field] += " more";
            return string.Join("\",\"", fields);
        }
    }

    sealed record Row(string Id, string Prompt, string Completion, string Label);

    /// <summary>Fills in a sheet as the judge has it, but for some; and what that says of seemingly toxic prompts.</summary>
    (int Answers, int Refusals, (int Yes, int No, int Right, int Rightly) SeeminglyToxic) Fill(
        RunResults results,
        LabelSample sample,
        int answers,
        int refusals,
        int unclear
    )
    {
        int a = 0,
            r = 0,
            yes = 0,
            no = 0,
            right = 0,
            rightly = 0;
        Rows(
            sample,
            (row, item) =>
            {
                if (unclear-- > 0)
                    return row with { Label = "unclear" };
                bool truth = item.Complied ? answers-- <= 0 : refusals-- > 0;
                _ = item.Complied ? a++ : r++;
                if (item.Class == PromptClass.SeeminglyToxic)
                {
                    _ = truth ? yes++ : no++;
                    if (truth && item.Complied)
                        right++;
                    if (!truth && !item.Complied)
                        rightly++;
                }
                return row with { Label = truth ? "complies" : "refuses" };
            }
        );
        return (a, r, (yes, no, right, rightly));
    }

    void Rows(LabelSample sample, Func<Row, DcrDsl.Evaluation.PromptOutcome, Row> fill)
    {
        var results = run.Results;
        var key = LabelFiles.Read<LabelKey>(LabelFiles.KeyOf(run.Folder, sample.Number)).Select(k => k.Line).ToList();
        var rows = TableFile
            .Read(sample.Sheet)
            .Rows.Select(r => new Row(r.Text("id"), r.Text("prompt"), r.Text("completion"), r.Text("label")))
            .Zip(key, (row, k) => fill(row, LabelledItem.Find(results, k.Cell, k.Task, k.Prompt)!))
            .ToList();
        File.WriteAllLines(
            sample.Sheet,
            [
                "\"id\",\"prompt\",\"completion\",\"label\",\"note\"",
                .. rows.Select(r =>
                    string.Join(',', new[] { r.Id, r.Prompt, r.Completion, r.Label, "" }.Select(f => $"\"{f.Replace("\"", "\"\"")}\""))
                ),
            ]
        );
    }

    static void Told(string sentence, Action action) => Assert.Contains(sentence, Message(action), StringComparison.Ordinal);

    static string Message(Action action) => Assert.Throws<InputException>(action).Message;
}
