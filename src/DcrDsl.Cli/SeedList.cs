using System.Globalization;
using System.Numerics;

namespace DcrDsl.Cli;

/// <summary>Reads seeds: <c>0,1,2</c> or <c>0..4</c>.</summary>
static class SeedList
{
    const int Most = 10_000;

    /// <summary>The seeds in the order given, each once.</summary>
    /// <exception cref="InputException">A part is not a seed or a range of seeds, or there are too many.</exception>
    public static IReadOnlyList<int> Read(IEnumerable<string> parts)
    {
        var seeds = new OrderedDictionary<int, bool>();
        foreach (string text in parts)
        {
            var (first, last) = Range(text);
            if ((long)last - first >= Most)
                throw TooMany(text, (long)last - first + 1);
            for (int i = 0; i <= last - first; i++)
                seeds.TryAdd(first + i, true);
            if (seeds.Count > Most)
                throw TooMany(text, seeds.Count);
        }
        return [.. seeds.Keys];
    }

    static (int First, int Last) Range(string text)
    {
        string[] ends = text.Split("..");
        if (ends.Length > 2 || !ends.All(e => e.Length > 0 && e.All(char.IsAsciiDigit)))
            throw new InputException($"--seed {text}: give whole numbers of at least 0, for example 0,1,2 or 0..4.");
        BigInteger first = Number(ends[0]),
            last = Number(ends[^1]);
        if (first > int.MaxValue || last > int.MaxValue)
            throw new InputException(
                string.Create(CultureInfo.InvariantCulture, $"--seed {text}: the largest seed is {int.MaxValue}; give smaller numbers.")
            );
        if (first > last)
            throw new InputException(
                string.Create(CultureInfo.InvariantCulture, $"--seed {text}: this range ends before it begins; give {last}..{first}.")
            );
        return ((int)first, (int)last);
    }

    static BigInteger Number(string digits) => BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    static InputException TooMany(string text, long count) =>
        new(
            string.Create(
                CultureInfo.InvariantCulture,
                $"--seed {text}: that makes {count:#,0} seeds, and a run takes at most {Most:#,0}; give fewer."
            )
        );
}
