using System.Globalization;
using DcrDsl.Data;
using DcrDsl.Definition;
using DcrDsl.Evaluation;
using DcrDsl.Models;
using DcrDsl.Specs;
using TorchSharp;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>
/// An experiment whose stages take no time: training logs a made-up loss and leaves its marks in the weights, the evaluation makes up
/// outcomes from the arm, the seed and these marks.
/// </summary>
static class FakeExperiment
{
    public static readonly Metric[] Metrics =
    [
        Metric.ComplianceRate,
        Metric.DefenceSuccessRate,
        Metric.GeneralComplianceRate,
        Metric.ComplianceAtMatchedDefence,
        Metric.Auc,
        Metric.SeeminglyToxicRefusalProbability,
        Metric.ToxicRefusalProbability,
        Metric.GeneralRefusalProbability,
        Metric.Accuracy,
        Metric.GeneralLoss,
    ];

    /// <summary>Arms STL, STL-aug and DCR over the same base and pretraining; the stage Dcr takes the axes.</summary>
    /// <param name="axes">The axes.</param>
    /// <param name="during">Called with each stage's name at its beginning and, in training, at each step; may throw.</param>
    /// <param name="train">Called with each trained stage's name, model and run at its end; may change the model.</param>
    public static ExperimentDefinition Of(
        IReadOnlyList<AxisDefinition>? axes = null,
        Action<string, StageRun>? during = null,
        Action<string, LanguageModel, StageRun>? train = null
    ) =>
        new()
        {
            Name = "fake",
            Summary = "Does contrastive refinement before safety tuning reduce over-refusal?",
            DeclaredIn = "experiments/Fake.cs",
            Source = "static class Fake;\n",
            Axes = axes ?? [],
            Seeds = [0, 1, 2],
            Properties = ["Base", "Learn", "Dcr", "Align", "AlignAug", "Score"],
            Arms =
            [
                Arm("STL", "Stl", axes, 0.31, 0.954, 0.13, during, train, "Align") with
                {
                    Role = ArmRole.Reference,
                },
                Arm("STL-aug", "StlAug", axes, 0.93, 0.907, 0.13, during, train, "AlignAug"),
                Arm("DCR", "Dcr", axes, 0.62, 0.951, 0.22, during, train, "Dcr", "Align") with
                {
                    Role = ArmRole.Subject,
                },
            ],
        };

    /// <summary>Arms that no seed changes: published models as they are, answering files of prompts.</summary>
    public static ArmDefinition[] Published(params string[] names) =>
        [
            .. names.Select(name => new ArmDefinition(
                name,
                name,
                "",
                [
                    new StageDefinition("Base" + name, "Base", new HuggingFace { Path = name }, [], new Make(run => MakeModel(run, null))),
                    .. Scored("Score" + name, name, Files, 0.5, 0.9, 0.2, null),
                ]
            )),
        ];

    /// <summary>The experiment with other records for some stages; what these do stays as it is.</summary>
    public static ExperimentDefinition With(this ExperimentDefinition definition, params (string Stage, StageSpec Spec)[] others) =>
        definition with
        {
            Arms =
            [
                .. definition.Arms.Select(a =>
                    a with
                    {
                        Stages =
                        [
                            .. a.Stages.Select(s =>
                                others.FirstOrDefault(o => o.Stage == s.Property).Spec is { } spec ? s with { Spec = spec } : s
                            ),
                        ],
                    }
                ),
            ],
        };

    /// <summary>An axis of whole numbers from 1 to 100.</summary>
    public static AxisDefinition Axis(string path, params int[] values) =>
        AxisDefinition.Integers(path, 1, 100, [.. values.Select(v => new AxisValue(AxisValue.LabelOf(v), v))]);

    static ArmDefinition Arm(
        string name,
        string member,
        IReadOnlyList<AxisDefinition>? axes,
        double compliance,
        double defence,
        double loss,
        Action<string, StageRun>? during,
        Action<string, LanguageModel, StageRun>? train,
        params string[] trained
    ) =>
        new(
            name,
            member,
            "",
            [
                new StageDefinition("Base", "Base", new ToyLlama { Layers = 100 }, [], new Make(run => MakeModel(run, during))),
                Trained("Learn", new Pretrain { Data = ToyWorld.Pretraining }, [], during, train),
                .. trained.Select(t =>
                    t == "Dcr"
                        ? Trained(t, Refinement, axes ?? [], during, train)
                        : Trained(t, new SupervisedFineTuning { General = ToyWorld.AlignmentGeneral }, [], during, train)
                ),
                .. Scored("Score", name, Grid, compliance, defence, loss, during),
            ]
        );

