using System.Text.RegularExpressions;

namespace DcrDsl.Wording;

/// <summary>
/// Names in braces within a path, as in <c>{data}/prompts.csv</c>. The compiler of declarations finds them by the same rule that a run
/// fills them in by.
/// </summary>
static class PlaceNames
{
    static readonly Regex Name = new(@"\{([A-Za-z][A-Za-z0-9_]*)\}", RegexOptions.CultureInvariant);

    /// <summary>The names, in order.</summary>
    public static IEnumerable<string> In(string path) => Name.Matches(path).Cast<Match>().Select(match => match.Groups[1].Value);

    /// <summary>The path with each name replaced by what <paramref name="place"/> gives for it.</summary>
    public static string Replace(string path, Func<string, string> place) => Name.Replace(path, match => place(match.Groups[1].Value));
}
