using DcrDsl.Data;
using DcrDsl.Definition;
using DcrDsl.Evaluation;
using DcrDsl.Execution;
using DcrDsl.Models;
using DcrDsl.Models.Checkpoints;
using DcrDsl.Results;
using DcrDsl.Specs;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>The built-in model is a directory like any other once it is exported.</summary>
public sealed class ToyModelExportTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("dcrdsl").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void Written_and_opened_again_it_answers_as_before()
    {
        using var scope = NewDisposeScope();
        using var model = ToyWorldModel.Create(new ToyLlama { Layers = 2, Width = 32 }, seed: 3, CPU);
        string directory = Path.Combine(root, "toy"),
            again = Path.Combine(root, "again");
        HuggingFaceDirectory.Save(directory, model);

        using var opened = HuggingFaceModel.Open(new HuggingFace { Path = directory }, 0, CPU);

        Assert.Equal(model.Decoder.Config, opened.Decoder.Config);
        int[][] prompts =
        [
            .. PromptSources.Load(ToyWorld.RefinementToxic, 0, model.Chat).Examples.Take(12).Select(e => model.Chat.Prompt(e.Prompt)),
        ];
        var (before, after) = (Answered(model), Answered(opened));
        for (int i = 0; i < prompts.Length; i++)
        {
            Assert.Equal(before[i].FirstLogits, after[i].FirstLogits);
            Assert.Equal(before[i].Tokens, after[i].Tokens);
            Assert.Equal(model.Chat.Decode(before[i].Tokens), opened.Chat.Decode(after[i].Tokens));
        }
        HuggingFaceDirectory.Save(again, opened);
        Assert.Equal(
            ["config.json", "model.safetensors", "toyworld_tokenizer.json"],
            Directory.GetFiles(again).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)
        );
        Assert.All(
            Directory.GetFiles(directory),
            file => Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(again, Path.GetFileName(file))))
        );

        IReadOnlyList<DecodedRow> Answered(LanguageModel answering) =>
            Generation.Complete(
                answering.Decoder,
                prompts,
                maxNewTokens: 8,
                answering.Chat.StopTokens,
                cancellation: TestContext.Current.CancellationToken
            );
    }

    [Theory]
    [InlineData("plain", "seed0-Learn")]
    [InlineData("steered", "seed0-Learn-Steer")]
    public async Task An_experiment_that_starts_from_an_exported_model_says_what_the_model_said(string arm, string exported)
    {
        var first = await Run(
            ToyExperiment.Of(
                ("plain", [ToyExperiment.Base, ToyExperiment.Learn]),
                ("steered", [ToyExperiment.Base, ToyExperiment.Learn, ToyExperiment.Attached(AttachStageTests.MeanState)])
            ),
            new() { Export = ["Learn", "Steer"] },
            "first"
        );
        string model = Path.Combine(first.Folder, "models", exported);

        var second = await Run(
            ToyExperiment.Of(("opened", [ToyExperiment.Opened])),
            new() { Paths = new Dictionary<string, string> { ["model"] = model } },
            "second"
        );

        Assert.Equal(Items(first, arm), Items(second, "opened"));
        var files = second.Results.Provenance!.Files.Select(i => Path.GetRelativePath(model, i.Path));
        Assert.Equal(arm == "steered", files.Contains(Path.Combine("attachments", "1-direction-addition", "attachment.json")));
    }

    Task<EndedRun> Run(ExperimentDefinition definition, RunSettings settings, string folder) =>
        ExperimentRun.StartAsync(
            definition,
            settings with
            {
                Folder = Path.Combine(root, folder),
                Threads = 1,
            },
            cancellation: TestContext.Current.CancellationToken
        );

    static PromptOutcome[] Items(EndedRun run, string arm) =>
        [.. run.Results.Scores(run.Results.Cells.Single(c => c.Arm == arm)).PromptTasks.SelectMany(t => t.Items)];
}
