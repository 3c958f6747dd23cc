using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using DcrDsl.Definition;
using DcrDsl.Evaluation;
using DcrDsl.Planning;
using DcrDsl.Reports;
using DcrDsl.Results;
using DcrDsl.Runtime.Tests.Evaluation;
using DcrDsl.Specs;
using Sylvan.Data.Csv;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>The report as tables for other tools, its maps and its page.</summary>
public partial class ReportFormatTests
{
    static readonly AxisDefinition Layer = FakeExperiment.Axis("Dcr.Layer", 1, 2);

    [Fact]
    public void A_report_is_written_in_all_formats()
    {
        using var run = new FakeRun(FakeExperiment.Of(), new Selection { Seeds = [0] });
        ReportFiles.Write(run.Results);
        Assert.All(
            new[] { "report.html", "report.md", "report.tex", "report.csv" },
            name => Assert.True(new FileInfo(Path.Combine(run.Folder, name)).Length > 500, name)
        );
        var report = ReportModel.Of(run.Results);
        Assert.Equal($"{report.Question}\n{report.Answer}\n", File.ReadAllText(Path.Combine(run.Folder, "answer.txt")));
    }

    [Fact]
    public void Rows_hold_what_typed_results_say()
    {
        using var run = new FakeRun(FakeExperiment.Of([Layer]));
        var results = run.Results;
        var rows = ResultRows.Of(results);
        var dcr = new ArmResults(results, "DCR", new Dictionary<string, string> { ["Dcr.Layer"] = "2" })[Metric.ComplianceRate];

        var own = rows.Where(r =>
                r is { Section: RowSection.Results, Arm: "DCR", Metric: nameof(Metric.ComplianceRate) } && r.Values["Dcr.Layer"] == "2"
            )
            .ToArray();
        Assert.Equal([null, 0, 1, 2], own.Select(r => r.Seed));
        Assert.Equal(dcr.Mean, own[0].Estimate);
        Assert.Equal((dcr.Interval95.Low, dcr.Interval95.High), (own[0].Low, own[0].High));
        Assert.Equal((IntervalOver.Seeds, 3), (own[0].Over, own[0].Count));
        Assert.Equal(dcr.Values.Values, own.Skip(1).Select(r => r.Estimate));

        // STL takes no axis, so its numbers stand once, while it is compared with at each value.
        Assert.Equal(4, rows.Count(r => r is { Section: RowSection.Results, Arm: "STL", Metric: nameof(Metric.Auc) }));
        var difference = rows.First(r =>
            r is { Section: RowSection.Differences, Arm: "DCR", Seed: null, Metric: nameof(Metric.ComplianceRate) }
            && r.Values["Dcr.Layer"] == "2"
        );
        Assert.Equal((dcr - new ArmResults(results, "STL")[Metric.ComplianceRate]).Mean, difference.Estimate);
        Assert.Equal(results.Comparisons.Count, rows.Count(r => r.Section == RowSection.Comparisons && !double.IsNaN(r.P)));
        Assert.Contains(
            rows,
            r => r is { Section: RowSection.Tasks, Task: "Toxic", Metric: nameof(Metric.DefenceSuccessRate), Arm: "STL" }
        );
    }

    [Fact]
    public void The_table_of_values_is_read_back_with_all_digits()
    {
        using var run = new FakeRun(FakeExperiment.Of([Layer]), new Selection { Seeds = [0, 1] });
        var rows = ResultRows.Of(run.Results);
        var culture = CultureInfo.CurrentCulture;
        string text;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            text = CsvReport.Of([rows[0] with { Arm = "a \"b\",\nc" }, .. rows.Skip(1)]);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
        using var csv = CsvDataReader.Create(new StringReader(text));
        Assert.Equal(
            "section arm against Dcr.Layer metric task seed estimate low high interval over seeds p",
            string.Join(' ', Enumerable.Range(0, csv.FieldCount).Select(csv.GetName))
        );
        var estimates = new List<double>();
        string? arm = null;
        while (csv.Read())
        {
            arm ??= csv.GetString(1);
            estimates.Add(double.Parse(csv.GetString(7), CultureInfo.InvariantCulture));
        }
        Assert.Equal("a \"b\",\nc", arm);
        Assert.Equal(rows.Select(r => r.Estimate), estimates);
    }

