using DcrDsl.Models;
using DcrDsl.Models.LowRank;
using DcrDsl.Models.SafeTensors;
using DcrDsl.Runtime.Tests.Runs;
using DcrDsl.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Models.Lora;

/// <summary>
/// Adapters against PEFT, within the tolerances that golden/peft/README.md recommends. In double precision the reference's rotary
/// frequencies are double, and the decoder's are single ones, as transformers has them in every precision: that is a difference of 1e-8.
/// </summary>
public class PeftGoldenTests
{
    const double Double = 1e-7;

    public static TheoryData<string> Cases => GoldenAdapter.All();

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Cases))]
    public void Logits_are_those_of_peft_and_merging_keeps_them(string name)
    {
        using var golden = GoldenAdapter.Open(name);
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        using var adapter = golden.Attach();
        double tolerance = name.StartsWith("rslora", StringComparison.Ordinal) ? 5e-5 : 1e-5;
        var logits = golden.Logits();
        Near(golden.Expected("logits.32")[golden.Real], logits, tolerance, "logits");

        adapter.Merge();

        Near(golden.Expected("merged_logits.32")[golden.Real], golden.Logits(), tolerance, "merged logits");
        Near(logits, golden.Logits(), 2 * tolerance, "merged against unmerged");
        foreach (string array in golden.Arrays.Where(a => a.StartsWith("merged.", StringComparison.Ordinal)))
            Near(golden.Expected(array), golden.Decoder.Parameters[array["merged.".Length..]], 1e-6, array);
        Assert.All(golden.Decoder.Parameters, p => Assert.True(p.requires_grad && p.dtype == ScalarType.Float32));
    }

    /// <summary>The function behind the record <c>Lora</c> has every choice that the reference adapters were made with.</summary>
    [Theory(SkipTestWithoutData = true), MemberData(nameof(Cases))]
    public void What_a_declaration_attaches_computes_what_peft_computes(string name)
    {
        using var golden = GoldenAdapter.Open(name);
        var wanted = PeftConfig.Read(Path.Combine(golden.Directory, PeftConfig.File));
        using var model = new LanguageModel(golden.Decoder, new FakeExperiment.NoChat());
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        var declared = Adapters.Lora(
            model,
            seed: 0,
            purpose: "Align",
            ScalarType.Float32,
            wanted.Rank,
            wanted.Alpha,
            wanted.RankStabilised,
            dropout: 0,
            wanted.WeightDecomposed,
            wanted.Targets,
            layers: wanted.Layers is { } layers ? [.. layers.Select(l => l + 1)] : null,
            wanted.TargetPattern,
            wanted.SavedModules,
            patterns:
            [
                .. wanted.RankPattern.Select(p => new Specs.LoraPattern { Modules = p.Pattern, Rank = p.Rank }),
                .. wanted.AlphaPattern.Select(p => new Specs.LoraPattern { Modules = p.Pattern, Alpha = p.Alpha }),
            ]
        );
        using var trained = SafeTensorsFile.Open(Path.Combine(golden.Directory, "adapter_model.safetensors"));
        Assert.Equal(trained.Entries.Keys.Order(StringComparer.Ordinal), declared.Parameters.Names.Order(StringComparer.Ordinal));
        foreach (string tensor in declared.Parameters.Names)
            declared.Parameters[tensor].copy_(trained.Load(tensor));
        Near(
            golden.Expected("logits.32")[golden.Real],
            golden.Logits(),
            name.StartsWith("rslora", StringComparison.Ordinal) ? 5e-5 : 1e-5,
            "logits"
        );
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Cases))]
    public void In_double_precision_they_agree_to_seven_digits(string name)
    {
        using var golden = GoldenAdapter.Open(name, ScalarType.Float64);
        using var scope = NewDisposeScope();
        using var adapter = golden.Attach();
        Near(golden.Expected("logits.64")[golden.Real], golden.Logits(), Double, "logits");
        var loss = golden.Loss(0);
        Assert.Equal(golden.Case.GetProperty("loss64").GetDouble(), loss.item<double>(), Double);
        loss.backward();
        foreach (string array in golden.Arrays.Where(a => a.StartsWith("grad64.", StringComparison.Ordinal)))
            Near(golden.Expected(array), adapter.Parameters[array["grad64.".Length..]].grad!, Double, array);
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Cases))]
    public void Loss_and_gradients_are_those_of_peft_and_the_base_has_none(string name)
    {
        using var golden = GoldenAdapter.Open(name);
        using var scope = NewDisposeScope();
        using var adapter = golden.Attach();
        var loss = golden.Loss(0);
        Assert.Equal(golden.Case.GetProperty("loss32").GetDouble(), loss.item<float>(), 1e-6);
        loss.backward();
        Assert.Equal(
            golden.Case.GetProperty("tensors").EnumerateObject().Select(t => t.Name).Order(StringComparer.Ordinal),
            adapter.Parameters.Names.Order(StringComparer.Ordinal)
        );
        foreach (string tensor in adapter.Parameters.Names)
        {
            var expected = golden.Expected("grad." + tensor);
            Near(expected, adapter.Parameters[tensor].grad!, 1e-7 + 1e-5 * expected.abs().max().item<float>(), "gradient of " + tensor);
        }
        Assert.All(golden.Decoder.Parameters, p => Assert.True(!p.requires_grad && p.grad is null));
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Cases))]
    public void Ten_steps_of_training_are_those_of_peft(string name)
    {
        using var golden = GoldenAdapter.Open(name);
        Train(golden, "train_losses32", 1e-5, 2e-4);
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Cases))]
    public void In_double_precision_so_are_they_to_seven_digits(string name)
    {
        using var golden = GoldenAdapter.Open(name, ScalarType.Float64);
        // The tensors at the end are stored in single precision.
        Train(golden, "train_losses64", Double, 2e-5);
    }

    static void Train(GoldenAdapter golden, string losses, double lossTolerance, double tolerance)
    {
        string[] before = [.. golden.Decoder.Parameters.Select(Fingerprint)];
        using var adapter = golden.AttachInitial();
        var run = golden.Run;
        double[] expected = [.. golden.Case.GetProperty(losses).EnumerateArray().Select(l => l.GetDouble())];
        using (
            var adamw = new AdamW(
                adapter.Parameters,
                epsilon: run.GetProperty("eps").GetDouble(),
                weightDecay: run.GetProperty("weight_decay").GetDouble()
            )
        )
        {
            for (int step = 0; step < run.GetProperty("steps").GetInt32(); step++)
            {
                using var scope = NewDisposeScope();
                var loss = golden.Loss(step % 2);
                adamw.ZeroGradients();
                loss.backward();
                adamw.Step(run.GetProperty("lr").GetDouble());
                Assert.Equal(expected[step], loss.to(ScalarType.Float64).item<double>(), lossTolerance);
            }
        }
        using var end = NewDisposeScope();
        foreach (string tensor in adapter.Parameters.Names)
            Near(golden.Expected("trained." + tensor), adapter.Parameters[tensor].detach(), tolerance, tensor);
        Assert.Equal(before, golden.Decoder.Parameters.Select(Fingerprint));
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Cases))]
    public void A_batch_in_parts_gives_the_gradients_of_the_whole(string name)
    {
        using var golden = GoldenAdapter.Open(name, ScalarType.Float64);
        using var scope = NewDisposeScope();
        using var adapter = golden.Attach();
        golden.Loss(0).backward();
        Tensor[] whole = [.. adapter.Parameters.Select(p => p.grad!.clone())];
        foreach (var parameter in adapter.Parameters)
            parameter.grad = null;
        golden.Loss(0, (0, 1)).backward();
        golden.Loss(0, (1, 2)).backward();
        foreach (var (expected, parameter) in whole.Zip(adapter.Parameters))
            Near(expected, parameter.grad!, 1e-12, "gradient");
    }

    static string Fingerprint(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(tensor.detach().contiguous().bytes));
    }

    static void Near(Tensor expected, Tensor actual, double tolerance, string what)
    {
        Assert.Equal(expected.shape, actual.shape);
        double difference = (expected - actual).abs().max().to(ScalarType.Float64).item<double>();
        Assert.True(difference <= tolerance, FormattableString.Invariant($"{what} differs by {difference:g3}, more than {tolerance:g3}"));
    }
}
