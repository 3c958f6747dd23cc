using System.Reflection;
using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Evaluation.Judging;

/// <summary>The judges that have a name.</summary>
static class PublishedJudges
{
    static readonly (string Name, JudgeSpec Spec)[] Known =
    [
        ($"{nameof(ToyWorld)}.{nameof(ToyWorld.Judge)}", ToyWorld.Judge),
        .. typeof(RefusalJudges)
            .GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Where(p => p.GetValue(null) is JudgeSpec)
            .Select(p => ($"{nameof(RefusalJudges)}.{p.Name}", (JudgeSpec)p.GetValue(null)!)),
    ];

    /// <summary>Their names, such as <c>RefusalJudges.XSTest</c>.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Select(k => k.Name)];

    /// <summary>The judge of a name, whatever its case.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static JudgeSpec Of(string name) =>
        Known.FirstOrDefault(k => string.Equals(k.Name, name, StringComparison.OrdinalIgnoreCase)).Spec
        ?? throw new InputException($"There is no judge '{name}'.{UnknownName.Hint(name, Names)}");

    /// <summary>The name of a judge; null: it has none.</summary>
    internal static string? NameOf(JudgeSpec judge) => Known.FirstOrDefault(k => k.Spec.Equals(judge)).Name;
}
