using System.Globalization;
using System.Text;
using DcrDsl.Wording;

namespace DcrDsl.Reports;

/// <summary>Text as LaTeX sets it: no command, group, comment or formula of its own, and only characters that every engine knows.</summary>
static class LatexText
{
    /// <summary>The command that a document defines for a character that pdfLaTeX does not know.</summary>
    public const string Character = "dcrcharacter";

    // Each ends in a brace, or is no command, so that what follows is not taken for a part of it.
    static readonly Dictionary<int, string> Known = new()
    {
        ['\\'] = @"\textbackslash{}",
        ['{'] = @"\{",
        ['}'] = @"\}",
        ['$'] = @"\$",
        ['&'] = @"\&",
        ['#'] = @"\#",
        ['%'] = @"\%",
        ['_'] = @"\_",
        ['^'] = @"\textasciicircum{}",
        ['~'] = @"\textasciitilde{}",
        ['<'] = @"\textless{}",
        ['>'] = @"\textgreater{}",
        ['|'] = @"\textbar{}",
        ['"'] = @"\textquotedbl{}",
        ['\''] = @"\textquotesingle{}",
        ['`'] = @"\textasciigrave{}",
        // Two of these in a row would become one dash, and a bracket behind \\ an option of it.
        ['-'] = "{-}",
        ['['] = "{[}",
        [']'] = "{]}",
        ['*'] = "{*}",
        ['−'] = @"\ensuremath{-}",
        ['±'] = @"\ensuremath{\pm}",
        ['×'] = @"\ensuremath{\times}",
        ['·'] = @"\ensuremath{\cdot}",
        ['→'] = @"\ensuremath{\to}",
        ['↓'] = @"\ensuremath{\downarrow}",
        ['≤'] = @"\ensuremath{\leq}",
        ['≥'] = @"\ensuremath{\geq}",
        ['∞'] = @"\ensuremath{\infty}",
        ['ℓ'] = @"\ensuremath{\ell}",
        ['γ'] = @"\ensuremath{\gamma}",
        ['β'] = @"\ensuremath{\beta}",
        ['–'] = @"\textendash{}",
        ['—'] = @"\textemdash{}",
        ['…'] = @"\textellipsis{}",
        ['\u00a0'] = "~",
    };

    /// <summary>The text on one line.</summary>
    public static string Of(string text)
    {
        var safe = new StringBuilder();
        foreach (var rune in VisibleText.Of(text).EnumerateRunes())
            if (Known.TryGetValue(rune.Value, out string? known))
                safe.Append(known);
            else if (Rune.IsControl(rune) || Rune.IsWhiteSpace(rune))
                safe.Append(' ');
            else if (rune.Value < 0x7f || Letter(rune))
                safe.Append(rune.ToString());
            else
                safe.Append(CultureInfo.InvariantCulture, $"\\{Character}{{{rune.Value:X}}}");
        return safe.ToString();
    }

    /// <summary>Letters of Latin 1, which the font encoding T1 has.</summary>
    static bool Letter(Rune rune) => rune.Value is >= 0xc0 and <= 0xff && Rune.IsLetter(rune);
}
