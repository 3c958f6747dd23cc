using System.Text.Json.Nodes;
using DcrDsl.Definition;
using DcrDsl.Execution;
using DcrDsl.Models;
using DcrDsl.Models.Checkpoints;
using DcrDsl.Models.LowRank;
using DcrDsl.Planning;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Runs;

public sealed class ModelExportTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("dcrdsl").FullName;

    static ExperimentDefinition Definition =>
        FakeExperiment.Of(
            train: (stage, model, run) =>
            {
                if (stage != "Align")
                    return;
                var lora = Adapters.Lora(
                    model,
                    run.Seed,
                    "Align",
                    run.FrozenBase,
                    rank: 2,
                    alpha: 4,
                    rankStabilised: false,
                    dropout: 0,
                    weightDecomposed: false,
                    targets: ["q_proj"]
                );
                using (no_grad())
                    lora.Parameters[1].add_(0.5f);
                lora.Merge();
            }
        );

    [Fact]
    public void Every_stage_run_of_the_chosen_stages_is_written_with_its_adapter()
    {
        var plan = Plan.Of(Definition, new Selection { Arms = ["STL", "DCR"], Seeds = [0, 1] });

        Run(plan, "learn", "Align");

        Assert.Equal(
            ["seed0-Learn", "seed0-Learn-Align", "seed0-Learn-Dcr-Align", "seed1-Learn", "seed1-Learn-Align", "seed1-Learn-Dcr-Align"],
            In("models")
        );
        Assert.Equal(["seed0-Learn-Align", "seed0-Learn-Dcr-Align", "seed1-Learn-Align", "seed1-Learn-Dcr-Align"], In("adapters"));
    }

    [Fact]
    public void The_adapter_on_the_model_that_the_stage_began_with_is_the_model_it_ended_with()
    {
        Run(Plan.Of(Definition, new Selection { Arms = ["STL"], Seeds = [0] }), "Learn", "Align");

        string adapter = Path.Combine(folder, "adapters", "seed0-Learn-Align");
        string began = JsonNode.Parse(File.ReadAllText(Path.Combine(adapter, "adapter_config.json")))![
            "base_model_name_or_path"
        ]!.GetValue<string>();
        using Decoder before = HuggingFaceDirectory.Open(began, CPU),
            after = HuggingFaceDirectory.Open(Path.Combine(folder, "models", "seed0-Learn-Align"), CPU);
        using var lora = PeftDirectory.Open(adapter, before);
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var tokens = tensor(new long[] { 0, 1, 2, 3 }, [1, 4]);
        var expected = after.Forward(tokens);
        TensorAssert.Close(expected, before.Forward(tokens), 0, 1e-6, "hidden states");
        lora.Detach();
        Assert.True((expected - before.Forward(tokens)).abs().max().item<float>() > 1e-4);
    }

    [Fact]
    public void An_adapter_whose_base_is_not_written_leaves_its_name_open()
    {
        Run(Plan.Of(Definition, new Selection { Arms = ["STL"], Seeds = [0] }), "Align");
        Assert.Null(
            JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "adapters", "seed0-Learn-Align", "adapter_config.json")))![
                "base_model_name_or_path"
            ]
        );
    }

    [Theory]
    [InlineData("Score")]
    [InlineData("Algin")]
    public void An_unknown_stage_is_refused_with_those_there_are(string stage)
    {
        var plan = Plan.Of(Definition, Selection.Everything);
        Assert.Equal(
            $"--export {stage}: fake runs no stage of that name that makes a model. There are: Base, Learn, Align, AlignAug, Dcr.",
            Assert.Throws<InputException>(() => ModelExport.Of(plan, [stage])).Message
        );
    }

    [Fact]
    public void An_adapter_belongs_to_the_stage_that_trained_it()
    {
        var definition = FakeExperiment.Of(
            train: (stage, model, run) =>
            {
                if (stage == "Align")
                    Assert.Empty(model.Attachments);
                if (stage == "Dcr")
                    Adapters.Lora(model, run.Seed, "Dcr", run.FrozenBase, 2, 4, false, 0, false, ["q_proj"]).Merge();
            }
        );
        Run(Plan.Of(definition, new Selection { Arms = ["DCR"], Seeds = [0] }), "Dcr", "Align");
        Assert.Equal(["seed0-Learn-Dcr"], In("adapters"));
        Assert.Equal(["seed0-Learn-Dcr", "seed0-Learn-Dcr-Align"], In("models"));
    }

    void Run(Plan plan, params string[] stages)
    {
        var outcome = Executor.Run(
            plan,
            new ExecutionOptions(CPU, 2),
            ModelExport.Of(plan, stages).Into(folder),
            TestContext.Current.CancellationToken
        );
        Assert.Equal(plan.Cells, outcome.Finished);
    }

    string[] In(string kind) =>
        [.. Directory.EnumerateDirectories(Path.Combine(folder, kind)).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
