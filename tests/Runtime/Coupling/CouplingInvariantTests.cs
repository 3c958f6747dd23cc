using DcrDsl.Evaluation.Coupling;
using DcrDsl.Models;
using DcrDsl.Models.LowRank;
using DcrDsl.Runtime.Tests.Models;
using DcrDsl.Specs;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Coupling;

/// <summary>What holds of every kernel, on decoders that have everything that the golden ones lack.</summary>
public sealed class CouplingInvariantTests
{
    const int Top = 3;

    // Two of them begin alike with three tokens; lengths differ.
    static readonly int[][] Prompts =
    [
        [1, 7, 5, 9, 3],
        [1, 7, 5, 2, 2, 11, 4, 6],
        [1, 7, 5, 12],
        [1, 7, 5, 9, 3, 1, 2],
    ];

    static readonly DecoderConfig Plain = new()
    {
        VocabularySize = 17,
        HiddenSize = 12,
        Layers = 2,
        Heads = 4,
        KeyValueHeads = 2,
        HeadDim = 4,
        IntermediateSize = 20,
    };

    public static TheoryData<string> Kinds() => [.. Decoders.Keys];

    static readonly Dictionary<string, DecoderConfig> Decoders = new()
    {
        ["plain"] = Plain,
        ["tied"] = Plain with { TieEmbeddings = true },
        ["biases and norms of heads"] = Plain with
        {
            QueryKeyValueBias = true,
            OutputBias = true,
            FeedForwardBias = true,
            QueryKeyNorm = true,
        },
        ["Gemma"] = Plain with
        {
            TieEmbeddings = true,
            NormAddsOne = true,
            ScaleEmbeddings = true,
            Activation = FeedForwardActivation.GeluTanh,
        },
        ["fused"] = Plain with { FusedProjections = true },
        ["a padding token that is asked"] = Plain with { TieEmbeddings = true, PaddingToken = 5 },
        ["a width as that of the vocabulary"] = Plain with { VocabularySize = 13, HiddenSize = 13 },
    };

    [Theory, MemberData(nameof(Kinds))]
    public void The_kernel_is_that_of_one_backward_pass_a_logit(string kind)
    {
        using var scope = NewDisposeScope();
        using var decoder = TestDecoder.Initialise(Decoders[kind], seed: 3, ScalarType.Float64);
        Same(decoder, TangentParameters.All);
        Same(decoder, new LastBlocks { Blocks = 1 });
        Same(decoder, new NamedParameters { Names = ["mlp.down_proj", "norm"] });
    }

    public static TheoryData<string> Adapters() => [.. Options.Keys];

    static readonly LoraOptions Everything = new()
    {
        Rank = 2,
        Alpha = 4,
        Targets = [LoraOptions.AllLinear, "lm_head", "embed_tokens"],
    };

    static readonly Dictionary<string, LoraOptions> Options = new()
    {
        ["everything"] = Everything,
        ["decomposed"] = Everything with { WeightDecomposed = true, Targets = [LoraOptions.AllLinear, "lm_head"] },
        ["saved copies"] = Everything with { Targets = [LoraOptions.AllLinear], SavedModules = ["lm_head", "embed_tokens"] },
    };

    [Theory, MemberData(nameof(Adapters))]
    public void An_adapter_has_the_kernel_of_one_backward_pass_a_logit(string kind)
    {
        using var scope = NewDisposeScope();
        using var decoder = TestDecoder.Initialise(Decoders["biases and norms of heads"], seed: 4, ScalarType.Float64);
        using var adapter = Stirred(decoder, Options[kind]);
        Same(decoder, TangentParameters.Lora);
        foreach (var parameter in decoder.Parameters)
            parameter.requires_grad_();
        Same(decoder, TangentParameters.All);
    }

