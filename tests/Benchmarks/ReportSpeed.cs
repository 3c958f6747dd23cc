using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DcrDsl.Data;
using DcrDsl.Definition;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Measures;
using DcrDsl.Reports;
using DcrDsl.Results;
using DcrDsl.Specs;

namespace DcrDsl.Benchmarks;

/// <summary>
/// How long the report of a large run takes, section by section: <c>report [VALUES [SEEDS [PROMPTS]]]</c>. The run is made up: an arm at so
/// many values of an axis beside a reference, with so many prompts of each class (32, 3 and 120, which is 99 cells).
/// </summary>
static class ReportSpeed
{
    static readonly Metric[] Metrics =
    [
        .. MetricTable
            .Rows.Where(r => r.Needs is { Score: ScoreMeaning.None, NeedsIndirect: false, NeedsPairs: false })
            .Select(r => r.Metric),
    ];

    public static int Run(string[] settings)
    {
        int values = Setting(0, 32),
            seeds = Setting(1, 3),
            prompts = Setting(2, 120);
        string folder = Directory.CreateTempSubdirectory("dcrdsl").FullName;
        try
        {
            Write(folder, values, seeds, prompts);
            Sections(RunResults.Load(folder));
            Whole(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        return 0;

        int Setting(int place, int otherwise) =>
            settings.Length > place ? int.Parse(settings[place], CultureInfo.InvariantCulture) : otherwise;
    }

    /// <summary>A report as <c>report RUN</c> makes it, with everything compiled already.</summary>
    static void Whole(string folder)
    {
        var watch = Stopwatch.StartNew();
        var run = RunResults.Load(folder);
        Tell("loading", watch);
        var report = ReportModel.Of(run);
        Tell("the model", watch);
        string html = HtmlReport.Of(report);
        Tell("its page", watch);
        _ = MarkdownReport.Of(report).Length + LatexReport.Of(report).Length + CsvReport.Of(report.Rows).Length;
        Tell("Markdown, LaTeX, CSV", watch);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{run.Cells.Count} cells, {html.Length / 1e6:0.0} MB"));
    }

    static void Sections(RunResults run)
    {
        Console.WriteLine("   clock  processor");
        processor = Process.GetCurrentProcess().TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        run.ReadScores();
        Tell("reading answers and verdicts", watch);
        var blocks = ReportBlock.Of(run);
        Tell("blocks", watch);
        (ReportBlock Block, PromptIntervals? Prompts)[] measured = [.. blocks.Select(b => (b, PromptIntervals.Of(run, b)))];
        Tell("intervals over prompts", watch);
        _ = run.Comparisons;
        Tell("comparisons", watch);
        One("along axes", AxisSection.Of(run));
        One("plane", PlaneSection.Of(run, measured));
        One("results", measured.SelectMany(m => ResultSections.Of(run, m.Block, m.Prompts)));
        One("prompts", measured.SelectMany(m => PromptSection.Of(run, m.Block, m.Prompts)));
        One("section Comparisons", ComparisonSection.Of(run));
        One("attacks", blocks.SelectMany(b => AttackSection.Of(run, b)));
        One("ability", blocks.SelectMany(b => AbilitySection.Of(run, b)));
        One("leakage", LeakageSection.Of(run, blocks));
        One("how to read", [ReadingSection.Of(run, blocks)]);
        One("tasks", blocks.SelectMany(b => TaskSection.Of(run, b)));
        One("refusals by kind", blocks.SelectMany(b => RefusalKindSection.Of(run, b)));
        One("judges", blocks.SelectMany(b => JudgeSection.Of(run, b)));
        One("labels", CalibrationSection.Of(run, blocks));
        One("verdict by verdict", VerdictSection.Of(run));
        One("by category", blocks.SelectMany(b => CategorySection.Of(run, b)));
        One("cases", blocks.SelectMany(b => CaseSection.Of(run, b, blocks.Count)));
        One("cost", CostSection.Of(run));
        One("training", TrainingSection.Of(run));
        One("the answer", [new ReportSection(AnswerSentence.Of(run, blocks), [])]);
        _ = ResultRows.Of(run, measured);
        Tell("rows", watch);

        void One(string name, IEnumerable<ReportSection> sections)
        {
            _ = sections.Sum(s => s.Parts.Count);
            Tell(name, watch);
        }
    }

    // What other work on the machine does not change.
    static TimeSpan processor;

    static void Tell(string what, Stopwatch watch)
    {
        var used = Process.GetCurrentProcess().TotalProcessorTime;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{watch.Elapsed.TotalSeconds, 8:0.00} s {(used - processor).TotalSeconds, 8:0.00} s  {what}"
            )
        );
        processor = used;
        watch.Restart();
    }

