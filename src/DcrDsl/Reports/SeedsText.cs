using DcrDsl.Wording;

namespace DcrDsl.Reports;

/// <summary>How tables speak of the seeds behind their numbers.</summary>
static class SeedsText
{
    /// <summary>Whether there are seeds enough for a claim, or none is needed.</summary>
    public static bool Suffice(int? seeds) => seeds is null or >= AnswerSentence.SeedsForAClaim;

    /// <summary>Whether any arm has several seeds, so that intervals over seeds are shown.</summary>
    public static bool Several(IEnumerable<ArmRow> arms) => arms.Any(a => a.Seeds > 1);

    /// <summary>A number of seeds; a dash where no seed changes the numbers.</summary>
    public static string Of(int? seeds) => seeds is { } count ? Numbers.Of(count, 0) : Numbers.Undefined;

    /// <summary>"n = 3 seeds", or that no seed changes the numbers.</summary>
    public static string Behind(int? seeds) => seeds is { } count ? $"n = {English.Count(count, "seed")}" : "no seed changes it";

    /// <summary>The fewest seeds of some arms; null: no seed changes the numbers of any.</summary>
    public static int? Fewest(IEnumerable<ArmRow> arms) => arms.Min(a => a.Seeds);

    /// <summary>What a table of values holds.</summary>
    public static string Values(IReadOnlyList<ArmRow> arms) =>
        Several(arms) ? "Mean over seeds ± half of the 95 % interval"
        : arms.All(a => a.Seeds is null) ? "Values, which no seed changes"
        : "Values at one seed";

    /// <summary>What a table of differences holds.</summary>
    public static string Differences(IReadOnlyList<ArmRow> arms, string reference) =>
        Several(arms) ? $"Mean of the paired differences to {reference} over seeds, with their 95 % interval"
        : arms.All(a => a.Seeds is null) ? $"Differences to {reference}, which no seed changes"
        : $"Differences to {reference} at one seed";
}
