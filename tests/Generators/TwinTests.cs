using System.Text.RegularExpressions;

namespace DcrDsl.Generators.Tests;

/// <summary>A C# experiment and its YAML twin are one spec, so they generate the same stage methods.</summary>
public class TwinTests
{
    public static TheoryData<string, string, string> Twins =>
        new()
        {
            { "the defaults", Declaration.CSharp(), Declaration.Yaml() },
            {
                "what a report concludes",
                Declaration.CSharp(
                    score: """
                    new()
                    {
                        Tasks = [ToyWorld.SeeminglyToxic, ToyWorld.Toxic],
                        Inference = new Inference
                        {
                            Family = new ComparisonFamily
                            {
                                Pairs = ArmPairs.All, Arms = ["STL", "DCR"], Metrics = [Metric.ComplianceRate, Metric.Auc],
                            },
                            Correction = Correction.BenjaminiHochberg, Margin = 0.03, Clusters = "category", Difference = 0.1, Power = 0.9,
                            Resamples = 500,
                        },
                    }
                    """
                ),
                Declaration.Yaml(
                    score: "{ type: EvaluationGrid, tasks: [ToyWorld.SeeminglyToxic, ToyWorld.Toxic], inference: { family: { pairs: All, "
                        + "arms: [STL, DCR], metrics: [ComplianceRate, Auc] }, correction: BenjaminiHochberg, margin: 0.03, clusters: "
                        + "category, difference: 0.1, power: 0.9, resamples: 500 } }"
                )
            },
            {
                "stages that are watched",
                Declaration.CSharp(
                    dcr: """
                    new()
                    {
                        SeeminglyToxic = ToyWorld.RefinementSeeminglyToxic, Toxic = ToyWorld.RefinementToxic,
                        Watch = [new Separability { SeeminglyToxic = ToyWorld.WatchedSeeminglyToxic, Toxic = ToyWorld.WatchedToxic,
                            Layers = [1, 2], Pooling = Pooling.Mean }],
                    }
                    """,
                    align: """
                    new()
                    {
                        General = ToyWorld.AlignmentGeneral, Refusals = ToyWorld.AlignmentRefusals,
                        Watch = [new RefusalAlong { Every = 20, SeeminglyToxic = ToyWorld.WatchedSeeminglyToxic,
                            Toxic = ToyWorld.WatchedToxic, General = ToyWorld.WatchedGeneral }],
                    }
                    """
                ),
                Declaration.Yaml(
                    dcr: "{ type: ContrastiveRefinement, seeminglyToxic: ToyWorld.RefinementSeeminglyToxic, toxic: "
                        + "ToyWorld.RefinementToxic, watch: [{ type: Separability, seeminglyToxic: ToyWorld.WatchedSeeminglyToxic, toxic: "
                        + "ToyWorld.WatchedToxic, layers: [1, 2], pooling: Mean }] }",
                    align: "{ type: SupervisedFineTuning, general: ToyWorld.AlignmentGeneral, refusals: ToyWorld.AlignmentRefusals, watch: "
                        + "[{ type: RefusalAlong, every: 20, seeminglyToxic: ToyWorld.WatchedSeeminglyToxic, toxic: ToyWorld.WatchedToxic, "
                        + "general: ToyWorld.WatchedGeneral }] }"
                )
            },
            {
                "variants, a control, a sweep and an order",
                Declaration.CSharp(
                    arms: """
                    [Arm("DCR")] public static Test Full => new();
                    [Arm("STL-aug")] public static Test Aug =>
                        new() { Dcr = ContrastiveRefinement.None, Align = Full.Align with { Augmentation = ToyWorld.Augmentation } };
                    [Arm("random labels")] public static Test Random =>
                        Full with { Dcr = Full.Dcr with { Labels = PairLabels.Random, Schedule = new Linear { Warmup = 3 } } };
                    [Arm("late", Order = ["Learn", "Align", "Dcr", "Score"])] public static Test Late =>
                        Full with { Dcr = Full.Dcr with { Pooling = Pooling.Mean, ClipNorm = null } };
                    """,
                    rest: "[Sweep(\"Dcr.Objective.Margin\")] public static double[] Margins => [0.25, 0.4];"
                ),
                Declaration.Yaml(
                    arms: """

                      DCR:
                      STL-aug: { Dcr: none, Align: { augmentation: ToyWorld.Augmentation } }
                      random labels: { from: DCR, Dcr: { labels: Random, schedule: { type: Linear, warmup: 3 } } }
                      late: { order: [Learn, Align, Dcr, Score], Dcr: { pooling: Mean, clipNorm: none } }
                    """,
                    rest: "sweep: { Dcr.objective.margin: [0.25, 0.4] }"
                )
            },
            {
                "a judge left out, and ways to compare answers",
                Declaration.CSharp(
                    score: """
                    new() { Tasks =
                    [
                        ToyWorld.General,
                        new PromptTask { Name = "Sums", Prompts = new PromptFile { Path = "a.csv", ResponseColumn = "r" },
                            Comparison = new SameNumber { Place = NumberPlace.Last } },
                        new PromptTask { Name = "Cities", Prompts = new PromptFile { Path = "b.csv", ResponseColumn = "r" },
                            Comparison = new ExactMatch { IgnoreCase = false, RegexesToIgnore = ["(?s).*#### "] } },
                        new PromptTask { Name = "Files", Prompts = new PromptFile { Path = "c.csv", ResponseColumn = "r" } },
                    ] }
                    """
                ),
                Declaration.Yaml(
                    score: """
                    { type: EvaluationGrid, judge: none, tasks: [
                        ToyWorld.General,
                        { name: Sums, prompts: { type: PromptFile, path: a.csv, responseColumn: r },
                            comparison: { type: SameNumber, place: Last } },
                        { name: Cities, prompts: { type: PromptFile, path: b.csv, responseColumn: r },
                            comparison: { type: ExactMatch, ignoreCase: false, regexesToIgnore: ["(?s).*#### "] } },
                        { name: Files, prompts: { type: PromptFile, path: c.csv, responseColumn: r } },
                      ] }
                    """
                )
            },
            {
                "attacks, one upon the other, on some tasks, and a swept one",
                Declaration.CSharp(
                    score: """
                    new() { Tasks = [ToyWorld.SeeminglyToxic, ToyWorld.Toxic, ToyWorld.General], Attacks =
                    [
                        new PrefixInjection(),
                        new Base64 { Tasks = ["Toxic"] },
                        new RolePlay { Name = "Play", Text = "in a play : {prompt}" },
                        new Combination { Steps = [new RefusalSuppression(), new Suffix { Path = "{data}/s.txt", Line = 2 }] },
                        new ManyShot { Path = "{data}/p.csv", Shots = 8, ResponseColumn = "a" },
                        new Translated { Path = "{data}/t.csv", Language = "Zulu" },
                    ] }
                    """,
                    rest: "[Sweep(\"Score.Attacks.ManyShot.Shots\")] public static int[] Shots => [4, 16];"
                ),
                Declaration.Yaml(
                    score: """
                    { type: EvaluationGrid, tasks: [ToyWorld.SeeminglyToxic, ToyWorld.Toxic, ToyWorld.General], attacks: [
                        PrefixInjection,
                        { type: Base64, tasks: [Toxic] },
                        { type: RolePlay, name: Play, text: "in a play : {prompt}" },
                        { type: Combination, steps: [RefusalSuppression, { type: Suffix, path: "{data}/s.txt", line: 2 }] },
                        { type: ManyShot, path: "{data}/p.csv", shots: 8, responseColumn: a },
                        { type: Translated, path: "{data}/t.csv", language: Zulu },
                      ] }
                    """,
                    rest: "sweep: { Score.attacks.ManyShot.shots: [4, 16] }"
                )
            },
            {
                "a low-rank adapter",
                Declaration.CSharp(
                    align: "new() { General = ToyWorld.AlignmentGeneral, Refusals = ToyWorld.AlignmentRefusals, Adapter = new Lora { "
                        + "Rank = 4, Alpha = 8, Dropout = 0.05, Targets = [\"q_proj\", \"lm_head\"], Layers = [1, 2] } }",
                    rest: "[Sweep(\"Align.Adapter.Rank\")] public static int[] Ranks => [2, 4];"
                ),
                Declaration.Yaml(
                    align: "{ type: SupervisedFineTuning, general: ToyWorld.AlignmentGeneral, refusals: ToyWorld.AlignmentRefusals, "
                        + "adapter: { type: Lora, rank: 4, alpha: 8, dropout: 0.05, targets: [q_proj, lm_head], layers: [1, 2] } }",
                    rest: "sweep: { Align.adapter.rank: [2, 4] }"
                )
            },
            {
                "options that few experiments set",
                Declaration.CSharp(
                    learn: "new() { Data = ToyWorld.Pretraining, GradientNorm = GradientNorm.L1, Schedule = new Cosine { Cycles = 1.5 }, "
                        + "Optimiser = new AdamW { Amsgrad = true, DecayNormsAndBiases = false, "
                        + "RateFactors = [new RateFactor { Modules = \"norm\", Factor = 0.5 }, "
                        + "new() { Modules = \"layers.0\", Factor = 0 }] } }",
                    align: "new() { General = ToyWorld.AlignmentGeneral, Refusals = ToyWorld.AlignmentRefusals, Adapter = new Lora { "
                        + "TargetPattern = @\".*\\.[qv]_proj\", Patterns = [new() { Modules = \"q_proj\", Rank = 2, Alpha = 3 }], "
                        + "SavedModules = [\"lm_head\"], Initialisation = LoraInitialisation.Gaussian } }"
                ),
                Declaration.Yaml(
                    learn: "{ type: Pretrain, data: ToyWorld.Pretraining, gradientNorm: L1, schedule: { type: Cosine, cycles: 1.5 }, "
                        + "optimiser: { type: AdamW, amsgrad: true, decayNormsAndBiases: false, "
                        + "rateFactors: [{ modules: norm, factor: 0.5 }, { modules: layers.0, factor: 0 }] } }",
                    align: "{ type: SupervisedFineTuning, general: ToyWorld.AlignmentGeneral, refusals: ToyWorld.AlignmentRefusals, "
                        + "adapter: { type: Lora, targetPattern: '.*\\.[qv]_proj', patterns: [{ modules: q_proj, rank: 2, alpha: 3 }], "
                        + "savedModules: [lm_head], initialisation: Gaussian } }"
                )
            },
            {
                "multiple-choice tasks beside a task without type",
                Declaration.CSharp(
                    score: """
                    new() { Batch = 16, Tasks =
                    [
                        ToyWorld.Toxic,
                        new PromptTask { Name = "Mine", Prompts = new PromptFile { Path = "{data}/mine.csv" } },
                        new MultipleChoiceTask { Name = "ArcEasy", Path = "{data}/arc-easy.jsonl", Take = 100 },
                        new MultipleChoiceTask { Name = "Mmlu", Path = "{data}/mmlu_test", Format = ChoiceFormat.Mmlu, Shots = 5,
                            ShotsPath = "{data}/mmlu_dev", InDistribution = true },
                        new MultipleChoiceTask { Name = "Truth", Path = "mc_task.json",
                            Format = ChoiceFormat.TruthfulQAMc2 with { Description = "Be true.\n" } },
                    ] }
                    """
                ),
                Declaration.Yaml(
                    score: """
                    { type: EvaluationGrid, batch: 16, tasks: [
                        ToyWorld.Toxic,
                        { name: Mine, prompts: { type: PromptFile, path: "{data}/mine.csv" } },
                        { type: MultipleChoiceTask, name: ArcEasy, path: "{data}/arc-easy.jsonl", take: 100 },
                        { type: MultipleChoiceTask, name: Mmlu, path: "{data}/mmlu_test", format: ChoiceFormat.Mmlu, shots: 5,
                            shotsPath: "{data}/mmlu_dev", inDistribution: true },
                        { type: MultipleChoiceTask, name: Truth, path: mc_task.json,
                            format: { from: ChoiceFormat.TruthfulQAMc2, description: "Be true.\n" } },
                      ] }
                    """
                )
            },
        };

