using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Objectives;

/// <summary>
/// The mean cross entropy of a head's logits, some rows at a time. The gradient is formed on the way forward, while a part's logits are
/// there: it is that of a mean, so all that can come back later is a factor. That of what is trained goes straight to its parameters.
/// </summary>
sealed class CrossEntropyInParts : autograd.SingleTensorFunction<CrossEntropyInParts>
{
    static readonly Scalar MinusOne = -1;

    public override string Name => nameof(CrossEntropyInParts);

    /// <param name="parts">The head over M states.</param>
    /// <param name="targets">[M], int64.</param>
    /// <returns>0-dimensional.</returns>
    public static Tensor Of(IHeadParts parts, Tensor targets)
    {
        using var scope = NewDisposeScope();
        if (!parts.Records)
            return LogProbabilitiesInParts.Of(parts, targets).mean().neg().MoveToOuterDisposeScope();
        parts.Count(records: true);
        return apply([parts.States, new Work(parts, targets), .. parts.Trained]).MoveToOuterDisposeScope();
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (parts, targets) = (Work)vars[1];
        var toStates = parts.States.requires_grad ? empty_like(parts.States) : null;
        Tensor[] toTrained = [.. parts.Trained.Select(p => zeros_like(p))];
        using Scalar share = 1.0 / parts.States.shape[0];
        var sums = new List<Tensor>();
        foreach (var (first, count) in parts.Each())
        {
            using var scope = NewDisposeScope();
            var back = parts.LogitsAndBack(first, count, out var logits);
            var own = targets.narrow(0, first, count).unsqueeze(1);
            var logs = logits.log_softmax(-1);
            logits.Dispose();
            sums.Add(logs.gather(1, own).sum().MoveToOuterDisposeScope());
            var gradient = logs.exp_().scatter_add_(1, own, full_like(own, MinusOne, logs.dtype)).mul_(share);
            back(gradient, toStates, toTrained);
        }
        ctx.save_for_backward([.. toStates is null ? Array.Empty<Tensor>() : [toStates], .. toTrained]);
        ctx.save_data(nameof(IHeadParts), parts);
        return stack(sums).sum().mul(share).neg();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var parts = (IHeadParts)ctx.get_data(nameof(IHeadParts));
        var saved = ctx.get_saved_variables();
        // A loss that is not one of several terms comes back with 1.
        bool whole = grad_output.device_type == DeviceType.CPU && grad_output.ToDouble() == 1;
        Tensor?[] gradients = [.. saved.Select(g => whole ? g : g.mul(grad_output))];
        var toTrained = gradients[^parts.Trained.Count..];
        foreach (var (parameter, gradient) in parts.Trained.Zip(toTrained))
            parameter.TakeGradient(gradient!);
        return [parts.States.requires_grad ? gradients[0]! : null!, null!, .. toTrained.Select(_ => (Tensor)null!)];
    }

    sealed record Work(IHeadParts Parts, Tensor Targets);
}
