using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Training;

/// <summary>
/// What <see cref="AdamW"/> and <see cref="Adam"/> share: libtorch's fused update, one pass over parameter, gradient and moments.
/// libtorch has it for tensors on the CPU and on CUDA devices, not for meta tensors. Moments have the parameter's type.
/// </summary>
public abstract class FusedAdam : IOptimiser
{
    sealed record Slot(Tensor Parameter, Tensor Mean, Tensor Square, Tensor? LargestSquare, Tensor Steps);

    sealed record Group(Slot[] Slots, Scalar WeightDecay, double RateFactor);

    readonly string function;
    readonly Group[] groups;
    readonly Scalar beta1,
        beta2,
        epsilon;
    readonly bool amsgrad;

    private protected FusedAdam(
        string function,
        IReadOnlyList<ParameterGroup> groups,
        double beta1,
        double beta2,
        double epsilon,
        bool amsgrad
    )
    {
        ParameterGroup.Check(groups);
        this.function = function;
        this.amsgrad = amsgrad;
        (this.beta1, this.beta2, this.epsilon) = (beta1.ToScalar(), beta2.ToScalar(), epsilon.ToScalar());
        this.groups = [.. groups.Select(g => new Group([.. g.Parameters.Select(NewSlot)], g.WeightDecay.ToScalar(), g.RateFactor))];
    }

    Slot NewSlot(Tensor p) =>
        new(p, OptimiserState.Like(p), OptimiserState.Like(p), amsgrad ? OptimiserState.Like(p) : null, OptimiserState.Count(p.device));

    /// <inheritdoc/>
    public void Step(double rate)
    {
        PhaseClock.Enter(Phase.Optimiser);
        using var scope = NewDisposeScope();
        foreach (var group in groups)
        {
            var (slots, gradients) = WithGradients(group.Slots);
            if (slots.Length == 0)
                continue;
            if (slots[0].Parameter.device_type == DeviceType.META)
                continue; // no values to change, and the fused kernel has no such device
            using var groupRate = (rate * group.RateFactor).ToScalar();
            TorchScript.Invoke(
                function,
                Each(slots, s => s.Parameter),
                gradients,
                Each(slots, s => s.Mean),
                Each(slots, s => s.Square),
                amsgrad ? Each(slots, s => s.LargestSquare!) : [],
                Each(slots, s => s.Steps),
                groupRate,
                beta1,
                beta2,
                group.WeightDecay,
                epsilon,
                amsgrad
            );
        }
        LetGradientsGo();
    }

    static (Slot[] Slots, Tensor[] Gradients) WithGradients(Slot[] slots)
    {
        var live = new List<Slot>(slots.Length);
        var gradients = new List<Tensor>(slots.Length);
        foreach (var slot in slots)
        {
            if (slot.Parameter.grad is not { } gradient)
                continue;
            live.Add(slot);
            gradients.Add(gradient.is_contiguous() ? gradient : gradient.contiguous()); // the CPU kernel goes by address, not by stride
        }
        return ([.. live], [.. gradients]);
    }

    static Tensor[] Each(Slot[] slots, Func<Slot, Tensor> part) => Array.ConvertAll(slots, s => part(s));

    /// <inheritdoc/>
    public void ZeroGradients()
    {
        PhaseClock.Enter(Phase.Backward);
        LetGradientsGo();
    }

    void LetGradientsGo()
    {
        foreach (var slot in groups.SelectMany(g => g.Slots))
            slot.Parameter.grad = null;
    }

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> ExportState()
    {
        var state = new List<(string, Tensor)>();
        foreach (var (place, slot) in groups.SelectMany(g => g.Slots).Index())
        {
            state.AddRange([($"{place}.exp_avg", slot.Mean), ($"{place}.exp_avg_sq", slot.Square), ($"{place}.step", slot.Steps)]);
            if (slot.LargestSquare is { } largest)
                state.Add(($"{place}.max_exp_avg_sq", largest));
        }
        return state;
    }

    /// <inheritdoc/>
    public void ImportState(IReadOnlyDictionary<string, Tensor> state) => OptimiserState.Import(ExportState(), state);

    /// <summary>Frees the state; the parameters are the model's.</summary>
    public void Dispose()
    {
        foreach (var (_, value) in ExportState())
            value.Dispose();
        foreach (var group in groups)
            group.WeightDecay.Dispose();
        beta1.Dispose();
        beta2.Dispose();
        epsilon.Dispose();
        GC.SuppressFinalize(this);
    }
}
