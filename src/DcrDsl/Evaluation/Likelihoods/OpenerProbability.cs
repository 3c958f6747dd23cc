using DcrDsl.Models;

namespace DcrDsl.Evaluation.Likelihoods;

/// <summary>
/// The probability that a model's response begins with one of a list of openers, each a sequence of tokens ("I cannot", "I'm sorry"): the
/// whole opener counts and not its first token alone, so that "I can" is told from "I cannot". Nothing is generated.
/// </summary>
static class OpenerProbability
{
    /// <summary>
    /// The probability for each prompt. An opener that continues another adds nothing, because every response that begins with the longer
    /// begins with the shorter. A prompt is read once, with the openers as branches behind it.
    /// </summary>
    /// <param name="decoder">The model.</param>
    /// <param name="prompts">The prompts' tokens, up to where the response begins; at least one each.</param>
    /// <param name="openers">The openers' tokens; at least one each.</param>
    /// <param name="batch">Prompts read side by side, at most.</param>
    /// <param name="cancellation">Looked at before each pass.</param>
    /// <returns>From 0 to 1, in the order of the prompts; computed in double.</returns>
    /// <exception cref="ArgumentException">A prompt or an opener has no tokens, or there are no openers.</exception>
    /// <exception cref="InputException">The model's logits are not finite numbers.</exception>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public static double[] Of(
        Decoder decoder,
        IReadOnlyList<int[]> prompts,
        IReadOnlyList<int[]> openers,
        int batch = 32,
        CancellationToken cancellation = default
    )
    {
        if (openers.Count == 0)
            throw new ArgumentException("there are no openers", nameof(openers));
        return OfEach(decoder, prompts, [.. prompts.Select(_ => openers)], batch, cancellation);
    }

    /// <summary>The same with openers of its own for each prompt: what a text's tokens are may depend on what stands before it.</summary>
    internal static double[] OfEach(
        Decoder decoder,
        IReadOnlyList<int[]> prompts,
        IReadOnlyList<IReadOnlyList<int[]>> openers,
        int batch,
        CancellationToken cancellation
    )
    {
        if (prompts.Any(p => p.Length == 0))
            throw new ArgumentException("a prompt has no tokens", nameof(prompts));
        if (openers.Any(own => own.Count == 0 || own.Any(o => o.Length == 0)))
            throw new ArgumentException("a prompt has no openers, or one has no tokens", nameof(openers));

        ContinuationTree[] trees = [.. prompts.Select(p => new ContinuationTree(p))];
        int[][][] paths = [.. trees.Zip(openers, (tree, own) => Shortest(own).Select(o => tree.Add(o)).ToArray())];
        var edges = TreePass.Run(decoder, trees, batch, cancellation);
        return [.. edges.Zip(paths, (of, own) => Math.Min(1, own.Sum(path => Math.Exp(path.Sum(e => of[e].Log)))))];
    }

    /// <summary>The same of what was read beside a prompt; null: not all of it was.</summary>
    internal static double? Known(IReadOnlyList<int[]> openers, ReadBeside beside)
    {
        double sum = 0;
        foreach (int[] opener in Shortest(openers))
        {
            if (beside.Likelihood(opener) is not { } likelihood)
                return null;
            sum += Math.Exp(likelihood.Log);
        }
        return Math.Min(1, sum);
    }

    /// <summary>The openers that continue no other, each once.</summary>
    internal static List<int[]> Shortest(IReadOnlyList<int[]> openers)
    {
        List<int[]> kept = [];
        foreach (int[] opener in openers.OrderBy(o => o.Length))
            if (!kept.Any(k => opener.AsSpan().StartsWith(k)))
                kept.Add(opener);
        return kept;
    }
}
