using System.Text.Json;
using System.Text.Json.Nodes;
using DcrDsl.Definition;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Judging.Asking;
using DcrDsl.Evaluation.Preferring;
using DcrDsl.Execution;
using DcrDsl.FileSystem;
using DcrDsl.Reports;
using DcrDsl.Results;
using DcrDsl.Runtime.Tests.Evaluation.Asking;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>Completions are compared with a reference's answers, from the declaration in a run's folder to the report.</summary>
public sealed class WinRateTests : IDisposable
{
    static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    readonly string root = Directory.CreateTempSubdirectory("dcrdsl").FullName;

    [Fact]
    public async Task Answers_of_a_file_are_the_reference()
    {
        using var run = Run(Against("an answer of the file", Preferring.TheLonger));
        var done = (await WinRates.Of(run.Results, Place, Stop))!;
        var after = run.Results;
        Assert.Equal("answers.jsonl", done.Against);
        Assert.StartsWith("pairs after MT-Bench, by people (rubric ", done.Judge, StringComparison.Ordinal);
        Assert.Empty(done.Notes);
        Assert.Equal(9 * 120, done.Asked.Questions);
        Assert.Equal(2 * 9 * 120, done.Asked.Requests);
        foreach (var cell in after.Cells)
        {
            // All completions are longer than the file's answers.
            Assert.Equal(1, cell.Metrics[Metric.WinRate]);
            Assert.All(after.Scores(cell).Preferences, p => Assert.True(p is { Wins: true, Turns: false, ReferenceLength: 21 }));
        }
        // The other numbers are what they were, and what was judged is judged the same.
        Assert.Equal(FakeExperiment.Metrics, after.Cells[0].Metrics.Keys.Except([Metric.WinRate, Metric.LengthControlledWinRate]));
        string report = MarkdownReport.Of(ReportModel.Of(after));
        Assert.Contains("## Win rate", report, StringComparison.Ordinal);
        Assert.Contains("1,080 pairs asked about", report, StringComparison.Ordinal);

        // Judged again, by another judge, the preferences stay.
        await JudgedAgain.Of(after, ["RefusalJudges.JailbreakBench"], Stop);
        Assert.All(run.Results.Cells, c => Assert.Equal(1, c.Metrics[Metric.WinRate]));
        var without = run.Results.Scores(run.Results.Cells[0]).By(1);
        Assert.Equal(1, without.WinRate);
    }

    [Fact]
    public async Task An_arm_is_the_reference_at_the_same_seed()
    {
        using var run = Run(spec: With(Preferring.TheLonger) with { Against = "STL" });
        var done = (await WinRates.Of(run.Results, Place, Stop))!;
        var after = run.Results;
        Assert.Equal("STL", done.Against);
        foreach (var cell in after.Cells)
        {
            var own = after.Scores(cell).Of(PromptClass.General).Select(i => i.Completion.Length);
            var other = after
                .Scores(after.Cells.Single(c => c.Arm == "STL" && c.Seed == cell.Seed))
                .Of(PromptClass.General)
                .Select(i => i.Completion.Length);
            double expected = own.Zip(
                    other,
                    (a, b) =>
                        a > b ? 1
                        : a < b ? 0
                        : 0.5
                )
                .Average();
            Assert.Equal(expected, cell.Metrics[Metric.WinRate], 1e-12);
        }
        // An arm beside itself is no better and no worse, and nobody is asked.
        Assert.All(after.Cells.Where(c => c.Arm == "STL"), c => Assert.Equal(0.5, c.Metrics[Metric.WinRate]));
        Assert.All(after.Cells.Where(c => c.Arm == "STL"), c => Assert.Equal(0, after.PreferredBy(c)!.Account.Questions));

        // It is compared over seeds and prompts as other metrics are: against the reference that is against half.
        var compared = after.Compare("DCR", "STL", Metric.WinRate);
        Assert.Equal(120, compared.Prompts);
        Assert.Equal(after.Cells.Where(c => c.Arm == "DCR").Average(c => c.Metrics[Metric.WinRate]) - 0.5, compared.Difference, 1e-12);
        Assert.True(compared.Interval95.Low < compared.Difference && compared.Difference < compared.Interval95.High);
    }

    /// <summary>An arm without an axis has no single counterpart among the reference's cells: it is told, and nothing is guessed.</summary>
    [Fact]
    public async Task A_reference_that_takes_more_axes_is_none()
    {
        using var run = Run(With(Preferring.TheLonger) with { Against = "DCR" }, [FakeExperiment.Axis("Dcr.Layer", 1, 2)]);
        var done = (await WinRates.Of(run.Results, Place, Stop))!;
        var after = run.Results;
        Assert.All(after.Cells, c => Assert.Equal(c.Arm == "DCR", c.Metrics.ContainsKey(Metric.WinRate)));
        Assert.Equal(after.Cells.Count(c => c.Arm != "DCR"), done.Notes.Count);
        Assert.All(
            done.Notes,
            note =>
                Assert.EndsWith(
                    "does not take, so that none is its reference: name another arm in Against.",
                    note,
                    StringComparison.Ordinal
                )
        );
    }

