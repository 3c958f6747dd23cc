using DcrDsl.Results.Comparing;
using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Results;

public sealed partial class RunResults
{
    readonly Lazy<RunComparisons> comparisons;

    /// <summary>The comparisons of the declared family (<see cref="Inference.Family"/>), their p values corrected together.</summary>
    /// <exception cref="InputException">A file of answers is missing or damaged.</exception>
    public IReadOnlyList<ComparedArms> Comparisons => comparisons.Value.Family;

    /// <summary>What the declared inference concludes.</summary>
    internal RunComparisons Concluded => comparisons.Value;

    /// <summary>
    /// Compares two arms by a metric: difference, interval, p, whether defence is unchanged. A comparison of the declared family has its
    /// corrected p; any other stands alone, and says so.
    /// </summary>
    /// <param name="arm">The arm's name.</param>
    /// <param name="reference">The name of the arm that it is compared with.</param>
    /// <param name="metric">The metric.</param>
    /// <param name="values">Labels by axis, where arms take axes; an axis that is not named is not restricted.</param>
    /// <exception cref="InputException">
    /// There is no such arm, the run does not measure the metric, the arms have no finished seeds or prompts in common, or several cells a
    /// seed and an axis is left open.
    /// </exception>
    public ComparedArms Compare(string arm, string reference, Metric metric, IReadOnlyDictionary<string, string>? values = null)
    {
        string[] names = [.. Experiment.Arms.Select(a => a.Name)];
        foreach (string name in new[] { arm, reference })
            if (!names.Contains(name))
                throw new InputException($"There is no arm '{name}' to compare.{UnknownName.Hint(name, names)}");
        if (!Experiment.Metrics.Contains(metric))
            throw new InputException($"{Experiment.Name} does not measure {metric}: its tasks lack the prompts that it needs.");
        var pair = ArmPair.At(this, arm, reference, values ?? new Dictionary<string, string>());
        foreach (var cells in new[] { pair.OfArm, pair.OfReference })
            if (cells.GroupBy(c => c.Seed).Any(g => g.Count() > 1))
                throw new InputException(
                    $"{cells[0].Arm} has several cells for each seed: say which value of {English.List([.. cells[0].Values.Keys])} is "
                        + "meant."
                );
        return Concluded.Family.Concat(Concluded.Defence).FirstOrDefault(c => c.Metric == metric && c.Pair.IsOf(pair))
            ?? new Comparer(this, Experiment.Inference).Compare([(pair, metric)]).FirstOrDefault()
            ?? throw new InputException($"{arm} and {reference} have no finished seeds with the same prompts in common.");
    }
}
