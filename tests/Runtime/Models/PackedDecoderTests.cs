using DcrDsl.Data;
using DcrDsl.Models;
using DcrDsl.Runtime.Tests.Tensors;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Models;

/// <summary>Texts laid end to end give what they give as padded rows, states and gradients alike, in every kind of decoder.</summary>
public class PackedDecoderTests
{
    /// <summary>Lengths that differ, one that occurs twice, a text that occurs three times, and one of a single token.</summary>
    static int[][] Texts(int beginning) =>
        [
            Text(beginning, 7, 1),
            Text(beginning, 3, 2),
            Text(beginning, 12, 3),
            Text(beginning, 7, 4),
            Text(beginning, 3, 2),
            Text(beginning, 1, 5),
            Text(beginning, 3, 2),
        ];

    static int[] Text(int beginning, int length, ulong seed)
    {
        var (common, own) = (new RandomStream(0, "beginning"), new RandomStream(seed, "text"));
        // The first of its own tokens tells them apart, so that the common beginning is as long as it says.
        return
        [
            .. Enumerable.Range(0, beginning).Select(_ => common.Next(60)),
            (int)seed,
            .. Enumerable.Range(1, length - 1).Select(_ => own.Next(60)),
        ];
    }

    static PackedTokens Packed(int[][] texts) => PackedTokens.Of([.. texts.Select(t => new ArraySegment<int>(t))], CPU);

    static Tensor Padded(int[][] texts)
    {
        int width = texts.Max(t => t.Length);
        return tensor(
            [.. texts.SelectMany(t => t.Select(i => (long)i).Concat(Enumerable.Repeat(0L, width - t.Length)))],
            [texts.Length, width]
        );
    }

    public static TheoryData<string, int> Ways =>
        [.. DecoderSwitchesTests.Names.SelectMany(name => new[] { 0, 3, PackedTokens.LeastShared, 11 }.Select(shared => (name, shared)))];

    [Theory, MemberData(nameof(Ways))]
    public void States_and_gradients_are_those_of_padded_rows(string name, int beginning)
    {
        using var scope = NewDisposeScope();
        using var decoder = TestDecoder.Initialise(DecoderSwitchesTests.Configurations[name], 1, ScalarType.Float64);
        int[][] texts = Texts(beginning);
        var packed = Packed(texts);
        Assert.Equal(beginning < PackedTokens.LeastShared ? 0 : beginning, packed.Spans.Shared);
        int width = texts.Max(t => t.Length);
        (int Text, int Position)[] every = [.. texts.SelectMany((t, b) => t.Select((_, i) => (b, i)))];
        Tensor own = tensor(every.Select(p => packed.Place(p.Text, p.Position)).ToArray()),
            theirs = tensor(every.Select(p => (long)p.Text * width + p.Position).ToArray()),
            weights = rand([every.Length, decoder.Config.HiddenSize], ScalarType.Float64);

        var (states, gradients) = Through(() => HiddenStates.Rows(decoder.Forward(packed), own));
        var (expected, expectedGradients) = Through(() => decoder.Forward(Padded(texts)).flatten(0, 1).RowsAt(theirs));
        TensorAssert.Close(expected, states, 1e-10, 1e-11, "states");
        foreach (var (parameter, at) in decoder.Parameters.Names.Zip(gradients.Zip(expectedGradients)))
            TensorAssert.Close(at.Second, at.First, 1e-9, 1e-9, parameter);

        (Tensor, Tensor[]) Through(Func<Tensor> pass)
        {
            foreach (var parameter in decoder.Parameters)
                parameter.grad?.zero_();
            var hidden = pass();
            (hidden * weights).sum().backward();
            return (hidden.detach(), [.. decoder.Parameters.Select(p => (p.grad ?? zeros_like(p)).clone())]);
        }
    }

    [Theory, InlineData(0), InlineData(11)]
    public void States_after_a_layer_and_from_there_on_are_those_of_padded_rows(int beginning)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var decoder = TestDecoder.Initialise(
            DecoderSwitchesTests.Configurations[DecoderSwitchesTests.Names[0]],
            1,
            ScalarType.Float64
        );
        int[][] texts = Texts(beginning);
        var packed = Packed(texts);
        var lengths = tensor(texts.Select(t => (long)t.Length).ToArray());
        for (int layer = 1; layer <= decoder.Config.Layers; layer++)
        {
            Tensor own = decoder.HiddenAfter(packed, layer),
                padded = decoder.HiddenAfter(Padded(texts), layer);
            var spans = TextSpans.OfPadded(lengths, padded.shape[1]);
            foreach (var pool in new Func<Tensor, TextSpans, Tensor>[] { HiddenStates.LastPromptToken, HiddenStates.Mean })
                TensorAssert.Close(pool(padded.flatten(0, 1), spans), pool(own, packed.Spans), 1e-10, 1e-11, $"layer {layer}");
            TensorAssert.Close(decoder.Forward(packed), decoder.ForwardAfter(own, packed, layer), 0, 0, $"from layer {layer} on");
        }
    }

    [Fact]
    public void What_occurs_again_is_computed_once_and_counted_each_time()
    {
        using var scope = NewDisposeScope();
        int[][] texts = Texts(beginning: 11);
        var packed = Packed(texts);
        Assert.Equal(texts.Sum(t => t.Length), packed.Count);
        // The beginning, then 1 + 3 + 7 + 7 + 12: the text of three that occurs three times stands there once.
        Assert.Equal(11 + 30, packed.Tokens.shape[0]);
        Assert.Equal([1, 3, 7, 12], packed.ByLength.Select(t => t.Length));
        Assert.Equal([1, 1, 2, 1], packed.ByLength.Select(t => t.Texts));
        Assert.Equal(texts.Select(t => t.Select(i => (long)i)), packed.Texts());
        Assert.Equal(packed.Place(1, 12), packed.Place(4, 12));
    }

    /// <summary>The shortest text keeps a token of its own, and copies of a single text have nothing in common but are one.</summary>
    [Fact]
    public void A_text_that_others_begin_with_has_a_token_left()
    {
        using var scope = NewDisposeScope();
        int[] text = Text(12, 4, 1);
        var packed = Packed([text[..12], text, text]);
        Assert.Equal(11, packed.Spans.Shared);
        Assert.Equal([1, 5], packed.ByLength.Select(t => t.Length));
        var copies = Packed([text, text]);
        Assert.Equal(0, copies.Spans.Shared);
        Assert.Equal(text.Length, copies.Tokens.shape[0]);
        Assert.Equal([text, text], copies.Texts().Select(t => t.Select(i => (int)i).ToArray()));
    }

    [Fact]
    public void No_text_and_an_empty_one_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Packed([]));
        Assert.Throws<ArgumentException>(() =>
            Packed([
                [1],
                [],
            ])
        );
    }
}
