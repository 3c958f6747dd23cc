using System.Text;
using System.Text.RegularExpressions;

namespace DcrDsl.Evaluation.Attacking;

/// <summary>Texts in Base64 (RFC 4648, section 4, with padding), of their bytes in UTF-8.</summary>
static partial class Base64Text
{
    // Words of ordinary texts are hardly as long and, decoded, no text.
    const int Shortest = 16,
        ShortestPadded = 8;

    static readonly UTF8Encoding Strict = new(false, true);

    /// <summary>A text in Base64.</summary>
    public static string Of(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>
    /// A completion with what it holds in Base64 decoded: every run of 16 of its signs or more (8 with padding, or where it is all there
    /// is), also over several lines, that gives text. What was cut off at its end is left out.
    /// </summary>
    public static string Read(string completion)
    {
        bool alone = Run().Match(completion.Trim()) is { Success: true } whole && whole.Length == completion.Trim().Length;
        return Run()
            .Replace(completion, run => Decoded(run.Value, alone) ?? Line().Replace(run.Value, l => Decoded(l.Value, alone) ?? l.Value));
    }

    static string? Decoded(string run, bool alone)
    {
        string signs = string.Concat(run.Where(c => !char.IsWhiteSpace(c)));
        if (signs.Length < (alone || signs.EndsWith('=') ? ShortestPadded : Shortest))
            return null;
        byte[] bytes = new byte[signs.Length];
        string whole = signs[..(signs.Length / 4 * 4)];
        return Convert.TryFromBase64String(whole, bytes, out int count) ? Text(bytes.AsSpan(0, count)) : null;
    }

    /// <summary>The bytes as text, without a letter that was cut off; null: they are none.</summary>
    static string? Text(ReadOnlySpan<byte> bytes)
    {
        for (int cut = 0; cut <= 3 && cut < bytes.Length; cut++)
            try
            {
                string text = Strict.GetString(bytes[..^cut]);
                return text.All(c => !char.IsControl(c) || c is '\n' or '\r' or '\t') ? text : null;
            }
            catch (DecoderFallbackException)
            {
                // One byte fewer may be whole.
            }
        return null;
    }

    [GeneratedRegex(@"[A-Za-z0-9+/]{6,}(?:\r?\n[A-Za-z0-9+/]+)*={0,2}")]
    private static partial Regex Run();

    [GeneratedRegex("[A-Za-z0-9+/]+={0,2}")]
    private static partial Regex Line();
}