    /// <summary>Blocks that are not held until the way back are gone through again.</summary>
    [Fact]
    public void What_is_held_changes_nothing()
    {
        using var scope = NewDisposeScope();
        using var decoder = TestDecoder.Initialise(Decoders["biases and norms of heads"], seed: 4);
        var chosen = ChosenParameters.Of(decoder, TangentParameters.All);
        double[][] kernels = [.. new[] { 0, 1, long.MaxValue }.Select(Kernel)]; // no block, the first one, all
        Assert.Equal(kernels[0], kernels[1]);
        Assert.Equal(kernels[0], kernels[2]);

        double[] Kernel(long held) => TangentKernel.Of(decoder, Prompts, Top, chosen, CancellationToken.None, mostHeld: held).Kernel;
    }

    [Fact]
    public void Dropout_is_not_for_reading()
    {
        using var scope = NewDisposeScope();
        using Decoder dropping = TestDecoder.Initialise(Plain, seed: 4),
            whole = TestDecoder.Initialise(Plain, seed: 4);
        using LoraAdapter one = Stirred(dropping, Everything with { Dropout = 0.5 }),
            other = Stirred(whole, Everything);
        one.BeginStep(0);
        Assert.Equal(Kernel(whole, Prompts), Kernel(dropping, Prompts));
    }

    static LoraAdapter Stirred(Decoder decoder, LoraOptions options)
    {
        using var frozen = no_grad();
        var adapter = LoraAdapter.Attach(decoder, options, seed: 1, "test");
        foreach (var (i, parameter) in adapter.Parameters.Index())
            parameter.add_(TestDecoder.Tokens(Plain, 1, (int)parameter.numel(), (ulong)i).view(parameter.shape).to(parameter.dtype) / 40);
        return adapter;
    }

    [Fact]
    public void Prompts_have_alone_the_kernel_that_they_have_among_others()
    {
        using var scope = NewDisposeScope();
        using var decoder = TestDecoder.Initialise(Plain with { TieEmbeddings = true }, seed: 5, ScalarType.Float64);
        double[] all = Kernel(decoder, Prompts);
        for (int i = 0; i < Prompts.Length; i++)
        for (int j = 0; j < i; j++)
        {
            double[] two = Kernel(decoder, [Prompts[i], Prompts[j]]);
            for (int a = 0; a < Top; a++)
            for (int b = 0; b < Top; b++)
                Assert.Equal(two[a * 2 * Top + Top + b], all[(i * Top + a) * Prompts.Length * Top + j * Top + b], 1e-10 * all.Max());
        }
    }

    [Fact]
    public void The_kernel_is_symmetric_and_a_prompt_is_coupled_with_itself_by_one()
    {
        using var scope = NewDisposeScope();
        using var decoder = TestDecoder.Initialise(Plain, seed: 6);
        double[] kernel = Kernel(decoder, Prompts);
        int logits = Prompts.Length * Top;
        for (int row = 0; row < logits; row++)
        for (int column = 0; column < logits; column++)
            Assert.Equal(kernel[row * logits + column], kernel[column * logits + row], 1e-6 * kernel.Max());
        var matrix = CouplingMatrix.Of(kernel, Prompts.Length);
        Assert.All(Enumerable.Range(0, Prompts.Length), i => Assert.Equal(1, matrix.Coupling(i, i)));
    }

