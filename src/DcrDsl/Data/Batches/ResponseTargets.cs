namespace DcrDsl.Data.Batches;

/// <summary>What is predicted in texts that are laid side by side: each token of a response, from those before it.</summary>
/// <param name="Inputs">Each text but its last token, which is only ever a target.</param>
/// <param name="Rows">The places that predict a target, as flat indices b · T + t, ascending; [N].</param>
/// <param name="Targets">The tokens that they predict; [N].</param>
readonly record struct ResponseTargets(ArraySegment<int>[] Inputs, long[] Rows, long[] Targets)
{
    /// <summary>Tokens that are no padding.</summary>
    public int RealTokens => Inputs.Sum(row => row.Count);

    /// <param name="texts">The texts, a row each.</param>
    /// <param name="width">T; at least the longest input.</param>
    public static ResponseTargets Of(IReadOnlyList<EncodedText> texts, int width)
    {
        int count = texts.Sum(text => text.Tokens.Length - text.ResponseStart);
        long[] rows = new long[count],
            targets = new long[count];
        var inputs = new ArraySegment<int>[texts.Count];
        for (int b = 0, n = 0; b < texts.Count; b++)
        {
            var (tokens, start) = texts[b];
            inputs[b] = new(tokens, 0, tokens.Length - 1);
            for (int t = start; t < tokens.Length; t++, n++)
                (rows[n], targets[n]) = ((long)b * width + t - 1, tokens[t]);
        }
        return new(inputs, rows, targets);
    }
}