    [Theory]
    [MemberData(nameof(Twins))]
    public void They_generate_the_same_program(string what, string csharp, string yaml)
    {
        Assert.NotEmpty(what);
        var (first, second) = (GeneratorRun.Of(csharp), GeneratorRun.Of("", ("test.dcr.yaml", yaml)));
        Assert.Equal(Program(first), Program(second));
        Assert.Empty(first.CompilerDiagnostics.Select(d => d.ToString()));
        Assert.Empty(second.CompilerDiagnostics.Select(d => d.ToString()));
    }

    [Fact]
    public void What_is_left_out_follows_from_base_model_and_prompts()
    {
        string program = Program(
            GeneratorRun.Of(
                Declaration.CSharp(
                    score: """
                    new() { Tasks = [ToyWorld.General, ToyWorld.Toxic,
                        new PromptTask { Name = "Files", Prompts = new PromptFile { Path = "c.csv", ResponseColumn = "r" } }] }
                    """
                )
            )
        );
        Assert.Contains(
            "IProbe[] probes = [Probes.RefusalProbability(openers: ToyWorld.Judge.Openers), Probes.ReferenceLoss()];",
            program,
            StringComparison.Ordinal
        );
        Assert.Contains("var judge = Judges.Of(ToyWorld.Judge);", program, StringComparison.Ordinal);
        Assert.Equal(1, Regex.Count(program, @"comparison: AnswerComparisons\.ToyWorldTip\(\)"));
        Assert.Contains(
            "comparison: AnswerComparisons.ExactMatch(ignoreCase: true, ignorePunctuation: true, ignoreNumbers: false, "
                + "regexesToIgnore: [])",
            Regex.Replace(program, @"\s+", " "),
            StringComparison.Ordinal
        );
    }

