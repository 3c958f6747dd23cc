using System.Globalization;
using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Evaluation.Judging;

/// <summary>The judges that have a name.</summary>
static class PublishedJudges
{
    /// <summary>Where judges that read a probe stand.</summary>
    public const string Probes = nameof(ProbeJudges);

    static readonly Row[] Known =
    [
        new($"{nameof(ToyWorld)}.{nameof(ToyWorld.Judge)}", ToyWorld.Judge, null),
        .. PublishedList.All.Select(l => new Row($"{nameof(RefusalJudges)}.{l.Name}", l.Judge, at => Version(l, at))),
        .. new[] { ProbeJudges.RefusalProbability, ProbeJudges.LinearRefusal }.Select(j => new Row(
            $"{Probes}.{j.Probe}",
            j,
            at => Threshold(j, at)
        )),
    ];

    /// <summary>Their names, such as <c>RefusalJudges.XSTest</c>.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Select(k => k.Name)];

    /// <summary>
    /// The judge of a name, whatever its case; of a list with its version (<c>RefusalJudges.XSTest@d7bb5bd</c>), of a probe with its
    /// threshold (<c>ProbeJudges.RefusalProbability@0.3</c>).
    /// </summary>
    /// <exception cref="InputException">There is none, or not in that version.</exception>
    public static JudgeSpec Of(string name)
    {
        string[] parts = name.Split('@', 2);
        var found =
            Known.FirstOrDefault(k => string.Equals(k.Name, parts[0], StringComparison.OrdinalIgnoreCase))
            ?? throw new InputException($"There is no judge '{name}'.{UnknownName.Hint(parts[0], Names)}");
        return parts.Length == 1 ? found.Spec
            : found.At is { } at ? at(parts[1])
            : throw new InputException($"The judge {found.Name} has no versions: name it without '@{parts[1]}'.");
    }

    static JudgeSpec Version(PublishedList list, string version) =>
        version == list.Version
            ? list.Judge
            : throw new InputException(
                $"The judge {nameof(RefusalJudges)}.{list.Name} is here in version {list.Version}, not '{version}': name it as "
                    + $"{nameof(RefusalJudges)}.{list.Name}@{list.Version}, or without a version."
            );

    static JudgeSpec Threshold(ProbeThreshold judge, string threshold) =>
        double.TryParse(threshold, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value is >= 0 and <= 1
            ? judge with
            {
                Threshold = value,
            }
            : throw new InputException(
                $"The judge {Probes}.{judge.Probe} takes a threshold from 0 to 1, not '{threshold}': for example "
                    + $"{Probes}.{judge.Probe}@0.3."
            );

    /// <summary>The name of a judge; null: it has none.</summary>
    internal static string? NameOf(JudgeSpec judge) => Known.FirstOrDefault(k => k.Spec.Equals(judge))?.Name;

    /// <param name="Name">What it is called.</param>
    /// <param name="Spec">The judge.</param>
    /// <param name="At">It in another version, or at another threshold; null: there is but one.</param>
    sealed record Row(string Name, JudgeSpec Spec, Func<string, JudgeSpec>? At);
}
