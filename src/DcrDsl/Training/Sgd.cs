using DcrDsl.Specs;
using DcrDsl.Tensors;
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

    sealed record Group(Slot[] Slots, Scalar WeightDecay, bool HasDecay, double RateFactor);

    readonly Group[] groups;
    readonly Scalar momentum,
        undamped;
    readonly bool hasMomentum,
        nesterov;

    /// <param name="parameters">
    /// Contiguous leaf tensors that require a gradient, all of one type (float32 or float64) and on one device.
    /// </param>
    /// <param name="momentum">Share of the old buffer that is kept; 0 for none.</param>
    /// <param name="dampening">Share of the gradient that is left out of the buffer, from the second step on.</param>
    /// <param name="weightDecay">L2 penalty.</param>
    /// <param name="nesterov">Look ahead along the buffer.</param>
    /// <param name="decayNormsAndBiases">
    /// Whether norm weights and biases decay too; they are told by the names of a <see cref="ParameterList"/>.
    /// </param>
    /// <param name="rateFactors">Factors of the rate for some parameters of a <see cref="ParameterList"/>; null: none.</param>
    /// <exception cref="ArgumentException">A parameter cannot be trained in place, or occurs twice; or an option needs names.</exception>
    /// <exception cref="InputException">A rate factor names no parameter.</exception>
    public Sgd(
        IEnumerable<Tensor> parameters,
        double momentum = 0,
        double dampening = 0,
        double weightDecay = 0,
        bool nesterov = false,
        bool decayNormsAndBiases = true,
        IReadOnlyList<RateFactor>? rateFactors = null
    )
    {
        var given = ParameterGroup.Of(parameters, weightDecay, decayNormsAndBiases, rateFactors ?? []);
        ParameterGroup.Check(given);
        (hasMomentum, this.nesterov) = (momentum != 0, nesterov);
        (this.momentum, undamped) = (momentum.ToScalar(), (1 - dampening).ToScalar());
        groups =
        [
            .. given.Select(g => new Group(
                // The count is on the CPU wherever the parameters are: whether a step is the first one is asked here.
                [.. g.Parameters.Select(p => new Slot(p, OptimiserState.Like(p), OptimiserState.Count(CPU)))],
                g.WeightDecay.ToScalar(),
                g.WeightDecay != 0,
                g.RateFactor
            )),
        ];
    }

    IEnumerable<Slot> Slots => groups.SelectMany(g => g.Slots);

    /// <inheritdoc/>
    public void Step(double rate)
    {
        PhaseClock.Enter(Phase.Optimiser);
        using var frozen = no_grad();
        foreach (var group in groups)
        {
            using var downhill = (-(rate * group.RateFactor)).ToScalar();
            foreach (var slot in group.Slots)
                Step(slot, group, downhill);
        }
        LetGradientsGo();
    }

    void Step(Slot slot, Group group, Scalar downhill)
    {
        using var scope = NewDisposeScope();
        if (slot.Parameter.grad is not { } gradient)
            return;
        if (group.HasDecay)
            gradient = gradient.add(slot.Parameter, group.WeightDecay);
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

    /// <inheritdoc/>
    public void ZeroGradients()
    {
        PhaseClock.Enter(Phase.Backward);
        LetGradientsGo();
    }

    void LetGradientsGo()
    {
        foreach (var slot in Slots)
            slot.Parameter.grad = null;
    }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> ExportState() =>
        [
            .. Slots
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
        foreach (var group in groups)
            group.WeightDecay.Dispose();
    }
}
