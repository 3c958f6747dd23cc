using System.Text.RegularExpressions;

namespace DcrDsl.Cli;

/// <summary>Several names or values in one argument, separated by commas; a comma within a name is written <c>\,</c>.</summary>
static partial class CommaList
{
    /// <summary>For the descriptions of options.</summary>
    public const string Help = @"A comma within a name is written \,.";

    public static IEnumerable<string> Split(string text) => Separator().Split(text).Select(part => part.Trim().Replace(@"\,", ","));

    public static string Escape(string name) => name.Replace(",", @"\,");

    /// <summary>The parts of everything given to an option; nothing between two commas is no part.</summary>
    /// <param name="option">The option, for the sentence.</param>
    /// <param name="given">What was given.</param>
    /// <param name="known">The names there are.</param>
    /// <exception cref="InputException">What is given is a name with a comma, as it is written elsewhere.</exception>
    public static IEnumerable<string> Parts(string option, IEnumerable<string>? given, IEnumerable<string> known)
    {
        foreach (string text in given ?? [])
        {
            Check(option, "", text, known);
            foreach (string part in Split(text))
                if (part.Length > 0)
                    yield return part;
        }
    }

    /// <summary>Says how a name with a comma is written where one was given as it is.</summary>
    public static void Check(string option, string before, string text, IEnumerable<string> known)
    {
        if (
            text.Contains(',')
            && !text.Contains(@"\,")
            && known.Contains(text, StringComparer.OrdinalIgnoreCase)
            && !Split(text).All(part => known.Contains(part, StringComparer.OrdinalIgnoreCase))
        )
            throw new InputException(
                $"{option} {before}{text}: a comma separates names; write the one in this name as {option} "
                    + $"{RepeatCommand.Quote(before + Escape(text))}"
            );
    }

    [GeneratedRegex(@"(?<!\\),")]
    private static partial Regex Separator();
}