    [Fact]
    public async Task What_stands_first_may_be_preferred_for_it()
    {
        using var run = Run(Against("an answer of the file", Preferring.TheFirst));
        await WinRates.Of(run.Results, Place, Stop);
        var after = run.Results;
        var pairs = after.Cells.SelectMany(c => after.Scores(c).Preferences).ToList();
        Assert.All(pairs, p => Assert.True(p is { Turns: true, FirstPlace: 1, Value: 0.5, Wins: false, Loses: false }));
        var table = Assert.Single(ReportModel.Of(after).Sections.Single(s => s.Title == "Win rate").Parts.OfType<ReportTable>());
        int turned = table.Columns.Index().Single(c => c.Item.Head == "turned, %").Index;
        Assert.All(table.Rows, row => Assert.Equal(("100.0", "+100.0"), (row[turned].Text, row[turned + 1].Text)));
    }

    [Fact]
    public async Task Answers_that_cannot_be_read_are_left_out_and_counted()
    {
        using var run = Run(
            Against("an answer of the file", (first, second) => first.StartsWith("sure", StringComparison.Ordinal) ? "?" : "[[B]]")
        );
        var done = (await WinRates.Of(run.Results, Place, Stop))!;
        var after = run.Results;
        int read = after.Cells.Sum(c => after.Scores(c).Preferences.Count);
        Assert.Equal(9 * 120 - read, done.Asked.Undecided);
        Assert.InRange(read, 1, 9 * 120 / 2);
        Assert.Contains("they are left out", MarkdownReport.Of(ReportModel.Of(after)), StringComparison.Ordinal);
    }

    /// <summary>An address is asked once for each pair and order; asked again, everything is known.</summary>
    [Fact]
    public async Task Answers_of_an_address_are_kept()
    {
        using var server = new JudgeServer(_ => JudgeReply.Of("Both are fine. [[C]]"));
        using var run = Run(
            With(Preferring.TheFirst) with
            {
                Answers = AnswersOf("an answer of the file"),
                Backend = new OpenAICompatible { Address = server.Address, Model = "judge" },
            }
        );
        var first = (await WinRates.Of(run.Results, Place, Stop))!;
        Assert.Equal(server.Requests.Count, first.Asked.Requests);
        string before = File.ReadAllText(Path.Combine(run.Folder, RunFiles.Cells));
        var again = (await WinRates.Of(run.Results, Place, Stop))!;
        Assert.Equal((0, 2 * 9 * 120), (again.Asked.Requests, again.Asked.Kept));
        Assert.Equal(before, File.ReadAllText(Path.Combine(run.Folder, RunFiles.Cells)));
        Assert.All(run.Results.Cells, c => Assert.Equal(0.5, c.Metrics[Metric.WinRate]));
    }

    [Fact]
    public async Task What_cannot_be_compared_is_told_and_changes_nothing()
    {
        await Told(
            "There is no arm",
            "the arm 'STX', which the run lacks. Did you mean STL?",
            With(Preferring.TheFirst) with
            {
                Against = "STX",
            }
        );
        await Told(
            "no answer",
            "no answer to a prompt of General (\"how do i stop general thing 0 ?\")",
            Against("x", Preferring.TheFirst, prompts: 0)
        );
        await Told(
            "recorded",
            "has no answer to a completion that is to be judged",
            Against("another one", Preferring.TheFirst, recorded: "x")
        );

        async Task Told(string what, string sentence, WinRate spec)
        {
            using var run = Run(spec);
            string before = File.ReadAllText(Path.Combine(run.Folder, RunFiles.Cells));
            var told = await Assert.ThrowsAsync<InputException>(() => WinRates.Of(run.Results, Place, Stop));
            Assert.True(told.Message.Contains(sentence, StringComparison.Ordinal), $"{what}: {told.Message}");
            Assert.Equal(before, File.ReadAllText(Path.Combine(run.Folder, RunFiles.Cells)));
            Assert.All(run.Results.Cells, c => Assert.DoesNotContain(Metric.WinRate, c.Metrics.Keys));
        }
    }

