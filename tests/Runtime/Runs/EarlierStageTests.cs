using DcrDsl.Definition;
using DcrDsl.Execution;
using DcrDsl.Models;
using DcrDsl.Planning;
using DcrDsl.Specs;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>A stage that looks at the model which an earlier one has left, beside the one that it changes.</summary>
public sealed class EarlierStageTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("dcrdsl").FullName;
    readonly Dictionary<string, double[]> left = [];
    readonly Lock gate = new();

    public void Dispose() => Directory.Delete(root, recursive: true);

    static double[] Weights(LanguageModel model) => TensorAssert.Doubles(model.Decoder.Parameters[1]);

    /// <summary>Notes what it was given, and adds one to a weight.</summary>
    StageDefinition Trained(string name) =>
        new(
            name,
            name,
            new Pretrain { Data = ToyWorld.Pretraining },
            [],
            new Train(
                (model, run) =>
                {
                    using var frozen = no_grad();
                    if (model.Decoder.Device.type != DeviceType.META)
                        lock (gate)
                            left[name] = Weights(model);
                    using Scalar one = 1;
                    model.Decoder.Parameters[1].add_(one);
                }
            )
        );

    StageDefinition Looks(string at, int epochs = 1) =>
        new(
            "Prefer",
            "Prefer",
            new PreferenceTuning
            {
                Pairs = ToyWorld.PreferencePairs,
                Reference = at,
                Epochs = epochs,
            },
            [],
            new Train(
                (model, run) =>
                {
                    if (model.Decoder.Device.type == DeviceType.META)
                    {
                        Assert.Equal(DeviceType.META, run.ModelAfter(at).Decoder.Device.type);
                        return;
                    }
                    lock (gate)
                        (left["given"], left["seen"]) = (Weights(model), Weights(run.ModelAfter(at)));
                }
            )
        );

    Task<EndedRun> Run(string folder, params StageDefinition[] last)
    {
        var definition = ToyExperiment.Of(("arm", [ToyExperiment.Base, Trained("First"), Trained("Second"), Trained("Third"), .. last]));
        return ExperimentRun.StartAsync(
            definition,
            new RunSettings
            {
                Folder = Path.Combine(root, folder),
                Store = Path.Combine(root, "store"),
                Threads = 1,
            },
            cancellation: TestContext.Current.CancellationToken
        );
    }

    /// <summary>What a stage notes is what the one before it has left.</summary>
    [Theory]
    [InlineData("Base", "First")]
    [InlineData("First", "Second")]
    [InlineData("Second", "Third")]
    [InlineData("Third", "given")]
    public async Task It_sees_the_model_as_that_stage_has_left_it(string at, string next)
    {
        var ended = await Run("run", Looks(at));
        Assert.Single(ended.Outcome.Finished);
        Assert.Equal(left[next], left["seen"]);
        Assert.Equal(at == "Third", left["given"].SequenceEqual(left["seen"]));
    }

    [Fact]
    public async Task It_sees_it_also_where_the_stages_before_are_in_the_store()
    {
        await Run("run", Looks("First"));
        double[] seen = left["seen"];
        left.Clear();

        var ended = await Run("again", Looks("First", epochs: 2));

        Assert.Single(ended.Outcome.Finished);
        Assert.DoesNotContain("Third", left.Keys);
        Assert.Equal(seen, left["seen"]);
    }

    [Theory]
    [InlineData("Frist", " Did you mean First?")]
    [InlineData("Prefer", " There are: Base, First.")]
    public void A_name_that_is_no_stage_before_is_told_before_anything_runs(string name, string hint)
    {
        var definition = ToyExperiment.Of(("arm", [ToyExperiment.Base, Trained("First"), Looks(name)]));
        Assert.Equal(
            $"Prefer.Reference names '{name}', which is no stage before Prefer in arm arm.{hint}",
            Assert.Throws<InputException>(() => Plan.Of(definition, new Selection())).Message
        );
    }
}
