using DcrDsl.Evaluation.Statistics;
using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Results.Comparing;

/// <summary>What a run's inference concludes: its family of comparisons, and of every pair whether defence is unchanged.</summary>
/// <param name="Family">The comparisons of the family, corrected together.</param>
/// <param name="Defence">Every pair by defence, with the test of equivalence, corrected together; empty where it is not measured.</param>
/// <param name="Clusters">Why prompts are not clustered as declared, in a sentence; null: they are, or nothing is declared.</param>
sealed record RunComparisons(IReadOnlyList<ComparedArms> Family, IReadOnlyList<ComparedArms> Defence, string? Clusters)
{
    /// <summary>The metrics that a family without any compares by.</summary>
    static readonly Metric[] ByThemselves = [Metric.ComplianceRate, Metric.DefenceSuccessRate];

    /// <summary>Makes the comparisons of a run.</summary>
    public static RunComparisons Of(RunResults run)
    {
        var inference = run.Experiment.Inference;
        var pairs = ArmPair.Of(run, inference);
        Metric[] metrics = [.. MetricsOf(run)];
        bool defended = run.Experiment.Metrics.Contains(Metric.DefenceSuccessRate);
        Metric[] needed = defended ? [.. metrics.Union([Metric.DefenceSuccessRate])] : metrics;
        var compared = new Comparer(run, inference).Compare(pairs.SelectMany(p => needed.Select(m => (p, m))));

        ComparedArms[] family = [.. compared.Where(c => metrics.Contains(c.Metric))],
            defence = [.. compared.Where(c => c.Metric == Metric.DefenceSuccessRate)];
        // Each p is found by halving, which takes milliseconds; none depends on another.
        Parallel.ForEach(family, c => _ = c.P);
        Equivalence[] tests = [.. defence.AsParallel().AsOrdered().Select(c => c.EquivalentWithin(inference.Margin))];
        double[] corrected = Corrected(inference.Correction, [.. family.Select(c => c.P)]),
            equivalences = Corrected(inference.Correction, [.. tests.Select(t => t.P)]);
        string ofFamily = FamilyText.Of(inference.Correction, family.Length, "comparison"),
            ofTests = FamilyText.Of(inference.Correction, tests.Length, "test") + " of equivalence";
        var whether = defence
            .Index()
            .ToDictionary(c => c.Item.Pair, c => tests[c.Index] with { AdjustedP = equivalences[c.Index], Family = ofTests });
        family =
        [
            .. family.Select(
                (c, i) =>
                    c with
                    {
                        AdjustedP = corrected[i],
                        Family = ofFamily,
                        Equivalence = c.Metric == Metric.DefenceSuccessRate ? whether[c.Pair] : null,
                    }
            ),
        ];
        return new(
            family,
            [
                .. defence.Select(c =>
                    family.FirstOrDefault(f => f.Pair == c.Pair && f.Metric == c.Metric) ?? c with { Equivalence = whether[c.Pair] }
                ),
            ],
            Unclustered(inference, compared)
        );
    }

    /// <summary>The metrics by which a run's arms are compared.</summary>
    public static IEnumerable<Metric> MetricsOf(RunResults run)
    {
        var measured = run.Experiment.Metrics;
        var declared = run.Experiment.Inference.Metrics;
        Metric[] own = [.. (declared.Count > 0 ? declared : ByThemselves).Where(measured.Contains)];
        return own.Length > 0 ? own : measured.Take(1);
    }

    /// <summary>p values, corrected as declared.</summary>
    public static double[] Corrected(Correction correction, IReadOnlyList<double> p) =>
        correction switch
        {
            Correction.Holm => MultipleComparisons.Holm(p),
            Correction.Bonferroni => MultipleComparisons.Bonferroni(p),
            Correction.BenjaminiHochberg => MultipleComparisons.BenjaminiHochberg(p),
            _ => [.. p],
        };

    static string? Unclustered(InferenceRecord inference, IReadOnlyList<ComparedArms> compared) =>
        inference.Clusters is { } column && compared.Count > 0 && compared.All(c => c.Clusters is null)
            ? $"The declaration clusters prompts by '{column}', which these lack (answers keep {English.List([.. PromptClusters.Names])}"
                + $"{(PromptClusters.Names.Contains(column, StringComparer.OrdinalIgnoreCase) ? ", which is empty here" : "")}): "
                + "errors are those "
                + "of independent prompts. Declare another column, or none, and make the report again."
            : null;
}
