using System.Reflection;

namespace DcrDsl.Generators.Tests;

/// <summary>
/// What is generated, as text to be read in a review: for the experiments of the repository, and for one that uses what they do not.
/// </summary>
public class SnapshotTests
{
    static readonly string Experiments = Path.GetFullPath(
        Path.Combine(
            typeof(SnapshotTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == "ProjectFolder").Value!,
            "..",
            "..",
            "experiments"
        )
    );

    public static TheoryData<string, string> Cases =>
        new()
        {
            { "QuickStart.cs", "QuickStart" },
            { "OwnPrompts.cs", "OwnPrompts" },
            { "smoke.dcr.yaml", "Smoke" },
            { "ablations/controls.dcr.yaml", "Controls" },
            { "ablations/layers.dcr.yaml", "Layers" },
            { "ablations/dynamics.dcr.yaml", "Dynamics" },
            { "ablations/kernel-coupling.dcr.yaml", "KernelCoupling" },
            { "ablations/preferences.dcr.yaml", "Preferences" },
        };

    static readonly string KitchenSink = Declaration
        .CSharp(
            attributes: "[DcrExperiment(\"kitchen-sink\"), Zip(\"Dcr.Layer\", \"Dcr.Objective.Margin\"), Exclude(\"arm\", \"late\", "
                + "\"Dcr.Pooling\", \"Mean\"), "
                + "Exclude(\"arm\", \"matched pairs\", \"Dcr.Toxic\", \"PromptFile (Path toxic.csv, Class Toxic)\")]",
            type: "internal partial record KitchenSink",
            align: "new() { General = ToyWorld.AlignmentGeneral, RefusalShare = 0, Optimiser = new AdamW { Beta2 = 0.999 }, Schedule = "
                + "new Constant(), ClipNorm = null }",
            arms: """
                /// <summary>Everything as declared.</summary>
                [Arm("DCR")] public static KitchenSink Full => new();
                [Arm("late", Order = [nameof(Learn), nameof(Align), nameof(Dcr), nameof(Score)])] public static KitchenSink Late => new();
                [Arm("matched pairs")] public static KitchenSink Matched =>
                    Full with { Dcr = Full.Dcr with { Sampling = PairSampling.Matched, TailFreezing = false,
                    SeeminglyToxicShare = 0.5 } };
                [Arm("refuses & overlaps")] public static KitchenSink Overlap =>
                    Full with { Align = Full.Align with { RefusalShare = 0.1,
                    Refusals = ToyWorld.RefinementToxic with { Answers = ToyWorldAnswers.Refusal }, DisjointFrom = [nameof(Dcr)] } };
            """,
            rest: """
                [Sweep("Base.Layers")] public static int[] Depths => [3, 4];
                [Sweep("Learn.Steps")] public static int[] LearnSteps => [300, 600];
                [Sweep("Dcr.Steps")] public static int[] Steps => [60, 120];
                [Sweep("Dcr.Layer")] public static int[] Layers => [1, 2];
                [Sweep("Dcr.Objective.Margin")] public static double[] Margins => [0.25, 0.4];
                [Sweep("Dcr.Pooling")] public static Pooling[] Poolings => [Pooling.LastPromptToken, Pooling.Mean];
                [Sweep("Dcr.Labels")] public static PairLabels[] Labels => [PairLabels.Class, PairLabels.Random];
                [Sweep("Dcr.Toxic")] public static PromptSource[] Toxics =>
                    [ToyWorld.RefinementToxic, new PromptFile { Path = "toxic.csv", Class = PromptClass.Toxic }];
                [Sweep("Align.LearningRate")] public static double[] Rates => [1e-3, 3e-5];
            """
        )
        .Replace("record Test", "record KitchenSink")
        .Replace("static Test", "static KitchenSink");

    static readonly string Objectives = Declaration.Yaml(
        name: "objectives",
        arms: "\n  DCR:",
        rest: "sweep: { Dcr.objective: [CircleLoss, { type: CircleLoss, margin: 0.4 }], Dcr.steps: [60, 120] }"
    );

