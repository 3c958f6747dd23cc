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

    /// <summary>The judge of a name, whatever its case, if need be with its version: <c>RefusalJudges.XSTest@d7bb5bd</c>.</summary>
    /// <exception cref="InputException">There is none, or not in that version.</exception>
    public static JudgeSpec Of(string name)
    {
        string[] parts = name.Split('@', 2);
        var found = Known.FirstOrDefault(k => string.Equals(k.Name, parts[0], StringComparison.OrdinalIgnoreCase));
        if (found.Spec is null)
            throw new InputException($"There is no judge '{name}'.{UnknownName.Hint(parts[0], Names)}");
        if (parts.Length > 1 && ListOf(found.Name)?.Version is var version && version != parts[1])
            throw new InputException(
                version is null
                    ? $"The judge {found.Name} has no versions: name it without '@{parts[1]}'."
                    : $"The judge {found.Name} is here in version {version}, not '{parts[1]}': name it as {found.Name}@{version}, or without "
                        + "a version."
            );
        return found.Spec;
    }

    /// <summary>The published list behind a name; null: the judge is none.</summary>
    internal static PublishedList? ListOf(string name) =>
        PublishedList.All.FirstOrDefault(l => $"{nameof(RefusalJudges)}.{l.Name}" == name);

    /// <summary>The name of a judge; null: it has none.</summary>
    internal static string? NameOf(JudgeSpec judge) => Known.FirstOrDefault(k => k.Spec.Equals(judge)).Name;
}
