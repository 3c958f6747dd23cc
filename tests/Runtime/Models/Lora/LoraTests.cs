using DcrDsl.Data;
using DcrDsl.Models;
using DcrDsl.Models.LowRank;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Models.Lora;

public class LoraTests
{
    internal static readonly DecoderConfig Small = new()
    {
        VocabularySize = 40,
        HiddenSize = 24,
        Layers = 2,
        Heads = 4,
        KeyValueHeads = 2,
        HeadDim = 6,
        IntermediateSize = 20,
    };

    static readonly LoraOptions Everything = new()
    {
        Rank = 3,
        Alpha = 6,
        Targets = [LoraOptions.AllLinear, "lm_head", "embed_tokens"],
    };

    public static TheoryData<string> Shapes => ["plain", "biased", "fused", "scaled"];

    static DecoderConfig Shape(string shape) =>
        shape switch
        {
            "biased" => Small with { QueryKeyValueBias = true, OutputBias = true, FeedForwardBias = true, QueryKeyNorm = true },
            "fused" => Small with { FusedProjections = true, RotaryDim = 2 },
            "scaled" => Small with
            {
                ScaleEmbeddings = true,
                NormAddsOne = true,
                PaddingToken = 3,
                Activation = FeedForwardActivation.GeluTanh,
            },
            _ => Small,
        };

    /// <summary>Every tensor of the adapter away from where it began.</summary>
    internal static void Stir(LoraAdapter adapter)
    {
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        foreach (string name in adapter.Parameters.Names)
        {
            var stream = new RandomStream(7, name);
            var parameter = adapter.Parameters[name];
            parameter.add_(
                tensor(Enumerable.Range(0, (int)parameter.numel()).Select(_ => 0.1 * stream.NextNormal()).ToArray(), parameter.shape)
                    .to(parameter.dtype)
            );
        }
    }

    static Tensor Logits(Decoder decoder, Tensor tokens) => decoder.Head(decoder.Forward(tokens));