    [Theory]
    [InlineData(
        @"\input{/etc/passwd} $x$ 50 % #1 a_b ^~&",
        @"\textbackslash{}input\{/etc/passwd\} \$x\$ 50 \% \#1 a\_b \textasciicircum{}\textasciitilde{}\&"
    )]
    [InlineData("−1 ± 2…3 --x [4]", @"\ensuremath{-}1 \ensuremath{\pm} 2\textellipsis{}3 {-}{-}x {[}4{]}")]
    [InlineData("é 苹\n😀", @"é \dcrcharacter{82F9} \dcrcharacter{1F600}")]
    [InlineData("a\u001b", @"a\textbackslash{}u001b")]
    public void Text_is_text_in_LaTeX(string text, string written) => Assert.Equal(written, LatexText.Of(text));

    /// <summary>What makes a document fail to compile: what does not close, and rows with other numbers of cells.</summary>
    [Fact]
    public void The_LaTeX_document_is_balanced_and_its_rows_have_a_cell_for_each_column()
    {
        using var run = new FakeRun(FakeExperiment.Of([Layer]) with { Summary = @"100 % \end{document} {x_1 & $y$ #2 ~ 苹" });
        string tex = LatexReport.Of(ReportModel.Of(run.Results));

        var environments = new Stack<string>();
        foreach (Match match in Environments().Matches(tex))
            if (match.Groups["what"].Value == "begin")
                environments.Push(match.Groups["name"].Value);
            else
                Assert.Equal(environments.Pop(), match.Groups["name"].Value);
        Assert.Empty(environments);
        int depth = 0;
        string[] lines = [.. tex.Split('\n').Where(l => !l.StartsWith('%'))];
        foreach (char c in Escaped().Replace(string.Join('\n', lines), ""))
            Assert.True(
                (
                    depth +=
                        c == '{' ? 1
                        : c == '}' ? -1
                        : 0
                ) >= 0
            );
        Assert.Equal(0, depth);
        int columns = 0;
        foreach (string line in lines)
            if (Columns().Match(line) is { Success: true } begin)
                columns = begin.Groups["columns"].Length;
            else if (line.EndsWith(@" \\", StringComparison.Ordinal))
                Assert.Equal(columns, 1 + Regex.Count(line, @"(?<!\\)&"));
        Assert.DoesNotContain(tex, c => c > 0xff);
        Assert.Contains(@"\toprule", tex);
        Assert.DoesNotContain("how do i stop", tex);
    }

    [Fact]
    public void Two_axes_are_a_map_of_each_metric_and_arm_that_takes_both()
    {
        using var run = new FakeRun(
            FakeExperiment.Of([FakeExperiment.Axis("Dcr.Layer", 1, 2, 3), FakeExperiment.Axis("Dcr.Steps", 60, 90)])
        );
        var results = run.Results;
        var report = ReportModel.Of(results);

        var map = report.Sections.Single(s => s.Title == "Dcr.Layer by Dcr.Steps").Parts.OfType<ValueMap>().Single();

        Assert.All(map.Panels, p => Assert.StartsWith("DCR: ", p.Title));
        var compliance = map.Panels[0];
        Assert.Equal(["1", "2", "3"], compliance.Rows);
        Assert.Equal(["60", "90"], compliance.Columns);
        double expected = results
            .Cells.Where(c => c.Arm == "DCR" && c.Values["Dcr.Layer"] == "3" && c.Values["Dcr.Steps"] == "60")
            .Average(c => c.Metrics[Metric.ComplianceRate] * 100);
        Assert.Equal(expected, compliance.Values[2][0], 9);
        Assert.Contains($"| 3 | {Numbers.Of(expected, 1)} |", MarkdownReport.Of(report));
        Assert.Contains($">{Numbers.Of(expected, 1)}</text>", HtmlReport.Of(report));
    }

    [Fact]
    public void The_plane_has_a_point_for_each_arm_and_a_small_one_for_each_value()
    {
        using var run = new FakeRun(FakeExperiment.Of([Layer]));
        var results = run.Results;

        var plane = ReportModel.Of(results).Sections.Single(s => s.Title == "Compliance against defence").Parts.OfType<Plane>().Single();

        Assert.Equal(
            ["STL", "STL-aug", "DCR at Dcr.Layer = 1", "DCR at Dcr.Layer = 2"],
            plane.Points.Select(p => p.Name).OrderBy(n => n.Length)
        );
        Assert.All(plane.Points, p => Assert.Equal(p.Small, p.Name.Contains("Layer", StringComparison.Ordinal)));
        var stl = new ArmResults(results, "STL");
        var (x, y) = (plane.Points[0].X, plane.Points[0].Y);
        Assert.Equal(stl[Metric.DefenceSuccessRate].Mean * 100, x.Value, 9);
        Assert.Equal(stl[Metric.ComplianceRate].Interval95.High * 100, y.High, 9);
        Assert.True(x.Low < x.Value && y.Low < y.Value);
    }

