using System.Text;

namespace DcrDsl.Jinja.Python;

/// <summary>Python counts strings in code points; .NET in UTF-16 units. The two agree where no surrogates stand.</summary>
static class CodePoints
{
    public static bool AreUnits(string text) => text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0;

    /// <summary>len(text): a surrogate pair counts once.</summary>
    public static int Count(Budget budget, string text)
    {
        budget.Scan(text.Length);
        int pairs = 0;
        for (int i = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF'); i >= 0 && i + 1 < text.Length; i++)
            if (char.IsSurrogatePair(text, i))
                (pairs, i) = (pairs + 1, i + 1);
        return text.Length - pairs;
    }

    /// <summary>The UTF-16 offset of each code point, and the length of the text at the end.</summary>
    public static int[] OffsetsOf(Budget budget, string text)
    {
        budget.Scan(text.Length);
        budget.Allocate(8L * text.Length);
        var offsets = new List<int>(text.Length + 1);
        for (int i = 0; i < text.Length; i += char.IsSurrogatePair(text, i) ? 2 : 1)
            offsets.Add(i);
        offsets.Add(text.Length);
        return [.. offsets];
    }

    /// <summary>The code points, each as a string, charged as they are read.</summary>
    public static IEnumerable<string> Of(Budget budget, string text)
    {
        for (int i = 0; i < text.Length; )
        {
            budget.Allocate(16);
            int length = char.IsSurrogatePair(text, i) ? 2 : 1;
            yield return text.Substring(i, length);
            i += length;
        }
    }

    /// <summary>The code points from <paramref name="start"/> to <paramref name="stop"/>, both already within the text.</summary>
    public static string Slice(Budget budget, string text, int start, int stop)
    {
        if (stop <= start)
            return "";
        if (AreUnits(text))
            return text[start..stop];
        int[] offsets = OffsetsOf(budget, text);
        return text[offsets[start]..offsets[stop]];
    }

    /// <summary>The number of code points before the UTF-16 offset.</summary>
    public static int IndexAt(Budget budget, string text, int offset) => Count(budget, text[..offset]);

    /// <summary>Order by code point, which for surrogates is not the order of the units.</summary>
    public static int Compare(string a, string b)
    {
        int common = a.AsSpan().CommonPrefixLength(b);
        if (common == a.Length || common == b.Length)
            return a.Length.CompareTo(b.Length);
        char x = a[common],
            y = b[common];
        return char.IsSurrogate(x) == char.IsSurrogate(y) ? x.CompareTo(y)
            : char.IsSurrogate(x) ? 1
            : -1;
    }

    /// <summary>The code points in reverse order.</summary>
    public static string Reverse(string text)
    {
        var target = new StringBuilder(text.Length);
        for (int i = text.Length - 1; i >= 0; i--)
        {
            if (i > 0 && char.IsSurrogatePair(text, i - 1))
                target.Append(text[i - 1]).Append(text[i--]);
            else
                target.Append(text[i]);
        }
        return target.ToString();
    }
}
