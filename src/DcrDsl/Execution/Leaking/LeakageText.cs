using System.Globalization;
using DcrDsl.Evaluation.Leaking;
using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Execution.Leaking;

/// <summary>Overlaps in words, for plan, run and report.</summary>
static class LeakageText
{
    const int Letters = 60;

    /// <summary>The heads of the kinds, as columns have them.</summary>
    /// <param name="record">What was compared.</param>
    public static IReadOnlyList<(OverlapKind Kind, string Head)> Kinds(LeakageRecord record)
    {
        string words = English.List(
            record.Rules.Select(r => r.Words).Distinct().Order().Select(w => w.ToString(CultureInfo.InvariantCulture)),
            "or"
        );
        (OverlapKind, string)[] kinds =
        [
            (OverlapKind.Exact, "same text"),
            (OverlapKind.Normalised, "same words"),
            (OverlapKind.Words, $"{words} words in a row"),
        ];
        return record.Rules.Any(r => r.Similarity is not null) ? [.. kinds, (OverlapKind.Near, "near")] : kinds;
    }

    /// <summary>How many prompts of which tasks overlap, in a sentence.</summary>
    public static string Summary(FoundLeakage found)
    {
        int compared = found.Compared.Pairs.GroupBy(p => p.Task).Sum(g => g.Max(p => p.Evaluated));
        string tasks = English.Count(found.Compared.Pairs.Select(p => p.Task).Distinct().Count(), "task"),
            sources = English.Count(found.Compared.Pairs.Select(p => p.Source).Distinct().Count(), "source");
        if (found.Compared.Pairs.Count == 0)
            return "Leakage: there was nothing to compare; prompts that are made from templates are of parts that share none.";
        if (found.Overlaps.Count == 0)
            return $"Leakage: no prompt of {tasks} stands in what the {sources} of training hold ({Number(compared)} prompts compared).";
        var unsaid = found.Unsaid;
        int own = Prompts(unsaid),
            said = Prompts(found.Overlaps) - own;
        if (own == 0)
            return $"Leakage: {English.Count(said, "prompt")} of tasks that say that they are in-distribution "
                + $"{Stand(said)} in what is trained on, no other.";
        string[] holding = [.. unsaid.Select(o => o.Source).Distinct()];
        return $"Leakage: {English.Count(own, "prompt")} of {Tasks(unsaid)} {Stand(own)} in what {English.List(holding)} "
            + $"{(holding.Length == 1 ? "holds" : "hold")}"
            + $"{(said > 0 ? $", and {Number(said)} more of tasks that say that they are in-distribution" : "")}.";
    }

    /// <summary>How many different prompts overlap, at each seed by itself where they hang on it.</summary>
    public static int Prompts(IEnumerable<Overlap> overlaps) => overlaps.Select(o => (o.Task, o.Item, o.Seed)).Distinct().Count();

    /// <summary>Both places and the first words of both: "a.csv, line 14 (…) = b.jsonl, line 3 (…)".</summary>
    public static string Of(Overlap overlap) =>
        $"{overlap.Evaluated.Origin} (\u201c{First(overlap.Evaluated.Text)}\u201d) {Sign(overlap)} {overlap.Trained.Origin} "
        + $"(\u201c{First(overlap.Trained.Text)}\u201d)"
        + (overlap.Others > 0 ? $", and {English.Count(overlap.Others, "other prompt")} of {overlap.Source}" : "");

    /// <summary>How two prompts overlap, between their places.</summary>
    public static string Sign(Overlap overlap) =>
        overlap.Kind switch
        {
            OverlapKind.Exact => "=",
            OverlapKind.Normalised => "has the words of",
            OverlapKind.Words =>
                $"shares \u201c{First(overlap.Words ?? "")}\u201d with {(overlap.InAnswer ? "an answer of " : "")}".TrimEnd(),
            _ => string.Create(CultureInfo.InvariantCulture, $"is near ({overlap.Similarity:0.000}) to"),
        };

    /// <summary>The first words of a text, on one line.</summary>
    public static string First(string text)
    {
        string line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (line.Length <= Letters)
            return line;
        int end = line.LastIndexOf(' ', Letters);
        end = end > Letters / 2 ? end : Letters - (char.IsHighSurrogate(line[Letters - 1]) ? 1 : 0);
        return line[..end] + " …";
    }

    /// <summary>The sentence of an error where overlaps are refused; null: none is, or there are none.</summary>
    /// <param name="experiment">The experiment.</param>
    /// <param name="found">What was found.</param>
    /// <param name="where">Where all of them are, or how to have them listed, to follow a semicolon.</param>
    public static string? Refusal(string experiment, FoundLeakage? found, string where)
    {
        if (found is null || !found.Compared.Rules.Any(r => r.Refuses) || found.Unsaid is not { Count: > 0 } unsaid)
            return null;
        int prompts = Prompts(unsaid);
        return $"{experiment}: Leakage is strict, and {English.Count(prompts, "prompt")} of {Tasks(unsaid)} {Stand(prompts)} in what is "
            + $"trained on: {Of(unsaid.MinBy(o => o.Kind)!)}{(prompts > 1 ? $", and {Number(prompts - 1)} more" : "")}; take them out of "
            + $"one of the two, or say InDistribution of the task; {where}.";
    }

    static string Tasks(IEnumerable<Overlap> overlaps) => English.List(overlaps.Select(o => o.Task).Distinct());

    static string Stand(int prompts) => prompts == 1 ? "stands" : "stand";

    static string Number(int number) => number.ToString("#,0", CultureInfo.InvariantCulture);
}
