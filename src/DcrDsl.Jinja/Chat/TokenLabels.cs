namespace DcrDsl.Jinja.Chat;

/// <summary>From spans of a text to a mask over its tokens: true where a token is the assistant's.</summary>
public static class TokenLabels
{
    /// <summary>
    /// The mask that transformers makes of generation blocks (assistant_masks): each span covers the tokens from the one that holds its
    /// first character to the one that holds its last.
    /// </summary>
    /// <param name="tokens">Each token's part of the text, in order; empty for a token that stands for no text.</param>
    /// <param name="spans">The spans, in the same units.</param>
    public static bool[] Touching(IReadOnlyList<(int Start, int End)> tokens, IReadOnlyList<TextSpan> spans) =>
        Mask(tokens, spans, (token, span) => token.End > token.Start && token.Start < span.End && token.End > span.Start);

    /// <summary>Only the tokens that lie wholly in a span: none that also holds text the assistant did not write.</summary>
    /// <param name="tokens">Each token's part of the text, in order; empty for a token that stands for no text.</param>
    /// <param name="spans">The spans, in the same units.</param>
    public static bool[] Within(IReadOnlyList<(int Start, int End)> tokens, IReadOnlyList<TextSpan> spans) =>
        Mask(tokens, spans, (token, span) => token.End > token.Start && token.Start >= span.Start && token.End <= span.End);

    static bool[] Mask(
        IReadOnlyList<(int Start, int End)> tokens,
        IReadOnlyList<TextSpan> spans,
        Func<(int Start, int End), TextSpan, bool> belongs
    )
    {
        bool[] mask = new bool[tokens.Count];
        int first = 0;
        foreach (TextSpan span in spans.OrderBy(span => span.Start))
        {
            while (first < tokens.Count && tokens[first].End <= span.Start)
                first++;
            for (int i = first; i < tokens.Count && tokens[i].Start < span.End; i++)
                mask[i] |= belongs(tokens[i], span);
        }
        return mask;
    }
}