    static StageDefinition[] Scored(
        string stage,
        string arm,
        EvaluationGrid grid,
        double compliance,
        double defence,
        double loss,
        Action<string, StageRun>? during
    )
    {
        return
        [
            new StageDefinition(stage, "Score", grid, [], new Answer(Ask)),
            new StageDefinition(stage + "Verdicts", "Score", grid, [], new Judge((answers, _) => FakeScores.Judged(answers))),
        ];

        Answers Ask(LanguageModel model, StageRun run)
        {
            if (model.Decoder.Device.type == DeviceType.META)
                return new Answers([]); // looked through before the run
            during?.Invoke("Score", run);
            double marks = Marks(model);
            return FakeScores.Of(arm, run.Seed, compliance + 0.08 * marks, defence, loss + 0.05 * marks).Answers;
        }
    }

    static LanguageModel MakeModel(StageRun run, Action<string, StageRun>? during)
    {
        during?.Invoke("Base", run);
        var shape = new DecoderConfig
        {
            VocabularySize = 4,
            HiddenSize = 4,
            Layers = 1,
            Heads = 1,
            KeyValueHeads = 1,
            HeadDim = 4,
            IntermediateSize = 4,
        };
        return new LanguageModel(Decoder.Initialise(shape, run.Seed, run.Device), new NoChat());
    }

    static readonly EvaluationGrid Grid = new()
    {
        Tasks = [ToyWorld.SeeminglyToxic, ToyWorld.Toxic, ToyWorld.General],
        Judge = ToyWorld.Judge,
        // Its prompts are declared and never read.
        Leakage = Leakage.Ignored,
    };

    static readonly EvaluationGrid Files = new()
    {
        Tasks =
        [
            new PromptTask
            {
                Name = "SeeminglyToxic",
                Prompts = new PromptFile { Path = "a.csv", Class = PromptClass.SeeminglyToxic },
            },
            new PromptTask
            {
                Name = "Toxic",
                Prompts = new PromptFile { Path = "b.csv", Class = PromptClass.Toxic },
            },
        ],
        Judge = ToyWorld.Judge,
        Leakage = Leakage.Ignored,
    };

    static readonly ContrastiveRefinement Refinement = new()
    {
        SeeminglyToxic = ToyWorld.RefinementSeeminglyToxic,
        Toxic = ToyWorld.RefinementToxic,
    };

    static StageDefinition Trained(
        string name,
        StageSpec spec,
        IReadOnlyList<AxisDefinition> axes,
        Action<string, StageRun>? during,
        Action<string, LanguageModel, StageRun>? train
    )
    {
        return new StageDefinition(name, name, spec, axes, new Train(Loop));

        void Loop(LanguageModel model, StageRun run)
        {
            const int steps = 40;
            var weights = model.Decoder.Parameters;
            using var optimiser = new DcrDsl.Training.Sgd(weights);
            for (int step = run.Resume(weights, optimiser); step < steps; step++)
            {
                using var scope = torch.NewDisposeScope();
                during?.Invoke(name, run);
                double noise = new RandomStream(run.Seed, name, step).NextDouble();
                run.Log(
                    step,
                    steps,
                    torch.tensor(0.1 + 4 * Math.Exp(-step / 8.0) * (0.8 + 0.4 * noise)),
                    null,
                    1e-3,
                    tokens: 500,
                    every: 2
                );
                run.Checkpoint(step, weights, optimiser);
            }
            train?.Invoke(name, model, run);
            using var gradients = torch.no_grad();
            if (axes.Count > 0)
                model.Decoder.Parameters["model.norm.weight"].add_(run.Value<int>(axes[0].Path) - 1);
        }
    }

    /// <summary>What training has left in the weights: 0 where no swept stage has run.</summary>
    static double Marks(LanguageModel model)
    {
        using var scope = torch.NewDisposeScope();
        return model.Decoder.Parameters["model.norm.weight"][0].ToDouble() - 1;
    }

    internal sealed class NoChat : IChatTokenizer
    {
        public int VocabularySize => 4;

        public int PadToken => 0;

        public int EndToken => 1;

        public IReadOnlyList<int> StopTokens => [EndToken];

        public int[] Prompt(string prompt) => [];

        public EncodedText Answered(string prompt, string response) => new([], 0);

        public int[] Encode(string text) => [];

        public string Decode(ReadOnlySpan<int> tokens) => "";

        public IReadOnlyList<string> UnknownWords(string text) => [];
    }
}
