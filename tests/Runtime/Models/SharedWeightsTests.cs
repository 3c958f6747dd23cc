using DcrDsl.Models;
using DcrDsl.Models.Interventions;
using DcrDsl.Models.LowRank;
using DcrDsl.Runtime.Tests.Models.Lora;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Models;

/// <summary>Decoders that have the same weights in memory, until one is to change them.</summary>
public class SharedWeightsTests
{
    static readonly LoraOptions Everywhere = new() { Targets = ["all-linear"], Rank = 2 };

    static Decoder New() => TestDecoder.Initialise(LoraTests.Small, seed: 1);

    static LoraAdapter Adapt(Decoder decoder, ulong seed, FrozenFormat? frozen = null)
    {
        var adapter = LoraAdapter.Attach(decoder, Everywhere, seed, "test", frozen);
        LoraTests.Stir(adapter);
        return adapter;
    }

    static Tensor Logits(Decoder decoder)
    {
        using var frozen = no_grad();
        return decoder.Head(decoder.Forward(TestDecoder.Tokens(decoder.Config, rows: 2, length: 7)));
    }

    [Fact]
    public void Adapters_of_one_base_stand_beside_the_same_weights_and_give_what_each_gives_beside_its_own()
    {
        using var scope = NewDisposeScope();
        using var first = New();
        using Decoder second = first.ShareWeights(),
            third = first.ShareWeights();
        using LoraAdapter one = Adapt(second, seed: 1),
            other = Adapt(third, seed: 2);
        Assert.Equal(first.Parameters.Count, SharedParameters.Count(second, third));
        Assert.All(second.Parameters.Concat(third.Parameters), p => Assert.False(p.requires_grad));
        Assert.All(first.Parameters, p => Assert.True(p.requires_grad));

        foreach (var (decoder, seed) in new[] { (second, 1ul), (third, 2ul) })
        {
            using var alone = New();
            using var adapter = Adapt(alone, seed);
            TensorAssert.Close(Logits(alone), Logits(decoder), 0, 0, "logits");
        }
    }

    [Theory]
    [InlineData("adapter merged")]
    [InlineData("adapter taken off")]
    [InlineData("owned")]
    [InlineData("direction folded")]
    public void What_is_to_be_changed_is_copied_and_the_others_stay_as_they_were(string change)
    {
        using var scope = NewDisposeScope();
        using var first = New();
        var before = Logits(first);
        using var second = first.ShareWeights();
        using var third = first.ShareWeights();
        switch (change)
        {
            case "adapter merged":
                Adapt(second, seed: 1).Merge();
                break;
            case "adapter taken off":
                Adapt(second, seed: 1).Detach();
                break;
            case "owned":
                second.OwnWeights();
                break;
            default:
                using (var direction = new DirectionAblation(ones(second.Config.HiddenSize), share: 1))
                    direction.FoldInto(second);
                break;
        }
        Assert.Equal(0, SharedParameters.Count(first, second));
        Assert.Equal(first.Parameters.Count, SharedParameters.Count(first, third));
        Assert.All(second.Parameters, p => Assert.True(p.requires_grad));
        TensorAssert.Close(before, Logits(first), 0, 0, "first");
        TensorAssert.Close(before, Logits(third), 0, 0, "third");
    }

    [Fact]
    public void The_last_one_that_has_them_changes_them_in_place()
    {
        using var scope = NewDisposeScope();
        using var second = Last(out var weight);
        second.OwnWeights();
        using (no_grad())
            second.Parameters[0].add_(1);
        TensorAssert.Close(weight, second.Parameters[0], 0, 0, "weight");

        static Decoder Last(out Tensor weight)
        {
            using var first = New();
            weight = first.Parameters[0].detach();
            return first.ShareWeights();
        }
    }

    [Fact]
    public void A_base_that_an_adapter_holds_in_another_format_is_its_own()
    {
        using var scope = NewDisposeScope();
        using var first = New();
        var before = Logits(first);
        using var second = first.ShareWeights();
        using var adapter = Adapt(second, seed: 1, frozen: ScalarType.BFloat16);
        Assert.All(first.Parameters, p => Assert.Equal(ScalarType.Float32, p.dtype));
        adapter.Merge();
        Assert.Equal(0, SharedParameters.Count(first, second));
        TensorAssert.Close(before, Logits(first), 0, 0, "first");
    }
}
