using CsCheck;
using DcrDsl.Evaluation.Statistics;

namespace DcrDsl.Runtime.Tests.Statistics;

public class AgreementTests
{
    static readonly Gen<(int A, int B)[]> Labelled = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3]).Array[1, 30];

    // [judges][items], about a fifth of the ratings missing.
    static readonly Gen<double[][]> Ratings =
        from items in Gen.Int[1, 12]
        from ratings in Gen.Int[0, 4].Select(v => v == 4 ? double.NaN : v).Array[items].Array[2, 4]
        select ratings;

    [Fact]
    public void Kappa_is_agreement_beyond_that_of_shuffled_labels() =>
        Labelled.Sample(pairs =>
        {
            int[] a = [.. pairs.Select(p => p.A)],
                b = [.. pairs.Select(p => p.B)];
            double observed = pairs.Average(p => p.A == p.B ? 1.0 : 0.0);
            double byChance = a.Average(x => b.Average(y => x == y ? 1.0 : 0.0));
            double kappa = CohenKappa.Of(a, b);
            if (a.Concat(b).Distinct().Count() == 1)
                Assert.Equal(double.NaN, kappa);
            else
                Approximately.Equal((observed - byChance) / (1 - byChance), kappa, absolute: 1e-12);
        });

    [Fact]
    public void Kappa_does_not_care_who_is_first_nor_how_far_apart_the_labels_are_written() =>
        Labelled.Sample(pairs =>
        {
            int[] a = [.. pairs.Select(p => p.A)],
                b = [.. pairs.Select(p => p.B)];
            foreach (var weights in Enum.GetValues<KappaWeights>())
            {
                double kappa = CohenKappa.Of(a, b, weights);
                Approximately.Equal(kappa, CohenKappa.Of(b, a, weights), absolute: 1e-12);
                Assert.Equal(kappa, CohenKappa.Of([.. a.Select(x => x * x * 100 - 7)], [.. b.Select(x => x * x * 100 - 7)], weights));
            }
        });

    [Fact]
    public void Judges_of_different_lengths_are_refused()
    {
        Assert.Throws<ArgumentException>(() => CohenKappa.Of([1, 2], [1]));
        Assert.Throws<ArgumentException>(() =>
            KrippendorffAlpha.Of(
                [
                    [1, 2],
                    [1],
                ],
                MeasurementLevel.Nominal
            )
        );
    }

    [Fact]
    public void Without_items_no_agreement_is_defined()
    {
        Assert.Equal(double.NaN, CohenKappa.Of([], []));
        Assert.Equal(double.NaN, ConfusionMatrix.Of([], []).ObservedAgreement);
        Assert.Equal(double.NaN, KrippendorffAlpha.Of([], MeasurementLevel.Nominal));
        Assert.Equal(
            double.NaN,
            KrippendorffAlpha.Of(
                [
                    [1, 2, 3],
                ],
                MeasurementLevel.Interval
            )
        );
    }

    // Do: the mean squared difference of pairs within an item, weighted 1/(m − 1). De: that of all pairs.
    [Fact]
    public void Alpha_of_numbers_equals_its_definition_over_all_pairs_of_ratings() =>
        Ratings.Sample(ratings =>
        {
            double[][] units =
            [
                .. Enumerable
                    .Range(0, ratings[0].Length)
                    .Select(item => ratings.Select(judge => judge[item]).Where(r => !double.IsNaN(r)).ToArray())
                    .Where(unit => unit.Length > 1),
            ];
            double[] all = [.. units.SelectMany(unit => unit)];
            double within = units.Sum(unit => unit.Sum(c => unit.Sum(k => (c - k) * (c - k))) / (unit.Length - 1)) / all.Length;
            double between = all.Sum(c => all.Sum(k => (c - k) * (c - k))) / (all.Length * (all.Length - 1.0));
            double alpha = KrippendorffAlpha.Of(ratings, MeasurementLevel.Interval);
            if (between > 0)
                Approximately.Equal(1 - within / between, alpha, absolute: 1e-12);
            else
                Assert.Equal(double.NaN, alpha);
        });

    [Fact]
    public void Alpha_only_sees_what_its_level_of_measurement_means() =>
        Ratings.Sample(ratings =>
        {
            Same(
                MeasurementLevel.Nominal,
                r =>
                    r switch
                    {
                        0 => 3,
                        1 => 0,
                        2 => 1,
                        3 => 2,
                        _ => r,
                    }
            );
            Same(MeasurementLevel.Ordinal, r => r * r * r + 5);
            Same(MeasurementLevel.Interval, r => 3 - 4 * r);

            void Same(MeasurementLevel level, Func<double, double> relabel)
            {
                double[][] relabelled = [.. ratings.Select(judge => judge.Select(relabel).ToArray())];
                Approximately.Equal(KrippendorffAlpha.Of(ratings, level), KrippendorffAlpha.Of(relabelled, level), absolute: 1e-12);
            }
        });
}
