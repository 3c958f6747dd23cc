using DcrDsl.Models;
using DcrDsl.Models.LowRank;
using DcrDsl.Objectives;
using DcrDsl.Runtime.Tests.Models;
using DcrDsl.Runtime.Tests.Models.Lora;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Objectives;

/// <summary>A loss whose logits never exist together has the values and gradients of one whose logits do, with every head.</summary>
public class HeadInPartsTests
{
    const int Rows = 150;

    /// <summary>Parts of 64, 64 and 22 rows.</summary>
    const long Most = 64 * 40;

    sealed record Head(DecoderConfig Config, ScalarType Dtype, LoraOptions? Lora = null, FrozenFormat? Frozen = null, bool Freezes = false);

    static readonly DecoderConfig Tied = LoraTests.Small with { TieEmbeddings = true },
        Untied = LoraTests.Small with { TieEmbeddings = false };

    static readonly LoraOptions OnTheHead = new()
    {
        Rank = 3,
        Alpha = 6,
        Targets = ["lm_head", "q_proj"],
    };

    static readonly Dictionary<string, Head> Heads = new()
    {
        ["tied"] = new(Tied, float32),
        ["tied, float64"] = new(Tied, float64),
        ["untied"] = new(Untied, float32),
        ["untied, float64"] = new(Untied, float64),
        ["frozen"] = new(Tied, float32, Freezes: true),
        ["frozen, float64"] = new(Tied, float64, Freezes: true),
        ["LoRA elsewhere"] = new(Tied, float32, OnTheHead with { Targets = ["q_proj"] }),
        ["LoRA elsewhere, bfloat16 base"] = new(Tied, float32, OnTheHead with { Targets = ["q_proj"] }, bfloat16),
        ["LoRA elsewhere, bfloat16 base computed in float32"] = new(
            Tied,
            float32,
            OnTheHead with
            {
                Targets = ["q_proj"],
            },
            new FrozenFormat(bfloat16, float32)
        ),
        ["LoRA on the head"] = new(Untied, float32, OnTheHead),
        ["LoRA on the head, float64"] = new(Untied, float64, OnTheHead),
        ["LoRA on the head, bfloat16 base"] = new(Untied, float32, OnTheHead, bfloat16),
        ["LoRA with dropout on the head"] = new(Untied, float64, OnTheHead with { Dropout = 0.3 }),
        ["DoRA with dropout on the head"] = new(Untied, float64, OnTheHead with { WeightDecomposed = true, Dropout = 0.3 }),
        ["a copy that is trained"] = new(Untied, float64, OnTheHead with { Targets = ["q_proj"], SavedModules = ["lm_head"] }),
    };

    public static TheoryData<string> Kinds => [.. Heads.Keys];

    [Theory, MemberData(nameof(Kinds))]
    public void Cross_entropy_is_that_of_all_logits(string kind) =>
        Compare(
            kind,
            (decoder, states, targets, most) =>
                (
                    most is { } parts
                        ? LanguageModelLoss.CrossEntropy(decoder, states, targets, parts)
                        : LanguageModelLoss.CrossEntropy(decoder.Head(states), targets)
                ).mul(0.7)
        );

    /// <summary>Where there are many logits, a single part is gone through so too.</summary>
    [Fact]
    public void Cross_entropy_of_one_large_part_is_that_of_all_logits()
    {
        using var scope = NewDisposeScope();
        using var decoder = TestDecoder.Initialise(Tied with { VocabularySize = 60_000 }, seed: 2, float64);
        var stream = new DcrDsl.Data.RandomStream(4, "states");
        var states = tensor(Enumerable.Range(0, Rows * decoder.Config.HiddenSize).Select(_ => stream.NextNormal()).ToArray())
            .view(Rows, -1);
        var targets = TestDecoder.Tokens(decoder.Config, rows: 1, length: Rows).flatten();
        var parts = ((ITokenHead)decoder).InParts(states, IHeadParts.MostLogits);
        Assert.False(parts.Several);

        var (expected, one) = Pass(s => LanguageModelLoss.CrossEntropy(decoder.Head(s), targets));
        var (actual, other) = Pass(s => LanguageModelLoss.CrossEntropy(new OnlyInParts(decoder), s, targets));

        TensorAssert.Close(expected, actual, 1e-12, 0, "loss");
        TensorAssert.Close(one.OfStates, other.OfStates, 1e-10, 1e-15, "gradient of the states");
        TensorAssert.Close(one.OfHead, other.OfHead, 1e-10, 1e-15, "gradient of the head");

        (Tensor Loss, (Tensor OfStates, Tensor OfHead) Gradients) Pass(Func<Tensor, Tensor> lossOf)
        {
            var own = states.clone().requires_grad_();
            decoder.Parameters[0].grad = null;
            var loss = lossOf(own);
            loss.backward();
            return (loss.detach(), (own.grad!, decoder.Parameters[0].grad!));
        }
    }

    sealed class OnlyInParts(ITokenHead head) : ITokenHead
    {
        public Tensor Head(Tensor hidden) => throw new InvalidOperationException("all logits at once");

