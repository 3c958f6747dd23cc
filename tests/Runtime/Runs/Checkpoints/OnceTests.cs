using DcrDsl.Execution.Checkpoints;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Runs.Checkpoints;

/// <summary>What a stage run computes once, before its first step, is there for the processes that go on with it.</summary>
public sealed class OnceTests : IDisposable
{
    readonly CheckpointedRun runs = new();
    int computed;

    public void Dispose() => runs.Dispose();

    double[] Ask(StageCheckpoints? checkpoints)
    {
        using var scope = NewDisposeScope();
        return TensorAssert.Doubles(
            CheckpointedRun
                .New(checkpoints)
                .Once(
                    "reference",
                    () =>
                    {
                        computed++;
                        return tensor([1f / 3, computed]);
                    }
                )
        );
    }

    [Fact]
    public void Another_process_reads_the_same_bits_and_computes_nothing()
    {
        double[] first = Ask(runs.Checkpoints());
        Assert.Equal(["once-reference"], runs.Names);
        Assert.Equal(first, Ask(runs.Checkpoints()));
        Assert.Equal(1, computed);
    }

    [Fact]
    public void Without_a_place_for_it_it_is_computed_each_time()
    {
        Ask(null);
        Ask(null);
        Assert.Equal(2, computed);
    }

    [Theory]
    [InlineData("tensor.safetensors")]
    [InlineData("checkpoint.json")]
    public void A_damaged_one_lies_aside_and_is_computed_again(string file)
    {
        Ask(runs.Checkpoints());
        byte[] bytes = File.ReadAllBytes(runs.In("once-reference", file));
        bytes[^2] ^= 1;
        File.WriteAllBytes(runs.In("once-reference", file), bytes);

        Assert.Equal(2, Ask(runs.Checkpoints())[1]);

        Assert.Equal(["once-reference", "once-reference.damaged"], runs.Names);
        Assert.Contains("the reference is computed again", Assert.Single(runs.Log.All).Line, StringComparison.Ordinal);
        Assert.Equal(2, Ask(runs.Checkpoints())[1]);
    }

    [Fact]
    public void That_of_another_stage_run_is_not_used()
    {
        Ask(runs.Checkpoints(identity: "other"));
        Assert.Equal(2, Ask(runs.Checkpoints())[1]);
    }

    [Fact]
    public void It_goes_when_the_stage_run_is_over()
    {
        var checkpoints = runs.Checkpoints();
        Ask(checkpoints);
        checkpoints.Remove();
        Assert.False(Directory.Exists(runs.Folder));
    }
}
