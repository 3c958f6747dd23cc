using DcrDsl.Training;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Training;

public class StepReadingsTests
{
    [Fact]
    public void On_the_processor_a_step_is_known_at_once()
    {
        using var scope = NewDisposeScope();
        var readings = new StepReadings<int>();
        readings.Add(4, tensor(0.1), tensor(2f));
        Assert.Equal([new StepReading<int>(4, 0.1, 2)], readings.Known());
        readings.Add(5, tensor(0.2), null);
        Assert.Equal([new StepReading<int>(5, 0.2, null)], readings.Read());
        Assert.Empty(readings.Read());
    }

    /// <summary>As on a GPU: the steps' own tensors are gone by then.</summary>
    [Fact]
    public void On_a_device_steps_are_kept_there_until_they_are_read_in_their_order()
    {
        var readings = new StepReadings<int>();
        for (int step = 0; step < 5; step++)
        {
            using var scope = NewDisposeScope();
            var weight = tensor(1.0, requires_grad: true);
            readings.AddThere(step, weight * (0.25 * step), step == 2 ? null : tensor((float)step));
        }
        Assert.Empty(readings.Known());
        Assert.Equal(Enumerable.Range(0, 5).Select(s => new StepReading<int>(s, 0.25 * s, s == 2 ? null : s)), readings.Read());
        Assert.Empty(readings.Read());
    }

    /// <summary>Where they are, and on the processor.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Terms_are_read_with_their_names(bool there)
    {
        using var scope = NewDisposeScope();
        var readings = new StepReadings<int>();
        for (int step = 0; step < 3; step++)
        {
            (string, Tensor)[]? terms = step == 1 ? null : [("contrast", tensor(1.0 + step)), ("states", tensor(0.5))];
            var norm = step == 2 ? tensor(7f) : null;
            if (there)
                readings.AddThere(step, tensor(4.0), norm, terms);
            else
                readings.Add(step, tensor(4.0), norm, terms);
        }
        var read = readings.Read();
        Assert.Equal([4.0, 4.0, 4.0], read.Select(r => r.Loss));
        Assert.Equal([null, null, 7.0], read.Select(r => r.Norm));
        Assert.Equal([new LossTerm("contrast", 1), new LossTerm("states", 0.5)], read[0].Terms!);
        Assert.Null(read[1].Terms);
        Assert.Equal([new LossTerm("contrast", 3), new LossTerm("states", 0.5)], read[2].Terms!);
    }

    [Fact]
    public void Throughput_forgets_what_was_more_than_two_windows_ago()
    {
        var throughput = new Throughput();
        throughput.Begin(1_000, TimeSpan.FromSeconds(10));
        Assert.Equal(100, throughput.At(1_050, TimeSpan.FromSeconds(10.5)), 1e-9);
        // A step of nine seconds, then fast ones.
        Assert.Equal(10, throughput.At(1_100, TimeSpan.FromSeconds(20)), 1e-9);
        throughput.At(2_100, TimeSpan.FromSeconds(21));
        Assert.Equal(1_000, throughput.At(2_600, TimeSpan.FromSeconds(21.5)), 1e-9);
    }
}
