using DcrDsl.Data;
using DcrDsl.Models;
using DcrDsl.Models.LowRank;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Models;

/// <summary>Blocks that are computed again in the backward pass give the same states and gradients, bit for bit.</summary>
public class RecomputedBlockTests
{
    static readonly ArraySegment<int>[] Texts = [Text(27, 1), Text(13, 2), Text(32, 3), Text(27, 4)];

    static ArraySegment<int> Text(int length, ulong seed)
    {
        var (common, own) = (new RandomStream(0, "beginning"), new RandomStream(seed, "text"));
        return (int[])
            [
                .. Enumerable.Range(0, 9).Select(_ => common.Next(60)),
                (int)seed,
                .. Enumerable.Range(1, length - 1).Select(_ => own.Next(60)),
            ];
    }

    static PackedTokens Packed() => PackedTokens.Of(Texts, CPU);

    /// <summary>Each text as a prompt that has two answers.</summary>
    static PackedTokens Answers()
    {
        var answers = Texts.SelectMany(t => new[] { 2, 5 }.Select(i => (Prompt: t.Count, Tokens: (int[])[.. t, i, .. t[..i]]))).ToArray();
        var packed = PackedTokens.Of([.. answers.Select(a => new ArraySegment<int>(a.Tokens))], [.. answers.Select(a => a.Prompt)], CPU);
        Assert.Contains(packed.Parts, p => p.Rows is not null);
        return packed;
    }

    public static TheoryData<string> Configurations => [.. DecoderSwitchesTests.Names];

    [Theory, MemberData(nameof(Configurations))]
    public void Gradients_of_weights_are_the_same(string name)
    {
        using var scope = NewDisposeScope();
        using var decoder = TestDecoder.Initialise(DecoderSwitchesTests.Configurations[name], seed: 1);
        Same(decoder, decoder.Parameters, packed => decoder.Forward(packed));
    }

    /// <summary>Below an adapter nothing gets a gradient, so neither does what goes into its first block.</summary>
    [Theory, InlineData(0, false), InlineData(0.3, false), InlineData(0.3, true)]
    public void Gradients_of_an_adapter_are_the_same_with_the_masks_that_it_had(double dropout, bool decomposed)
    {
        using var scope = NewDisposeScope();
        using var decoder = TestDecoder.Initialise(DecoderSwitchesTests.Configurations[DecoderSwitchesTests.Names[0]], seed: 1);
        var options = new LoraOptions
        {
            Rank = 3,
            Alpha = 6,
            Targets = [LoraOptions.AllLinear],
            Layers = [1, 2],
            Dropout = dropout,
            WeightDecomposed = decomposed,
        };
        using var adapter = LoraAdapter.Attach(decoder, options, seed: 3, "test");
        Lora.LoraTests.Stir(adapter);
        // Two passes of a step, as where a term is added: the second draws on behind the first.
        Same(decoder, adapter.Parameters, packed => decoder.Forward(packed) + decoder.Forward(packed), () => adapter.BeginStep(4));
    }

    [Fact]
    public void A_base_in_bfloat16_that_is_widened_for_its_products_is_the_same()
    {
        using var scope = NewDisposeScope();
        using var decoder = TestDecoder.Initialise(DecoderSwitchesTests.Configurations[DecoderSwitchesTests.Names[0]], seed: 1);
        var options = new LoraOptions
        {
            Rank = 3,
            Alpha = 6,
            Targets = [LoraOptions.AllLinear],
        };
        using var adapter = LoraAdapter.Attach(
            decoder,
            options,
            seed: 3,
            "test",
            new FrozenFormat(ScalarType.BFloat16, ScalarType.Float32)
        );
        Lora.LoraTests.Stir(adapter);
        Same(decoder, adapter.Parameters, packed => decoder.Forward(packed));
    }

    [Fact]
    public void States_after_a_layer_and_from_there_on_are_the_same()
    {
        using var scope = NewDisposeScope();
        using var decoder = TestDecoder.Initialise(DecoderSwitchesTests.Configurations[DecoderSwitchesTests.Names[0]], seed: 1);
        using var tail = decoder.FreezeAbove(layer: 2);
        Same(
            decoder,
            decoder.ParametersThrough(layer: 2),
            packed =>
            {
                var kept = decoder.HiddenAfter(packed, layer: 2);
                return kept + decoder.ForwardAfter(kept, packed, layer: 2);
            }
        );
    }

    [Fact]
    public void Operations_are_those_of_a_second_pass_forwards_more()
    {
        using var scope = NewDisposeScope();
        using var decoder = TestDecoder.Initialise(DecoderSwitchesTests.Configurations[DecoderSwitchesTests.Names[0]], seed: 1);
        var packed = Packed();
        double Counted(Func<Tensor> pass)
        {
            double before = OperationCount.OfThread;
            pass();
            return OperationCount.OfThread - before;
        }
        double usual = Counted(() => decoder.Forward(packed)),
            forwards;
        using (no_grad())
            forwards = Counted(() => decoder.Forward(packed));
        using var recomputing = decoder.Recompute();
        Assert.Equal(usual + forwards, Counted(() => decoder.Forward(packed)));
        using var frozen = no_grad();
        Assert.Equal(forwards, Counted(() => decoder.Forward(packed)));
    }

    static void Same(Decoder decoder, ParameterList trained, Func<PackedTokens, Tensor> pass, Action? begin = null)
    {
        Same(decoder, trained, Packed(), pass, begin);
        Same(decoder, trained, Answers(), pass, begin);
    }

    static void Same(Decoder decoder, ParameterList trained, PackedTokens packed, Func<PackedTokens, Tensor> pass, Action? begin)
    {
        var (states, gradients) = Through();
        using var recomputing = decoder.Recompute();
        var (again, same) = Through();
        TensorAssert.Close(states, again, 0, 0, "states");
        Assert.Equal(gradients.Count(g => g is not null), same.Count(g => g is not null));
        Assert.Contains(same, g => g is not null && g.abs().max().ToDouble() > 0);
        foreach (var (name, pair) in trained.Names.Zip(gradients.Zip(same)))
            if (pair.First is not null)
                TensorAssert.Close(pair.First, pair.Second!, 0, 0, name);

        (Tensor, Tensor?[]) Through()
        {
            foreach (var parameter in trained)
                parameter.grad = null;
            begin?.Invoke();
            var hidden = pass(packed);
            hidden.square().sum().backward();
            return (hidden.detach(), [.. trained.Select(p => p.grad?.clone())]);
        }
    }
}
