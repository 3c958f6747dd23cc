using System.Collections.Concurrent;
using DcrDsl.Definition;
using DcrDsl.Evaluation;
using DcrDsl.Execution;
using DcrDsl.Models;
using DcrDsl.Models.LowRank;
using DcrDsl.Planning;
using DcrDsl.Specs;
using static TorchSharp.torch;

namespace DcrDsl.Benchmarks.Peer;

/// <summary>
/// Four arms and three seeds, planned and run as any experiment: the model as it is, refined, tuned, refined and tuned. Each cell is a
/// quarter of <see cref="PipelineMeasure"/>: 8 refinement steps, LoRA on 64 examples, 32 answers, 100 log-likelihoods. Nothing is stored.
/// </summary>
static class AblationMeasure
{
    const int Seeds = 3,
        RefinementSteps = 8,
        TuningSteps = 4,
        TuningBatch = 16;

    public static void Run(PeerSetting setting)
    {
        var sums = new ConcurrentDictionary<(string Arm, ulong Seed), double>();
        var plan = Plan.Of(Experiment(setting, sums), Selection.Everything);
        RunOutcome outcome = null!;
        double seconds = PeerSetting.Time(() =>
            outcome = Executor.Run(
                plan,
                new ExecutionOptions(CPU, setting.Threads) { SideBySide = setting.SideBySide },
                new Silent(),
                CancellationToken.None
            )
        );
        if (outcome.Failed.Count > 0)
            throw new InvalidOperationException(string.Join("; ", outcome.Failed.Select(f => f.ToString())));
        Console.Error.WriteLine($"{plan.Cells.Count} cells of {plan.StageRuns.Count} stage runs");
        // Adapters begin with random numbers of each stack's own, so cells that have none are compared.
        double[] compared =
        [
            sums.Single(s => s.Key.Arm == "Base").Value,
            .. Enumerable.Range(0, Seeds).Select(seed => sums[("Refined", (ulong)seed)]),
        ];
        setting.Report("ablation of 4 arms x 3 seeds", [seconds], result: compared);
    }

    static ExperimentDefinition Experiment(PeerSetting setting, ConcurrentDictionary<(string Arm, ulong Seed), double> sums)
    {
        // The records stand for what is done on token ids; of their prompts nothing is read.
        var model = new HuggingFace { Path = setting.Model };
        var start = new StageDefinition("Base", "Base", model, [], new Make(run => HuggingFaceModel.Open(model, run.Seed, run.Device)));
        var refine = new StageDefinition("Refine", "Refine", Refinement, [], new Train(Refine));
        var tune = new StageDefinition("Tune", "Tune", Tuning, [], new Train((model, run) => Tune(model, run, setting)));
        return new()
        {
            Name = "ablation",
            Summary = "What do refinement and safety tuning do, each alone and together?",
            DeclaredIn = nameof(AblationMeasure),
            Source = "",
            Properties = ["Base", "Refine", "Tune", "Score"],
            Seeds = [.. Enumerable.Range(0, Seeds)],
            Arms =
            [
                Arm("Base", start),
                Arm("Refined", start, refine),
                Arm("Tuned", start, tune),
                Arm("RefinedAndTuned", start, refine, tune),
            ],
        };

        ArmDefinition Arm(string name, params StageDefinition[] stages) =>
            new(
                name,
                name,
                "",
                [
                    .. stages,
                    new StageDefinition("Score" + name, "Score", Grid, [], new Answer((model, run) => Ask(name, model, run, sums))),
                    new StageDefinition($"Score{name}Verdicts", "Score", Grid, [], new Judge((_, _) => new Scores([]))),
                ]
            );
    }

    static void Refine(LanguageModel model, StageRun run) =>
        TrainingMeasures.Refine(model.Decoder, RefinementSteps, first: RefinementSteps * (int)run.Seed);

    static void Tune(LanguageModel model, StageRun run, PeerSetting setting)
    {
        var lora = model.Adapt(TrainingMeasures.Lora, run.Seed, "peer", setting.Frozen);
        TrainingMeasures.FineTune(
            model.Decoder,
            lora.Parameters,
            rate: 5e-4,
            TuningBatch,
            TuningSteps,
            first: TuningBatch * TuningSteps * (int)run.Seed
        );
    }

    static Answers Ask(string arm, LanguageModel model, StageRun run, ConcurrentDictionary<(string Arm, ulong Seed), double> sums)
    {
        EvaluationMeasures.Answer(model.Decoder, 32, 16);
        sums[(arm, run.Seed)] = EvaluationMeasures.Score(model.Decoder, count: 100).Sum();
        return new Answers([]);
    }

    static readonly ContrastiveRefinement Refinement = new()
    {
        SeeminglyToxic = ToyWorld.RefinementSeeminglyToxic,
        Toxic = ToyWorld.RefinementToxic,
    };

    static readonly SupervisedFineTuning Tuning = new() { General = ToyWorld.AlignmentGeneral };

    static readonly EvaluationGrid Grid = new()
    {
        Tasks =
        [
            new PromptTask
            {
                Name = "Workload",
                Prompts = new PromptFile { Path = "generate.jsonl", Class = PromptClass.SeeminglyToxic },
            },
        ],
        Leakage = Leakage.Ignored,
    };

    sealed class Silent : IRunObserver;
}
