using DcrDsl.Models;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation.Coupling;

/// <summary>
/// Inner products of the gradients of n · k logits, summed over parameters. Each comes as what its uses met and what came back to them, and
/// its gradients are formed only where that is the shorter way: those of vectors and of narrow matrices.
/// </summary>
/// <param name="prompts">n.</param>
/// <param name="ranks">k.</param>
/// <param name="shared">With how many places all prompts begin alike.</param>
/// <param name="device">Where the tensors are.</param>
/// <param name="part">Is told the part of each parameter; null: nobody is.</param>
sealed class GradientProducts(int prompts, int ranks, int shared, Device device, Action<string, Tensor>? part)
{
    static readonly Scalar One = 1,
        MinusOne = -1;

    // What is added up for one prompt and then read again runs at memory's speed, a product of large matrices at the processor's.
    const double SlownessOfPairs = 2;

    // Elements of gradients that are formed at once, and of what a prompt meets of the others: 128 MB and 16 MB.
    const long LargestGradients = 1 << 25,
        LargestMeeting = 1 << 22;

    readonly Tensor sum = zeros([prompts * ranks, prompts * ranks], ScalarType.Float64, device);
    readonly Dictionary<string, RowGradients> tables = new(StringComparer.Ordinal);

    int Logits => prompts * ranks;

    /// <summary>Adds a parameter that is used once.</summary>
    /// <param name="name">The parameter.</param>
    /// <param name="use">How it was used, at places that run along each prompt.</param>
    /// <param name="delta">What came back, [n, places, k, width].</param>
    public void Add(string name, ParameterUse use, Tensor delta)
    {
        using var scope = NewDisposeScope();
        var met = use.Input?.view(prompts, delta.shape[1], -1).to(delta.dtype);
        Keep(name, use.Role == ParameterRole.Product ? OfMatrix(met!, delta) : OfVector(met, delta));
    }

    /// <summary>Adds rows of a table; the uses of one table count together.</summary>
    /// <param name="name">The table.</param>
    /// <param name="rows">The row that each prompt, place and rank has a gradient in, [n, places, k] or [n, k].</param>
    /// <param name="gradients">That gradient, [n, places, k, width] or [n, k, width].</param>
    public void AddRows(string name, Tensor rows, Tensor gradients)
    {
        if (!tables.TryGetValue(name, out var table))
            tables.Add(name, table = new RowGradients(Logits));
        table.Add(rows, gradients);
    }

    /// <summary>The whole, row after row.</summary>
    public double[] Sum()
    {
        foreach (var (name, table) in tables)
        {
            using var scope = NewDisposeScope();
            Keep(name, table.Products(device));
        }
        return sum.cpu().data<double>().ToArray();
    }

    void Keep(string name, Tensor products)
    {
        var wide = products.to(ScalarType.Float64);
        sum.add_(wide, One);
        part?.Invoke(name, wide);
    }

    /// <summary>Gradients of a vector are vectors: Σ δ ⊙ a over the places, or Σ δ.</summary>
    Tensor OfVector(Tensor? met, Tensor delta) =>
        OfRows(stack([.. Enumerable.Range(0, ranks).Select(a => Summed(delta.select(2, a), met))], 1).view(Logits, -1));

    static Tensor Summed(Tensor delta, Tensor? met)
    {
        using var scope = NewDisposeScope();
        return (met is null ? delta : delta * met).sum(1).MoveToOuterDisposeScope();
    }

    /// <summary>Gradients of a matrix, [outputs, inputs], by the way that takes fewer operations.</summary>
    /// <param name="met">a, [n, places, inputs].</param>
    /// <param name="delta">δ, [n, places, k, outputs].</param>
    Tensor OfMatrix(Tensor met, Tensor delta)
    {
        double places = met.shape[1],
            inputs = met.shape[2],
            outputs = delta.shape[3],
            alike = places > shared ? shared : 0,
            apart = places - alike,
            pairs = 0.5 * prompts * prompts;
        double basis = Math.Min(alike, inputs);
        double formed = Logits * places * outputs * inputs + ranks * ranks * pairs * outputs * inputs;
        double unformed =
            Logits * places * basis * outputs
            + ranks * ranks * pairs * basis * outputs
            + SlownessOfPairs * pairs * apart * (apart * inputs + ranks * (apart + ranks) * outputs);
        if (formed <= unformed)
            return Formed(met, delta);
        return alike == 0 ? Pairwise(met, delta) : Split(met, delta);
    }

