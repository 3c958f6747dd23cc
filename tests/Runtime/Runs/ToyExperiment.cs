using DcrDsl.Data;
using DcrDsl.Definition;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Evaluation.Probing;
using DcrDsl.Models;
using DcrDsl.Models.Attachments;
using DcrDsl.Specs;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>An experiment that asks a small model some of ToyWorld's prompts, with the calls that generated programs make.</summary>
static class ToyExperiment
{
    static readonly EvaluationGrid Grid = new()
    {
        Tasks = [ToyWorld.SeeminglyToxic, ToyWorld.Toxic],
        Judge = ToyWorld.Judge,
        Leakage = Leakage.Ignored,
    };

    static readonly ToyLlama Shape = new()
    {
        Layers = 2,
        Width = 16,
        Heads = 2,
        KeyValueHeads = 1,
        FeedForward = 24,
    };

    /// <summary>The built-in model with random weights.</summary>
    public static StageDefinition Base =>
        new("Base", "Base", Shape, [], new Make(run => ToyWorldModel.Create(Shape, run.Seed, run.Device)));

    /// <summary>The model of a directory; its name has a place of its own.</summary>
    public static StageDefinition Opened
    {
        get
        {
            var spec = new HuggingFace { Path = "{model}" };
            return new(
                "Base",
                "Base",
                spec,
                [],
                new Make(run => HuggingFaceModel.Open(spec with { Path = run.Path(spec.Path) }, run.Seed, run.Device))
            );
        }
    }

    /// <summary>Stands for training: moves every matrix by noise of the seed.</summary>
    public static StageDefinition Learn =>
        new(
            "Learn",
            "Learn",
            new Pretrain { Data = ToyWorld.Pretraining },
            [],
            new Train(
                (model, run) =>
                {
                    using var frozen = no_grad();
                    foreach (string name in model.Decoder.Parameters.Names.Where(n => n.EndsWith("_proj.weight", StringComparison.Ordinal)))
                    {
                        var parameter = model.Decoder.Parameters[name];
                        var stream = new RandomStream(run.Seed, name);
                        parameter.add_(
                            tensor(
                                    Enumerable.Range(0, (int)parameter.numel()).Select(_ => (float)stream.NextNormal()).ToArray(),
                                    device: run.Device
                                )
                                .view(parameter.shape)
                        );
                    }
                }
            )
        );

    /// <summary>A stage that attaches something.</summary>
    public static StageDefinition Attached(Func<LanguageModel, StageRun, Attachment> make, string name = "Steer") =>
        new(name, name, new Steering { What = name }, [], new Attach(make));

    /// <summary>Arms by name, each from its base model to what comes before the evaluation.</summary>
    public static ExperimentDefinition Of(params (string Arm, StageDefinition[] Stages)[] arms) => Of((_, _) => { }, arms);

    /// <summary>The same.</summary>
    /// <param name="asked">Is shown every model before it is asked.</param>
    /// <param name="arms">The arms.</param>
    public static ExperimentDefinition Of(Action<LanguageModel, StageRun> asked, params (string Arm, StageDefinition[] Stages)[] arms)
    {
        StageDefinition score =
                new(
                    "Score",
                    "Score",
                    Grid,
                    [],
                    new Answer(
                        (model, run) =>
                        {
                            asked(model, run);
                            return Ask(model, run);
                        }
                    )
                ),
            verdicts =
                new(
                    "ScoreVerdicts",
                    "Score",
                    Grid,
                    [],
                    new Judge((answers, run) => Judged.By(answers, [Judges.Of(ToyWorld.Judge)], run.Cancellation))
                );
        return new()
        {
            Name = "toy",
            Summary = "What does a small model say?",
            DeclaredIn = "experiments/Toy.cs",
            Source = "static class Toy;\n",
            Axes = [],
            Seeds = [0],
            Properties = [.. arms.SelectMany(a => a.Stages).Select(s => s.Property).Append("Score").Distinct()],
            Arms = [.. arms.Select(a => new ArmDefinition(a.Arm, a.Arm, "", [.. a.Stages, score, verdicts]))],
        };
    }

    static Answers Ask(LanguageModel model, StageRun run)
    {
        IProbe[] probes = [Probes.RefusalProbability(openers: ToyWorld.Judge.Openers)];
        return new Answers([Task("SeeminglyToxic", PromptClass.SeeminglyToxic), Task("Toxic", PromptClass.Toxic)], model.Chat);

        TaskAnswers Task(string name, PromptClass of) =>
            PromptTaskRun.Run(
                name,
                run.Load(
                    new ToyWorldPrompts
                    {
                        Part = ToyWorldPart.Evaluation,
                        Class = of,
                        Take = 10,
                    },
                    model.Chat
                ),
                model,
                probes,
                maxNewTokens: 6,
                batch: 10,
                cancellation: run.Cancellation
            );
    }

    sealed record Steering : StageSpec
    {
        public override string Kind => "steering";

        public string What { get; init; } = "";
    }
}
