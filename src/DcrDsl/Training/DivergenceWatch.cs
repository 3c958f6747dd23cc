using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Training;

/// <summary>The first step at which loss or gradient were not finite.</summary>
/// <param name="Step">The step, from 0.</param>
/// <param name="What">What was not, as a sentence without its end.</param>
readonly record struct Divergence(int Step, string What);

/// <summary>
/// Looks at every step for a loss or a gradient's norm that is not finite. On the CPU it knows at once; on other devices it is found there,
/// without waiting for them, and known when it is asked for.
/// </summary>
sealed class DivergenceWatch
{
    const long Never = long.MaxValue;

    Tensor? first;
    Divergence? found;

    /// <summary>What is known without waiting for a device.</summary>
    public Divergence? Known => found;

    /// <summary>Looks at a step.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <param name="loss">Its loss, a scalar.</param>
    /// <param name="norm">The gradient's norm, a scalar; null: not known.</param>
    public void Look(int step, Tensor loss, Tensor? norm)
    {
        if (loss.device_type == DeviceType.META)
            return;
        if (loss.device_type != DeviceType.CPU)
            LookThere(step, loss, norm);
        else if (Of(loss) is { } wrong)
            found ??= new(step, $"the loss is {wrong}");
        else if (norm is not null && Of(norm) is { } wrongNorm)
            found ??= new(step, $"the norm of the gradient is {wrongNorm}");
    }

    /// <summary>Looks at a step where its tensors are.</summary>
    internal void LookThere(int step, Tensor loss, Tensor? norm)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var fine = loss.isfinite();
        if (norm is not null)
            fine = fine.logical_and(norm.to(loss.device).isfinite());
        var at = where(fine, full([], Never, ScalarType.Int64, loss.device), full([], step, ScalarType.Int64, loss.device));
        var earliest = (first is null ? at : minimum(first, at)).DetachFromDisposeScope();
        first?.Dispose();
        first = earliest;
    }

    /// <summary>What there is to know; waits for the device.</summary>
    public Divergence? Read()
    {
        if (found is null && first is not null && first.item<long>() is var step && step != Never)
            found = new((int)step, "the loss or the norm of the gradient is not finite");
        return found;
    }

    static string? Of(Tensor value)
    {
        double number = value.ToDouble();
        return double.IsFinite(number) ? null
            : double.IsNaN(number) ? "not a number"
            : "infinite";
    }
}
