using DcrDsl.Models.LowRank;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Models;

/// <summary>
/// A block of which only what goes in is kept for the backward pass: there it is gone through again, with the dropout masks that it had,
/// and gradients of its parameters are added where the block's own backward pass would have added them.
/// </summary>
sealed class RecomputedBlock : autograd.SingleTensorFunction<RecomputedBlock>
{
    [ThreadStatic]
    static Tensor? latest;

    public override string Name => nameof(RecomputedBlock);

    /// <param name="block">The block.</param>
    /// <param name="hidden">[B, T, H], which gets a gradient.</param>
    /// <param name="context">What the pass shares.</param>
    /// <param name="again">Makes that once more, of tensors that still are there in the backward pass.</param>
    public static Tensor Of(DecoderBlock block, Tensor hidden, SequenceContext context, Func<SequenceContext> again)
    {
        using var scope = NewDisposeScope();
        return apply(hidden, new Work(block, context, again, DrawnMasks.Next(block.LinearLayers))).MoveToOuterDisposeScope();
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (hidden, work) = ((Tensor)vars[0], (Work)vars[1]);
        using var scope = NewDisposeScope();
        ctx.set_materialize_grads(false);
        ctx.save_for_backward([hidden]);
        ctx.save_data(nameof(Work), work with { Context = null });
        // Inputs are dropped where gradients are recorded.
        using var recording = enable_grad(!work.Masks.AreNone);
        return work.Block.Forward(hidden.detach(), work.Context!).detach().MoveToOuterDisposeScope();
    }

    /// <summary>As with <see cref="WidenedProduct"/>, wrappers of what goes in and out are freed as soon as libtorch has its own.</summary>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var work = (Work)ctx.get_data(nameof(Work));
        latest?.Dispose();
        using var given = grad_output;
        using var scope = NewDisposeScope();
        using var recording = enable_grad();
        var hidden = ctx.get_saved_variables()[0].detach().requires_grad_();
        work.Masks.Again(() => work.Block.Forward(hidden, work.Again()).backward([given]));
        latest = hidden.grad!.DetachFromDisposeScope();
        return [latest, null!];
    }

    sealed record Work(DecoderBlock Block, SequenceContext? Context, Func<SequenceContext> Again, DrawnMasks Masks);
}
