using DcrDsl.Models;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Coupling;

/// <summary>The kernel by its definition: one backward pass a logit, whole gradients, their inner products.</summary>
static class NaiveKernel
{
    public static double[] Of(Decoder decoder, IReadOnlyList<int[]> prompts, int top, IReadOnlyList<Tensor> parameters)
    {
        using var scope = NewDisposeScope();
        var rows = new List<Tensor>();
        foreach (int[] prompt in prompts)
        {
            var tokens = tensor(prompt.Select(t => (long)t).ToArray()).unsqueeze(0);
            var logits = decoder.Head(decoder.Forward(tokens))[0, -1];
            foreach (long token in logits.topk(top).indexes.data<long>().ToArray())
            {
                var gradients = autograd.grad([logits[token]], [.. parameters], retain_graph: true, allow_unused: true);
                rows.Add(cat([.. gradients.Zip(parameters, (g, p) => (g is null || g.IsInvalid ? zeros_like(p) : g).flatten())]));
            }
        }
        var all = stack([.. rows]);
        return all.matmul(all.t()).to(float64).data<double>().ToArray();
    }
}
