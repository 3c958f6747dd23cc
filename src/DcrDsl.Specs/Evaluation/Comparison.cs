namespace DcrDsl.Specs;

/// <summary>
/// When a completion gives the reference's answer. Reasoning before the answer is left out; apostrophes, quotation marks and blanks are
/// written the same.
/// </summary>
public abstract record Comparison;

/// <summary>
/// The whole completion is the reference, as lm-evaluation-harness' <c>exact_match</c> has it, blanks at the ends aside. The order is its
/// own: expressions first, then case, punctuation and numbers.
/// </summary>
[RuntimeCall("AnswerComparisons.ExactMatch")]
public sealed record ExactMatch : Comparison
{
    /// <summary>Whether case does not matter.</summary>
    public bool IgnoreCase { get; init; } = true;

    /// <summary>
    /// Whether punctuation is taken out, but for the sign and the decimal point of a number (which the harness takes out too: 3.5 would be
    /// 35).
    /// </summary>
    public bool IgnorePunctuation { get; init; } = true;

    /// <summary>Whether digits are taken out.</summary>
    public bool IgnoreNumbers { get; init; }

    /// <summary>What these regular expressions match is taken out first, for example <c>(?s).*#### </c>.</summary>
    public ValueList<string> RegexesToIgnore { get; init; } = ValueList<string>.Empty;
}

/// <summary>
/// The completion holds the reference somewhere, as whole words: "The capital is Paris." holds "Paris" and not "Par". "Not Rome but Paris"
/// holds both.
/// </summary>
[RuntimeCall("AnswerComparisons.ContainsAnswer")]
public sealed record ContainsAnswer : Comparison
{
    /// <summary>Whether case does not matter.</summary>
    public bool IgnoreCase { get; init; } = true;
}

/// <summary>
/// A number of the completion equals one of the reference: <c>1,234.50</c> and <c>$1234.5</c> are the same. Without a number on both sides
/// the answer is wrong.
/// </summary>
[RuntimeCall("AnswerComparisons.SameNumber")]
public sealed record SameNumber : Comparison
{
    /// <summary>Which number is taken, on both sides.</summary>
    public NumberPlace Place { get; init; }
}

/// <summary>Which number of a text is taken.</summary>
public enum NumberPlace
{
    /// <summary>The first.</summary>
    First,

    /// <summary>The last, as where a calculation stands before its result.</summary>
    Last,
}

/// <summary>
/// ToyWorld's own: its answers are "OPENER , TIP ." with an opener that means nothing, so what stands after the first comma is compared.
/// </summary>
[RuntimeCall("AnswerComparisons.ToyWorldTip")]
public sealed record ToyWorldTip : Comparison;
