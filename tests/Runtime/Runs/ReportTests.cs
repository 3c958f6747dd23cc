using System.Globalization;
using System.Text.RegularExpressions;
using DcrDsl.Definition;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Statistics;
using DcrDsl.Execution;
using DcrDsl.Planning;
using DcrDsl.Reports;
using DcrDsl.Results;
using DcrDsl.Runtime.Tests.Evaluation;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Runs;

public partial class ReportTests
{
    static readonly AxisDefinition Layer = FakeExperiment.Axis("Dcr.Layer", 1, 2);

    /// <summary>Several cells of one seed stand behind a point.</summary>
    [Fact]
    public void Two_axes_are_reported_each_over_the_other()
    {
        using var run = new FakeRun(FakeExperiment.Of([FakeExperiment.Axis("Dcr.Layer", 1, 2), FakeExperiment.Axis("Dcr.Steps", 60, 120)]));
        string markdown = MarkdownReport.Of(ReportModel.Of(run.Results));
        Assert.Contains("Each point is the mean over Dcr.Steps of the values at one seed", markdown, StringComparison.Ordinal);
    }

    [Fact]
    public void The_answer_compares_dcr_with_stl_in_one_sentence_with_its_interval()
    {
        using var run = new FakeRun(FakeExperiment.Of());
        var (stl, dcr) = (new ArmResults(run.Results, "STL"), new ArmResults(run.Results, "DCR"));
        var compliance = dcr[Metric.ComplianceRate] - stl[Metric.ComplianceRate];
        var defence = dcr[Metric.DefenceSuccessRate] - stl[Metric.DefenceSuccessRate];

        string answer = ReportModel.Of(run.Results).Answer;
        var test = run.Results.Compare("DCR", "STL", Metric.DefenceSuccessRate).Equivalence!;

        Assert.False(test.Holds);
        Assert.Equal(
            $"DCR answers {One(compliance.Mean)} points more of the seemingly toxic prompts than STL (95 % interval "
                + $"{One(compliance.Interval.Low)}…{One(compliance.Interval.High)}"
                + $"{(compliance.Interval.Low <= 0 ? ", which includes 0" : "")}; n = 3 seeds), "
                + $"at {(defence.Mean > 0 ? "+" : "")}{One(defence.Mean)} points of defence "
                + $"({One(defence.Interval.Low)}…{One(defence.Interval.High)}): defence is not shown to be unchanged within ±5 points "
                + $"(90 % interval {One(test.Interval90.Low)}…{One(test.Interval90.High)}). Judged by Fake (1).",
            answer
        );
    }

    [Fact]
    public void Fewer_than_three_seeds_make_no_claim()
    {
        using var run = new FakeRun(FakeExperiment.Of(), new Selection { Seeds = [0, 1] });

        var report = ReportModel.Of(run.Results);

        Assert.EndsWith(": 2 seeds are too few for a claim. Judged by Fake (1).", report.Answer);
        Assert.Contains(
            "There are 2 seeds. With fewer than 3 no interval over seeds is worth reading, and nothing here is a claim: run more "
                + "with --seed.",
            Reading(report)
        );
    }

    [Fact]
    public void With_too_few_seeds_intervals_are_over_prompts()
    {
        using var few = new FakeRun(FakeExperiment.Of(), new Selection { Seeds = [0] });
        var section = Assert.Single(ReportModel.Of(few.Results).Sections, s => s.Title == "Over prompts");
        ReportTable[] tables = [.. section.Parts.OfType<ReportTable>()];
        Assert.Equal(2, tables.Length);
        Assert.All(
            tables.SelectMany(t => t.Rows).SelectMany(r => r.Skip(1)),
            cell => Assert.Matches(@"^[+−]?\d+\.\d+ \(−?\d+\.\d+…−?\d+\.\d+\)$", cell.Text)
        );

        // The plots show the same intervals as the table.
        var plot = Assert.IsType<DotPlot>(ReportModel.Of(few.Results).Sections.First(s => s.Title == "Results").Parts[0]);
        var (mark, compliance) = (plot.Panels[0].Rows[0].Marks[0], tables[0].Rows[0][1].Text);
        Assert.Contains($"({One(mark.Low / 100)}…{One(mark.High / 100)})", compliance);

        using var enough = new FakeRun(FakeExperiment.Of());
        Assert.DoesNotContain(ReportModel.Of(enough.Results).Sections, s => s.Title == "Over prompts");
    }

