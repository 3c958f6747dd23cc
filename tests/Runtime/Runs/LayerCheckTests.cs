using DcrDsl.Definition;
using DcrDsl.Execution;
using DcrDsl.Planning;
using DcrDsl.Specs;
using TorchSharp;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>A layer beyond the model's depth is found from config.json, before anything is run.</summary>
public sealed class LayerCheckTests : IDisposable
{
    static readonly AxisDefinition Layer = FakeExperiment.Axis("Dcr.Layer", 1, 2, 5);
    static readonly RunPaths Nowhere = RunPaths.None;

    readonly TinyCheckpoint checkpoint = new(layers: 4, longest: 64);

    public void Dispose() => checkpoint.Dispose();

    RunPaths Here => new(new Dictionary<string, string> { ["model"] = checkpoint.Folder });

    string Config => Path.Combine(checkpoint.Folder, "config.json");

    [Fact]
    public void A_fixed_layer_of_a_Hugging_Face_model()
    {
        Assert.Equal(
            $"Stage Dcr: layer 5 (Dcr.Layer) does not exist: the model of {Config} has 4 blocks, so choose a layer from 1 to 4.",
            Assert.Throws<InputException>(() => LayerCheck.Of(Plan(Opened("{model}"), 5), Here)).Message
        );
        Assert.Empty(LayerCheck.Of(Plan(Opened("{model}"), 4), Here));
        Assert.Empty(LayerCheck.Of(Plan(Opened(checkpoint.Folder), 4), Nowhere));
    }

    [Fact]
    public void A_swept_layer_and_one_that_is_set()
    {
        var definition = FakeExperiment.Of([Layer]).With(("Base", Opened("{model}")));
        Selection Set(params string[] values) =>
            new() { Values = new Dictionary<string, IReadOnlyList<string>> { ["Dcr.Layer"] = values } };

        Assert.Contains(
            "layer 5 (Dcr.Layer)",
            Assert.Throws<InputException>(() => LayerCheck.Of(DcrDsl.Planning.Plan.Of(definition, Selection.Everything), Here)).Message
        );
        Assert.Contains(
            "layer 9 (Dcr.Layer)",
            Assert.Throws<InputException>(() => LayerCheck.Of(DcrDsl.Planning.Plan.Of(definition, Set("1", "9")), Here)).Message
        );
        Assert.Empty(LayerCheck.Of(DcrDsl.Planning.Plan.Of(definition, Set("1", "4")), Here));
        Assert.Empty(LayerCheck.Of(DcrDsl.Planning.Plan.Of(definition, new Selection { Arms = ["STL"] }), Here));
    }

    [Fact]
    public void An_adapters_layer_and_a_toy_whose_depth_is_known()
    {
        var adapted = new SupervisedFineTuning { Adapter = new Lora { Layers = [1, 3] } };
        var definition = FakeExperiment.Of().With(("Base", new ToyLlama { Layers = 2 }), ("AlignAug", adapted));

        Assert.Equal(
            "Stage AlignAug: layer 3 (AlignAug.Adapter.Layers) does not exist: the base model has 2 blocks, so choose a layer from 1 to 2.",
            Assert.Throws<InputException>(() => LayerCheck.Of(DcrDsl.Planning.Plan.Of(definition, Selection.Everything), Nowhere)).Message
        );
    }

    [Fact]
    public void A_plan_without_the_model_says_what_it_could_not_check()
    {
        Assert.Equal(
            ["To check the layers against the model too, say where it is with --path model=PATH."],
            LayerCheck.Of(Plan(Opened("{model}"), 5), Nowhere)
        );
        Assert.Equal(
            ["The layers are not checked, as there is no " + Path.Combine("no", "model", "config.json") + "."],
            LayerCheck.Of(Plan(Opened("no/model"), 5), Nowhere)
        );
    }

    [Fact]
    public void A_run_finds_it_before_anything_is_trained()
    {
        var ran = new List<string>();
        var definition = FakeExperiment
            .Of(during: (stage, _) => ran.Add(stage))
            .With(("Base", Opened("{model}")), ("Dcr", new ContrastiveRefinement { Layer = 30 }));
        var plan = DcrDsl.Planning.Plan.Of(definition, Selection.Everything);

        var mistake = Assert.Throws<InputException>(() => Preflight.Check(plan, new ExecutionOptions(torch.CPU, 1) { Paths = Here }));

        Assert.Contains("layer 30 (Dcr.Layer) does not exist", mistake.Message);
        Assert.Empty(ran);
    }

    static HuggingFace Opened(string directory) => new() { Path = directory };

    static Plan Plan(HuggingFace model, int layer) =>
        DcrDsl.Planning.Plan.Of(
            FakeExperiment.Of().With(("Base", model), ("Dcr", new ContrastiveRefinement { Layer = layer })),
            Selection.Everything
        );
}
