using DcrDsl.Tensors;
using static TorchSharp.torch;

namespace DcrDsl.Data.Batches;

/// <summary>What is predicted in texts that are laid end to end: each token of a response, from those before it.</summary>
/// <param name="Inputs">Each text but its last token, which is only ever a target.</param>
/// <param name="Rows">The places that predict a target, text after text; [M].</param>
/// <param name="Targets">The tokens that they predict; [M].</param>
readonly record struct ResponseTargets(PackedTokens Inputs, long[] Rows, long[] Targets)
{
    /// <param name="texts">The texts.</param>
    /// <param name="device">Where the tokens are to lie.</param>
    public static ResponseTargets Of(IReadOnlyList<EncodedText> texts, Device device)
    {
        int count = texts.Sum(text => text.Tokens.Length - text.ResponseStart);
        long[] rows = new long[count],
            targets = new long[count];
        var inputs = PackedTokens.Of(
            [.. texts.Select(t => new ArraySegment<int>(t.Tokens, 0, t.Tokens.Length - 1))],
            [.. texts.Select(t => Math.Min(t.ResponseStart, t.Tokens.Length - 1))],
            device
        );
        for (int b = 0, n = 0; b < texts.Count; b++)
        {
            var (tokens, start) = texts[b];
            for (int t = start; t < tokens.Length; t++, n++)
                (rows[n], targets[n]) = (inputs.Place(b, t - 1), tokens[t]);
        }
        return new(inputs, rows, targets);
    }
}
