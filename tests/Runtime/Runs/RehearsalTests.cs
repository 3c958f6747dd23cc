using System.Collections.Concurrent;
using DcrDsl.Definition;
using DcrDsl.Execution;
using DcrDsl.Models;
using DcrDsl.Models.LowRank;
using DcrDsl.Planning;
using DcrDsl.Specs;
using TorchSharp;

namespace DcrDsl.Runtime.Tests.Runs;

public class RehearsalTests
{
    static readonly ExecutionOptions OnCpu = new(torch.CPU, 1);

    /// <summary>The made-up experiment with a training stage of its own behind the pretraining.</summary>
    static ExperimentDefinition With(
        Action<LanguageModel, StageRun> align,
        Action<string, StageRun>? during = null,
        IReadOnlyList<AxisDefinition>? axes = null
    )
    {
        var definition = FakeExperiment.Of(axes, during);
        var arm = definition.Arms[0];
        var stage = new StageDefinition("Align", "Align", new SupervisedFineTuning { Adapter = new Lora() }, axes ?? [], new Train(align));
        return definition with { Arms = [arm with { Stages = [.. arm.Stages.Take(2), stage, .. arm.Stages.TakeLast(2)] }] };
    }

    [Fact]
    public void A_target_that_no_module_matches_is_found_before_anything_is_trained()
    {
        var trained = new List<string>();
        var definition = With(
            (model, run) =>
                Adapters.Lora(
                    model,
                    run.Seed,
                    "Align",
                    run.FrozenBase,
                    rank: 2,
                    alpha: 4,
                    rankStabilised: false,
                    dropout: 0,
                    weightDecomposed: false,
                    targets: ["q_porj"]
                ),
            (stage, run) =>
            {
                if (run.Device.type != DeviceType.META)
                    trained.Add(stage);
            }
        );

        string message = Assert.Throws<InputException>(() => Preflight.Check(Plan.Of(definition, Selection.Everything), OnCpu)).Message;

        Assert.Equal(
            "Align: the adapter does not fit the model: target_modules has 'q_porj', which names no module of the model "
                + "(did you mean q_proj?); its modules end in embed_tokens, q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, "
                + "down_proj, lm_head.",
            message
        );
        Assert.Empty(trained);
    }

    [Fact]
    public void A_file_that_must_not_be_written_with_the_model_is_found_before_anything_is_trained()
    {
        using var checkpoint = new TinyCheckpoint();
        string elsewhere = Path.Combine(checkpoint.Folder, "..", "foreign-" + Path.GetRandomFileName());
        File.WriteAllText(elsewhere, "{}");
        File.CreateSymbolicLink(checkpoint.In("added_tokens.json"), elsewhere);
        var definition = With((_, _) => { });
        var spec = new HuggingFace { Path = checkpoint.Folder };
        var source = new StageDefinition("Base", "Base", spec, [], new Make(run => HuggingFaceModel.Open(spec, run.Seed, run.Device)));
        definition = definition with { Arms = [definition.Arms[0] with { Stages = [source, .. definition.Arms[0].Stages.Skip(1)] }] };
        var plan = Plan.Of(definition, Selection.Everything);

        Preflight.Check(plan, OnCpu);
        var writing = OnCpu with { WritesModels = true };
        Assert.Contains("added_tokens.json leads to", Assert.Throws<InputException>(() => Preflight.Check(plan, writing)).Message);
        File.Delete(elsewhere);
    }

    [Fact]
    public void Each_stage_is_gone_through_once_for_each_of_its_values_up_to_the_end_of_its_first_step()
    {
        var seen = new ConcurrentBag<(int Value, DeviceType Device, int Steps)>();
        var definition = With(
            (model, run) =>
            {
                int steps = 0;
                using var optimiser = new DcrDsl.Training.Sgd(model.Decoder.Parameters);
                try
                {
                    for (; steps < 3; steps++)
                        run.Checkpoint(steps, model.Decoder.Parameters, optimiser);
                }
                finally
                {
                    seen.Add((run.Value<int>("Align.Adapter.Rank"), model.Decoder.Device.type, steps));
                }
            },
            axes: [FakeExperiment.Axis("Align.Adapter.Rank", 1, 2)]
        );

        Preflight.Check(Plan.Of(definition, Selection.Everything), OnCpu);

        Assert.Equal([(1, DeviceType.META, 0), (2, DeviceType.META, 0)], seen.Order());
    }

    [Fact]
    public void What_needs_values_is_left_to_the_run()
    {
        bool reached = false;
        var definition = With(
            (model, _) =>
            {
                reached = true;
                model.Decoder.Parameters[0].sum().item<float>();
            }
        );

        Preflight.Check(Plan.Of(definition, Selection.Everything), OnCpu);

        Assert.True(reached);
    }

    [Theory]
    [InlineData("bf16-fp32")]
    [InlineData("bf16-bf16")]
    public void An_adapter_over_a_base_in_bfloat16_has_a_first_step_without_values(string precision)
    {
        bool stepped = false;
        var definition = With(
            (model, run) =>
            {
                var lora = Adapters.Lora(
                    model,
                    run.Seed,
                    "Align",
                    run.FrozenBase,
                    rank: 2,
                    alpha: 4,
                    rankStabilised: false,
                    dropout: 0.1,
                    weightDecomposed: false,
                    targets: ["all-linear"]
                );
                lora.BeginStep(0);
                var tokens = torch.tensor(new long[] { 0, 1, 2, 3 }, [1, 4], device: run.Device);
                model.Decoder.Head(model.Decoder.Forward(tokens)).sum().backward();
                Assert.All(lora.Parameters, p => Assert.Equal(p.shape, p.grad!.shape));
                stepped = true;
            }
        );

        var options = OnCpu with { FrozenBase = Cli.Precision.Of(precision, torch.CPU).Frozen };
        Preflight.Check(Plan.Of(definition, Selection.Everything), options);

        Assert.True(stepped);
    }
}
