using DcrDsl.Models;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation.Coupling;

/// <summary>
/// A part of the decoder that is gone through forwards once, all prompts side by side, and backwards k times. It keeps, for each use of a
/// parameter, what came back to its output: δ of every prompt, place and rank.
/// </summary>
sealed class BackwardPart : IDisposable
{
    readonly ParameterTrace trace;
    readonly Tensor? input;
    readonly Tensor[] outputs;
    readonly Tensor?[] deltas;
    readonly Tensor? vocabulary;
    readonly int prompts,
        ranks;

    /// <param name="input">The stream below the part, [n, places, H]; null: it begins with tokens.</param>
    /// <param name="pass">The part.</param>
    /// <param name="wanted">Of which parameters uses are kept.</param>
    /// <param name="prompts">n.</param>
    /// <param name="ranks">k.</param>
    /// <param name="vocabulary">
    /// In the part that ends in logits: the token that each rank of each prompt reads, [n, k]. What comes back to a product over the
    /// vocabulary is 0 at all others, so only that at this token is kept.
    /// </param>
    public BackwardPart(
        Tensor? input,
        Func<Tensor?, Tensor> pass,
        Func<Tensor, bool> wanted,
        int prompts,
        int ranks,
        Tensor? vocabulary = null
    )
    {
        (this.prompts, this.ranks, this.vocabulary) = (prompts, ranks, vocabulary);
        this.input = input?.detach().requires_grad_().DetachFromDisposeScope();
        using var scope = NewDisposeScope();
        trace = ParameterTrace.Of(wanted, () => pass(this.input), out var output);
        Output = output.DetachFromDisposeScope();
        outputs = [.. trace.Uses.Select(u => u.Output)];
        deltas = new Tensor?[outputs.Length];
    }

    /// <summary>What the part gives.</summary>
    public Tensor Output { get; }

    /// <summary>The uses, each with its δ, [n, places, k, width]; of a product over the vocabulary [n, 1, k, 1].</summary>
    public IEnumerable<(ParameterUse Use, Tensor Delta)> Uses => trace.Uses.Zip(deltas.Select(d => d!));

    /// <summary>Whether the outputs of a use are as many as there are tokens, of which its δ keeps one.</summary>
    public bool IsOverVocabulary(ParameterUse use) =>
        vocabulary is not null && use.Role == ParameterRole.Product && use.Output.shape[^1] == Output.shape[^1];

    /// <summary>Goes through the part backwards.</summary>
    /// <param name="rank">The rank whose logits the cotangent is of.</param>
    /// <param name="cotangent">As the output.</param>
    /// <returns>The cotangent of the input, [n, places, H]; null: it begins with tokens.</returns>
    public Tensor? Backward(int rank, Tensor cotangent)
    {
        var wanted = input is null ? outputs : [.. outputs, input];
        if (wanted.Length == 0)
            return null;
        var found = autograd.grad([Output], wanted, [cotangent], retain_graph: true);
        for (int i = 0; i < outputs.Length; i++)
        {
            var delta = found[i].view(prompts, -1, outputs[i].shape[^1]);
            if (IsOverVocabulary(trace.Uses[i]))
                delta = delta.gather(2, vocabulary!.narrow(1, rank, 1).unsqueeze(2));
            deltas[i] ??= empty([delta.shape[0], delta.shape[1], ranks, delta.shape[2]], Format(delta.dtype), delta.device)
                .DetachFromDisposeScope();
            deltas[i]!.select(2, rank).copy_(delta);
        }
        return input is null ? null : found[^1];
    }

    /// <summary>Half precision is widened, so that sums over places and outputs are made in single.</summary>
    static ScalarType Format(ScalarType dtype) => dtype == ScalarType.Float64 ? dtype : ScalarType.Float32;

    /// <summary>Frees the graph and the δ.</summary>
    public void Dispose()
    {
        trace.Dispose();
        Output.Dispose();
        input?.Dispose();
        foreach (var delta in deltas)
            delta?.Dispose();
    }
}
