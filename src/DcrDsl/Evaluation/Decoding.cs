using DcrDsl.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation;

/// <summary>How the next token is chosen from its logits.</summary>
public abstract class Decoding
{
    /// <summary>The likeliest token.</summary>
    public static Decoding Greedy { get; } = new Likeliest();

    /// <summary>
    /// A token drawn by its probability after the logits are divided by the temperature, among the likeliest tokens that together have
    /// probability
    /// <paramref name="topP"/>: as transformers, a token belongs to them if those likelier than it have less.
    /// </summary>
    /// <param name="seed">The seed of the cell.</param>
    /// <param name="temperature">Above 0.</param>
    /// <param name="topP">Above 0 and at most 1.</param>
    public static Decoding Sampled(ulong seed, double temperature, double topP)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(temperature);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(topP);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(topP, 1);
        return new Drawn(seed, temperature, topP);
    }

    /// <summary>The next token of each row.</summary>
    /// <param name="logits">[B, V].</param>
    /// <param name="task">What is being decoded: a part of every random stream's name.</param>
    /// <param name="prompts">The number of each row's prompt in its task, B of them.</param>
    /// <param name="step">Tokens chosen before, for every row.</param>
    /// <returns>[B], int64.</returns>
    internal abstract Tensor Choose(Tensor logits, string task, IReadOnlyList<int> prompts, int step);

    sealed class Likeliest : Decoding
    {
        internal override Tensor Choose(Tensor logits, string task, IReadOnlyList<int> prompts, int step) => logits.argmax(-1);
    }

    sealed class Drawn(ulong seed, double temperature, double topP) : Decoding
    {
        // On the CPU: not every device has double.
        internal override Tensor Choose(Tensor logits, string task, IReadOnlyList<int> prompts, int step)
        {
            using var scope = NewDisposeScope();
            using Scalar heat = temperature,
                most = topP;
            double[] draws = [.. prompts.Select(prompt => new RandomStream(seed, $"{task}.sampling.{prompt}", step).NextDouble())];
            var (likely, tokens) = logits.cpu().to(ScalarType.Float64).div(heat).softmax(-1).sort(-1, descending: true);
            var through = likely.cumsum(-1);
            var kept = likely.masked_fill(through.sub(likely).ge(most), 0).cumsum(-1); // [B, V]
            var wanted = tensor(draws).unsqueeze(1).mul(kept.narrow(1, kept.shape[1] - 1, 1)); // [B, 1], below the last of kept
            var place = kept.le(wanted).sum(1, keepdim: true).clamp_max(kept.shape[1] - 1);
            return tokens.gather(1, place).squeeze(1).to(logits.device).MoveToOuterDisposeScope();
        }
    }
}