    /// <summary>The gradients themselves, Σ δ ⊗ a over the places, some outputs at a time.</summary>
    Tensor Formed(Tensor met, Tensor delta)
    {
        long outputs = delta.shape[3],
            most = Math.Max(1, LargestGradients / (Logits * met.shape[2]));
        var products = zeros([Logits, Logits], delta.dtype, device);
        for (long first = 0; first < outputs; first += most)
        {
            using var scope = NewDisposeScope();
            var some = delta.narrow(3, first, Math.Min(most, outputs - first)); // [n, places, k, some]
            var gradients = some.flatten(2).transpose(1, 2).bmm(met); // [n, k · some, inputs]
            products.add_(OfRows(gradients.view(Logits, -1)), One);
        }
        return products;
    }

    /// <summary>
    /// Prompts that begin alike: gradients in the span of what all of them meet there, in an orthonormal basis Q of it, (a Q)ᵀ δ; and what
    /// is left of each prompt's other places, which is orthogonal to that, pair by pair.
    /// </summary>
    Tensor Split(Tensor met, Tensor delta)
    {
        using var scope = NewDisposeScope();
        long apart = met.shape[1] - shared;
        var (q, _) = linalg.qr(met[0].narrow(0, 0, shared).t()); // [inputs, basis]
        var inside = met.matmul(q); // [n, places, basis]
        var gradients = inside.transpose(1, 2).bmm(delta.flatten(2)).view(prompts, -1, ranks, delta.shape[3]); // [n, basis, k, outputs]
        var left = met.narrow(1, shared, apart).add(inside.narrow(1, shared, apart).matmul(q.t()), MinusOne);
        return OfRows(gradients.transpose(1, 2).reshape(Logits, -1))
            .add(Pairwise(left, delta.narrow(1, shared, apart)), One)
            .MoveToOuterDisposeScope();
    }

    /// <summary>Σ (a · a')(δ · δ') over the places of each two prompts, without any gradient.</summary>
    Tensor Pairwise(Tensor met, Tensor delta)
    {
        using var scope = NewDisposeScope();
        long places = met.shape[1],
            outputs = delta.shape[3],
            some = Math.Max(1, LargestMeeting / (places * ranks * outputs));
        var products = zeros([prompts, ranks, prompts, ranks], delta.dtype, device);
        delta = delta.contiguous();
        for (long i = 0; i < prompts; i++)
        for (long first = i; first < prompts; first += some)
        {
            using var step = NewDisposeScope();
            long others = Math.Min(some, prompts - first);
            var alike = met.narrow(0, first, others).reshape(others * places, -1).matmul(met[i].t()); // a · a'
            var meeting = alike.matmul(delta[i].view(places, -1)).view(others * places, ranks, outputs); // Σ (a · a') δ'
            var block = delta.narrow(0, first, others).view(others * places, ranks, outputs).bmm(meeting.transpose(1, 2));
            var summed = block.view(others, places, ranks, ranks).sum(1); // [others, k, k'], rows: those of the others
            products.narrow(0, first, others).select(2, i).copy_(summed);
            products[i].narrow(1, first, others).copy_(summed.permute(2, 0, 1));
        }
        return products.view(Logits, Logits).MoveToOuterDisposeScope();
    }

    /// <summary>Inner products of rows, [R, C] to [R, R]; each pair of parts once.</summary>
    static Tensor OfRows(Tensor rows)
    {
        const long part = 128;
        long count = rows.shape[0];
        if (count <= part)
            return rows.matmul(rows.t());
        var products = empty([count, count], rows.dtype, rows.device);
        for (long first = 0; first < count; first += part)
        {
            using var scope = NewDisposeScope();
            long some = Math.Min(part, count - first);
            var block = rows.narrow(0, first, count - first).matmul(rows.narrow(0, first, some).t()); // [the rest, some]
            products.narrow(0, first, count - first).narrow(1, first, some).copy_(block);
            products.narrow(0, first, some).narrow(1, first, count - first).copy_(block.t());
        }
        return products;
    }
}
