using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Results.Comparing;

/// <summary>A family of tests in words: no p is shown without them.</summary>
static class FamilyText
{
    /// <summary>"Holm over a family of 4 comparisons".</summary>
    /// <param name="correction">How p values are corrected.</param>
    /// <param name="count">How many tests there are.</param>
    /// <param name="what">What a test is: "comparison".</param>
    public static string Of(Correction correction, int count, string what) =>
        $"{Name(correction)} a family of {English.Count(count, what)}";

    static string Name(Correction correction) =>
        correction switch
        {
            Correction.Holm => "Holm over",
            Correction.Bonferroni => "Bonferroni over",
            Correction.BenjaminiHochberg => "Benjamini and Hochberg over",
            _ => "not corrected, of",
        };
}