    static readonly string Adapters = Declaration.Yaml(
        name: "adapters",
        align: "{ type: SupervisedFineTuning, general: ToyWorld.AlignmentGeneral, refusals: ToyWorld.AlignmentRefusals, adapter: { "
            + "type: Lora, rank: 4, dropout: 0.05, layers: [2, 3] } }",
        arms: "\n  LoRA:\n  attention: { Align: { adapter: { dropout: 0, rankStabilised: true, targets: [q_proj, v_proj], layers: none "
            + "} } }\n  full: { Align: { adapter: none } }",
        rest: "sweep: { Align.adapter.alpha: [8, 16] }"
    );

    /// <summary>A refinement that keeps knowledge: every kind of term, an adapter, general prompts among the pairs, a miner.</summary>
    static readonly string Retained = Declaration.Yaml(
        name: "retained",
        dcr: "{ type: ContrastiveRefinement, seeminglyToxic: ToyWorld.RefinementSeeminglyToxic, toxic: ToyWorld.RefinementToxic, general: "
            + "ToyWorld.RefinementGeneral, retain: [{ type: HiddenStateDistance, weight: 0.5 }, OutputDivergence, { type: WeightDistance, "
            + "weight: 0.01 }] }",
        arms: "\n  DCR:\n  LoRA: { Dcr: { adapter: Lora } }\n  third class: { Dcr: { generalShare: 0.25, retain: [{ type: "
            + "HiddenStateDistance, weight: 0.5, places: LastPromptToken }], objective: { mining: MultiSimilarityMiner } } }"
            + "\n  weights: { Dcr: { retain: "
            + "[WeightDistance] } }\n  without: { Dcr: { retain: [], general: none } }",
        rest: "sweep: { Dcr.retain.HiddenStateDistance.weight: [0.1, 1], Dcr.seeminglyToxicShare: [0.5, 0.25] }"
    );

    /// <summary>Options that few experiments set, so that no other program has them.</summary>
    static readonly string Rare = Declaration.Yaml(
        name: "rare",
        learn: "{ type: Pretrain, data: ToyWorld.Pretraining, schedule: { type: Cosine, cycles: 1.5 }, gradientNorm: Max, accumulate: 4, "
            + "optimiser: { type: AdamW, amsgrad: true, weightDecay: 0.1, decayNormsAndBiases: false, "
            + "rateFactors: [{ modules: embed_tokens, factor: 0.1 }] } }",
        align: "{ type: SupervisedFineTuning, general: ToyWorld.AlignmentGeneral, refusals: ToyWorld.AlignmentRefusals, "
            + "accumulate: 2, recompute: true, optimiser: { type: Sgd, decayNormsAndBiases: false, "
            + "rateFactors: [{ modules: lora_B, factor: 16 }] }, adapter: { type: Lora, dropout: 0.1, "
            + "targetPattern: '.*\\.[qv]_proj', patterns: [{ modules: q_proj, rank: 4 }, "
            + "{ modules: 'layers\\.2\\..*', rank: 2, alpha: 8 }], savedModules: [lm_head], initialisation: Gaussian } }",
        arms: "\n  DCR:",
        rest: "sweep: { Dcr.gradientNorm: [L2, L1], Dcr.recompute: [false, true] }"
    );

    /// <summary>Preference tuning with all that changes its loop.</summary>
    static readonly string Preference = """
        experiment: preference
        summary: Which of two answers?
        base: ToyLlama
        stages:
          Dcr: { type: ContrastiveRefinement, seeminglyToxic: ToyWorld.RefinementSeeminglyToxic, toxic: ToyWorld.RefinementToxic }
          Prefer: { type: PreferenceTuning, pairs: ToyWorld.PreferencePairs, toxicPairs: { type: ToyWorldPrompts, part: Refinement,
            class: Toxic, answers: Pairs }, disjointFrom: [Dcr], adapter: { type: Lora, dropout: 0.05 }, maxResponseTokens: 8 }
          Score: { type: EvaluationGrid, tasks: [ToyWorld.Toxic, ToyWorld.Preferences, { type: PreferenceTask, name: Mine,
            pairs: { type: PromptFile, path: pairs.csv, responseColumn: better, rejectedColumn: worse } }] }
        arms:
          DPO:
          full: { Prefer: { adapter: none, maxResponseTokens: none, accumulate: 2 } }
        sweep: { Prefer.reference: [none, Dcr], Prefer.objective: [Dpo, { type: RobustDpo, labelSmoothing: 0.2 }], Prefer.batch: [4, 8] }
        seeds: [0]
        """;