    /// <summary>K = Σ (∂z/∂θ)(∂z'/∂θ), each derivative by a small step to either side.</summary>
    [Fact]
    public void An_entry_is_that_of_finite_differences()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var decoder = TestDecoder.Initialise(Plain with { TieEmbeddings = true }, seed: 7, ScalarType.Float64);
        var (kernel, tokens) = TangentKernel.Of(
            decoder,
            Prompts,
            Top,
            ChosenParameters.Of(decoder, TangentParameters.All),
            TestContext.Current.CancellationToken
        );
        const double step = 1e-5;
        double sum = 0;
        foreach (var parameter in decoder.Parameters)
        {
            var flat = parameter.view(-1);
            for (long i = 0; i < flat.numel(); i++)
            {
                double before = flat[i].item<double>();
                double Slope(int prompt, int rank)
                {
                    flat[i] = before + step;
                    double above = Logit(decoder, prompt, tokens[prompt][rank]);
                    flat[i] = before - step;
                    double below = Logit(decoder, prompt, tokens[prompt][rank]);
                    flat[i] = before;
                    return (above - below) / (2 * step);
                }
                sum += Slope(0, 1) * Slope(1, 2);
            }
        }
        Assert.Equal(sum, kernel[1 * Prompts.Length * Top + 1 * Top + 2], 1e-6 * Math.Abs(sum));
    }

    [Fact]
    public void Reading_leaves_weights_gradients_and_the_drawing_of_dropout_as_they_are()
    {
        using var scope = NewDisposeScope();
        using var decoder = TestDecoder.Initialise(Plain, seed: 8);
        decoder.Parameters[0].grad = ones_like(decoder.Parameters[0]);
        Tensor[] before = [.. decoder.Parameters.Select(p => p.detach().clone())];

        Kernel(decoder, Prompts);

        Assert.All(decoder.Parameters.Zip(before), p => Assert.True(p.First.equal(p.Second).all().item<bool>()));
        Assert.True(decoder.Parameters[0].grad!.eq(1).all().item<bool>());
        Assert.All(decoder.Parameters.Skip(1), p => Assert.True(p.grad is null));
    }

    [Fact]
    public void No_tensor_is_left_behind()
    {
        using var scope = NewDisposeScope();
        using var decoder = TestDecoder.Initialise(Plain with { TieEmbeddings = true }, seed: 9);
        Kernel(decoder, Prompts); // the rotary tables are kept
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Kernel(decoder, Prompts);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Logits_beyond_the_vocabulary_are_a_sentence()
    {
        using var scope = NewDisposeScope();
        using var decoder = TestDecoder.Initialise(Plain, seed: 9);
        var refusal = Assert.Throws<InputException>(() =>
            TangentKernel.Of(
                decoder,
                Prompts,
                18,
                ChosenParameters.Of(decoder, TangentParameters.All),
                TestContext.Current.CancellationToken
            )
        );
        Assert.Equal(
            "The kernel coupling takes the 18 largest logits of each prompt, and the model has 17 tokens: lower TopK.",
            refusal.Message
        );
    }

    [Fact]
    public void An_adapter_that_is_not_there_is_a_sentence()
    {
        using var scope = NewDisposeScope();
        using var decoder = TestDecoder.Initialise(Plain, seed: 9);
        Assert.Equal(
            "The model has no parameters for the kernel coupling: no adapter is attached in this stage; let it train one (Adapter), or "
                + "take other Parameters.",
            Assert.Throws<InputException>(() => ChosenParameters.Of(decoder, TangentParameters.Lora)).Message
        );
    }

    static double Logit(Decoder decoder, int prompt, int token)
    {
        using var scope = NewDisposeScope();
        var tokens = tensor(Prompts[prompt].Select(t => (long)t).ToArray()).unsqueeze(0);
        return decoder.Head(decoder.Forward(tokens))[0, -1, token].item<double>();
    }

    static double[] Kernel(Decoder decoder, IReadOnlyList<int[]> prompts) =>
        TangentKernel
            .Of(decoder, prompts, Top, ChosenParameters.Of(decoder, TangentParameters.All), TestContext.Current.CancellationToken)
            .Kernel;

    static void Same(Decoder decoder, TangentParameters parameters)
    {
        var chosen = ChosenParameters.Of(decoder, parameters);
        double[] kernel = TangentKernel.Of(decoder, Prompts, Top, chosen, TestContext.Current.CancellationToken).Kernel,
            expected = NaiveKernel.Of(decoder, Prompts, Top, [.. chosen.Keys]);
        double tolerance = 1e-10 * expected.Max(Math.Abs);
        Assert.NotEqual(0, tolerance);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], kernel[i], tolerance);
    }
}
