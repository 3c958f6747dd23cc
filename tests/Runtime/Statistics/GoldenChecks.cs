using System.Text.Json;
using DcrDsl.Evaluation.Statistics;

namespace DcrDsl.Runtime.Tests.Statistics;

/// <summary>How a row of each topic of golden/stats is checked against the runtime.</summary>
static class GoldenChecks
{
    public static readonly IReadOnlyDictionary<string, Action<GoldenRow>> OfTopic = new Dictionary<string, Action<GoldenRow>>
    {
        ["paired_t"] = PairedT,
        ["quantiles"] = Quantiles,
        ["rates"] = Rates,
        ["bootstrap"] = Bootstrap,
        ["mcnemar"] = McNemarCounts,
        ["multiple"] = Multiple,
        ["auc"] = Auc,
        ["cohen_kappa"] = Kappa,
        ["krippendorff"] = Krippendorff,
        ["clustered"] = Clustered,
        ["wilcoxon"] = Wilcoxon,
    };

    static void PairedT(GoldenRow row)
    {
        double[] a = row.Numbers("a"),
            b = row.Numbers("b");
        var result = PairedDifference.Of(a, b);
        row.Matches("n", result.Count);
        row.Matches("mean_difference", result.Mean);
        if (!row.Has("sd"))
        {
            Assert.True(double.IsNaN(result.StandardDeviation + result.StandardError + result.T + result.P));
            Assert.Equal(Interval.Undefined, result.Interval);
            return;
        }
        row.Matches("sd", result.StandardDeviation);
        row.Matches("standard_error", result.StandardError);
        row.Matches("df", result.DegreesOfFreedom);
        row.Matches("t", result.T);
        row.Matches("p_two_sided", result.P);
        foreach (var (column, level) in row.Levels("interval"))
            row.Matches(column, PairedDifference.Of(a, b, level).Interval);
        foreach (var (column, level) in row.Levels("mean_a_interval"))
            row.Matches(column, SampleMean.Of(a, level).Interval);
    }

    // Tables, whose rows end with the expected value.
    static void Quantiles(GoldenRow row)
    {
        Table("t_ppf", x => StudentT.Quantile(x[1], x[0]));
        Table("t_sf_two_sided", x => StudentT.TwoSidedP(x[1], x[0]));
        Table("normal_ppf", x => Gaussian.Quantile(x[0]));
        Table("normal_cdf", x => Gaussian.Cdf(x[0]));
        Table("beta_ppf", x => BetaDistribution.Quantile(x[0], x[1], x[2]));

        void Table(string column, Func<double[], double> function)
        {
            if (!row.Has(column))
                return;
            foreach (double[] x in row[column].EnumerateArray().Select(GoldenRow.Numbers))
                Approximately.Equal(x[^1], function(x), what: $"{column}({string.Join(", ", x[..^1])})");
        }
    }

    static void Rates(GoldenRow row)
    {
        int k = row.Integer("successes"),
            n = row.Integer("n");
        row.Matches("rate", (double)k / n);
        foreach (var (column, level) in row.Levels("wilson"))
            row.Matches(column, Inside(Proportion.Wilson(k, n, level)));
        foreach (var (column, level) in row.Levels("wilsoncc"))
            row.Matches(column, Inside(Proportion.WilsonWithContinuity(k, n, level)));
        foreach (var (column, level) in row.Levels("exact"))
            row.Matches(column, Inside(Proportion.ClopperPearson(k, n, level)));

        Interval Inside(Interval interval)
        {
            Assert.Equal(k == 0, interval.Low == 0);
            Assert.Equal(k == n, interval.High == 1);
            return interval;
        }
    }

