using DcrDsl.Data;
using DcrDsl.Models;
using DcrDsl.Models.Interventions;
using DcrDsl.Models.LowRank;
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
        RequireThoseOfPaddedRows(decoder, decoder.Parameters, texts, packed);
    }

    static void RequireThoseOfPaddedRows(Decoder decoder, ParameterList trained, int[][] texts, PackedTokens packed)
    {
        int width = texts.Max(t => t.Length);
        (int Text, int Position)[] every = [.. texts.SelectMany((t, b) => t.Select((_, i) => (b, i)))];
        Tensor own = tensor(every.Select(p => packed.Place(p.Text, p.Position)).ToArray()),
            theirs = tensor(every.Select(p => (long)p.Text * width + p.Position).ToArray()),
            weights = rand([every.Length, decoder.Config.HiddenSize], ScalarType.Float64);

        var (states, gradients) = Through(() => HiddenStates.Rows(decoder.Forward(packed), own));
        var (expected, expectedGradients) = Through(() => decoder.Forward(Padded(texts)).flatten(0, 1).RowsAt(theirs));
        TensorAssert.Close(expected, states, 1e-10, 1e-11, "states");
        Assert.Contains(gradients, g => g.abs().max().ToDouble() > 0);
        foreach (var (parameter, at) in trained.Names.Zip(gradients.Zip(expectedGradients)))
            TensorAssert.Close(at.Second, at.First, 1e-9, 1e-9, parameter);

        (Tensor, Tensor[]) Through(Func<Tensor> pass)
        {
            foreach (var parameter in trained)
                parameter.grad?.zero_();
            var hidden = pass();
            (hidden * weights).sum().backward();
            return (hidden.detach(), [.. trained.Select(p => (p.grad ?? zeros_like(p)).clone())]);
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
        Assert.Equal([11, 1, 3, 7, 12], packed.Parts.Select(p => p.Length));
        Assert.Equal([1, 1, 1, 2, 1], packed.Parts.Select(p => p.Count));
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
        Assert.Equal([11, 1, 5], packed.Parts.Select(p => p.Length));
        var copies = Packed([text, text]);
        Assert.Equal(0, copies.Spans.Shared);
        Assert.Equal(text.Length, copies.Tokens.shape[0]);
        Assert.Equal([text, text], copies.Texts().Select(t => t.Select(i => (int)i).ToArray()));
    }

    /// <summary>
    /// Prompts of 9 tokens and more behind the beginning, with answers that part at once or later, three or the same two twice, one of a
    /// single token; and a prompt of 3, which is too short.
    /// </summary>
    static (int[][] Texts, int[] Prompts) Answers(int beginning)
    {
        (int Prompt, ulong Seed, int Alike, int[] Answers)[] all =
        [
            (40, 1, 0, [5, 7]),
            (40, 2, 3, [5, 9]),
            (3, 3, 0, [4, 6]),
            (40, 1, 0, [5, 7]),
            (40, 4, 0, [1, 5]),
            (9, 5, 0, [5, 7, 12]),
        ];
        var texts = all.SelectMany(a =>
            a.Answers.Select(
                (length, i) =>
                {
                    int[] prompt = Text(beginning, a.Prompt, a.Seed),
                        alike = Text(0, a.Alike + 1, 9)[..a.Alike],
                        own = Text(0, length - a.Alike, (ulong)(20 + i));
                    return (Tokens: (int[])[.. prompt, .. alike, .. own], Prompt: prompt.Length);
                }
            )
        );
        return ([.. texts.Select(t => t.Tokens)], [.. texts.Select(t => t.Prompt)]);
    }

    static PackedTokens Packed((int[][] Texts, int[] Prompts) answers) =>
        PackedTokens.Of([.. answers.Texts.Select(t => new ArraySegment<int>(t))], answers.Prompts, CPU);

    [Theory, MemberData(nameof(Ways))]
    public void Answers_behind_one_prompt_have_the_states_and_gradients_of_padded_rows(string name, int beginning)
    {
        using var scope = NewDisposeScope();
        using var decoder = TestDecoder.Initialise(DecoderSwitchesTests.Configurations[name], 1, ScalarType.Float64);
        var answers = Answers(beginning);
        var packed = Packed(answers);
        Assert.True(packed.Tokens.shape[0] < Packed(answers.Texts).Tokens.shape[0]);
        RequireThoseOfPaddedRows(decoder, decoder.Parameters, answers.Texts, packed);
    }

    [Theory, InlineData(0, false), InlineData(11, false), InlineData(11, true)]
    public void Answers_behind_one_prompt_give_an_adapter_the_gradients_of_padded_rows(int beginning, bool decomposed)
    {
        using var scope = NewDisposeScope();
        using var decoder = TestDecoder.Initialise(
            DecoderSwitchesTests.Configurations[DecoderSwitchesTests.Names[0]],
            1,
            ScalarType.Float64
        );
        var options = new LoraOptions
        {
            Rank = 3,
            Alpha = 6,
            Targets = [LoraOptions.AllLinear],
            WeightDecomposed = decomposed,
        };
        using var adapter = LoraAdapter.Attach(decoder, options, seed: 3, "test");
        Lora.LoraTests.Stir(adapter);
        var answers = Answers(beginning);
        RequireThoseOfPaddedRows(decoder, adapter.Parameters, answers.Texts, Packed(answers));
    }

    [Theory, InlineData(0), InlineData(11)]
    public void What_intervenes_by_position_does_it_at_the_positions_of_the_texts(int beginning)
    {
        using var scope = NewDisposeScope();
        using var decoder = TestDecoder.Initialise(
            DecoderSwitchesTests.Configurations[DecoderSwitchesTests.Names[0]],
            1,
            ScalarType.Float64
        );
        using var standing = decoder.Intervene(new AddedByPosition());
        var answers = Answers(beginning);
        RequireThoseOfPaddedRows(decoder, decoder.Parameters, answers.Texts, Packed(answers));
    }

    sealed class AddedByPosition : IIntervention
    {
        public bool StandsAt(StreamSite site, int block) => block == 2 && site == StreamSite.AttentionOutput;

        public Tensor Apply(Tensor states, StreamVisit visit) => states + 0.01 * visit.Positions.unsqueeze(-1);
    }

    [Theory, InlineData(0), InlineData(11)]
    public void A_prompt_of_several_answers_is_computed_once(int beginning)
    {
        using var scope = NewDisposeScope();
        var answers = Answers(beginning);
        var packed = Packed(answers);
        // Prompts of 9, 40, 40 and 40, of which one has three tokens of its answers, and both texts of the short one; then the answers.
        int computed = beginning + 9 + 40 + 40 + 43 + (7 + 9) + (5 + 7 + 12) + (5 + 7) + (2 + 6) + (1 + 5);
        Assert.Equal(computed, packed.Tokens.shape[0]);
        // Behind texts of 9 tokens, then of 40, of which there are several; two answers of 5 tokens are to different prompts of 40.
        Assert.Equal(
            [(1, 5), (1, 7), (1, 12), (1, 1), (2, 5), (1, 7)],
            packed.Parts.Where(p => p.Rows is not null).Select(p => (p.Count, p.Length))
        );
        Assert.Equal(answers.Texts.Sum(t => t.Length), packed.Count);
        Assert.Equal(answers.Texts.Select(t => t.Select(i => (long)i)), packed.Texts());
        long[] positions = packed.Positions.data<long>().ToArray();
        Assert.All(packed.Places, places => Assert.Equal(places.Select((_, i) => (long)i), places.Select(p => positions[p])));
        Assert.Equal(packed.Place(2, beginning + 42), packed.Place(3, beginning + 42));
        Assert.NotEqual(packed.Place(2, beginning + 43), packed.Place(3, beginning + 43));
        Assert.Throws<InvalidOperationException>(() => packed.Spans);

        var config = DecoderSwitchesTests.Configurations[DecoderSwitchesTests.Names[0]];
        using var decoder = TestDecoder.Initialise(config, 1);
        using var frozen = no_grad();
        double before = OperationCount.OfThread;
        decoder.Forward(packed);
        double matrices = decoder.LinearLayers.SkipLast(1).Sum(l => 2.0 * computed * l.Weight.numel()),
            pairs = packed.Parts.Sum(p => (double)p.Count * p.Length * (p.Earlier + p.Length));
        Assert.Equal(matrices + 4 * pairs * config.Layers * config.Heads * config.HeadDim, OperationCount.OfThread - before);
    }

    /// <summary>Where prompts are short, or have one answer each, all is laid as without knowing them.</summary>
    [Fact]
    public void Prompts_that_do_not_pay_stand_with_their_answers()
    {
        using var scope = NewDisposeScope();
        int[][] texts = Texts(beginning: 11);
        RequireTheSame(texts, [.. texts.Select(t => t.Length - 1)]);
        var (answers, prompts) = Answers(beginning: 11);
        RequireTheSame(answers[4..6], prompts[4..6]);
        // A prompt of 9 tokens two times less is less than its attention costs.
        RequireTheSame([answers[4], .. answers[10..]], [prompts[4], .. prompts[10..]]);
        RequireTheSame([.. answers.Where((_, i) => i is 0 or 2 or 4 or 6 or 8)], [.. prompts.Where((_, i) => i is 0 or 2 or 4 or 6 or 8)]);

        static void RequireTheSame(int[][] texts, int[] prompts)
        {
            PackedTokens usual = Packed(texts),
                packed = Packed((texts, prompts));
            Assert.Equal(usual.Parts, packed.Parts);
            Assert.Equal(usual.Places, packed.Places);
            Assert.Equal<long>(usual.Tokens.data<long>().ToArray(), packed.Tokens.data<long>().ToArray());
            Assert.Equal(usual.Spans.Shared, packed.Spans.Shared);
        }
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
