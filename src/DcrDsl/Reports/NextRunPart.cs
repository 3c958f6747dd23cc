using DcrDsl.Evaluation.Statistics;
using DcrDsl.Results;
using DcrDsl.Results.Comparing;
using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Reports;

/// <summary>
/// How many seeds and prompts the next run needs to see the declared difference, by what this run's seeds and prompts differ.
/// </summary>
static class NextRunPart
{
    public static IEnumerable<string> Of(RunResults run, IReadOnlyList<ComparedArms> family)
    {
        var planned = family.Where(c => c.Next() is not null).ToList();
        if (planned.Count == 0)
            yield break;
        string subject = ArmRecord.Chosen(run.Experiment.Arms.Where(a => planned.Any(c => c.Arm == a.Name)), ArmRole.Subject)!.Name;
        var inference = run.Experiment.Inference;
        foreach (var compared in planned.Where(c => c.Arm == subject).DistinctBy(c => c.Metric))
            yield return Sentence(run, compared, inference, family.Count);
    }

    // "To see 5 points of compliance between DCR and STL at 80 % power: 9 seeds with these 200 prompts, or 5 seeds with 640 prompts."
    static string Sentence(RunResults run, ComparedArms compared, InferenceRecord inference, int family)
    {
        var text = MetricText.Of(compared.Metric, run);
        var next = compared.Next()!;
        string difference = NumberText.Shortest(Math.Round(inference.Difference * text.Factor, 6)) + (text.IsShare ? " points" : ""),
            power = NumberText.Shortest(Math.Round(100 * inference.Power, 6)),
            needs = Needs(compared, next, inference, 0.05);
        string sentence =
            $"To see {difference} of {text.Name} between {compared.Arm} and "
            + $"{compared.Reference}{CellBlocks.At(compared.Values)} at {power} % "
            + $"power, alone at 5 %: {needs}.";
        if (inference.Correction != Correction.None && family > 1)
            sentence += $" As the hardest of this family of {Numbers.Of(family, 0)}: {Needs(compared, next, inference, 0.05 / family)}.";
        return sentence + Spread(compared, next, inference, text);
    }

    static string Needs(ComparedArms compared, NextRun next, InferenceRecord inference, double alpha)
    {
        string here = English.Count(compared.Prompts, "prompt");
        if (!next.HasSeeds)
            return next.Prompts(1, inference.Difference, inference.Power, alpha) is { } enough
                ? English.Count(enough, "prompt")
                : $"no number of prompts up to {Numbers.Of(NextRun.MostPrompts, 0)} is enough";
        int? seeds = next.Seeds(compared.Prompts, inference.Difference, inference.Power, alpha),
            prompts = next.Prompts(compared.Seeds, inference.Difference, inference.Power, alpha);
        string bySeeds = seeds is { } s
                ? $"{English.Count(s, "seed")} with these {here}"
                : $"no number of seeds with these {here}, as what prompts differ by stays",
            byPrompts = prompts is { } p
                ? $"{English.Count(compared.Seeds, "seed")} with {English.Count(p, "prompt")}"
                : $"no number of prompts with {English.Count(compared.Seeds, "seed")}, as what seeds differ by stays";
        return $"{bySeeds}, or {byPrompts}";
    }

    // The spread of few seeds is itself unsure, and so is every plan that stands on it.
    static string Spread(ComparedArms compared, NextRun next, InferenceRecord inference, MetricText text)
    {
        string few = compared.Unseen > 0 ? " So few prompts differ that the plan stands on the least error that a share can have." : "";
        if (!next.HasSeeds)
            return (compared.Seeds == 1 ? " What another seed would change is not known from one: run at least three." : "") + few;
        string spreads =
            $" Between seeds the difference spreads by {Written(next.SeedVariance)}, between prompts by "
            + $"{Written(next.PromptVariance)}, and "
            + $"by {Written(next.RestVariance)} else (standard deviations{(text.IsShare ? ", in points" : "")})";
        return
            NextRun.Pessimistic(compared.Parts!).Seeds(compared.Prompts, inference.Difference, inference.Power, 0.05) is { } most
            && next.Seeds(compared.Prompts, inference.Difference, inference.Power, 0.05) is { } seeds
            && most > seeds
            ? $"{spreads}; the first is known from {English.Count(compared.Seeds, "seed")} only: with the upper end of what "
                + "they allow (80 %) it "
                + $"would be {English.Count(most, "seed")}.{few}"
            : $"{spreads}.{few}";

        string Written(double variance) => Numbers.Of(text.Factor * Math.Sqrt(variance), text.Digits);
    }
}