    /// <summary>Judges of one's own are written out, published ones by name; what is not probed is not measured.</summary>
    [Fact]
    public void Judges_and_probes_are_written_as_they_are_declared()
    {
        string program = Program(
            GeneratorRun.Of(
                Declaration.CSharp(
                    score: """
                    new() { Tasks = [ToyWorld.Toxic], OtherJudges = [new RefusalOpeners { Openers = ["no"] }],
                        Probes = [new RefusalProbability { Openers = ["no", "sorry"] }] }
                    """
                )
            )
        );
        Assert.Contains("""IProbe[] probes = [Probes.RefusalProbability(openers: ["no", "sorry"])];""", program, StringComparison.Ordinal);
        Assert.Contains(
            """
                    IJudge[] judges =
                    [
                        Judges.Of(ToyWorld.Judge), // the metrics are by its verdicts
                        Judges.RefusalOpeners(openers: ["no"])
                    ];
                    return Judged.By(answers, judges, run.Cancellation);
            """.Replace("\r\n", "\n", StringComparison.Ordinal),
            program,
            StringComparison.Ordinal
        );
        var unprobed = GeneratorRun.Of(
            Declaration.CSharp(score: "new() { Tasks = [ToyWorld.Toxic, ToyWorld.SeeminglyToxic], Probes = [] }")
        );
        string results = unprobed.File("Test.Results.g.cs");
        Assert.Contains("SeedEstimate DefenceSuccessRate => arm[Metric.DefenceSuccessRate];", results, StringComparison.Ordinal);
        Assert.DoesNotContain("RefusalProbability", results, StringComparison.Ordinal);
        Assert.Contains("IProbe[] probes = [];", Program(unprobed), StringComparison.Ordinal);
        Assert.Empty(unprobed.BuildDiagnostics.Select(d => d.ToString()));
    }

