using DcrDsl.Models.LowRank;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Models;

/// <summary>
/// A decoder's head over the rows of hidden states, some rows at a time, so that the logits of all of them never exist. What goes back from
/// the logits goes back at once, or when the same parts are gone through again.
/// </summary>
sealed class HeadParts
{
    /// <summary>The most logits that a loss has at once: more of them are gone through in parts. 128 MB in float32.</summary>
    public const long MostLogits = 1 << 25;

    /// <summary>Rows come in multiples of this, so that a part's dropout masks are those that it has within the whole.</summary>
    const long Step = 64;

    static readonly Scalar One = 1;

    readonly Decoder decoder;
    readonly LinearLayer head;
    readonly Tensor states;
    readonly long rows;

    public HeadParts(Decoder decoder, LinearLayer head, Tensor states, long most)
    {
        (this.decoder, this.head, this.states) = (decoder, head, states);
        rows = Math.Max(Step, most / Vocabulary / Step * Step);
        Trained = [.. Parameters.Where(p => p.requires_grad)];
        Records = is_grad_enabled() && (states.requires_grad || Trained.Count > 0);
    }

    /// <summary>Whether there is more than one part; where nothing has values, one is as good.</summary>
    public bool Several => states.shape[0] > rows && states.device_type != DeviceType.META;

    /// <summary>What the head has that is trained.</summary>
    public IReadOnlyList<Tensor> Trained { get; }

    /// <summary>The rows of hidden states, [M, H].</summary>
    public Tensor States => states;

    /// <summary>Whether anything is to get a gradient.</summary>
    public bool Records { get; }

    long Vocabulary => head.Weight.shape[0];

    IEnumerable<Tensor> Parameters => head.Adapter?.Parameters ?? (head.Bias is { } bias ? [head.Weight, bias] : [head.Weight]);

    /// <summary>Counts the operations of one pass over all rows.</summary>
    public void Count(bool records) => decoder.CountHead(states.shape[0], records);

    /// <summary>The dropout masks that come next.</summary>
    public DrawnMasks NextMasks() => DrawnMasks.Next([head]);

    /// <summary>Each part's first row and how many it has, in their order.</summary>
    public IEnumerable<(long First, long Count)> Each()
    {
        for (long first = 0; first < states.shape[0]; first += rows)
            yield return (first, Math.Min(rows, states.shape[0] - first));
    }

    /// <summary>The logits of a part, in float32 (float64 for float64), which belong to the caller; no gradient goes through them.</summary>
    public Tensor Logits(long first, long count)
    {
        using var scope = NewDisposeScope();
        using var recording = enable_grad(Records && head.Adapter?.Dropout is not null); // inputs are dropped where gradients are recorded
        return Wide(head.Forward(states.narrow(0, first, count).detach())).detach().MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The same, and what takes their gradient: it writes that of the states into rows of one tensor and adds that of what is trained to
    /// others.
    /// </summary>
    /// <param name="first">The part's first row.</param>
    /// <param name="count">How many it has.</param>
    /// <param name="logits">Of the caller, who may write over them.</param>
    public Action<Tensor, Tensor?, IReadOnlyList<Tensor>> LogitsAndBack(long first, long count, out Tensor logits)
    {
        var part = states.narrow(0, first, count).detach();
        if (head.Adapter is null && head.Bias is null && part.dtype == head.Weight.dtype && part.dtype == Wide(part).dtype)
        {
            logits = head.Forward(part);
            return (gradient, toStates, toTrained) =>
            {
                using var scope = NewDisposeScope();
                toStates?.narrow(0, first, count).copy_(gradient.matmul(head.Weight));
                if (toTrained.Count > 0)
                    toTrained[0].addmm_(gradient.t(), part, 1f, 1f);
            };
        }
        using var recording = enable_grad();
        part.requires_grad_();
        var output = head.Forward(part);
        logits = Wide(output).detach();
        return (gradient, toStates, toTrained) =>
        {
            using var scope = NewDisposeScope();
            List<Tensor> inputs = [part, .. Trained];
            var gradients = autograd.grad([output], inputs, [gradient.to(output.dtype)]);
            toStates?.narrow(0, first, count).copy_(gradients[0]);
            foreach (var (sum, own) in toTrained.Zip(gradients.Skip(1)))
                sum.add_(own, One);
        };
    }

    static Tensor Wide(Tensor logits) => logits.dtype is ScalarType.Float64 ? logits : logits.to(ScalarType.Float32);
}
