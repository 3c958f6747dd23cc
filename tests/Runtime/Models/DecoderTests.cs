using DcrDsl.Data.Corpus;
using DcrDsl.Models;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace DcrDsl.Runtime.Tests.Models;

public class DecoderTests
{
    static readonly DecoderConfig Toy = ToyWorldModel.Configure(new Specs.ToyLlama(), 576);
    static readonly DecoderConfig Grouped = Toy with
    {
        VocabularySize = 50,
        HiddenSize = 24,
        Layers = 3,
        KeyValueHeads = 2,
        HeadDim = 6,
        IntermediateSize = 20,
        TieEmbeddings = true,
    };

    static readonly DecoderConfig Switched = Grouped with
    {
        QueryKeyValueBias = true,
        OutputBias = true,
        FeedForwardBias = true,
        QueryKeyNorm = true,
        FusedProjections = true,
        NormAddsOne = true,
        ScaleEmbeddings = true,
        RotaryDim = 2,
        SlidingWindow = 3,
        Activation = FeedForwardActivation.GeluTanh,
        RopeScaling = new RopeScaling.Linear(2),
    };

    public static TheoryData<string> Shapes => ["toy", "grouped", "switched"];

    static DecoderConfig Shape(string shape) =>
        shape switch
        {
            "toy" => Toy,
            "grouped" => Grouped,
            _ => Switched,
        };

    static Decoder Make(string shape, ulong seed = 1) => TestDecoder.Initialise(Shape(shape), seed);

