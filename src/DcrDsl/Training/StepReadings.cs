using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Training;

/// <summary>A step's numbers as they are on the processor.</summary>
/// <typeparam name="T">What else is known of the step.</typeparam>
readonly record struct StepReading<T>(T Step, double Loss, double? Norm);

/// <summary>
/// Loss and norm of every step. On the CPU they are read at once. Other devices would have to be waited for, so there they stay, two
/// numbers a step, until the device is waited for anyway, and are then fetched together.
/// </summary>
/// <typeparam name="T">What else is known of a step.</typeparam>
sealed class StepReadings<T>
{
    readonly List<(T Step, Tensor Values, bool HasNorm)> there = [];
    readonly List<StepReading<T>> here = [];

    /// <summary>Adds a step.</summary>
    /// <param name="step">What is known of it.</param>
    /// <param name="loss">Its loss, a scalar with a value.</param>
    /// <param name="norm">The gradient's norm, a scalar; null: there is none.</param>
    public void Add(T step, Tensor loss, Tensor? norm)
    {
        if (loss.device_type == DeviceType.CPU)
            here.Add(new(step, loss.ToDouble(), norm?.ToDouble()));
        else
            AddThere(step, loss, norm);
    }

    /// <summary>Adds a step where its tensors are.</summary>
    internal void AddThere(T step, Tensor loss, Tensor? norm)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        // float32: not every device has float64.
        Tensor[] values = norm is null ? [loss] : [loss, norm.to(loss.device)];
        var pair = stack(values.Select(v => v.detach().to(ScalarType.Float32)).ToArray());
        there.Add((step, pair.DetachFromDisposeScope(), norm is not null));
    }

    /// <summary>What can be had without waiting for a device.</summary>
    public IReadOnlyList<StepReading<T>> Known()
    {
        StepReading<T>[] known = [.. here];
        here.Clear();
        return known;
    }

    /// <summary>All that was added and not given yet, in its order; waits for the device.</summary>
    public IReadOnlyList<StepReading<T>> Read()
    {
        if (there.Count > 0)
        {
            using var scope = NewDisposeScope();
            float[] values = cat(there.Select(t => t.Values).ToArray()).cpu().data<float>().ToArray();
            int at = 0;
            foreach (var (step, pair, hasNorm) in there)
            {
                here.Add(new(step, values[at], hasNorm ? values[at + 1] : null));
                at += hasNorm ? 2 : 1;
                pair.Dispose();
            }
            there.Clear();
        }
        return Known();
    }
}
