using DcrDsl.Results;
using DcrDsl.Wording;

namespace DcrDsl.Reports;

/// <summary>Prompts that were left out because a closed vocabulary lacks words of them.</summary>
static class LeftOutSection
{
    const int Listed = 20;

    public static IEnumerable<ReportSection> Of(RunResults run)
    {
        var prompts = run.StageRuns.SelectMany(r => r.LeftOut).DistinctBy(p => p.Origin).ToArray();
        if (prompts.Length == 0)
            yield break;
        string[] words =
        [
            .. prompts
                .SelectMany(p => p.Words)
                .CountBy(w => w)
                .OrderByDescending(w => w.Value)
                .ThenBy(w => w.Key, StringComparer.Ordinal)
                .Select(w => w.Key),
        ];
        yield return new ReportSection(
            "Prompts left out",
            [
                new ReportText(
                    $"{English.Count(prompts.Length, "prompt")} {(prompts.Length == 1 ? "was" : "were")} left out, as the model's "
                        + $"vocabulary lacks {English.Count(words.Length, "word")} of theirs: {Shortened(words)}. Every result is about "
                        + $"the other prompts only."
                ),
                new ReportList([.. prompts.Take(Listed).Select(p => $"{p.Origin}: {string.Join(", ", p.Words)}"), .. Rest(prompts.Length)]),
            ],
            SectionPlace.Folded
        );
    }

    static string Shortened(string[] words) => string.Join(", ", words.Take(Listed)) + (words.Length > Listed ? ", …" : "");

    static IEnumerable<string> Rest(int count) =>
        count > Listed ? [$"… and {English.Count(count - Listed, "other")}: see {RunFiles.StageRuns}."] : [];
}