    static void Bootstrap(GoldenRow row)
    {
        string name = row["name"].GetString()!;
        Assert.Equal("mean(a - b)", row["statistic"].GetString());
        var stored = BootstrapFile.Open(Golden.Folder("stats"));
        double[] distribution = stored.Doubles(name + ".distribution");
        int resamples = row.Integer("resamples"),
            n = row.Integer("n");
        Assert.Equal(resamples, distribution.Length);

        var result = PairedBootstrap.Of(row.Numbers("a"), row.Numbers("b"), stored.Indices(name + ".indices").Chunk(n));
        Assert.Equal(distribution, result.Distribution); // to the last bit: both are summed exactly
        row.Matches("estimate", result.Estimate);
        row.Matches("bootstrap_standard_error", result.StandardError);
        row.Matches("share_at_or_below_zero", result.ShareAtOrBelowZero);
        row.Matches("share_at_or_above_zero", result.ShareAtOrAboveZero);
        row.Matches("two_sided_p", result.TwoSidedP);
        row.Matches("z0", result.BiasCorrection);
        row.Matches("acceleration", result.Acceleration);
        foreach (var (column, level) in row.Levels("percentile"))
            row.Matches(column, result.Percentile(level));
        foreach (var (column, level) in row.Levels("bca_quantiles"))
            row.Matches(column, result.CorrectedLevels(level));
        foreach (var (column, level) in row.Levels("bca"))
            row.Matches(column, result.BiasCorrectedAccelerated(level));
    }

    static void McNemarCounts(GoldenRow row)
    {
        int b = row.Integer("only_first"),
            c = row.Integer("only_second");
        row.Matches("exact_p", McNemar.Exact(b, c));
        row.Matches("mid_p", McNemar.MidP(b, c));
        row.Matches("chi2_corrected", McNemar.CorrectedChiSquare(b, c).Statistic);
        row.Matches("chi2_corrected_p", McNemar.CorrectedChiSquare(b, c).P);
    }

    static void Multiple(GoldenRow row)
    {
        double[] p = row.Numbers("p"),
            holm = MultipleComparisons.Holm(p);
        row.Matches("holm", holm);
        row.Matches("bonferroni", MultipleComparisons.Bonferroni(p));
        row.Matches("benjamini_hochberg", MultipleComparisons.BenjaminiHochberg(p));
        Assert.Equal(row["rejected_holm_05"].EnumerateArray().Select(e => e.GetBoolean()), holm.Select(adjusted => adjusted <= 0.05));
    }

    static void Auc(GoldenRow row)
    {
        bool[] labels = [.. row.Integers("labels").Select(label => label == 1)];
        double[] scores = row.Numbers("scores");
        var result = RocCurve.Auc(labels, scores);
        row.Matches("auc", result.Value);
        if (row.Has("sklearn"))
            row.Matches("sklearn", result.Value);
        if (row.Has("mann_whitney_u"))
            row.Matches("mann_whitney_u", result.Value * labels.Count(l => l) * labels.Count(l => !l));
        if (!row.Has("delong_variance"))
        {
            Assert.True(double.IsNaN(result.StandardError));
            Assert.Equal(Interval.Undefined, result.Interval);
            return;
        }
        row.Matches("delong_variance", result.StandardError * result.StandardError);
        row.Matches("delong_se", result.StandardError);
        foreach (var (column, level) in row.Levels("delong"))
            row.Matches(column, RocCurve.Auc(labels, scores, level).Interval);
        foreach (var (column, level) in row.Levels("delong", "_clipped"))
            row.Matches(column, RocCurve.Auc(labels, scores, level).Interval.ClippedTo(0, 1));
        if (!row.Has("scores2"))
            return;

        var comparison = RocCurve.Compare(labels, scores, row.Numbers("scores2"));
        Assert.Equal(result, comparison.First);
        row.Matches("auc2", comparison.Second.Value);
        row.Matches("covariance", comparison.Covariance);
        row.Matches("difference", comparison.Difference.Value);
        row.Matches("difference_se", comparison.Difference.StandardError);
        row.Matches("z", comparison.Z);
        row.Matches("p_two_sided", comparison.P);
    }

