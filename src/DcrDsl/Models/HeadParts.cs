using DcrDsl.Models.LowRank;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Models;

/// <summary>A decoder's head over states, some rows at a time.</summary>
sealed class HeadParts : IHeadParts
{
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

    // Where nothing has values, one part is as good.
    public bool Several => states.shape[0] > rows && states.device_type != DeviceType.META;

    public long LogitCount => states.shape[0] * Vocabulary;

    public IReadOnlyList<Tensor> Trained { get; }

    public Tensor States => states;

    public bool Records { get; }

    long Vocabulary => head.Weight.shape[0];

    bool IsPlain => head is { Adapter: null, Bias: null, Narrowed: null };

    IEnumerable<Tensor> Parameters => head.Adapter?.Parameters ?? (head.Bias is { } bias ? [head.Weight, bias] : [head.Weight]);

    public void Count(bool records) => decoder.CountHead(states.shape[0], records);

    public Action<Action> Again() => DrawnMasks.Next([head]).Again;

    public IEnumerable<(long First, long Count)> Each()
    {
        for (long first = 0; first < states.shape[0]; first += rows)
            yield return (first, Math.Min(rows, states.shape[0] - first));
    }

    public Tensor Logits(long first, long count)
    {
        using var scope = NewDisposeScope();
        using var recording = enable_grad(Records && head.Adapter?.Dropout is not null); // inputs are dropped where gradients are recorded
        return Wide(head.Forward(states.narrow(0, first, count).detach())).detach().MoveToOuterDisposeScope();
    }

    public LogitsBack LogitsAndBack(long first, long count, out Tensor logits)
    {
        var part = states.narrow(0, first, count).detach();
        if (IsPlain && part.dtype == head.Weight.dtype && part.dtype == Wide(part).dtype)
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
