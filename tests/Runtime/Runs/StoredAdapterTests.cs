using System.Collections.Concurrent;
using DcrDsl.Definition;
using DcrDsl.Execution;
using DcrDsl.Models;
using DcrDsl.Models.Attachments;
using DcrDsl.Models.Interventions;
using DcrDsl.Models.LowRank;
using DcrDsl.Runtime.Tests.Runs.Checkpoints;
using DcrDsl.Specs;
using DcrDsl.Store;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>
/// A stage that trains no weights keeps what it has added to a model and not the model; opened again, the two are what was in memory, to
/// the bit.
/// </summary>
public sealed class StoredAdapterTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("dcrdsl").FullName;
    readonly ConcurrentQueue<string> asked = [];
    readonly ConcurrentQueue<string> trained = [];
    int runs;

    public void Dispose() => Directory.Delete(root, recursive: true);

    string Store => Path.Combine(root, "store");

    public static TheoryData<string, string[]> Chains =>
        new()
        {
            { "Lora", ["attachments", "addition.json"] },
            { "Learn Lora", ["attachments", "addition.json"] },
            { "Learn Lora Lora", ["attachments", "addition.json"] },
            { "Learn Dora", ["attachments", "addition.json"] },
            { "Learn Lookup", ["attachments", "addition.json"] },
            { "Learn Lora Learn", ["weights.safetensors"] },
            { "Learn Lora Learn Lora", ["attachments", "addition.json"] },
            { "Learn Steer", ["attachments", "addition.json"] },
            { "Learn Steer Steer", ["attachments", "addition.json"] },
            { "Learn Steer Lora", ["attachments", "addition.json"] },
            { "Learn Lora Steer", ["attachments", "addition.json"] },
            { "Learn Adapter", ["attachments", "addition.json"] },
            { "Learn Adapter Steer", ["attachments", "addition.json"] },
            { "Learn Adapter Lora", ["attachments", "addition.json"] },
            { "Learn Adapter Learn", ["weights.safetensors"] },
            { "Learn Steer Learn", ["weights.safetensors", "attachments"] },
            { "Learn Ablated", ["attachments", "addition.json"] },
            { "Learn Ablated Lora", ["attachments", "addition.json"] },
        };

    [Theory]
    [MemberData(nameof(Chains))]
    public async Task What_is_opened_again_is_what_was_in_memory(string chain, string[] files)
    {
        await Run(chain, Judged);
        string inMemory = Assert.Single(asked);
        var last = Assert.Single(new StageStore(Store).All(), e => e.Manifest.Run.Id == "seed0-" + Ids(chain));
        Assert.Equal(
            files.Order(StringComparer.Ordinal),
            last.Manifest.Files.Select(f => f.Name.Split('/')[0]).Distinct().Order(StringComparer.Ordinal)
        );
        Assert.Equal(!files.Contains("weights.safetensors"), last.Manifest.AddsTo is not null);

        await Run(chain, Asked);

        Assert.Empty(trained);
        Assert.Equal(inMemory, Assert.Single(asked));
    }

    static readonly EvaluationGrid Judged = new() { Tasks = [ToyWorld.SeeminglyToxic, ToyWorld.Toxic], Judge = ToyWorld.Judge },
        Asked = Judged with { Tasks = [ToyWorld.Toxic, ToyWorld.SeeminglyToxic] };

    static string Ids(string chain) => string.Join('-', Names(chain));

    static IEnumerable<string> Names(string chain) => chain.Split(' ').Select((kind, i) => FormattableString.Invariant($"{kind}{i}"));

    async Task<EndedRun> Run(string chain, EvaluationGrid grid, RunSettings? settings = null)
    {
        asked.Clear();
        trained.Clear();
        var definition = ToyExperiment
            .Of(Look, ("arm", [ToyExperiment.Base, .. chain.Split(' ').Zip(Names(chain), Stage)]))
            .With(("Score", grid));
        var ended = await ExperimentRun.StartAsync(
            definition,
            (settings ?? new()) with
            {
                Folder = Path.Combine(root, FormattableString.Invariant($"run{++runs}")),
                Store = Store,
                Threads = 1,
            },
            cancellation: TestContext.Current.CancellationToken
        );
        Assert.Empty(ended.Outcome.Failed);
        return ended;
    }

    /// <summary>Everything that a model computes with.</summary>
    void Look(LanguageModel model, StageRun run)
    {
        if (model.Decoder.Device.type == DeviceType.META)
            return;
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var logits = model.Decoder.Head(model.Decoder.Forward(arange(30, 50, int64).unsqueeze(0)));
        string attached = string.Join(' ', model.Attachments.Where(a => a.IsAttached).Select(a => a.Kind));
        asked.Enqueue(
            $"{WeightsDigest.Of(model.Decoder)} {Convert.ToHexString(logits.contiguous().bytes)} {attached} "
                + $"{model.Decoder.Config.TieEmbeddings}"
        );
    }

    StageDefinition Stage(string kind, string name) =>
        kind switch
        {
            "Learn" => Counted(ToyExperiment.Learn with { Name = name, Property = name }),
            "Lora" => Trained(name, (model, run) => new TrainedStage("LoRA", "AdamW").Run(model, run)),
            "Dora" => Trained(name, (model, run) => Moved(model, run, new LoraOptions { Rank = 2, WeightDecomposed = true }).Merge()),
            "Lookup" => Trained(
                name,
                (model, run) => Moved(model, run, new LoraOptions { Rank = 2, Targets = ["embed_tokens", "lm_head", "q_proj"] }).Merge()
            ),
            "Adapter" => ToyExperiment.Attached((model, run) => Moved(model, run, new LoraOptions { Rank = 2 }), name),
            "Steer" => ToyExperiment.Attached(AttachStageTests.MeanState, name),
            _ => ToyExperiment.Attached(
                (model, run) =>
                {
                    foreach (float shift in new[] { 0.5f, 3 })
                        model
                            .Attach(new DirectionAblation(arange(model.Decoder.Config.HiddenSize, float32, run.Device).sub(shift)))
                            .Merge();
                    return AttachStageTests.MeanState(model, run);
                },
                name
            ),
        };

    StageDefinition Trained(string name, Action<LanguageModel, StageRun> loop) =>
        Counted(
            new StageDefinition(
                name,
                name,
                new SupervisedFineTuning { General = ToyWorld.AlignmentGeneral, Adapter = new Lora() },
                [],
                new Train(loop)
            )
        );

    StageDefinition Counted(StageDefinition stage)
    {
        var loop = ((Train)stage.Body).Loop;
        return stage with
        {
            Body = new Train(
                (model, run) =>
                {
                    if (model.Decoder.Device.type != DeviceType.META)
                        trained.Enqueue(stage.Name);
                    loop(model, run);
                }
            ),
        };
    }

    static LoraAdapter Moved(LanguageModel model, StageRun run, LoraOptions options)
    {
        var lora = model.Adapt(options, run.Seed, "Moved", run.FrozenBase);
        using var frozen = no_grad();
        foreach (var parameter in lora.Parameters)
            parameter.add_(0.037f);
        return lora;
    }

    /// <summary>The matrices were rounded while the adapter was trained, and are again.</summary>
    [Fact]
    public async Task A_base_that_was_frozen_in_another_format_is_so_again()
    {
        var settings = new RunSettings { FrozenBase = ScalarType.BFloat16 };
        await Run("Learn Lora", Judged, settings);
        string inMemory = Assert.Single(asked);
        await Run("Learn Lora", Asked, settings);
        Assert.Empty(trained);
        Assert.Equal(inMemory, Assert.Single(asked));
        await Run("Learn Lora", Asked);
        Assert.NotEqual(inMemory, Assert.Single(asked));
    }

    /// <summary>Where the model that the stage began with is not kept, its own is kept whole.</summary>
    [Fact]
    public async Task An_adapter_without_its_base_is_kept_as_a_model()
    {
        var settings = new RunSettings { Keep = KeptModels.Leaves };
        await Run("Learn Lora", Judged, settings);
        string inMemory = Assert.Single(asked);
        Assert.All(new StageStore(Store).All(), e => Assert.Null(e.Manifest.AddsTo));
        await Run("Learn Lora", Asked, settings);
        Assert.Empty(trained);
        Assert.Equal(inMemory, Assert.Single(asked));
    }

    [Fact]
    public async Task What_adapters_need_stays_when_others_are_removed_and_is_all_that_is_trained_again_when_it_is_gone()
    {
        await Run("Learn Lora", Judged);
        string inMemory = Assert.Single(asked);
        StoreEntry[] all = [.. new StageStore(Store).All()];
        var learn = all.Single(e => e.Manifest.Run.Id == "seed0-Learn0");
        var lora = all.Single(e => e.Manifest.Run.Id == "seed0-Learn0-Lora1");
        Assert.True(lora.Manifest.Bytes < learn.Manifest.Bytes / 2, $"{lora.Manifest.Bytes} bytes of {learn.Manifest.Bytes}");
        Assert.Equal([learn], StoreNeeds.Of([lora], all));
        Assert.Empty(StoreNeeds.Of([learn], all));

        new StageStore(Store).Remove(learn);
        await Run("Learn Lora", Asked);

        Assert.Equal(["Learn0"], trained);
        Assert.Equal(inMemory, Assert.Single(asked));
    }

    /// <summary>Nobody uses weights that are not those that were trained, whatever the reason.</summary>
    [Fact]
    public async Task A_model_with_other_weights_than_were_stored_is_set_aside_and_trained_anew()
    {
        await Run("Learn Lora", Judged);
        string inMemory = Assert.Single(asked);
        var store = new StageStore(Store);
        var lora = store.All().Single(e => e.Manifest.AddsTo is not null);
        string record = lora.PathOf("addition.json");
        store.Remove(lora);
        store.Put(
            lora.Manifest,
            directory =>
                StoredAddition.Write(
                    ToyWorldModel.Create(
                        new ToyLlama
                        {
                            Layers = 2,
                            Width = 16,
                            Heads = 2,
                            KeyValueHeads = 1,
                            FeedForward = 24,
                        },
                        1,
                        CPU
                    ),
                    [],
                    directory
                )
        );

        var mistake = await Assert.ThrowsAnyAsync<Exception>(() => Run("Learn Lora", Asked));

        Assert.Contains("is not the one that was stored: its weights have another digest. It lies in ", mistake.Message);
        Assert.False(File.Exists(record));
        await Run("Learn Lora", Asked);
        Assert.Equal(["Lora1"], trained);
        Assert.Equal(inMemory, Assert.Single(asked));
    }
}