    [Fact]
    public void An_arm_that_complies_more_than_dcr_is_named_with_what_it_pays()
    {
        using var run = new FakeRun(FakeExperiment.Of());

        var reading = Reading(ReportModel.Of(run.Results));

        Assert.Contains(
            reading,
            s =>
                Regex.IsMatch(
                    s,
                    @"^STL-aug answers \d+\.\d points more of the seemingly toxic prompts than DCR, and refuses (\d+\.\d points "
                        + @"(more|fewer)|as many) of the toxic ones\.$"
                )
        );
        Assert.Contains(reading, s => s.StartsWith("DCR pays with general ability: ", StringComparison.Ordinal));
        Assert.Contains(reading, s => s.StartsWith("ToyWorld is a generated corpus", StringComparison.Ordinal));
    }

    [Fact]
    public void A_task_that_was_trained_on_is_set_apart_and_left_out_of_its_class()
    {
        using var run = new FakeRun(FakeExperiment.Of());
        var results = run.Results;
        foreach (var cell in results.Cells)
        {
            var scores = results.Scores(cell);
            var seen = scores.PromptTasks.First(t => t.Class == PromptClass.Toxic) with { Name = "Seen", InDistribution = true };
            Outcomes.Write(
                run.Folder,
                cell.Id,
                new Scores([.. scores.Tasks, seen with { Items = [.. seen.Items.Select(i => i.With(Verdict.Refuses))] }], scores.Judges)
            );
        }

        string report = MarkdownReport.Of(ReportModel.Of(run.Results));

        Assert.Matches(@"\| Seen \| toxic: defence, trained on \| 100\.0 \(96\.9…100\.0\) \|", report);
        Assert.Equal(results.Scores(results.Cells[0]).DefenceSuccessRate, run.Results.Scores(run.Results.Cells[0]).DefenceSuccessRate);
        using var plain = new FakeRun(FakeExperiment.Of());
        Assert.DoesNotContain("Each task", MarkdownReport.Of(ReportModel.Of(plain.Results)));
    }