    static void Write(string folder, int values, int seeds, int prompts)
    {
        const string axis = "Dcr.Layer";
        Directory.CreateDirectory(Path.Combine(folder, RunFiles.Completions));
        Directory.CreateDirectory(Path.Combine(folder, RunFiles.Verdicts));
        var cells = new List<CellRecord>();
        for (int seed = 0; seed < seeds; seed++)
        {
            Add("STL", [], seed, 0.3);
            for (int value = 1; value <= values; value++)
                Add("DCR", new() { [axis] = value.ToString(CultureInfo.InvariantCulture) }, seed, 0.3 + 0.3 * value / values);
        }
        var experiment = new ExperimentRecord(
            "large",
            "How long does a report take?",
            "Large.cs",
            "dcr run large",
            "dcr report large",
            "/home/user",
            new EnvironmentRecord("0", "none", "cpu", 2, "here"),
            [Arm("STL", ArmRole.Reference), Arm("DCR", ArmRole.Subject, axis)],
            [new AxisRecord(axis, [.. Enumerable.Range(1, values).Select(v => v.ToString(CultureInfo.InvariantCulture))])],
            [.. Enumerable.Range(0, seeds)],
            Metrics,
            0.95,
            [.. cells.Select(c => c.Id)],
            ""
        );
        File.WriteAllText(
            Path.Combine(folder, RunFiles.Experiment),
            JsonSerializer.Serialize(experiment, RunRecordsJson.Default.ExperimentRecord)
        );
        File.WriteAllLines(
            Path.Combine(folder, RunFiles.Cells),
            cells.Select(c => JsonSerializer.Serialize(c, RunRecordsJson.Default.CellRecord))
        );
        File.WriteAllText(Path.Combine(folder, RunFiles.StageRuns), "");
        File.WriteAllText(Path.Combine(folder, RunFiles.Failures), "");

        void Add(string arm, OrderedDictionary<string, string> at, int seed, double compliance)
        {
            string id = string.Join('-', [arm, .. at.Values, seed.ToString(CultureInfo.InvariantCulture)]);
            var scores = Scores(id, compliance, prompts);
            AnswersFile.Write(RunFiles.CompletionsOf(folder, id), scores.Answers);
            VerdictsFile.Write(RunFiles.VerdictsOf(folder, id), scores);
            cells.Add(new CellRecord(id, arm, at, seed, Measured.Of(scores, Metrics, 0.95), []));
        }
    }

    static ArmRecord Arm(string name, ArmRole role, params string[] axes) =>
        new(name, name, "", [new StageRecord("Score", "Score", "evaluation", StageResult.Scores, axes)], role);

    static Scores Scores(string cell, double compliance, int prompts)
    {
        var random = new RandomStream(1, "speed." + cell);
        return new Scores(
            [
                Task("SeeminglyToxic", PromptClass.SeeminglyToxic, 1 - compliance),
                Task("Toxic", PromptClass.Toxic, 0.95),
                Task("General", PromptClass.General, 0.02),
            ],
            [new JudgeIdentity("Fake", "1"), new JudgeIdentity("Other", "1")]
        );

        PromptTaskOutcome Task(string name, PromptClass promptClass, double refusals) =>
            new(
                name,
                promptClass,
                [.. Enumerable.Range(0, prompts).Select(i => Item(name, promptClass, i, random.NextDouble() < refusals))]
            );

        PromptOutcome Item(string name, PromptClass promptClass, int i, bool refused)
        {
            bool general = promptClass == PromptClass.General;
            double probability = refused ? 0.5 + 0.5 * random.NextDouble() : 0.5 * random.NextDouble();
            string completion = refused ? "sorry , i can not help with that ." : "sure , open the terminal and type one line .";
            var verdict = refused ? Verdict.Refuses : Verdict.Complies;
            return new(
                new PromptAnswer(
                    FormattableString.Invariant($"how do i stop {name} thing {i} ?"),
                    promptClass,
                    general ? "" : FormattableString.Invariant($"category {i % 8}"),
                    general ? completion : null,
                    new Completion(completion, [7, 4], StopReason.StopToken, 5)
                )
                {
                    Correct = general ? !refused : null,
                    Probes = general
                        ? [new("RefusalProbability", probability), new("ReferenceLoss", 0.2 + random.NextDouble())]
                        : [new("RefusalProbability", probability)],
                },
                [verdict, random.NextDouble() < 0.03 ? Verdict.Complies : verdict]
            );
        }
    }
}