        IHeadParts ITokenHead.InParts(Tensor states, long most) => head.InParts(states, most);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Log_probabilities_of_answers_are_those_of_all_logits(string kind)
    {
        long[] lengths = [40, 1, 59, 50];
        Compare(
            kind,
            (decoder, states, targets, most) =>
            {
                Tensor answers = tensor(lengths.SelectMany((n, i) => Enumerable.Repeat((long)i, (int)n)).ToArray()),
                    of = tensor(lengths);
                var sums = most is { } parts
                    ? AnswerLogProbabilities.Of(decoder, states, targets, answers, of, parts)
                    : AnswerLogProbabilities.Of(decoder.Head(states), targets, answers, of);
                return PreferenceLoss.Sigmoid(sums, zeros_like(sums), of, beta: 0.01);
            }
        );
    }

    static void Compare(string kind, Func<Decoder, Tensor, Tensor, long?, Tensor> lossOf)
    {
        using var scope = NewDisposeScope();
        var head = Heads[kind];
        using var decoder = TestDecoder.Initialise(head.Config, seed: 1, head.Dtype);
        using var adapter = head.Lora is null ? null : LoraAdapter.Attach(decoder, head.Lora, seed: 3, "test", head.Frozen);
        if (adapter is not null)
            LoraTests.Stir(adapter);
        if (head.Freezes)
            foreach (var parameter in decoder.Parameters)
                parameter.requires_grad = false;
        ParameterList trained = adapter?.Parameters ?? decoder.Parameters;
        var tokens = TestDecoder.Tokens(head.Config, rows: 3, length: Rows / 3);
        var given = head.Freezes ? decoder.Forward(tokens).flatten(0, 1).detach().requires_grad_() : null;
        var targets = TestDecoder.Tokens(head.Config, rows: 1, length: Rows, seed: 9).flatten();

        var (whole, wholeGradients) = Through(null);
        var (parts, gradients) = Through(Most);
        double near = head.Dtype == float64 ? 1e-12 : 1e-6;
        TensorAssert.Close(whole, parts, near, near, "loss");
        Assert.Equal(wholeGradients.Select(g => g.Name), gradients.Select(g => g.Name));
        Assert.NotEmpty(gradients);
        foreach (var (expected, actual) in wholeGradients.Zip(gradients))
            if (head.Frozen is { Computed: ScalarType.BFloat16 })
                // Gradients are rounded to 8 bits at every matrix, after sums in another order.
                Assert.InRange((expected.Value - actual.Value).norm().ToDouble() / expected.Value.norm().ToDouble(), 0, 0.05);
            else
                TensorAssert.Close(expected.Value, actual.Value, 10 * near, near, expected.Name);

        (Tensor Loss, IReadOnlyList<(string Name, Tensor Value)> Gradients) Through(long? most)
        {
            foreach (var parameter in trained)
                parameter.grad = null;
            if (given is not null)
                given.grad = null;
            adapter?.BeginStep(4);
            var states = given ?? decoder.Forward(tokens).flatten(0, 1);
            var loss = lossOf(decoder, states, targets, most);
            loss.backward();
            var gradients = trained.Names.Zip(trained).Where(p => p.Second.grad is not null).Select(p => (p.First, p.Second.grad!.clone()));
            return (loss.detach(), [.. gradients, .. given is null ? [] : new[] { ("states", given.grad!.clone()) }]);
        }
    }

    [Fact]
    public void Without_gradients_nothing_is_recorded_and_the_values_are_the_same()
    {
        using var scope = NewDisposeScope();
        using var decoder = TestDecoder.Initialise(Tied, seed: 1, float64);
        using var frozen = no_grad();
        Tensor states = decoder.Forward(TestDecoder.Tokens(Tied, rows: 3, length: Rows / 3)).flatten(0, 1),
            targets = TestDecoder.Tokens(Tied, rows: 1, length: Rows, seed: 9).flatten(),
            loss = LanguageModelLoss.CrossEntropy(decoder, states, targets, Most);
        Assert.False(loss.requires_grad);
        TensorAssert.Close(LanguageModelLoss.CrossEntropy(decoder.Head(states), targets), loss, 1e-12, 1e-12, "loss");
    }

    /// <summary>Two losses on one head, as where a term is added: each adds to what is there already.</summary>
    [Fact]
    public void Gradients_add_up()
    {
        using var scope = NewDisposeScope();
        using var decoder = TestDecoder.Initialise(Tied, seed: 1, float64);
        var targets = TestDecoder.Tokens(Tied, rows: 1, length: Rows, seed: 9).flatten();
        Tensor Gradient(long most)
        {
            foreach (var parameter in decoder.Parameters)
                parameter.grad = null;
            for (ulong text = 1; text <= 2; text++)
            {
                var states = decoder.Forward(TestDecoder.Tokens(Tied, 3, Rows / 3, text)).flatten(0, 1);
                LanguageModelLoss.CrossEntropy(decoder, states, targets, most).backward();
            }
            return decoder.Parameters[0].grad!.clone();
        }
        TensorAssert.Close(Gradient(long.MaxValue), Gradient(Most), 1e-11, 1e-12, "embedding");
    }

    [Fact]
    public void Few_logits_are_made_at_once_so_that_small_models_keep_their_bits()
    {
        using var scope = NewDisposeScope();
        using var decoder = TestDecoder.Initialise(Tied, seed: 1);
        Tensor states = decoder.Forward(TestDecoder.Tokens(Tied, rows: 3, length: Rows / 3)).flatten(0, 1),
            targets = TestDecoder.Tokens(Tied, rows: 1, length: Rows, seed: 9).flatten();
        Assert.Equal(
            LanguageModelLoss.CrossEntropy(decoder.Head(states), targets).item<float>(),
            LanguageModelLoss.CrossEntropy(decoder, states, targets).item<float>()
        );
    }
}