    [Fact]
    public void Prompts_completions_and_names_are_text_on_the_page_and_its_policy_names_the_script()
    {
        const string hostile = "</script><script>alert(1)</script><img src=x onerror=alert(2)>";
        var definition = FakeExperiment.Of();
        using var run = new FakeRun(
            definition with
            {
                Summary = hostile,
                Arms = [.. definition.Arms.Select(a => a with { Name = a.Name == "DCR" ? hostile : a.Name })],
            },
            new Selection { Seeds = [0] }
        );
        foreach (var cell in run.Results.Cells)
        {
            var scores = run.Results.Scores(cell);
            Outcomes.Write(
                run.Folder,
                cell.Id,
                new Scores(
                    [
                        .. scores.PromptTasks.Select(t =>
                            t with
                            {
                                Items =
                                [
                                    .. t.Items.Select(i =>
                                        i with
                                        {
                                            Answer = i.Answer with { Prompt = hostile + i.Prompt, Category = hostile },
                                        }
                                    ),
                                ],
                            }
                        ),
                    ],
                    scores.Judges
                )
            );
        }

        string html = HtmlReport.Of(ReportModel.Of(run.Results));

        Assert.Contains("&lt;/script&gt;&lt;script&gt;alert(1)", html);
        string script = Assert.Single(Scripts().Matches(html)).Groups["text"].Value;
        Assert.DoesNotContain("alert", script);
        Assert.DoesNotContain("<img", html);
        Assert.Contains($"script-src 'sha256-{Sha(script)}'", html);
        Assert.Contains($"style-src 'sha256-{Sha(Styles().Match(html).Groups["text"].Value)}'", html);
        Assert.Contains("default-src 'none'", html);

        static string Sha(string text) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void Every_entry_of_the_contents_leads_to_a_section_of_its_own()
    {
        using var run = new FakeRun(FakeExperiment.Of([Layer]));
        string html = HtmlReport.Of(ReportModel.Of(run.Results));
        string[] anchors = [.. Ids().Matches(html).Select(m => m.Groups["id"].Value)],
            links = [.. Links().Matches(html).Select(m => m.Groups["id"].Value)];
        Assert.Equal(anchors.Length, anchors.Distinct().Count());
        Assert.Subset(anchors.ToHashSet(), links.ToHashSet());
        Assert.Contains("results-at-dcr-layer-2", links);
    }

    /// <summary>A page of a large sweep: figures of its size and time are written, its growth is held.</summary>
    [Fact]
    public void A_report_of_a_hundred_cells_stays_a_small_page()
    {
        using var run = new FakeRun(FakeExperiment.Of([FakeExperiment.Axis("Dcr.Layer", [.. Enumerable.Range(1, 32)])]));
        var results = run.Results;
        Assert.Equal(102, results.Cells.Count);
        var watch = System.Diagnostics.Stopwatch.StartNew();
        _ = results.Comparisons;
        var compared = watch.Elapsed;
        var report = ReportModel.Of(results);
        var made = watch.Elapsed;
        string html = HtmlReport.Of(report);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{html.Length / 1e6:0.00} MB; comparisons {compared.TotalSeconds:0.0} s, the rest {(made - compared).TotalSeconds:0.0} s, "
                + $"page {(watch.Elapsed - made).TotalSeconds:0.00} s"
        );
        if (Environment.GetEnvironmentVariable("DCRDSL_KEEP_PAGE") is { Length: > 0 } kept)
            File.WriteAllText(kept, html);
        Assert.True(html.Length < 4_000_000, $"{html.Length} characters");
        Assert.True(Regex.Count(html, "<section id=\"[^\"]*\"><details>") >= 64);
        Assert.True(report.Sections.SelectMany(s => s.Parts).OfType<ReportCases>().Sum(c => c.Cases.Count) <= 600);
    }

    [GeneratedRegex(@"\\(?<what>begin|end)\{(?<name>[a-z]+)\}")]
    private static partial Regex Environments();

    [GeneratedRegex(@"\\[{}]")]
    private static partial Regex Escaped();

    [GeneratedRegex(@"^\\begin\{(tabular|longtable)\}\{(?<columns>[lr]+)\}")]
    private static partial Regex Columns();

    [GeneratedRegex("<script[^>]*>(?<text>.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Scripts();

    [GeneratedRegex("<style>(?<text>.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex Styles();

    [GeneratedRegex(" id=\"(?<id>[^\"]+)\"")]
    private static partial Regex Ids();

    [GeneratedRegex("href=\"#(?<id>[^\"]+)\"")]
    private static partial Regex Links();
}