    static void Kappa(GoldenRow row)
    {
        int[] a = row.Integers("a"),
            b = row.Integers("b");
        row.Matches("kappa", CohenKappa.Of(a, b));
        row.Matches("kappa_linear", CohenKappa.Of(a, b, KappaWeights.Linear));
        row.Matches("kappa_quadratic", CohenKappa.Of(a, b, KappaWeights.Quadratic));

        var confusion = ConfusionMatrix.Of(a, b);
        row.Matches("observed_agreement", confusion.ObservedAgreement);
        int[][] expected = [.. row["confusion"].EnumerateArray().Select(line => line.EnumerateArray().Select(e => e.GetInt32()).ToArray())];
        Assert.Equal(expected.Length, confusion.Labels.Count);
        Assert.Equal(expected, expected.Select((line, i) => line.Select((_, j) => confusion[i, j]).ToArray()));
    }

    static void Krippendorff(GoldenRow row)
    {
        double[][] ratings = [.. row["ratings"].EnumerateArray().Select(GoldenRow.Numbers)];
        row.Matches("nominal", KrippendorffAlpha.Of(ratings, MeasurementLevel.Nominal));
        row.Matches("ordinal", KrippendorffAlpha.Of(ratings, MeasurementLevel.Ordinal));
        row.Matches("interval", KrippendorffAlpha.Of(ratings, MeasurementLevel.Interval));
    }

    static void Clustered(GoldenRow row)
    {
        var result = ClusteredMean.Of(row.Numbers("scores"), row.Integers("clusters"));
        row.Matches("n", result.Count);
        row.Matches("cluster_count", result.Clusters);
        row.Matches("mean", result.Mean);
        row.Matches("se_clt", result.UnclusteredStandardError);
        row.Matches("se_clustered", result.StandardError);
        row.Matches("se_cr0", result.Cr0StandardError);
        row.Matches("se_cr1", result.Cr1StandardError);
    }

    static void Wilcoxon(GoldenRow row)
    {
        var result = WilcoxonSignedRank.Of(row.Numbers("differences"));
        row.Matches("t_plus", result.TPlus);
        row.Matches("t_minus", result.TMinus);
        row.Matches("statistic", result.Statistic);
        row.Matches("exact_p", result.P);
        if (row.Has("scipy_exact_p"))
            row.Matches("scipy_exact_p", result.P);
        if (row.Has("scipy_exact_p_greater"))
            row.Matches("scipy_exact_p_greater", result.PGreater);
    }

    // Just enough of the safetensors format for bootstrap.safetensors: header length, JSON header, raw little-endian data.
    sealed class BootstrapFile
    {
        readonly JsonElement header;
        readonly byte[] data;

        BootstrapFile(byte[] file)
        {
            int length = checked((int)BitConverter.ToUInt64(file, 0));
            header = JsonDocument.Parse(file.AsMemory(8, length)).RootElement;
            data = file[(8 + length)..];
        }

        public static BootstrapFile Open(string folder)
        {
            using var stream = Golden.Open(folder, "bootstrap.safetensors");
            using var memory = new MemoryStream();
            stream.CopyTo(memory);
            return new(memory.ToArray());
        }

        public double[] Doubles(string name) => [.. Bytes(name, "F64").Chunk(8).Select(b => BitConverter.ToDouble(b))];

        public int[] Indices(string name) => [.. Bytes(name, "I16").Chunk(2).Select(b => (int)BitConverter.ToInt16(b))];

        byte[] Bytes(string name, string type)
        {
            Assert.Equal(type, header.GetProperty(name).GetProperty("dtype").GetString());
            int[] offsets = [.. header.GetProperty(name).GetProperty("data_offsets").EnumerateArray().Select(e => e.GetInt32())];
            return data[offsets[0]..offsets[1]];
        }
    }
}
