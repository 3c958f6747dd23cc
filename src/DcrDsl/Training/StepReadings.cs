using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Training;

/// <summary>A step's numbers as they are on the processor.</summary>
/// <typeparam name="T">What else is known of the step.</typeparam>
/// <param name="Step">What else is known of it.</param>
/// <param name="Loss">Its loss.</param>
/// <param name="Norm">The gradient's norm; null: there is none.</param>
/// <param name="Terms">What the loss is the sum of; null: it is of one piece.</param>
readonly record struct StepReading<T>(T Step, double Loss, double? Norm, IReadOnlyList<LossTerm>? Terms = null);

/// <summary>
/// Loss and norm of every step. On the CPU they are read at once. Other devices would have to be waited for, so there they stay, a few
/// numbers a step, until the device is waited for anyway, and are then fetched together.
/// </summary>
/// <typeparam name="T">What else is known of a step.</typeparam>
sealed class StepReadings<T>
{
    readonly List<(T Step, Tensor Values, bool HasNorm, string[]? Terms)> there = [];
    readonly List<StepReading<T>> here = [];

    /// <summary>Adds a step.</summary>
    /// <param name="step">What is known of it.</param>
    /// <param name="loss">Its loss, a scalar with a value.</param>
    /// <param name="norm">The gradient's norm, a scalar; null: there is none.</param>
    /// <param name="terms">What the loss is the sum of, scalars; null: it is of one piece.</param>
    public void Add(T step, Tensor loss, Tensor? norm, IReadOnlyList<(string Name, Tensor Value)>? terms = null)
    {
        if (loss.device_type == DeviceType.CPU)
            here.Add(
                new(
                    step,
                    loss.ToDouble(),
                    norm?.ToDouble(),
                    terms is null ? null : [.. terms.Select(t => new LossTerm(t.Name, t.Value.ToDouble()))]
                )
            );
        else
            AddThere(step, loss, norm, terms);
    }

    /// <summary>Adds a step where its tensors are.</summary>
    internal void AddThere(T step, Tensor loss, Tensor? norm, IReadOnlyList<(string Name, Tensor Value)>? terms = null)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        // float32: not every device has float64.
        Tensor[] values = [loss, .. norm is null ? Array.Empty<Tensor>() : [norm], .. terms?.Select(t => t.Value) ?? []];
        var together = stack(values.Select(v => v.detach().to(loss.device).to(ScalarType.Float32)).ToArray());
        there.Add((step, together.DetachFromDisposeScope(), norm is not null, terms?.Select(t => t.Name).ToArray()));
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
            foreach (var (step, together, hasNorm, names) in there)
            {
                double loss = values[at++];
                double? norm = hasNorm ? values[at++] : null;
                LossTerm[]? terms = names is null ? null : [.. names.Select((name, i) => new LossTerm(name, values[at + i]))];
                at += names?.Length ?? 0;
                here.Add(new(step, loss, norm, terms));
                together.Dispose();
            }
            there.Clear();
        }
        return Known();
    }
}
