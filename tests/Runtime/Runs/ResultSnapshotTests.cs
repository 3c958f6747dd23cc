using System.Globalization;
using DcrDsl.Results;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>Results as a text that is checked in, and how far numbers may lie from it.</summary>
public sealed class ResultSnapshotTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("dcrdsl").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    const string Text = """
        {
          "experiment": "fake",
          "arms": {
            "STL": {
              "ComplianceRate": { "seed 0": 0.5, "seed 1": 0.6, "seed 2": 0.7 },
              "GeneralLoss": { "seed 0": 2, "seed 1": 2.5, "seed 2": 3 }
            },
            "DCR, Dcr.Layer = 1": {
              "ComplianceRate": { "every seed": 0.25 },
              "GeneralLoss": { "every seed": "Infinity" }
            }
          }
        }

        """;

    static ResultSnapshot Snapshot(params (string Old, string New)[] changes) =>
        ResultSnapshot.Parse(changes.Aggregate(Text, (text, change) => text.Replace(change.Old, change.New, StringComparison.Ordinal)));

    static string[] Lines(ResultSnapshot actual, Tolerance tolerance) =>
        [.. actual.Differences(Snapshot(), tolerance).Select(d => d.ToString())];

    [Fact]
    public void A_snapshot_is_the_text_that_it_was_read_from() => Assert.Equal(Text.ReplaceLineEndings("\n"), Snapshot().ToString());

    [Fact]
    public void A_run_has_every_arm_metric_and_seed_and_nothing_of_its_machine()
    {
        using var run = new FakeRun(FakeExperiment.Of([FakeExperiment.Axis("Dcr.Layer", 1, 2)]), new() { Seeds = [0, 1] });
        var snapshot = ResultSnapshot.Of(run.Results);

        Assert.Equal(["STL", "STL-aug", "DCR, Dcr.Layer = 1", "DCR, Dcr.Layer = 2"], snapshot.Arms.Keys);
        Assert.All(snapshot.Arms.Values, metrics => Assert.Equal(FakeExperiment.Metrics.Order(), metrics.Keys));
        foreach (var cell in run.Results.Cells.Where(c => c.Arm == "STL"))
            Assert.Equal(cell.Metrics[Metric.Auc], snapshot.Arms["STL"][Metric.Auc].Values[cell.Seed!.Value]);
        string text = snapshot.ToString();
        Assert.DoesNotContain(run.Folder, text);
        Assert.Equal(text, ResultSnapshot.Parse(text).ToString());
        Assert.Empty(ResultSnapshot.Parse(text).Differences(snapshot, Tolerance.Exact));
    }

    [Fact]
    public void The_text_is_the_same_in_every_culture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");
            Assert.Equal(Text.ReplaceLineEndings("\n"), Snapshot().ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Exactly_means_every_seed_to_the_last_digit()
    {
        Assert.Empty(Lines(Snapshot(), Tolerance.Exact));
        Assert.Equal(
            ["STL, ComplianceRate, seed 1: expected 0.6, got 0.6000000000000001, 1.11E-16 apart, allowed 0 (to the last digit)"],
            Lines(Snapshot(("\"seed 1\": 0.6,", "\"seed 1\": 0.6000000000000001,")), Tolerance.Exact)
        );
        Assert.Equal(
            ["DCR, Dcr.Layer = 1, ComplianceRate: expected 0.25, got 0.5, 0.25 apart, allowed 0 (to the last digit)"],
            Lines(Snapshot(("0.25", "0.5")), Tolerance.Exact)
        );
    }

    /// <summary>One seed that is 0.06 higher raises the mean, 0.6, by 0.02.</summary>
    [Theory]
    [InlineData("0.76", true)]
    [InlineData("0.77", false)]
    public void A_distance_is_allowed_of_the_mean_over_seeds(string third, bool holds)
    {
        var actual = Snapshot(("\"seed 2\": 0.7 ", $"\"seed 2\": {third} "));
        Tolerance[] same =
        [
            new() { Share = 0.02, Nats = 5 },
            new()
            {
                Share = 7,
                Metrics = new Dictionary<Metric, double> { [Metric.ComplianceRate] = 0.02 },
            },
            new() { Relative = 0.02 / 0.6 },
            // The standard error is 0.1 / √3.
            new() { StandardErrors = 0.02 / (0.1 / Math.Sqrt(3)) },
        ];
        foreach (var tolerance in same)
            Assert.Equal(holds, actual.Differences(Snapshot(), tolerance).Count == 0);
    }

    [Fact]
    public void What_is_allowed_is_said_by_its_rule()
    {
        var actual = Snapshot(("\"seed 2\": 0.7 ", "\"seed 2\": 1 "));
        Assert.Equal(
            ["STL, ComplianceRate: expected 0.6, got 0.7, 0.1 apart, allowed 0.0577 (1 standard errors of 0.0577)"],
            Lines(actual, new() { Share = 0.01, StandardErrors = 1 })
        );
        Assert.Equal(
            ["STL, ComplianceRate: expected 0.6, got 0.7, 0.1 apart, allowed 0.01 (share)"],
            Lines(actual, new() { Share = 0.01 })
        );
        Assert.Equal(
            "share 0.02, nats 0.05, Auc 0.1, 0.01 of what is expected, 3 standard errors",
            new Tolerance
            {
                Share = 0.02,
                Nats = 0.05,
                Relative = 0.01,
                StandardErrors = 3,
                Metrics = new Dictionary<Metric, double> { [Metric.Auc] = 0.1 },
            }.ToString()
        );
    }

    [Fact]
    public void What_is_missing_or_new_is_a_difference_whatever_is_allowed()
    {
        var wide = new Tolerance { Share = 1, Nats = 100 };
        Assert.Equal(
            ["STL: expected, and not there", "STL-aug: there, and not expected"],
            Lines(Snapshot(("\"STL\"", "\"STL-aug\"")), wide)
        );
        Assert.Equal(
            ["STL, GeneralLoss: expected, and not there", "STL, Auc: there, and not expected"],
            Lines(Snapshot(("\"GeneralLoss\": { \"seed 0\"", "\"Auc\": { \"seed 0\"")), wide)
        );
        Assert.Equal(
            ["STL, ComplianceRate: expected seeds 0, 1 and 2, and there is seeds 0, 1 and 3"],
            Lines(Snapshot(("\"seed 2\": 0.7", "\"seed 3\": 0.7")), wide)
        );
        Assert.Equal(["other: these are results of fake that are expected"], Lines(Snapshot(("\"fake\"", "\"other\"")), wide));
        Assert.Single(Lines(Snapshot(("\"Infinity\"", "4")), wide));
    }

    [Fact]
    public void A_tolerance_below_zero_is_refused() =>
        Assert.Contains("below 0", Assert.Throws<InputException>(() => Lines(Snapshot(), new() { Share = -0.1 })).Message);

    [Theory]
    [InlineData("{", ", line ")]
    [InlineData("""{ "experiment": "fake" }""", ": this is not a snapshot")]
    [InlineData("""{ "experiment": "fake", "arms": { "A": { "Complience": { "seed 0": 1 } } } }""", ": this is not a snapshot")]
    [InlineData("""{ "experiment": "fake", "arms": { "A": { "Auc": { "seed x": 1 } } } }""", ": this is not a snapshot")]
    [InlineData("""{ "experiment": "fake", "arms": { "A": { "Auc": { "seed 0": "much" } } } }""", ": this is not a snapshot")]
    public void What_is_no_snapshot_is_said_with_its_file(string text, string sentence)
    {
        string message = Assert.Throws<InputException>(() => ResultSnapshot.Parse(text, "a.verified.json")).Message;
        Assert.StartsWith("a.verified.json", message);
        Assert.Contains(sentence, message);
    }

    [Fact]
    public void A_new_snapshot_fails_until_it_is_accepted_and_a_changed_one_again()
    {
        string verified = Path.Combine(root, "snapshots", "fake.verified.json"),
            received = Path.Combine(root, "snapshots", "fake.received.json");

        var none = Assert.Throws<SnapshotException>(() => Snapshot().Verify(verified));
        Assert.Equal(
            $"There is no snapshot {verified} yet. If what was received is right, rename {received} to fake.verified.json.",
            none.Message
        );
        File.Move(received, verified);
        Snapshot().Verify(verified);

        var other = Snapshot(("\"seed 2\": 0.7 ", "\"seed 2\": 0.76 "));
        var changed = Assert.Throws<SnapshotException>(() => other.Verify(verified, new Tolerance { Share = 0.01 }));
        Assert.Equal(Metric.ComplianceRate, Assert.Single(changed.Differences).Metric);
        Assert.StartsWith($"1 difference to {verified} (tolerance: share 0.01):\n  STL, ComplianceRate: expected 0.6", changed.Message);
        Assert.Equal(other.ToString(), File.ReadAllText(received));

        other.Verify(verified, new Tolerance { Share = 0.03 });
        Assert.False(File.Exists(received));
        Assert.Equal(Snapshot().ToString(), File.ReadAllText(verified));
    }

    [Fact]
    public void A_relative_name_is_beside_the_test()
    {
        var message = Assert.Throws<InputException>(() => Snapshot().Verify("fake.json")).Message;
        Assert.Contains("ends with .verified.json", message);
        string source = Path.Combine(root, "Tests.cs");
        Assert.Contains(
            Path.Combine(root, "fake.verified.json"),
            Assert.Throws<SnapshotException>(() => Snapshot().Verify("fake.verified.json", source: source)).Message
        );
        Assert.Contains(
            "give the whole path",
            Assert.Throws<InputException>(() => Snapshot().Verify("fake.verified.json", source: "/_/tests/Tests.cs")).Message
        );
    }
}
