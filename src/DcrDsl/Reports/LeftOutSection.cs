using DcrDsl.Definition;
using DcrDsl.Results;
using DcrDsl.Wording;

namespace DcrDsl.Reports;

/// <summary>Prompts that were left out because a closed vocabulary lacks words of them, or as their answers are no pair.</summary>
static class LeftOutSection
{
    const int Listed = 20;

    public static IEnumerable<ReportSection> Of(RunResults run)
    {
        var all = run.StageRuns.SelectMany(r => r.LeftOut).DistinctBy(p => p.Origin).ToArray();
        LeftOutFromSource[] prompts = [.. all.Where(p => p.Fault is null)],
            pairs = [.. all.Where(p => p.Fault is not null)];
        if (pairs.Length > 0)
            yield return new ReportSection(
                "Pairs left out",
                [
                    new ReportText(
                        $"{English.Count(pairs.Length, "row")} {(pairs.Length == 1 ? "was" : "were")} left out, as the two answers are no "
                            + "pair. Every result is about the other pairs only."
                    ),
                    new ReportList([.. pairs.Take(Listed).Select(p => $"{p.Origin}: {p.Fault}"), .. Rest(pairs.Length)]),
                ],
                SectionPlace.Folded
            );
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