    [Fact]
    public async Task A_damaged_file_is_told_with_its_line()
    {
        using var run = Run(Against("an answer of the file", Preferring.TheLonger));
        await WinRates.Of(run.Results, Place, Stop);
        var cell = run.Results.Cells[0];
        string file = RunFiles.PreferencesOf(run.Folder, cell.Id);
        string[] lines = File.ReadAllLines(file);
        foreach (
            var (content, sentence) in new (string[], string)[]
            {
                (lines[..^1], "line 121: here the preference on prompt 119 of the task 'General' should stand"),
                ([.. lines, lines[^1]], "line 122: there are preferences on more prompts than were answered"),
                ([lines[0].Replace("\"format\":1", "\"format\":9", StringComparison.Ordinal), .. lines[1..]], "its format is 9"),
                ([lines[0], "{", .. lines[2..]], "line 2: this is not a line that DcrDsl wrote"),
            }
        )
        {
            File.WriteAllLines(file, content);
            Assert.Contains(sentence, Assert.Throws<InputException>(() => run.Results.Scores(cell)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_run_that_declares_none_asks_nobody()
    {
        using var run = new FakeRun(FakeExperiment.Of());
        Assert.Null(await WinRates.Of(run.Results, Place, Stop));
        Assert.DoesNotContain(ReportModel.Of(run.Results).Sections, s => s.Title == "Win rate");
    }

    [Fact]
    public async Task Nobody_is_asked_where_one_says_nothing_or_both_the_same()
    {
        var judge = new PairJudge(Against("x", Preferring.TheFirst), Place);
        Assert.Equal(0.5, (await judge.Prefer("p", "same", "<think>?</think> same ", Stop))!.Value);
        Assert.Equal(0, (await judge.Prefer("p", "<think>only", "text", Stop))!.Value);
        Assert.Equal(1, (await judge.Prefer("p", "text", " ", Stop))!.Value);
        Assert.Equal(0.5, (await judge.Prefer("p", "", "<think>only", Stop))!.Value);
        Assert.Equal(new(0.5, 0.5, 4, 4, false), (await judge.Prefer("p", "same", "<think>?</think> same ", Stop))!);
        Assert.Equal(0, judge.Account.Questions);
    }

    [Fact]
    public void A_declaration_comes_back_from_what_is_stored_with_its_paths()
    {
        var declared = With(Preferring.TheFirst) with { Answers = "{data}/answers.jsonl" };
        var stored = (JsonObject)StoredRecord.Written(declared, path => path.Replace("{data}", "here", StringComparison.Ordinal))!;
        Assert.Equal(declared with { Answers = "here/answers.jsonl" }, StoredRecord.Read<WinRate>(stored));
    }

    JudgingPlace Place => new() { Answers = JudgeAnswers.Of(Path.Combine(root, "store"), Disk.Real, _ => { }) };

    static FakeRun Run(WinRate spec, IReadOnlyList<AxisDefinition>? axes = null) =>
        new(FakeExperiment.Of(axes), described: d => d with { WinRate = (JsonObject)StoredRecord.Written(spec)! });

    WinRate With(Func<string, string, string> preferring, string? other = null)
    {
        // What FakeScores has models say, and what a file says.
        string[] said =
        [
            "sorry , i can not help with that .",
            "sure , open the terminal and type one line .",
            .. other is null ? [] : new[] { other },
        ];
        string path = Path.Combine(root, "recorded.jsonl");
        File.WriteAllLines(
            path,
            from i in Enumerable.Range(0, 120)
            from first in said
            from second in said
            where first != second
            select JsonSerializer.Serialize(
                new
                {
                    prompt = Prompt(i),
                    first,
                    second,
                    answer = preferring(first, second),
                }
            )
        );
        return new()
        {
            Backend = new RecordedAnswers { Path = path, Model = "people" },
        };
    }

    WinRate Against(string answer, Func<string, string, string> preferring, int prompts = 120, string? recorded = null) =>
        With(preferring, recorded ?? answer) with
        {
            Answers = AnswersOf(answer, prompts),
        };

    string AnswersOf(string answer, int prompts = 120)
    {
        string path = Path.Combine(root, "answers.jsonl");
        File.WriteAllLines(
            path,
            Enumerable
                .Range(0, prompts)
                .Select(i => JsonSerializer.Serialize(new { prompt = Prompt(i), answer }))
                .DefaultIfEmpty("""{"prompt":"another","answer":"x"}""")
        );
        return path;
    }

    static string Prompt(int i) => FormattableString.Invariant($"how do i stop general thing {i} ?");

    public void Dispose() => Directory.Delete(root, recursive: true);

    static class Preferring
    {
        public static string TheLonger(string first, string second) => first.Length > second.Length ? "[[A]]" : "[[B]]";

        public static string TheFirst(string first, string second) => "[[A]]";
    }
}
