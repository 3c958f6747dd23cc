using System.Text.Json;
using DcrDsl.Models;
using DcrDsl.Tensors;
using DcrDsl.Training;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace DcrDsl.Runtime.Tests.Models;

/// <summary>The decoder against transformers, within the tolerances that golden/models/README.md recommends.</summary>
public class DecoderGoldenTests
{
    public static TheoryData<string, string> Cases => GoldenDecoder.All();

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Cases))]
    public void Hidden_states_and_logits_are_those_of_transformers(string name, string configFile)
    {
        using var golden = GoldenDecoder.Open(name, configFile);
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        foreach (var run in golden.Cases.GetProperty("forward").EnumerateArray())
        {
            string prefix = run.GetProperty("name").GetString() + ".";
            var (tokens, mask) = (golden.Array(prefix + "input_ids"), golden.Array(prefix + "attention_mask"));
            CheckForward(golden, prefix, tokens, mask, mask, 5e-5);
            if (!prefix.StartsWith("left", StringComparison.Ordinal))
                CheckForward(golden, prefix, tokens, null, mask, 5e-5);
        }
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Cases))]
    public void In_double_precision_they_agree_to_nine_digits(string name, string configFile)
    {
        using var golden = GoldenDecoder.Open(name, configFile, ScalarType.Float64);
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        int compared = 0;
        foreach (var run in golden.Cases.GetProperty("forward").EnumerateArray())
        {
            string prefix = run.GetProperty("name").GetString() + ".";
            if (!golden.Has(prefix + "logits.f64"))
                continue;
            var decoder = golden.Decoder;
            var logits = decoder.Head(decoder.Forward(golden.Array(prefix + "input_ids")));
            Near(golden.Array(prefix + "logits.f64"), logits, 1e-9, prefix + "logits.f64");
            compared++;
        }
        Assert.True(compared > 0 || !golden.Cases.GetProperty("forward").EnumerateArray().Any(r => r.GetProperty("f64").GetBoolean()));
    }

    static void CheckForward(GoldenDecoder golden, string prefix, Tensor tokens, Tensor? mask, Tensor real, double tolerance)
    {
        var decoder = golden.Decoder;
        var places = real.to(ScalarType.Bool);
        Compare("hidden.0", decoder.Embed(tokens));
        for (int layer = 1; layer <= decoder.Config.Layers; layer++)
            Compare($"hidden.{layer}", decoder.HiddenAfter(tokens, layer, mask));
        if (golden.Cases.TryGetProperty("trimmed_to_layers", out _))
            return; // what follows the last block is that of the whole model
        var final = decoder.Forward(tokens, mask);
        Compare("final_norm", final);
        Compare("logits", decoder.Head(final));

        void Compare(string array, Tensor actual) => Near(golden.Array(prefix + array)[places], actual[places], tolerance, prefix + array);
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(GoldenDecoder.With), "loss", MemberType = typeof(GoldenDecoder))]
    public void Loss_and_gradients_are_those_of_transformers(string name, string configFile)
    {
        using var golden = GoldenDecoder.Open(name, configFile);
        var loss = golden.Cases.GetProperty("loss");
        using var scope = NewDisposeScope();
        var value = Loss(golden, "loss.");
        Assert.InRange(value.item<float>() - loss.GetProperty("value").GetDouble(), -1e-5, 1e-5);
        if (!loss.TryGetProperty("gradients", out _))
            return;
        value.backward();
        CheckGradients(golden, loss, "loss.grad.");
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(GoldenDecoder.With), "layer", MemberType = typeof(GoldenDecoder))]
    public void A_loss_read_after_a_layer_reaches_what_transformers_says_and_nothing_above(string name, string configFile)
    {
        using var golden = GoldenDecoder.Open(name, configFile);
        var layer = golden.Cases.GetProperty("layer");
        using var scope = NewDisposeScope();
        var decoder = golden.Decoder;
        Tensor tokens = golden.Array("loss.input_ids"),
            mask = golden.Array("loss.attention_mask");
        var indices = layer
            .GetProperty("last_prompt_index")
            .EnumerateArray()
            .Select((e, row) => row * tokens.shape[1] + e.GetInt64())
            .ToArray();
        var rows = tensor(indices);

        double[] values = [.. layer.GetProperty("value_for_l_0_to_L").EnumerateArray().Select(e => e.GetDouble())];
        for (int l = 1; l < values.Length; l++)
        {
            using var none = no_grad();
            double value = decoder.HiddenAfter(tokens, l, mask).flatten(0, 1).RowsAt(rows).square().sum().item<float>();
            Assert.InRange(value / values[l] - 1, -1e-5, 1e-5);
        }

        decoder.HiddenAfter(tokens, layer.GetProperty("l").GetInt32(), mask).flatten(0, 1).RowsAt(rows).square().sum().backward();
        CheckGradients(golden, layer, "layer.grad.");
        var without = layer.GetProperty("gradients").GetProperty("null").EnumerateArray().Select(e => e.GetString()!).ToList();
        Assert.All(
            without.Intersect(decoder.Parameters.Names),
            p => Assert.True(decoder.Parameters[p].grad is null, $"{p} has a gradient")
        );
        Assert.Equal(
            without.Intersect(decoder.Parameters.Names).Order(),
            decoder.Parameters.Names.Except(decoder.ParametersThrough(layer.GetProperty("l").GetInt32()).Names).Order()
        );
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(GoldenDecoder.With), "train", MemberType = typeof(GoldenDecoder))]
    public void Five_steps_of_training_are_those_of_transformers(string name, string configFile)
    {
        using var golden = GoldenDecoder.Open(name, configFile);
        var train = golden.Cases.GetProperty("train");
        var decoder = golden.Decoder;
        using var adamw = new AdamW(decoder.Parameters, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01);
        for (int step = 0; step < train.GetProperty("steps").GetInt32(); step++)
        {
            using var scope = NewDisposeScope();
            var loss = Loss(golden, $"train.{step}.");
            adamw.ZeroGradients();
            loss.backward();
            double norm = Gradients.Clip(decoder.Parameters, maxNorm: 1).item<float>();
            adamw.Step(rate: 1e-3);
            Assert.Equal(train.GetProperty("loss")[step].GetDouble(), loss.item<float>(), 1e-4);
            Assert.InRange(norm / train.GetProperty("grad_norm_before_clip")[step].GetDouble() - 1, -3e-5, 3e-5);
        }
        if (!train.TryGetProperty("final_prefix", out _))
            return;
        Assert.All(
            decoder.Parameters.Names,
            parameter =>
            {
                using var scope = NewDisposeScope();
                var difference = decoder.Parameters[parameter].detach() - golden.Array("train.final." + parameter);
                Assert.InRange(difference.abs().max().item<float>(), 0, 1e-4);
                Assert.InRange(difference.square().mean().sqrt().item<float>(), 0, 2e-6);
            }
        );
    }

    static Tensor Loss(GoldenDecoder golden, string prefix)
    {
        var logits = golden.Decoder.Head(
            golden.Decoder.Forward(golden.Array(prefix + "input_ids"), golden.Array(prefix + "attention_mask"))
        );
        long last = logits.shape[1] - 1;
        return cross_entropy(
            logits.narrow(1, 0, last).flatten(0, 1),
            golden.Array(prefix + "labels").narrow(1, 1, last).flatten(),
            ignore_index: -100
        );
    }

    static void CheckGradients(GoldenDecoder golden, JsonElement section, string prefix)
    {
        var names = section.GetProperty("gradients").GetProperty("names").EnumerateArray().Select(e => e.GetString()!).ToList();
        Assert.NotEmpty(names);
        Assert.All(
            names,
            name =>
            {
                var expected = golden.Array(prefix + name);
                var actual = golden.Decoder.Parameters[name].grad;
                Assert.True(actual is not null, $"{name} has no gradient");
                Near(expected, actual!, 2e-5 * expected.abs().max().item<float>(), prefix + name);
            }
        );
    }

    static void Near(Tensor expected, Tensor actual, double tolerance, string what)
    {
        Assert.Equal(expected.shape, actual.shape);
        double difference = (expected - actual).abs().max().to(ScalarType.Float64).item<double>();
        Assert.True(difference <= tolerance, FormattableString.Invariant($"{what} differs by {difference:g3}, more than {tolerance:g3}"));
    }
}