    [Theory, MemberData(nameof(Shapes))]
    public void A_new_adapter_changes_nothing(string shape)
    {
        using var decoder = TestDecoder.Initialise(Shape(shape), seed: 1);
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var tokens = TestDecoder.Tokens(decoder.Config, rows: 2, length: 7);
        var before = Logits(decoder, tokens);
        using var adapter = LoraAdapter.Attach(decoder, Everything, seed: 3, "test");
        TensorAssert.Close(before, Logits(decoder, tokens), 0, 1e-6, "logits");
        Stir(adapter);
        Assert.True((before - Logits(decoder, tokens)).abs().max().item<float>() > 1e-2);
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Merged_is_unmerged_and_every_module_that_is_named_counts(string shape)
    {
        foreach (bool decomposed in (bool[])[false, true])
        {
            using var decoder = TestDecoder.Initialise(Shape(shape), seed: 1, ScalarType.Float64);
            using var scope = NewDisposeScope();
            using var gradient = no_grad();
            var tokens = TestDecoder.Tokens(decoder.Config, rows: 2, length: 7);
            var options = decomposed
                ? Everything with
                {
                    WeightDecomposed = true,
                    Targets = [LoraOptions.AllLinear, "lm_head"],
                }
                : Everything;
            using var adapter = LoraAdapter.Attach(decoder, options, seed: 3, "test");
            Stir(adapter);
            var apart = Logits(decoder, tokens);
            Tensor[] before = [.. decoder.Parameters.Select(p => p.clone())];
            adapter.Merge();
            TensorAssert.Close(apart, Logits(decoder, tokens), 0, 1e-12, "logits");
            foreach (var (name, old, merged) in decoder.Parameters.Names.Zip(before, decoder.Parameters))
                Assert.Equal(
                    old.shape.Length == 2 && (!decomposed || name != "model.embed_tokens.weight"),
                    !old.equal(merged).all().item<bool>()
                );
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Gradients_are_the_slopes_of_the_loss(string shape)
    {
        using var decoder = TestDecoder.Initialise(Shape(shape), seed: 1, ScalarType.Float64);
        using var scope = NewDisposeScope();
        using var adapter = LoraAdapter.Attach(decoder, Everything with { Dropout = 0.2 }, seed: 3, "test");
        Stir(adapter);
        var tokens = TestDecoder.Tokens(decoder.Config, rows: 2, length: 7);
        if (decoder.Config.PaddingToken is int padding)
            tokens = where(tokens.eq(padding), tokens + 1, tokens);
        Loss().backward();
        foreach (string name in adapter.Parameters.Names)
        {
            var parameter = adapter.Parameters[name];
            var place = parameter.grad!.abs().flatten().argmax();
            double slope = parameter.grad!.flatten()[place].item<double>();
            const double step = 1e-5;
            double difference = (Moved(parameter, place, step) - Moved(parameter, place, -step)) / (2 * step);
            Assert.InRange(difference / slope - 1, -1e-5, 1e-5);
        }

        Tensor Loss()
        {
            adapter.BeginStep(5);
            return Logits(decoder, tokens).square().mean();
        }

        double Moved(Tensor parameter, Tensor place, double by)
        {
            using (no_grad())
                parameter.view(-1)[place] += by;
            double loss = Loss().item<double>();
            using (no_grad())
                parameter.view(-1)[place] -= by;
            return loss;
        }
    }

    [Fact]
    public void Only_the_adapter_is_trained_and_the_base_is_as_before_when_it_is_taken_off()
    {
        using var decoder = TestDecoder.Initialise(Small, seed: 1);
        using var scope = NewDisposeScope();
        var tokens = TestDecoder.Tokens(Small, rows: 2, length: 7);
        Logits(decoder, tokens).square().mean().backward();
        byte[][] before = [.. decoder.Parameters.Select(Bytes)];
        using (
            var adapter = LoraAdapter.Attach(
                decoder,
                Everything with
                {
                    SavedModules = ["lm_head"],
                    Targets = ["all-linear"],
                },
                seed: 3,
                "test"
            )
        )
        {
            Assert.All(decoder.Parameters, p => Assert.True(!p.requires_grad && p.grad is null));
            Stir(adapter);
            Logits(decoder, tokens).square().mean().backward();
            Assert.All(decoder.Parameters, p => Assert.Null(p.grad));
            Assert.All(adapter.Parameters, p => Assert.NotNull(p.grad));
        }
        Assert.Equal(before, decoder.Parameters.Select(Bytes));
        Assert.All(decoder.Parameters, p => Assert.True(p.requires_grad));
    }

    [Fact]
    public void Initial_values_are_those_of_peft_and_depend_on_seed_purpose_and_name()
    {
        using var decoder = TestDecoder.Initialise(Small, seed: 1);
        byte[][] first = Initial(seed: 3, "Align");
        Assert.Equal(first, Initial(seed: 3, "Align"));
        Assert.NotEqual(first[0], Initial(seed: 4, "Align")[0]);
        Assert.NotEqual(first[0], Initial(seed: 3, "Again")[0]);

        using var adapter = LoraAdapter.Attach(decoder, Everything with { Rank = 64 }, seed: 3, "Align");
        foreach (string name in adapter.Parameters.Names)
        {
            double[] values = TensorAssert.Doubles(adapter.Parameters[name]);
            double spread = Math.Sqrt(values.Average(v => v * v));
            if (name.EndsWith("lora_B.weight", StringComparison.Ordinal) || name.EndsWith("embedding_A", StringComparison.Ordinal))
            {
                Assert.All(values, v => Assert.Equal(0, v));
                continue;
            }
            double bound = 1 / Math.Sqrt(adapter.Parameters[name].shape[1]);
            if (name.EndsWith("embedding_B", StringComparison.Ordinal))
                Assert.InRange(spread, 0.9, 1.1);
            else
            {
                Assert.InRange(values.Max(Math.Abs), 0.98 * bound, bound);
                Assert.InRange(spread / (bound / Math.Sqrt(3)), 0.95, 1.05);
            }
        }

        byte[][] Initial(ulong seed, string purpose)
        {
            using var one = LoraAdapter.Attach(decoder, Everything, seed, purpose);
            return [.. one.Parameters.Where(p => p.abs().sum().item<float>() > 0).Select(Bytes)];
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void A_frozen_base_in_bfloat16_gives_nearly_the_same_and_comes_back_as_float32(string shape)
    {
        using Decoder wide = TestDecoder.Initialise(Shape(shape), seed: 1),
            half = TestDecoder.Initialise(Shape(shape), seed: 1);
        using var scope = NewDisposeScope();
        using LoraAdapter plain = LoraAdapter.Attach(wide, Everything, 3, "test"),
            rounded = LoraAdapter.Attach(half, Everything, 3, "test", ScalarType.BFloat16);
        Stir(plain);
        Stir(rounded);
        Assert.All(half.Parameters, p => Assert.Equal(p.shape.Length > 1 ? ScalarType.BFloat16 : ScalarType.Float32, p.dtype));
        Assert.All(rounded.Parameters, p => Assert.Equal(ScalarType.Float32, p.dtype));
        var tokens = TestDecoder.Tokens(Small, rows: 2, length: 7);
        Tensor expected = Logits(wide, tokens),
            actual = Logits(half, tokens);
        Assert.Equal(ScalarType.Float32, actual.dtype);
        double size = expected.abs().max().item<float>();
        Assert.InRange((expected - actual).abs().max().item<float>() / size, 1e-4, 0.05);
        expected.square().mean().backward();
        actual.square().mean().backward();
        foreach (var (a, b) in plain.Parameters.Zip(rounded.Parameters))
        {
            double cosine =
                (a.grad! * b.grad!).sum().item<float>()
                / Math.Sqrt(a.grad!.square().sum().item<float>() * b.grad!.square().sum().item<float>());
            Assert.InRange(cosine, 0.95, 1.0001);
        }
        rounded.Merge();
        Assert.All(half.Parameters, p => Assert.True(p.dtype == ScalarType.Float32 && p.requires_grad && p.is_leaf));
        plain.Merge();
        using (no_grad())
            TensorAssert.Close(Logits(wide, tokens), Logits(half, tokens), 0, 0.05 * size, "merged logits");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_decoder_that_was_opened_in_bfloat16_is_adapted_as_it_is(bool decomposed)
    {
        using Decoder wide = TestDecoder.Initialise(Small, seed: 1),
            half = TestDecoder.Initialise(Small, seed: 1, ScalarType.BFloat16);
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var options = Everything with
        {
            WeightDecomposed = decomposed,
            Targets = [LoraOptions.AllLinear],
            SavedModules = ["lm_head", "embed_tokens"],
        };
        using LoraAdapter plain = LoraAdapter.Attach(wide, options, 3, "test"),
            rounded = LoraAdapter.Attach(half, options, 3, "test");
        Stir(plain);
        foreach (var (from, to) in plain.Parameters.Zip(rounded.Parameters))
            to.copy_(from);
        Assert.All(half.Parameters, p => Assert.Equal(ScalarType.BFloat16, p.dtype));
        var tokens = TestDecoder.Tokens(Small, rows: 2, length: 7);
        Tensor expected = Logits(wide, tokens),
            actual = Logits(half, tokens);
        Assert.InRange((expected - actual).abs().max().item<float>() / expected.abs().max().item<float>(), 1e-4, 0.05);
        rounded.Merge();
        Assert.All(half.Parameters, p => Assert.True(p.dtype == ScalarType.Float32 && p.requires_grad && p.is_leaf));
    }

    [Fact]
    public void One_adapter_at_a_time_and_no_copy_while_it_is_attached()
    {
        using var decoder = TestDecoder.Initialise(Small, seed: 1);
        using var adapter = LoraAdapter.Attach(decoder, Everything, 3, "test");
        Assert.Throws<InvalidOperationException>(() => LoraAdapter.Attach(decoder, Everything, 3, "test"));
        Assert.Throws<InvalidOperationException>(decoder.Clone);
        adapter.Merge();
        Assert.Throws<InvalidOperationException>(adapter.Merge);
        decoder.Clone().Dispose();
    }

    [Fact]
    public void A_decoder_may_be_freed_before_its_adapter()
    {
        var decoder = TestDecoder.Initialise(Small, seed: 1);
        var adapter = LoraAdapter.Attach(decoder, Everything, 3, "test");
        decoder.Dispose();
        Assert.False(adapter.IsAttached);
        adapter.Dispose();
    }

    [Fact]
    public void A_stage_is_told_what_of_its_adapter_does_not_fit_the_model()
    {
        using var model = ToyWorldModel.Create(new Specs.ToyLlama(), seed: 0, CPU);
        Assert.Equal("Align: Adapter.Layers has 5, and the model has layers 1 to 4; name some of these.", Refusal(["q_proj"], [1, 5]));
        Assert.Equal(
            "Align: the adapter does not fit the model: target_modules has 'qproj', which names no module of the model (did you "
                + "mean q_proj?); "
                + "its modules end in embed_tokens, q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj, lm_head.",
            Refusal(["qproj"], null)
        );
        Assert.Empty(model.Attachments);

        string Refusal(IReadOnlyList<string> targets, IReadOnlyList<int>? layers) =>
            Assert
                .Throws<InputException>(() =>
                    Adapters.Lora(
                        model,
                        0,
                        "Align",
                        ScalarType.Float32,
                        rank: 2,
                        alpha: 4,
                        rankStabilised: false,
                        dropout: 0,
                        weightDecomposed: false,
                        targets,
                        layers
                    )
                )
                .Message;
    }

    [Fact]
    public void A_gaussian_beginning_has_a_spread_of_one_over_the_rank_and_is_written_down()
    {
        using var decoder = TestDecoder.Initialise(Small with { HiddenSize = 64 }, seed: 1);
        var options = new LoraOptions
        {
            Rank = 4,
            Targets = ["q_proj"],
            Initialisation = Specs.LoraInitialisation.Gaussian,
        };
        using var adapter = LoraAdapter.Attach(decoder, options, seed: 0, "test");
        double[] a =
        [
            .. adapter.Parameters.Names.Where(n => n.Contains("lora_A")).SelectMany(n => TensorAssert.Doubles(adapter.Parameters[n])),
        ];
        Assert.True(a.Length > 256);
        Assert.InRange(Math.Sqrt(a.Average(v => v * v)), 0.22, 0.28);
        Assert.True(a.Max(Math.Abs) > 0.5); // a uniform one with this spread ends at 0.43
        Assert.All(
            adapter.Parameters.Names.Where(n => n.Contains("lora_B")),
            n => Assert.Equal(0, adapter.Parameters[n].abs().sum().item<float>())
        );

        string folder = Directory.CreateTempSubdirectory("dcrdsl").FullName;
        try
        {
            PeftDirectory.Save(Path.Combine(folder, "adapter"), adapter);
            adapter.Detach();
            using var opened = PeftDirectory.Open(Path.Combine(folder, "adapter"), decoder);
            Assert.Equal(Specs.LoraInitialisation.Gaussian, opened.Options.Initialisation);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_model_frees_an_earlier_adapter_when_it_is_given_another()
    {
        using var model = ToyWorldModel.Create(new Specs.ToyLlama(), seed: 0, CPU);
        var first = model.Adapt(new LoraOptions(), 0, "first");
        first.Merge();
        var second = model.Adapt(new LoraOptions { Layers = [0] }, 0, "second");
        Assert.Same(second, Assert.Single(model.Attachments));
        Assert.True(first.Parameters[0].IsInvalid);
        second.Merge();
        using var copy = model.Clone();
        Assert.Empty(copy.Attachments);
    }

    static byte[] Bytes(Tensor tensor) => tensor.detach().contiguous().bytes.ToArray();
}
