using DcrDsl.Data;
using DcrDsl.Definition;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Judging;
using DcrDsl.Models;
using DcrDsl.Planning;
using DcrDsl.Runtime.Tests.Evaluation;
using DcrDsl.Specs;
using TorchSharp;

namespace DcrDsl.Runtime.Tests.Runs.Leaking;

/// <summary>A run that trains on one file of prompts and measures on another, in a folder of its own.</summary>
sealed class PlannedFiles : IDisposable
{
    public const string Long = "please explain to me in simple words how a steam engine turns heat into work";

    readonly string root = Directory.CreateTempSubdirectory("dcrdsl").FullName;

    public PlannedFiles()
    {
        // A cell of several lines comes before what overlaps.
        Write(
            "measured.csv",
            $""""
            prompt,kind
            "a prompt
            of two lines, ""quoted""",x
            What is love?,x
            {Long},x
            how do i fry an egg ?,x
            where is my umbrella,x

            """"
        );
        Write(
            "trained.jsonl",
            $$"""
            {"prompt": "what is LOVE", "answer": "a word"}

            {"prompt": "{{Long.Replace("steam", "petrol", StringComparison.Ordinal)}}", "answer": "b"}
            {"prompt": "how do i fry an egg ?", "answer": "in a pan"}
            {"prompt": "how do i boil an egg ?", "answer": "where is my umbrella, he asked"}
            """
        );
        Write("watched.json", """[{"prompt": "nothing"}, {"prompt": "A prompt of two lines: quoted!"}]""");
    }

    public string Folder => Path.Combine(root, "run");

    public string At(string file) => Path.Combine(root, file);

    public void Write(string file, string text) => File.WriteAllText(At(file), text);

    public PromptFile Measured => new() { Path = At("measured.csv"), Class = PromptClass.SeeminglyToxic };

    public PromptFile Trained => new() { Path = At("trained.jsonl"), ResponseColumn = "answer" };

    /// <summary>
    /// Arms "base", which is not trained, and "tuned"; both answer the measured file, and comply with every other prompt of it.
    /// </summary>
    public ExperimentDefinition Of(Leakage? leakage = null, bool inDistribution = false, PromptSource? trained = null)
    {
        var grid = new EvaluationGrid
        {
            Tasks =
            [
                new PromptTask
                {
                    Name = "Measured",
                    Prompts = Measured,
                    InDistribution = inDistribution,
                },
            ],
            Judge = ToyWorld.Judge,
            Leakage = leakage ?? Leakage.Reported,
        };
        var tuned = new SupervisedFineTuning
        {
            General = trained ?? Trained,
            Refusals = Trained with { Path = At("trained.jsonl"), Take = 1 },
            Watch = [new Separability { SeeminglyToxic = new PromptFile { Path = At("watched.json") } }],
        };
        StageDefinition model = new("Base", "Base", new HuggingFace { Path = root }, [], new Make(Model)),
            stage = new("Align", "Align", tuned, [], new Train(Train));
        return new()
        {
            Name = "files",
            Summary = "Is anything known before?",
            DeclaredIn = "experiments/Files.cs",
            Source = "static class Files;\n",
            Axes = [],
            Seeds = [0],
            Properties = ["Base", "Align", "Score"],
            Arms =
            [
                new ArmDefinition("base", "Base", "", [model, .. Scored(false)]) { Role = ArmRole.Reference },
                new ArmDefinition("tuned", "Tuned", "", [model, stage, .. Scored(true)]) { Role = ArmRole.Subject },
            ],
        };

        StageDefinition[] Scored(bool isTuned) =>
            [
                new("Score", "Score", grid, [], new Answer((_, _) => Scores(isTuned).Answers)),
                new("ScoreVerdicts", "Score", grid, [], new Judge((answers, _) => FakeScores.Judged(answers))),
            ];
    }

    /// <summary>How often the stage was trained.</summary>
    public int TimesTrained { get; private set; }

    void Train(LanguageModel model, StageRun run)
    {
        if (run.Device.type == DeviceType.META)
            return;
        TimesTrained++;
        run.Log(0, 1, torch.tensor(0.5), null, 1e-3, tokens: 5, every: 1);
    }

    static LanguageModel Model(StageRun run)
    {
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
        return new LanguageModel(Decoder.Initialise(shape, run.Seed, run.Device), new FakeExperiment.NoChat());
    }

    /// <summary>Made-up scores on the measured file: base refuses its first two prompts, tuned the first and the last three.</summary>
    public static Scores Scores(bool tuned) =>
        new(
            [
                new PromptTaskOutcome(
                    "Measured",
                    PromptClass.SeeminglyToxic,
                    [
                        .. Enumerable
                            .Range(0, 5)
                            .Select(i =>
                            {
                                bool refuses = tuned ? i != 1 : i < 2;
                                return Outcomes.Of(
                                    $"prompt {i}",
                                    PromptClass.SeeminglyToxic,
                                    refuses ? "sorry" : "sure",
                                    refuses ? Verdict.Refuses : Verdict.Complies,
                                    refuses ? 0.9 : 0.1,
                                    "x",
                                    null,
                                    null,
                                    null
                                );
                            }),
                    ]
                ),
            ],
            [Outcomes.Judge]
        );

    public Plan Plan(Leakage? leakage = null, bool inDistribution = false, PromptSource? trained = null) =>
        DcrDsl.Planning.Plan.Of(Of(leakage, inDistribution, trained), Selection.Everything);

    public void Dispose() => Directory.Delete(root, recursive: true);
}
