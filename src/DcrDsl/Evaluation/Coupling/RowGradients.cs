using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation.Coupling;

/// <summary>
/// Gradients of a table, each 0 but in a few rows: those of the tokens that a prompt has, in an embedding, and of the tokens whose logits
/// are read, in a head. Where one tensor is both, its gradient is the sum, and rows of the one meet rows of the other.
/// </summary>
/// <param name="logits">n · k, the gradients there are.</param>
sealed class RowGradients(int logits)
{
    static readonly Scalar One = 1;

    readonly List<(long[] Rows, Tensor Gradients)> uses = [];

    /// <summary>Adds a use of the table.</summary>
    /// <param name="rows">The row that each prompt, place and rank has a gradient in, [n, places, k] or [n, k].</param>
    /// <param name="gradients">That gradient, [n, places, k, width] or [n, k, width].</param>
    public void Add(Tensor rows, Tensor gradients)
    {
        using var scope = NewDisposeScope();
        // Ranks last, [n · k, places]: a row of what is kept belongs to the logit of its number.
        var placed = rows.dim() == 2 ? rows.unsqueeze(1) : rows;
        var given = gradients.dim() == 3 ? gradients.unsqueeze(1) : gradients;
        var flat = given.transpose(1, 2).reshape(logits, -1, given.shape[^1]); // [n · k, places, width]
        uses.Add(([.. placed.transpose(1, 2).reshape(-1).cpu().data<long>()], flat.DetachFromDisposeScope()));
    }

    /// <summary>The inner products of all gradients, [n · k, n · k]; what was added is freed.</summary>
    public Tensor Products(Device device)
    {
        using var scope = NewDisposeScope();
        var all = cat([.. uses.Select(u => u.Gradients.flatten(0, 1))], 0);
        long[] owners = [.. uses.SelectMany(u => u.Rows.Select((_, at) => at / u.Gradients.shape[1]))];
        foreach (var (_, gradients) in uses)
            gradients.Dispose();
        var products = zeros([(long)logits * logits], all.dtype, device);
        // Gradients meet only in a row that both have.
        foreach (var row in uses.SelectMany(u => u.Rows).Select((id, at) => (Id: id, At: (long)at)).GroupBy(r => r.Id, r => r.At))
        {
            using var step = NewDisposeScope();
            long[] own = [.. row.Select(at => owners[at]).Distinct()];
            var position = own.Index().ToDictionary(o => o.Item, o => (long)o.Index);
            var at = tensor(row.ToArray(), device: device);
            var local = tensor(row.Select(r => position[owners[r]]).ToArray(), device: device);
            var sums = zeros([own.Length, all.shape[1]], all.dtype, device).index_add_(0, local, all.index_select(0, at), One);
            var owner = tensor(own, device: device);
            using Scalar width = (long)logits;
            var places = (owner * width).unsqueeze(1).add(owner, One).flatten();
            products.index_add_(0, places, sums.matmul(sums.t()).flatten(), One);
        }
        return products.view(logits, logits).MoveToOuterDisposeScope();
    }
}