    [Fact]
    public void The_toy_has_the_parameters_of_its_shape()
    {
        using var decoder = Make("toy");
        Assert.Equal(2 * 576 * 64 + 4 * (4 * 64 * 64 + 3 * 64 * 160 + 2 * 64) + 64, decoder.Parameters.Sum(p => p.numel()));
        Assert.Equal(Toy.ParameterShapes().Select(p => p.Name), decoder.Parameters.Names);
        Assert.All(decoder.Parameters, p => Assert.True(p.requires_grad && p.is_leaf));
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_others()
    {
        using Decoder first = Make("toy"),
            again = Make("toy"),
            other = Make("toy", seed: 2);
        Assert.All(first.Parameters.Zip(again.Parameters), pair => Assert.Equal(Bytes(pair.First), Bytes(pair.Second)));
        Assert.NotEqual(Bytes(first.Parameters[0]), Bytes(other.Parameters[0]));
    }

    [Theory, MemberData(nameof(Shapes))]
    public void A_batch_gives_what_each_row_gives_alone(string shape)
    {
        using var decoder = Make(shape);
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var tokens = TestDecoder.Tokens(decoder.Config, rows: 5, length: 9);
        var together = decoder.Forward(tokens);
        for (int row = 0; row < 5; row++)
            Near(decoder.Forward(tokens.narrow(0, row, 1)), together.narrow(0, row, 1), 2e-5);
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Padding_on_either_side_changes_nothing(string shape)
    {
        using var decoder = Make(shape);
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var tokens = TestDecoder.Tokens(decoder.Config, rows: 3, length: 7);
        var padding = zeros([3, 4], int64);
        var alone = decoder.Forward(tokens);
        Near(alone, decoder.Forward(cat([tokens, padding], 1)).narrow(1, 0, 7), 2e-5);
        Near(alone, decoder.Forward(cat([tokens, padding], 1), cat([ones_like(tokens), padding], 1)).narrow(1, 0, 7), 2e-5);
        Near(alone, decoder.Forward(cat([padding, tokens], 1), cat([padding, ones_like(tokens)], 1)).narrow(1, 4, 7), 2e-5);
    }

    [Theory, MemberData(nameof(Shapes))]
    public void No_token_sees_a_later_one(string shape)
    {
        using var decoder = Make(shape);
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var tokens = TestDecoder.Tokens(decoder.Config, rows: 2, length: 8);
        var changed = tokens.clone();
        changed.narrow(1, 5, 3).copy_((changed.narrow(1, 5, 3) + 1).remainder(decoder.Config.VocabularySize));
        Tensor before = decoder.Forward(tokens),
            after = decoder.Forward(changed);
        Near(before.narrow(1, 0, 5), after.narrow(1, 0, 5), 0);
        Assert.True((before - after).narrow(1, 5, 3).abs().max().item<float>() > 1e-3);
    }

    [Theory, MemberData(nameof(Shapes))]
    public void The_state_after_the_last_layer_normed_is_what_forward_gives(string shape)
    {
        using var decoder = Make(shape);
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var tokens = TestDecoder.Tokens(decoder.Config, rows: 2, length: 6);
        var hidden = decoder.HiddenAfter(tokens, decoder.Config.Layers);
        using Scalar epsilon = decoder.Config.NormEpsilon;
        var normed = RootMeanSquareNorm.Apply(hidden, decoder.Parameters["model.norm.weight"], epsilon, decoder.Config.NormAddsOne);
        Near(decoder.Forward(tokens), normed, 0);
        var head = decoder.Parameters[decoder.Config.TieEmbeddings ? "model.embed_tokens.weight" : "lm_head.weight"];
        Near(decoder.Head(normed), normed.matmul(head.t()), 1e-5);
    }

    [Fact]
    public void Nothing_above_the_layer_is_run()
    {
        using var decoder = Make("toy");
        using var scope = NewDisposeScope();
        var tokens = TestDecoder.Tokens(decoder.Config, rows: 2, length: 6);
        byte[] before = Bytes(decoder.HiddenAfter(tokens, 2));
        decoder.HiddenAfter(tokens, 2).square().sum().backward();
        var head = decoder.ParametersThrough(2);
        foreach (string name in decoder.Parameters.Names)
        {
            Assert.Equal(head.Names.Contains(name), decoder.Parameters[name].grad is not null);
            using var gradient = no_grad();
            if (!head.Names.Contains(name))
                decoder.Parameters[name].fill_(double.NaN);
        }
        Assert.Equal(before, Bytes(decoder.HiddenAfter(tokens, 2)));
    }

    [Fact]
    public void Parameters_through_a_layer_are_the_embedding_and_its_blocks()
    {
        using var decoder = Make("toy");
        Assert.Equal(1 + 3 * 9, decoder.ParametersThrough(3).Count);
        Assert.All(decoder.ParametersThrough(3).Names, name => Assert.Matches(@"^model\.(embed_tokens|layers\.[012]\.)", name));
        Assert.Same(decoder.Parameters[0], decoder.ParametersThrough(1)[0]);
    }

    [Theory, InlineData(0), InlineData(5), InlineData(-1)]
    public void A_layer_that_is_not_there_is_refused(int layer)
    {
        using var decoder = Make("toy");
        using var tokens = TestDecoder.Tokens(decoder.Config, rows: 1, length: 2);
        string message = Assert.Throws<InputException>(() => decoder.HiddenAfter(tokens, layer)).Message;
        Assert.Contains($"Layer {layer} does not exist: the model has layers 1 to 4", message, StringComparison.Ordinal);
        Assert.Throws<InputException>(() => decoder.ParametersThrough(layer));
    }

    [Fact]
    public void Sizes_that_do_not_fit_together_are_refused()
    {
        Refused(Toy with { KeyValueHeads = 3 }, "3 key-value heads do not divide 4 heads");
        Refused(Toy with { HeadDim = 15 }, "head width 15 is odd");
        Refused(Toy with { Layers = 0 }, "number of layers is 0");
        Refused(Toy with { PaddingToken = 576 }, "padding token 576");
        Assert.Contains(
            "no multiple",
            Assert.Throws<InputException>(() => ToyWorldModel.Create(new Specs.ToyLlama { Width = 62 }, 1, CPU)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "has shape [3]",
            Assert.Throws<InputException>(() => Decoder.FromWeights(Toy, (_, _) => zeros(3), CPU)).Message,
            StringComparison.Ordinal
        );

        static void Refused(DecoderConfig config, string because) =>
            Assert.Contains(
                because,
                Assert.Throws<InputException>(() => Decoder.Initialise(config, 1, CPU)).Message,
                StringComparison.Ordinal
            );
    }

    [Fact]
    public void A_tokenizer_with_more_tokens_than_embeddings_is_refused()
    {
        using var decoder = Make("grouped");
        var chat = new ToyWorldTokenizer();
        string message = Assert.Throws<InputException>(() => new LanguageModel(decoder, chat)).Message;
        Assert.Contains($"{chat.VocabularySize} tokens and the model embeds 50", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_has_the_same_bytes_and_a_life_of_its_own()
    {
        var decoder = Make("grouped");
        Decoder copy;
        using (NewDisposeScope())
            copy = decoder.Clone();
        byte[] before = Bytes(copy.Parameters[0]);
        Assert.Equal(Bytes(decoder.Parameters[0]), before);
        using (no_grad())
            decoder.Parameters[0].zero_();
        decoder.Dispose();
        Assert.Equal(before, Bytes(copy.Parameters[0]));
        copy.Dispose();
        copy.Dispose();
    }

    [Fact]
    public void A_step_leaves_no_tensor_behind_but_gradients()
    {
        using var decoder = Make("grouped");
        Step();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int i = 0; i < 3; i++)
            Step();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Step()
        {
            using var scope = NewDisposeScope();
            decoder.Head(decoder.Forward(TestDecoder.Tokens(decoder.Config, rows: 2, length: 70))).sum().backward();
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Gradients_are_the_slopes_of_the_loss(string shape)
    {
        var config = Shape(shape) with { VocabularySize = 11, HiddenSize = 8, Layers = 2, HeadDim = 4, IntermediateSize = 6 };
        using var decoder = TestDecoder.Initialise(config, 3, ScalarType.Float64);
        using var scope = NewDisposeScope();
        var tokens = TestDecoder.Tokens(config, rows: 2, length: 5);
        var mask = tensor(
            new long[,]
            {
                { 1, 1, 1, 1, 1 },
                { 0, 0, 1, 1, 1 },
            }
        );
        var targets = TestDecoder.Tokens(config, rows: 1, length: 8, seed: 9).flatten();
        var rows = tensor(new long[] { 0, 1, 2, 3, 4, 7, 8, 9 });
        Loss().backward();
        foreach (string name in decoder.Parameters.Names)
        {
            var parameter = decoder.Parameters[name];
            foreach (long index in new[] { 0, parameter.numel() / 3, parameter.numel() - 1 })
            {
                double slope = (Shifted(index, 1e-5) - Shifted(index, -1e-5)) / 2e-5;
                double actual = parameter.grad!.flatten()[index].item<double>();
                Assert.True(
                    Math.Abs(slope - actual) <= 1e-8 + 1e-6 * Math.Abs(slope),
                    FormattableString.Invariant($"{name}[{index}]: slope {slope}, gradient {actual}")
                );
            }

            double Shifted(long index, double by)
            {
                using var gradient = no_grad();
                var entry = parameter.view(-1)[index];
                entry.add_(by);
                double loss = Loss().item<double>();
                entry.sub_(by);
                return loss;
            }
        }

        Tensor Loss() => cross_entropy(decoder.Head(decoder.Forward(tokens, mask).flatten(0, 1).RowsAt(rows)), targets);
    }

    [Fact]
    public async Task Two_threads_side_by_side_give_the_bytes_that_each_gives_alone()
    {
        byte[][] alone = [Train(1), Train(2)];
        using var start = new Barrier(2);
        byte[][] together = await Task.WhenAll(Alongside(1), Alongside(2));
        Assert.Equal(alone[0], together[0]);
        Assert.Equal(alone[1], together[1]);

        Task<byte[]> Alongside(ulong seed) =>
            Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    return Train(seed);
                },
                TestContext.Current.CancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default
            );

        static byte[] Train(ulong seed)
        {
            using var decoder = Make("toy", seed);
            for (int step = 0; step < 5; step++)
            {
                using var scope = NewDisposeScope();
                var tokens = TestDecoder.Tokens(decoder.Config, rows: 8, length: 20, seed: seed + (ulong)step);
                cross_entropy(decoder.Head(decoder.Forward(tokens)).flatten(0, 1), tokens.flatten()).backward();
                using var gradient = no_grad();
                foreach (var p in decoder.Parameters)
                    p.sub_(p.grad! * 0.1);
            }
            return [.. decoder.Parameters.SelectMany(Bytes)];
        }
    }

    static byte[] Bytes(Tensor tensor)
    {
        using var flat = tensor.detach().contiguous();
        return [.. flat.bytes];
    }

    static void Near(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.InRange((expected - actual).abs().max().item<float>(), 0, tolerance);
    }
}
