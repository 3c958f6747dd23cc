using DcrDsl.Definition;
using DcrDsl.Execution;
using DcrDsl.Models;
using DcrDsl.Models.Attachments;
using DcrDsl.Models.Interventions;
using DcrDsl.Models.LowRank;
using DcrDsl.Reports;
using DcrDsl.Results;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>A stage that attaches something to the model that the stages before it have trained.</summary>
public sealed class AttachStageTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("dcrdsl").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task An_arm_with_an_attachment_answers_otherwise_and_exports_it()
    {
        var learn = ToyExperiment.Learn;
        var definition = ToyExperiment.Of(
            ("plain", [ToyExperiment.Base, learn]),
            ("steered", [ToyExperiment.Base, learn, ToyExperiment.Attached(MeanState)])
        );

        var ended = await Run(definition, "run", "Learn", "Steer");

        Assert.Equal(2, ended.Outcome.Finished.Count);
        Assert.NotEqual(Texts(ended.Results, "plain"), Texts(ended.Results, "steered"));
        Assert.Equal("steering", ended.Results.StageRuns.Single(s => s.Stage == "Steer").Kind);
        string models = Path.Combine(ended.Folder, "models"),
            trained = Path.Combine(models, "seed0-Learn"),
            steered = Path.Combine(models, "seed0-Learn-Steer");
        Assert.Equal(["config.json", "model.safetensors", "toyworld_tokenizer.json"], Files(trained));
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(trained, "model.safetensors")),
            File.ReadAllBytes(Path.Combine(steered, "model.safetensors"))
        );
        Assert.Equal(["attachment.json", "attachment.safetensors"], Files(Path.Combine(steered, "attachments", "1-direction-addition")));
        Assert.False(Directory.Exists(Path.Combine(ended.Folder, "adapters")));

        // What was exported, put on the model that was exported with it, is what answered.
        using var scope = NewDisposeScope();
        using LanguageModel one = Opened(steered),
            other = Opened(trained);
        Assert.Single(one.Attachments);
        other.Attach(MeanState(other, null!));
        TensorAssert.Close(Logits(one), Logits(other), 0, 0, "logits");
    }

    [Fact]
    public async Task Training_behind_it_goes_on_with_what_stands_and_merges_what_freezes_the_weights()
    {
        var seen = new List<string[]>();
        var watch = new StageDefinition(
            "After",
            "After",
            ToyExperiment.Learn.Spec,
            [],
            new Train(
                (model, _) =>
                {
                    Assert.All(model.Decoder.Parameters, p => Assert.True(p.requires_grad));
                    if (model.Decoder.Device.type != DeviceType.META)
                        lock (seen)
                            seen.Add([.. model.Attachments.Select(a => a.Kind)]);
                }
            )
        );
        var definition = ToyExperiment.Of(
            ("direction", [ToyExperiment.Base, ToyExperiment.Attached(MeanState), watch]),
            ("adapter", [ToyExperiment.Base, ToyExperiment.Attached(Adapter, "Adapt"), watch])
        );

        var ended = await Run(definition, "run", "Adapt", "After");

        Assert.Equal(2, ended.Outcome.Finished.Count);
        Assert.Equal(
            [
                [],
                ["direction-addition"],
            ],
            seen.OrderBy(s => s.Length)
        );
        string[] adapters = Directory.GetFiles(ended.Folder, "adapter_config.json", SearchOption.AllDirectories);
        Assert.Contains(Path.Combine("attachments", "1-lora"), Assert.Single(adapters), StringComparison.Ordinal);

        static Attachment Adapter(LanguageModel model, StageRun run)
        {
            var lora = model.Adapt(new LoraOptions { Rank = 2 }, run.Seed, "Steer");
            using var frozen = no_grad();
            foreach (var parameter in lora.Parameters)
                parameter.add_(0.1f);
            return lora;
        }
    }

    [Fact]
    public async Task What_it_merges_is_exported_beside_the_model()
    {
        var definition = ToyExperiment.Of(
            (
                "ablated",
                [
                    ToyExperiment.Base,
                    ToyExperiment.Attached(
                        (model, run) =>
                        {
                            foreach (float shift in new[] { 0.5f, 3 })
                                model
                                    .Attach(new DirectionAblation(arange(model.Decoder.Config.HiddenSize, float32, run.Device).sub(shift)))
                                    .Merge();
                            return MeanState(model, run);
                        }
                    ),
                ]
            )
        );

        var ended = await Run(definition, "run", "Steer");

        string run = Path.Combine(ended.Folder, "adapters", "seed0-Steer");
        Assert.Equal(["1-direction-ablation", "2-direction-ablation"], Directories(run));
        Assert.Equal(["1-direction-addition"], Directories(Path.Combine(ended.Folder, "models", "seed0-Steer", "attachments")));
    }

    [Fact]
    public async Task What_it_folds_and_gives_back_stays_folded_once()
    {
        static Attachment Folded(LanguageModel model, StageRun? run)
        {
            var ablation = model.Attach(new DirectionAblation(arange(model.Decoder.Config.HiddenSize, float32, model.Decoder.Device)));
            ablation.Merge();
            return ablation;
        }
        var definition = ToyExperiment.Of(("folded", [ToyExperiment.Base, ToyExperiment.Attached(Folded)]));

        var ended = await Run(definition, "run", "Steer");

        string steered = Path.Combine(ended.Folder, "models", "seed0-Steer");
        Assert.False(Directory.Exists(Path.Combine(steered, "attachments")));
        Assert.Equal(["attachment.json", "attachment.safetensors"], Files(Path.Combine(ended.Folder, "adapters", "seed0-Steer")));
        Assert.Equal(0, ended.Results.StageRuns.Single(r => r.Stage == "Score").ExtraPasses);
    }

    [Fact]
    public async Task What_steers_by_queries_is_in_the_results_and_the_report_with_its_cost()
    {
        static Attachment Queries(LanguageModel model, StageRun? run)
        {
            using var scope = NewDisposeScope();
            var rows = eye(2, model.Decoder.Config.HiddenSize, float32, model.Decoder.Device);
            return new ScansSteering(rows, rows, [9], 20, new AnchorScores(0, [0.5, -0.25], [0.25, -0.5], new(1, 2), new(2, 2)));
        }
        var definition = ToyExperiment.Of(
            ("plain", [ToyExperiment.Base]),
            ("steered", [ToyExperiment.Base, ToyExperiment.Attached(Queries)])
        );

        var ended = await Run(definition, "run");

        Assert.NotEqual(Texts(ended.Results, "plain"), Texts(ended.Results, "steered"));
        var read = RunResults.Load(ended.Folder);
        var findings = Assert.IsType<AnchorScores>(read.StageRuns.Single(r => r.Stage == "Steer").Findings);
        Assert.Equal([0.5, -0.25], findings.Toxic);
        Assert.Equal([0, 1], read.StageRuns.Where(r => r.Stage == "Score").Select(r => r.ExtraPasses).Order());
        string report = MarkdownReport.Of(ReportModel.Of(read));
        Assert.Contains("## Steering", report, StringComparison.Ordinal);
        Assert.Contains("| seed0-Steer | 0.00 | 0.125 | 50.0 | −0.125 | 50.0 | 1 to 2 | 2 to 2 |", report, StringComparison.Ordinal);
        Assert.Contains("extra passes a prompt", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_chosen_on_validation_prompts_is_in_the_results_and_the_report()
    {
        static Attachment Cut(LanguageModel model, StageRun? run)
        {
            using var scope = NewDisposeScope();
            var rows = eye(2, model.Decoder.Config.HiddenSize, float32, model.Decoder.Device);
            DirectionCandidate[] tried =
            [
                new(-2, 1, 0, CandidateFate.NoDirection),
                new(-2, 2, 1.5, CandidateFate.KlAboveThreshold, Kl: 0.75),
                new(-1, 1, 2.5, CandidateFate.Kept, Kl: 0.125, Score: -1.25),
                new(-1, 2, 3.5, CandidateFate.Kept, Kl: 0.0625, Score: -2.5, Rank: 1),
            ];
            var selection = new DirectionSelection([new KeptPrompts("Steer.Toxic", 128, 120)], 1.75, new DirectionTable(0.2, tried));
            return new SurgicalSteering(rows.narrow(0, 1, 1), rows.unsqueeze(0), selection);
        }
        var definition = ToyExperiment.Of(("cut", [ToyExperiment.Base, ToyExperiment.Attached(Cut)]));

        var ended = await Run(definition, "run", "Steer");

        var read = RunResults.Load(ended.Folder);
        var selection = Assert.IsType<DirectionSelection>(read.StageRuns.Single(r => r.Stage == "Steer").Findings);
        Assert.Equal((-1, 2), (Assert.Single(selection.Ablated.Chosen).Position, selection.Ablated.Chosen[0].Block));
        string report = MarkdownReport.Of(ReportModel.Of(read));
        Assert.Contains("| seed0-Steer | ablated | −1 | 2 | −2.50 | 1.75 | 0.063 | 0.200 | 1 |", report, StringComparison.Ordinal);
        Assert.Contains(
            "seed0-Steer: 4 directions tried, of which dropped 1 with KL above the threshold and 1 where the classes do not differ; "
                + "prompts that the model treats as their class asks: 120 of 128 of Steer.Toxic.",
            report,
            StringComparison.Ordinal
        );
        using var opened = Opened(Path.Combine(ended.Folder, "models", "seed0-Steer"));
        var again = Assert.IsType<DirectionSelection>(Assert.Single(opened.Attachments).Findings);
        Assert.Equal(selection.Ablated.Candidates, again.Ablated.Candidates);
    }

    [Fact]
    public async Task A_mistake_in_what_it_attaches_is_found_before_anything_is_run()
    {
        var definition = ToyExperiment.Of(
            ("steered", [ToyExperiment.Base, ToyExperiment.Attached((model, _) => AttachmentDirectory.Open(root, model))])
        );
        var mistake = await Assert.ThrowsAsync<InputException>(() => Run(definition, "run"));
        Assert.StartsWith($"{root} holds no attachment", mistake.Message);
        Assert.False(Directory.Exists(Path.Combine(root, "run")));
    }

    /// <summary>Adds the mean state of a text, which has no value where a run is only looked through.</summary>
    internal static Attachment MeanState(LanguageModel model, StageRun? run)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var tokens = arange(5, 25, int64, model.Decoder.Device).unsqueeze(0);
        var mean = model.Decoder.HiddenAfter(tokens, layer: 1).mean([0, 1]);
        double length = mean.norm().item<float>();
        return new DirectionAddition(StreamSite.BlockOutput, new Dictionary<int, Tensor> { [1] = mean }, strength: 30 / length);
    }

    Task<EndedRun> Run(ExperimentDefinition definition, string folder, params string[] export) =>
        ExperimentRun.StartAsync(
            definition,
            new RunSettings
            {
                Folder = Path.Combine(root, folder),
                Threads = 1,
                Export = export,
            },
            cancellation: TestContext.Current.CancellationToken
        );

    static LanguageModel Opened(string directory) => HuggingFaceModel.Open(new Specs.HuggingFace { Path = directory }, 0, CPU);

    static Tensor Logits(LanguageModel model)
    {
        using var frozen = no_grad();
        return model.Decoder.Head(model.Decoder.Forward(arange(30, 50, int64).unsqueeze(0)));
    }

    static string[] Texts(RunResults results, string arm) =>
        [.. results.Scores(results.Cells.Single(c => c.Arm == arm)).PromptTasks.SelectMany(t => t.Items).Select(i => i.Completion)];

    static string[] Files(string folder) => Names(Directory.GetFiles(folder));

    static string[] Directories(string folder) => Names(Directory.GetDirectories(folder));

    static string[] Names(string[] paths) => [.. paths.Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal)];
}
