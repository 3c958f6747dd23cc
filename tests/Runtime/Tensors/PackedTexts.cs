using DcrDsl.Tensors;

namespace DcrDsl.Runtime.Tests.Tensors;

static class PackedTexts
{
    /// <summary>The tokens of each text, in the order in which they were given.</summary>
    public static long[][] Texts(this PackedTokens packed)
    {
        long[] all = packed.Tokens.data<long>().ToArray();
        return [.. packed.Places.Select(places => Array.ConvertAll(places, place => all[place]))];
    }
}