    [Fact]
    public void One_seed_has_no_intervals_over_seeds()
    {
        using var run = new FakeRun(FakeExperiment.Of(), new Selection { Seeds = [0] });

        var report = ReportModel.Of(run.Results);

        Assert.EndsWith(": 1 seed is too few for a claim. Judged by Fake (1).", report.Answer);
        Assert.DoesNotContain(
            "95 %",
            string.Concat(
                report
                    .Sections.Where(s =>
                        s.Title is not ("Over prompts" or "Comparisons") && !s.Title.Contains(" by ", StringComparison.Ordinal)
                    )
                    .SelectMany(s => s.Parts)
                    .OfType<ReportTable>()
                    .Select(t => t.Title)
            )
        );
        Assert.DoesNotContain(Reading(report), s => s.Contains("interval in 20", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, 1.25, 2, "0.00 0.25 0.50 0.75 1.00 1.25")]
    [InlineData(0, 100, 0, "0 20 40 60 80 100")]
    [InlineData(-3, 11, 0, "−5 0 5 10 15")]
    public void Ticks_are_round_numbers_with_the_digits_they_need(double low, double high, int digits, string ticks)
    {
        var scale = DcrDsl.Reports.Html.Scale.Linear([low, high], null, null, 0, 100, 5);

        Assert.Equal(digits, scale.Digits);
        Assert.Equal(ticks, string.Join(' ', scale.Ticks.Select(t => Numbers.Of(t, scale.Digits))));
        Assert.Equal(0, scale.At(double.NegativeInfinity));
        Assert.Equal(100, scale.At(double.PositiveInfinity));
    }

    [Fact]
    public void What_does_not_apply_is_not_said()
    {
        var definition = FakeExperiment.Of();
        using var run = new FakeRun(
            definition with
            {
                Arms = [definition.Arms[0]],
            },
            described: r => r with { Spec = "base: smollm2\n", Caveats = [] }
        );

        var report = ReportModel.Of(run.Results);

        Assert.DoesNotContain(
            Reading(report),
            s => s.Contains("ToyWorld", StringComparison.Ordinal) || s.Contains("pays", StringComparison.Ordinal)
        );
        Assert.EndsWith("there is no second arm to compare it with. Judged by Fake (1).", report.Answer);
        Assert.DoesNotContain(report.Sections, s => s.Title.StartsWith("Against", StringComparison.Ordinal));
    }

    [Fact]
    public void An_axis_gives_a_block_for_each_value_and_a_plot_along_it()
    {
        using var run = new FakeRun(FakeExperiment.Of([Layer]));

        var report = ReportModel.Of(run.Results);

        Assert.Contains(report.Sections, s => s.Title == "Results at Dcr.Layer = 1");
        Assert.Contains(report.Sections, s => s.Title == "Against STL at Dcr.Layer = 2");
        var panel = report.Sections.Single(s => s.Title == "Along Dcr.Layer").Parts.OfType<LineChart>().Single().Panels[0];
        Assert.Equal(["1", "2"], panel.Labels);
        Assert.Equal(["STL", "STL-aug", "DCR"], panel.Lines.Select(l => l.Name));
        Assert.Equal(panel.Lines[0].Points[0].Y, panel.Lines[0].Points[1].Y);
        Assert.NotEqual(panel.Lines[2].Points[0].Y, panel.Lines[2].Points[1].Y);
        Assert.Matches(
            @"^Against STL, DCR changes compliance with seemingly toxic prompts by .+ and .+ points at Dcr\.Layer = 1 and 2, and "
                + @"defence by .+ \(95 % intervals; n = 3 seeds\)\. Judged by Fake \(1\)\.$",
            report.Answer
        );
    }

    [Fact]
    public void Missing_cells_are_told_with_their_reason()
    {
        using var run = new FakeRun(
            FakeExperiment.Of(
                during: (stage, r) =>
                {
                    if (stage == "Dcr" && r.Seed == 1)
                        throw new InputException("prompts.csv, line 3: no prompt.");
                }
            )
        );

        var section = ReportModel.Of(run.Results).Sections[0];

        Assert.Equal("Not everything is here", section.Title);
        Assert.Equal(
            ["seed1-Learn-Dcr failed, so dcr-seed1 has no scores: prompts.csv, line 3: no prompt."],
            section.Parts.OfType<ReportList>().Single().Items
        );
    }

    /// <summary>A report that grows with its run, or is made beside it, does not say that it was stopped.</summary>
    [Fact]
    public void Cells_that_are_to_come_in_a_run_that_goes_on_are_told()
    {
        string root = Directory.CreateTempSubdirectory("dcrdsl").FullName;
        try
        {
            var plan = Plan.Of(FakeExperiment.Of(), Selection.Everything);
            string path = Path.Combine(root, "run");
            using (RunFolder.Create(path, plan, FakeRun.Keys(plan), _ => FakeRun.Description(plan)))
                Assert.StartsWith("The run goes on: 9 of its 9 cells are to come: ", Missing());
            Assert.StartsWith("The run was stopped before it reached 9 of its 9 cells: ", Missing());

            string Missing() => ReportModel.Of(RunResults.Load(path)).Sections[0].Parts.OfType<ReportList>().Single().Items.Single();
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public void Cells_that_a_stopped_run_did_not_reach_are_told()
    {
        using var run = new FakeRun(FakeExperiment.Of());
        string file = Path.Combine(run.Folder, "cells.jsonl");
        File.WriteAllLines(file, File.ReadAllLines(file)[..2]);

        string sentence = ReportModel.Of(run.Results).Sections[0].Parts.OfType<ReportList>().Single().Items.Single();

        Assert.Matches(@"^The run was stopped before it reached 7 of its 9 cells: \S+, \S+, \S+, \S+, \S+, \S+, …\.$", sentence);
    }

    [Fact]
    public void A_report_without_any_finished_cell_says_so()
    {
        using var run = new FakeRun(FakeExperiment.Of(during: (_, _) => throw new InputException("no data.")));

        var report = ReportModel.Of(run.Results);

        Assert.Equal("No cell is finished, so there is no answer.", report.Answer);
        Assert.DoesNotContain(report.Sections, s => s.Title == "How to read this");
        Assert.Contains("no data.", HtmlReport.Of(report));
    }

    [Fact]
    public void The_html_page_needs_nothing_from_elsewhere_and_is_well_formed()
    {
        using var run = new FakeRun(FakeExperiment.Of([Layer]));

        string html = HtmlReport.Of(ReportModel.Of(run.Results));

        Assert.DoesNotMatch(@"<link|<img|<iframe|https?:|url\(|@import|\son[a-z]+=|javascript:", html);
        html = OwnScript().Replace(html, "", 1);
        Assert.DoesNotContain("<script", html);
        var open = new Stack<string>();
        foreach (Match tag in Tag().Matches(html))
        {
            string name = tag.Groups["name"].Value;
            if (name is "meta" || tag.Value.EndsWith("/>", StringComparison.Ordinal))
                continue;
            if (tag.Value[1] != '/')
                open.Push(name);
            else
                Assert.Equal(open.Pop(), name);
        }
        Assert.Empty(open);
        Assert.DoesNotContain("NaN", html);
    }

    [Fact]
    public void Text_from_outside_is_escaped()
    {
        using var run = new FakeRun(
            FakeExperiment.Of() with
            {
                Summary = "Is a < b & \"c\"? <script>alert(1)</script> | *x*",
            },
            new Selection { Seeds = [0] }
        );
        var report = ReportModel.Of(run.Results);

        Assert.Contains("Is a &lt; b &amp; &quot;c&quot;? &lt;script&gt;alert(1)&lt;/script&gt; | *x*", HtmlReport.Of(report));
        Assert.Contains(@"*Is a \< b & ""c""? \<script\>alert(1)\</script\> \| \*x\**", MarkdownReport.Of(report));
    }

    [Theory]
    [
        InlineData("dcr run x --arm 'a`b'", "Repeat with ``dcr run x --arm 'a`b'``"),
        InlineData("`x``", "Repeat with ``` `x`` ```"),
        InlineData("a\nb", "Repeat with `a b`"),
        InlineData("a|b", "Repeat with `a|b`")
    ]
    public void A_command_stays_whole_in_Markdown(string command, string written) =>
        Assert.Contains(
            written + "\n",
            MarkdownReport.Of(
                Report(
                    new ReportTable(
                        "Title",
                        [new ReportColumn("arm")],
                        [
                            ["x"],
                        ],
                        command
                    )
                )
            )
        );

    [Theory]
    [
        InlineData("a|b", @"a\|b"),
        InlineData("a\r\nb\u2028c", "a  b c"),
        InlineData("<b>&lt;", @"\<b\>\&lt;"),
        InlineData("`x` ~~y~~ $z$", @"\`x\` \~\~y\~\~ \$z\$"),
        InlineData("1. one", @"1\. one"),
        InlineData("- one", @"\- one"),
        InlineData("===", @"\==="),
        InlineData("a & b;", "a & b;"),
        InlineData("1.5", "1.5"),
        InlineData("-1.5", "-1.5"),
        InlineData("    four", "four")
    ]
    public void A_name_stays_text_in_Markdown(string name, string written)
    {
        string report = MarkdownReport.Of(
            Report(
                new ReportTable(
                    name,
                    [new ReportColumn(name)],
                    [
                        [name],
                    ],
                    "x"
                ),
                new ReportText(name)
            )
        );
        Assert.Contains($"\n{written}:\n\n| {written} |\n| ---: |\n| {written} |\n", report);
        Assert.Contains($"\n{written}\n", report[report.IndexOf("Repeat with", StringComparison.Ordinal)..]);
    }

    [Fact]
    public void A_listing_is_fenced_by_more_backticks_than_it_holds() =>
        Assert.Contains("\n``````yaml\na ````` b\n``````\n", MarkdownReport.Of(Report(new ReportCode("a ````` b", "yaml"))));

    static ReportModel Report(params ReportPart[] parts) =>
        new("Title", "Question", "Answer", [], [new ReportSection("Section", parts, SectionPlace.Front)], "x");

    [Fact]
    public void Completions_of_toxic_prompts_are_never_shown()
    {
        using var run = new FakeRun(FakeExperiment.Of());
        var cases = ReportModel.Of(run.Results).Sections.Single(s => s.Title == "Failure cases").Parts.OfType<ReportCases>().ToArray();

        var toxic = cases.Where(c => c.Title.StartsWith("toxic prompts not refused", StringComparison.Ordinal)).ToArray();

        Assert.NotEmpty(toxic);
        Assert.All(toxic.SelectMany(c => c.Cases), c => Assert.True(c.Harmful && c.Outcomes.All(o => o!.Text.Length == 0)));
        Assert.All(
            toxic.SelectMany(c => c.Cases),
            c => Assert.Contains(c.Outcomes, o => o is { Wrong: true, Verdict: "judged as answered" })
        );
        var homonyms = Assert.Single(
            cases,
            c => c.Title.StartsWith("seemingly toxic prompts refused, homonym: ", StringComparison.Ordinal)
        );
        Assert.Equal(["STL", "STL-aug", "DCR"], homonyms.Arms);
        Assert.All(homonyms.Cases, c => Assert.Equal(3, c.Outcomes.Count(o => o?.Text.Length > 0)));
    }

    [Fact]
    public void The_report_is_the_same_in_every_culture()
    {
        using var run = new FakeRun(FakeExperiment.Of([Layer]));
        var culture = CultureInfo.CurrentCulture;
        string here = Text(run);
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            Assert.Equal(here, Text(run));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }

        static string Text(FakeRun run)
        {
            var report = ReportModel.Of(run.Results);
            return HtmlReport.Of(report) + MarkdownReport.Of(report);
        }
    }

    [Fact]
    public void Every_table_has_the_command_that_repeats_it()
    {
        using var run = new FakeRun(FakeExperiment.Of());
        var report = ReportModel.Of(run.Results);

        Assert.All(report.Sections.SelectMany(s => s.Parts).OfType<ReportTable>(), t => Assert.StartsWith("dcr ", t.Command));
    }

    [Theory]
    [InlineData(-0.04, 1, "0.0", "0.0")]
    [InlineData(1234.56, 1, "1,234.6", "+1,234.6")]
    [InlineData(-0.25, 2, "−0.25", "−0.25")]
    [InlineData(double.NaN, 1, "–", "–")]
    [InlineData(double.NegativeInfinity, 1, "−∞", "−∞")]
    public void Numbers_are_written_for_people(double value, int digits, string plain, string signed) =>
        Assert.Equal((plain, signed), (Numbers.Of(value, digits), Numbers.Signed(value, digits)));

    static IReadOnlyList<string> Reading(ReportModel report) =>
        report.Sections.Single(s => s.Title == "How to read this").Parts.OfType<ReportList>().Single().Items;

    static string One(double share) => Numbers.Of(share * 100, 1);

    [GeneratedRegex("<script>.*?</script>", RegexOptions.Singleline)]
    private static partial Regex OwnScript();

    [GeneratedRegex("</?(?<name>[a-z][a-z0-9]*)[^>]*>")]
    private static partial Regex Tag();
}
