using System.Globalization;
using System.Text.Json;
using DcrDsl.Cli.DeviceChecks;
using DcrDsl.Definition;
using DcrDsl.Runtime.Tests.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.DeviceChecks;

/// <summary>What the verb doctor computes, here with the processor as the device.</summary>
public class DeviceCheckTests
{
    static readonly Places Here = new(CPU, 2);

    /// <summary>A stored value is that of the tested function in float64; an objective without one is held to the processor's.</summary>
    [Fact]
    public void Stored_losses_are_those_of_the_objectives_in_float64()
    {
        using var scope = NewDisposeScope();
        string Line(string name, double value) => string.Create(CultureInfo.InvariantCulture, $"[\"{name}\"] = {value:R},");
        var computed = LossChecks.All().Select(o => (o.Name, Value: o.Loss(LossChecks.Batch(float64, CPU)).ToDouble())).ToList();
        Assert.True(
            StoredLosses.Values.Count > 10
                && StoredLosses.Values.All(s => computed.Any(c => c.Name == s.Key && Math.Abs(s.Value - c.Value) < 1e-10)),
            "StoredLosses is to be:\n" + string.Join('\n', computed.Select(c => Line(c.Name, c.Value)))
        );
    }

    /// <summary>Two of them once more, written out as the papers have them.</summary>
    [Fact]
    public void Stored_losses_are_those_of_their_formulas()
    {
        double[][] x = [.. Enumerable.Range(0, 8).Select(i => Row(i))];
        double[] policy = [.. x.Select(r => r.Sum() - 6)],
            margins = [.. Enumerable.Range(0, 4).Select(i => policy[i] - policy[7 - i] - (policy[i + 4] - policy[3 - i]))];
        Assert.Equal(margins.Average(d => Math.Log(1 + Math.Exp(-0.1 * d))), StoredLosses.Values["Dpo"], 1e-9);
        double entropy = x.Index().Average(r => Math.Log(r.Item.Sum(Math.Exp)) - r.Item[r.Index % 2]);
        Assert.Equal(entropy, StoredLosses.Values["CrossEntropy"], 1e-9);

        static double[] Row(int i) => [.. Enumerable.Range(0, 6).Select(j => (double)(float)((i * 6 + j) * 7919 % 1009 / 504.5 - 1))];
    }

    [Fact]
    public void The_processor_passes_every_check_of_losses_and_model()
    {
        DeviceCheck[] checks = [.. LossChecks.Of(Here), .. ModelChecks.Of(Here)];
        Assert.All(checks, check => Assert.True(check.Holds && check.Difference < 1e-6, $"{check}"));
        Assert.Equal(2 * LossChecks.All().Count() + 4, checks.Length);
    }

    [Theory]
    [InlineData(0.5, 1.0, true)]
    [InlineData(1.5, 1.0, false)]
    [InlineData(double.NaN, 1.0, false)]
    [InlineData(1.5, null, true)]
    [InlineData(null, 1.0, false)]
    public void A_check_holds_where_the_difference_is_allowed(double? difference, double? allowed, bool holds) =>
        Assert.Equal(holds, new DeviceCheck("loss", "x", difference, allowed).Holds);

    [Fact]
    public void What_fails_on_the_device_does_not_hold_and_what_fails_everywhere_is_skipped()
    {
        Assert.False(new DeviceCheck("attachment", "x", null, null) { Trouble = "no kernel" }.Holds);
        Assert.True(new DeviceCheck("attachment", "x", null, null) { Skipped = "too little trained" }.Holds);
        var fake = FakeExperiment.Of(during: (stage, _) => throw new InputException($"{stage} has no words."));
        Assert.All(StageChecks.Of([fake], Here, CancellationToken.None), check => Assert.NotNull(check.Skipped));
    }

    /// <summary>A loop whose result depends on where it runs: one that has made its steps by another number of threads.</summary>
    [Fact]
    public void A_stage_that_makes_another_model_on_the_device_fails()
    {
        var fake = FakeExperiment.Of(
            train: (_, model, _) => { },
            during: (_, run) =>
            {
                if (get_num_threads() == 1)
                    throw new NotSupportedException("no kernel for this device");
            }
        );
        var checks = StageChecks.Of([fake], Here, CancellationToken.None).ToList();
        Assert.NotEmpty(checks);
        Assert.All(checks, check => Assert.Equal("no kernel for this device", check.Trouble));
        Assert.All(checks, check => Assert.False(check.Holds));
    }

    [Fact]
    public void Differences_are_relative_and_not_numbers_are_no_zero()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(0.25, Differences.Largest(tensor([1.0, 3.0]), tensor([1.0, 4.0])), 1e-12);
        Assert.Equal(0, Differences.Largest(zeros(2), zeros(2)));
        Assert.True(double.IsNaN(Differences.Largest(tensor([1.0, double.NaN]), tensor([1.0, 4.0]))));
        Assert.Equal(0.6, Differences.OfLengths([tensor([0.0]), tensor([4.0])], [tensor([3.0]), tensor([4.0])]), 1e-12);
    }

    [Fact]
    public async Task The_verb_tells_each_check_and_its_exit_code_whether_all_hold()
    {
        ExperimentDefinition fake = FakeExperiment.Of();
        var (code, output, error) = await InProcess.Run(fake, "doctor", "--device", "cpu", "--quick", "--threads", "2", "--json");
        Assert.Equal((0, ""), (code, error));
        using var said = JsonDocument.Parse(output);
        Assert.All(said.RootElement.GetProperty("checks").EnumerateArray(), c => Assert.True(c.GetProperty("holds").GetBoolean()));
        (code, output, _) = await InProcess.Run(fake, "doctor", "--device", "cpu", "--threads", "2");
        Assert.Equal(0, code);
        Assert.Contains("cpu computes what it should", output, StringComparison.Ordinal);
        Assert.Contains("fake: ", output, StringComparison.Ordinal);

        (code, _, error) = await InProcess.Run(fake, "doctor", "--device", "cuda:99");
        Assert.Equal(1, code);
        Assert.StartsWith("--device cuda:99: ", error, StringComparison.Ordinal);
        (code, _, error) = await InProcess.Run(fake, "doctor", "fakee");
        Assert.Equal(1, code);
        Assert.Contains("Did you mean fake?", error, StringComparison.Ordinal);
    }
}