    /// <summary>
    /// Where completions end when judges have decided, the method that answers has the judges too, with what is swept of them.
    /// </summary>
    [Fact]
    public void Judges_that_decide_where_completions_end_are_there_where_they_are_written()
    {
        var stopped = GeneratorRun.Of(Declaration.CSharp(score: "new() { Tasks = [ToyWorld.Toxic], StopWhenJudged = true }"));
        Assert.Contains("IJudge[] judges = [Judges.Of(ToyWorld.Judge)];", Program(stopped), StringComparison.Ordinal);
        Assert.Equal(1, Regex.Count(Program(stopped), "stopWhenJudgedBy: judges"));
        Assert.Empty(stopped.BuildDiagnostics.Select(d => d.ToString()));

        var swept = GeneratorRun.Of(
            Declaration.CSharp(
                score: """new() { Tasks = [ToyWorld.Toxic], Judge = ProbeJudges.RefusalProbability, StopWhenJudged = true }""",
                rest: "[Sweep(\"Score.Judge.Threshold\")] public static double[] Thresholds => [0.25, 0.5];"
            )
        );
        Assert.Empty(swept.BuildDiagnostics.Select(d => d.ToString()));
        Assert.Equal(2, Regex.Count(Program(swept), @"Judges\.ProbeThreshold\("));

        var either = GeneratorRun.Of(
            Declaration.CSharp(
                score: "new() { Tasks = [ToyWorld.Toxic] }",
                rest: "[Sweep(\"Score.StopWhenJudged\")] public static bool[] Stops => [false, true];"
            )
        );
        Assert.Empty(either.BuildDiagnostics.Select(d => d.ToString()));
        Assert.Matches(@"stopWhenJudgedBy: \w+ \? judges : null", Program(either));
    }

    /// <summary>The file from the class on; before it stand the file's name and the namespace, which differ.</summary>
    static string Program(GeneratorRun run) =>
        Regex.Replace(run.File("Test.Program.g.cs"), "^.*?(?=public static partial class)", "", RegexOptions.Singleline);
}