    static readonly string Ability = Declaration.Yaml(
        name: "ability",
        score: """
        { type: EvaluationGrid, tasks: [
            ToyWorld.Toxic,
            { type: MultipleChoiceTask, name: ArcEasy, path: "{data}/arc-easy.jsonl" },
            { type: MultipleChoiceTask, name: Mmlu, path: "{data}/mmlu_test", format: ChoiceFormat.Mmlu, shots: 5,
                shotsPath: "{data}/mmlu_dev", take: 20 },
            { type: MultipleChoiceTask, name: Truth, path: mc_task.json, format: ChoiceFormat.TruthfulQAMc2, inDistribution: true },
          ] }
        """
    );

    /// <summary>The declarations that are made for snapshots, in C# or in YAML.</summary>
    public static TheoryData<string, string> Declarations =>
        new()
        {
            { KitchenSink, "" },
            { "", Objectives },
            { "", Adapters },
            { "", Retained },
            { "", Rare },
            { "", Ability },
            { "", Preference },
        };

    /// <summary>The programs of the repository's experiments are checked in where they are read: in experiments/Generated.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Of_the_experiments(string file, string type)
    {
        var run = Run(file, File.ReadAllText(Path.Combine(Experiments, file)));
        Assert.DoesNotContain(run.Diagnostics, d => d.Severity > Microsoft.CodeAnalysis.DiagnosticSeverity.Info);
        Assert.Empty(run.CompilerDiagnostics.Select(d => d.ToString()));
        foreach (string part in (string[])["Program", "Results"])
            Assert.Equal(File.ReadAllText(Path.Combine(Experiments, "Generated", $"{type}.{part}.g.cs")), run.File($"{type}.{part}.g.cs"));
    }

    [Fact]
    public async Task Of_every_kind_of_axis_and_option()
    {
        var run = GeneratorRun.Of(KitchenSink);
        await Verify(run, "KitchenSink");
    }

    [Fact]
    public async Task Of_a_swept_objective()
    {
        var run = GeneratorRun.Of("", ("objectives.dcr.yaml", Objectives));
        await Verify(run, "Objectives");
    }

    [Fact]
    public async Task Of_a_low_rank_adapter()
    {
        var run = GeneratorRun.Of("", ("adapters.dcr.yaml", Adapters));
        await Verify(run, "Adapters");
    }

    [Fact]
    public async Task Of_a_refinement_that_keeps_knowledge()
    {
        var run = GeneratorRun.Of("", ("retained.dcr.yaml", Retained));
        await Verify(run, "Retained");
    }

    [Fact]
    public async Task Of_options_that_are_omitted_at_their_default()
    {
        var run = GeneratorRun.Of("", ("rare.dcr.yaml", Rare));
        await Verify(run, "Rare");
    }

    [Fact]
    public async Task Of_multiple_choice_tasks()
    {
        var run = GeneratorRun.Of("", ("ability.dcr.yaml", Ability));
        await Verify(run, "Ability");
    }

    [Fact]
    public async Task Of_preference_tuning()
    {
        var run = GeneratorRun.Of("", ("preference.dcr.yaml", Preference));
        await Verify(run, "Preference");
    }

    static GeneratorRun Run(string file, string text) =>
        file.EndsWith(".cs", StringComparison.Ordinal)
            ? GeneratorRun.Of([(file, text)])
            : GeneratorRun.Of(new ProjectSettings { RootNamespace = "DcrDsl.Experiments" }, [], (file, text));

    async Task Verify(GeneratorRun run, string type)
    {
        Assert.DoesNotContain(run.Diagnostics, d => d.Severity > Microsoft.CodeAnalysis.DiagnosticSeverity.Info);
        Assert.Empty(run.CompilerDiagnostics.Select(d => d.ToString()));
        await Snapshot.Verify(run.File($"{type}.Program.g.cs"), "cs", $"{type}.Program", this, "Generated");
        await Snapshot.Verify(run.File($"{type}.Results.g.cs"), "cs", $"{type}.Results", this, "Generated");
        // The definition ends with the program as text, which the first snapshot has.
        string definition = run.File($"{type}.Definition.g.cs");
        await Snapshot.Verify(
            definition[..definition.IndexOf("    static string Source", StringComparison.Ordinal)],
            "cs",
            $"{type}.Definition",
            this,
            "Generated"
        );
    }
}
