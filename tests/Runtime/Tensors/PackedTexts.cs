using DcrDsl.Tensors;

namespace DcrDsl.Runtime.Tests.Tensors;

static class PackedTexts
{
    /// <summary>The tokens of each text, in the order in which they were given.</summary>
    public static long[][] Texts(this PackedTokens packed)
    {
        long[] all = packed.Tokens.data<long>().ToArray(),
            lengths = packed.Spans.Lengths.data<long>().ToArray();
        return
        [
            .. lengths.Select(
                (length, text) =>
                    (long[])
                        [.. Enumerable.Range(0, packed.Spans.Shared + (int)length).Select(position => all[packed.Place(text, position)])]
            ),
        ];
    }
}
