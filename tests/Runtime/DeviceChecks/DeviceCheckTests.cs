using System.Globalization;
using DcrDsl.Cli.DeviceChecks;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.DeviceChecks;

/// <summary>What the verb doctor computes, here with the processor as the device.</summary>
public class DeviceCheckTests
{
    static readonly Places Here = new(CPU, 2);

    /// <summary>Every objective of the vocabulary has a stored value, and it is that of the tested function in float64.</summary>
    [Fact]
    public void Stored_losses_are_those_of_the_objectives_in_float64()
    {
        using var scope = NewDisposeScope();
        string Line(string name, double value) => string.Create(CultureInfo.InvariantCulture, $"[\"{name}\"] = {value:R},");
        var computed = LossChecks.All().Select(o => (o.Name, Value: o.Loss(LossChecks.Batch(float64, CPU)).ToDouble())).ToList();
        Assert.True(
            computed.Count == StoredLosses.Values.Count
                && computed.All(c => StoredLosses.Values.TryGetValue(c.Name, out double stored) && Math.Abs(stored - c.Value) < 1e-10),
            "StoredLosses is to be:\n" + string.Join('\n', computed.Select(c => Line(c.Name, c.Value)))
        );
    }
}
