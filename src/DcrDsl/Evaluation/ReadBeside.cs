using DcrDsl.Evaluation.Likelihoods;
using DcrDsl.Models;

namespace DcrDsl.Evaluation;

/// <summary>What is to be read of prompts in the pass that begins their answers.</summary>
/// <param name="Continuations">Of each prompt, texts of which the likelihood behind it is wanted, as tokens.</param>
/// <param name="Layers">Blocks after which the state of each prompt's last token is wanted, counted from 1.</param>
sealed record Beside(IReadOnlyList<IReadOnlyList<int[]>> Continuations, IReadOnlyList<int> Layers)
{
    /// <summary>The same of some of the prompts, by their places.</summary>
    public Beside Of(IEnumerable<int> places) => this with { Continuations = [.. places.Select(p => Continuations[p])] };
}

/// <summary>What was read of a prompt in that pass.</summary>
/// <param name="likelihoods">Of the texts behind it.</param>
/// <param name="states">The states of its last token, by block from 1.</param>
sealed class ReadBeside(IReadOnlyDictionary<int[], ContinuationLikelihood> likelihoods, IReadOnlyDictionary<int, double[]> states)
{
    /// <summary>How likely a text is behind the prompt; null: it was not read.</summary>
    public ContinuationLikelihood? Likelihood(int[] continuation) => likelihoods.TryGetValue(continuation, out var known) ? known : null;

    /// <summary>The state after a block; null: it was not read.</summary>
    public double[]? State(int layer) => states.GetValueOrDefault(layer);

    /// <summary>A dictionary of likelihoods by tokens.</summary>
    public static Dictionary<int[], ContinuationLikelihood> ByTokens() => new(TokenComparer.Instance);
}
