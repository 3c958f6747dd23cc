using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Training;

/// <summary>
/// Stochastic gradient descent as torch.optim.SGD computes it: <c>g ← g + decay·p</c>; with momentum <c>b ← momentum·b + (1 −
/// dampening)·g</c>
/// (at the first step b = g) and <c>g ← b</c>, or <c>g ← g + momentum·b</c> by Nesterov; <c>p ← p − rate·g</c>.
/// </summary>
public sealed class Sgd : IOptimiser
{
    sealed record Slot(Tensor Parameter, Tensor Buffer, Tensor Steps);

    readonly Slot[] slots;
    readonly Scalar momentum,
        undamped,
        weightDecay;
    readonly bool hasMomentum,
        hasDecay,
        nesterov;

    /// <param name="parameters">
    /// Contiguous leaf tensors that require a gradient, all of one type (float32 or float64) and on one device.
    /// </param>
    /// <param name="momentum">Share of the old buffer that is kept; 0 for none.</param>
    /// <param name="dampening">Share of the gradient that is left out of the buffer, from the second step on.</param>
    /// <param name="weightDecay">L2 penalty.</param>
    /// <param name="nesterov">Look ahead along the buffer.</param>
    /// <exception cref="ArgumentException">A parameter cannot be trained in place, or occurs twice.</exception>
    public Sgd(IEnumerable<Tensor> parameters, double momentum = 0, double dampening = 0, double weightDecay = 0, bool nesterov = false)
    {
        var group = new ParameterGroup([.. parameters], weightDecay);
        ParameterGroup.Check([group]);
        (hasMomentum, hasDecay, this.nesterov) = (momentum != 0, weightDecay != 0, nesterov);
        (this.momentum, undamped, this.weightDecay) = (momentum.ToScalar(), (1 - dampening).ToScalar(), weightDecay.ToScalar());
        // On the CPU wherever the parameters are: whether a step is the first one is asked here.
        slots = [.. group.Parameters.Select(p => new Slot(p, OptimiserState.Like(p), OptimiserState.Count(CPU)))];
    }

    /// <inheritdoc/>
    public void Step(double rate)
    {
        using var frozen = no_grad();
        using var downhill = (-rate).ToScalar();
        foreach (var slot in slots)
        {
            using var scope = NewDisposeScope();
            if (slot.Parameter.grad is not { } gradient)
                continue;
            if (hasDecay)
                gradient = gradient.add(slot.Parameter, weightDecay);
            if (hasMomentum)
            {
                if (slot.Steps.item<float>() == 0)
                    slot.Buffer.copy_(gradient);
                else
                    slot.Buffer.mul_(momentum).add_(gradient, undamped);
                gradient = nesterov ? gradient.add(slot.Buffer, momentum) : slot.Buffer;
            }
            slot.Parameter.add_(gradient, downhill);
            slot.Steps.add_(1);
        }
    }

    /// <inheritdoc/>
    public void ZeroGradients()
    {
        foreach (var slot in slots)
            slot.Parameter.grad = null;
    }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> ExportState() =>
        [
            .. slots
                .Index()
                .SelectMany<(int Place, Slot Slot), (string, Tensor)>(s =>
                    [($"{s.Place}.momentum_buffer", s.Slot.Buffer), ($"{s.Place}.step", s.Slot.Steps)]
                ),
        ];

    /// <inheritdoc/>
    public void ImportState(IReadOnlyDictionary<string, Tensor> state) => OptimiserState.Import(ExportState(), state);

    /// <summary>Frees the state; the parameters are the model's.</summary>
    public void Dispose()
    {
        foreach (var (_, value) in ExportState())
            value.Dispose();
        momentum.Dispose();
        undamped.Dispose();
        weightDecay.Dispose();
    }
}
