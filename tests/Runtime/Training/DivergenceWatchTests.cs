using DcrDsl.Training;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Training;

public class DivergenceWatchTests
{
    [Theory]
    [InlineData(double.NaN, 1.0, "the loss is not a number")]
    [InlineData(double.NegativeInfinity, double.NaN, "the loss is infinite")]
    [InlineData(2.0, double.PositiveInfinity, "the norm of the gradient is infinite")]
    [InlineData(2.0, double.NaN, "the norm of the gradient is not a number")]
    public void On_the_processor_it_knows_at_once(double loss, double norm, string what)
    {
        using var scope = NewDisposeScope();
        var watch = new DivergenceWatch();
        watch.Look(0, tensor(1.0), tensor(1.0));
        Assert.Null(watch.Known);
        watch.Look(1, tensor(loss), tensor(norm));
        watch.Look(2, tensor(double.NaN), null);
        Assert.Equal(new Divergence(1, what), watch.Known);
        Assert.Equal(watch.Known, watch.Read());
    }

    /// <summary>As on a GPU: the steps are looked at by tensors, and the answer is read late.</summary>
    [Theory]
    [InlineData(double.NaN, 1f)]
    [InlineData(1.0, float.PositiveInfinity)]
    [InlineData(1.0, null, false)]
    public void On_a_device_the_first_step_is_known_when_it_is_read(double loss, float? norm, bool diverges = true)
    {
        var watch = new DivergenceWatch();
        for (int step = 3; step < 9; step++)
        {
            using var scope = NewDisposeScope();
            bool bad = step is 5 or 7;
            watch.LookThere(step, tensor(bad ? loss : 1.0), norm is { } value ? tensor(bad ? value : 1f) : null);
        }
        Assert.Null(watch.Known);
        Assert.Equal(diverges ? new Divergence(5, "the loss or the norm of the gradient is not finite") : null, watch.Read());
    }

    [Fact]
    public void Without_values_there_is_nothing_to_see()
    {
        using var scope = NewDisposeScope();
        var watch = new DivergenceWatch();
        watch.Look(0, zeros([], device: META), zeros([], device: META));
        Assert.Null(watch.Read());
    }

    [Theory]
    [InlineData(1.0, true)]
    [InlineData(double.NaN, false)]
    [InlineData(double.NegativeInfinity, false)]
    [InlineData(3e38, true)]
    public void Values_are_finite_or_not(double value, bool finite)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(finite, FiniteValues.AreAll([ones(3), tensor(new[] { 0f, (float)value, -1f }), full([2, 2], 3e38)]));
        Assert.True(FiniteValues.AreAll([]));
        Assert.True(FiniteValues.AreAll([zeros([2], device: META)]));
    }
}
