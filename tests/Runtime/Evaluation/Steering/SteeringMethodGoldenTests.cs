using System.Text.Json;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Steering;
using DcrDsl.Models;
using DcrDsl.Models.Interventions;
using DcrDsl.Runtime.Tests.Models.Interventions;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Evaluation.Steering;

/// <summary>
/// What Surgical and SCANS find in a model is what the reference finds with hooks; limits are those of golden/steering's README.
/// </summary>
public class SteeringMethodGoldenTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static IEnumerable<TheoryDataRow<string>> Names() => SteeringCase.Names();

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Names))]
    public void Directions_are_differences_of_means_and_false_refusal_is_cleaned_of_true(string name)
    {
        using var scope = NewDisposeScope();
        using var golden = SteeringCase.Open(name);
        var (t, cleaned) = Directions(golden);
        int[] layers = Layers(golden);
        foreach (var (array, found) in new[] { ("direction.true", t), ("direction.false_orthogonal", cleaned) })
        foreach (var (place, layer) in layers.Index())
            if (layer > 0) // at the first block's input there is nothing but noise
                Below(
                    golden.IsReal ? 1e-4 : 1e-5,
                    SteeringCase.RowError(golden.Array(array).select(1, place), found.Values.select(1, layer)),
                    $"{array}, layer {layer}"
                );
        Assert.All(Enumerable.Range(0, t.Positions), position => Assert.True(t.IsNothing(position, block: 1)));
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Names))]
    public void Refusal_scores_are_the_references(string name)
    {
        using var scope = NewDisposeScope();
        using var golden = SteeringCase.Open(name);
        var refusal = Refusal(golden);
        foreach (var expected in golden.Json.GetProperty("refusal_score").EnumerateObject())
            Close(golden, Numbers(expected.Value), refusal.Of(Class(golden, expected.Name).Validation), expected.Name);
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Names))]
    public void Every_direction_ablated_and_added_scores_as_in_the_reference(string name)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var golden = SteeringCase.Open(name);
        var (t, cleaned) = Directions(golden);
        var refusal = Refusal(golden);
        var search = new DirectionSearch(name, refusal, Class(golden, "general"), [.. Layers(golden).Where(l => l > 0).Select(l => l + 1)]);
        var over = Class(golden, "over").Validation;
        var ablated = search.Try(cleaned, (d, _) => new DirectionAblation(d), double.PositiveInfinity, over);
        var added = search.Try(
            t,
            (d, block) => new DirectionAddition(StreamSite.BlockInput, new Dictionary<int, Tensor> { [block] = d }, 1),
            double.PositiveInfinity,
            scored: null
        );
        Assert.NotEmpty(ablated);
        foreach (var (one, other) in ablated.Zip(added))
        {
            var expected = golden
                .Json.GetProperty("grid")
                .EnumerateArray()
                .Single(g => g.GetProperty("position").GetInt32() == one.Position && g.GetProperty("layer").GetInt32() == one.Block - 1);
            Close(
                golden,
                [.. Columns.Select(c => expected.GetProperty(c).GetDouble())],
                [one.Score!.Value, one.Kl!.Value, other.Score!.Value, other.Kl!.Value],
                $"position {one.Position}, block {one.Block}"
            );
        }
    }

    static readonly string[] Columns = ["ablated_score_over", "ablated_kl_general", "added_score_general", "added_kl_general"];

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Names))]
    public void The_direction_that_the_reference_chooses_is_chosen_and_changes_the_logits_alike(string name)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var golden = SteeringCase.Open(name);
        var (t, cleaned) = Directions(golden);
        int first = golden.Json.GetProperty("start_layer").GetInt32(),
            end = Math.Max(2, (int)Math.Floor(0.8 * golden.Decoder.Config.Layers));
        var search = new DirectionSearch(
            name,
            Refusal(golden),
            Class(golden, "general"),
            [.. Layers(golden).Where(l => l >= first && l < end).Select(l => l + 1)]
        );
        double threshold = golden.Json.GetProperty("kl_threshold").GetDouble();

        var found = search.ByAblation(cleaned, Class(golden, "over"), threshold);

        var (wanted, chosen) = (golden.Json.GetProperty("chosen"), Assert.Single(found.Table.Chosen));
        Assert.Equal(wanted.GetProperty("position").GetInt32(), chosen.Position);
        Assert.Equal(wanted.GetProperty("layer").GetInt32(), chosen.Block - 1);
        Assert.All(
            found.Table.Candidates.Where(c => c.Fate == CandidateFate.KlAboveThreshold),
            c => Assert.True(c.Kl > threshold && c.Score is null)
        );
        foreach (var (share, array) in new[] { (1.0, "ablated.logits.over"), (0.5, "half_ablated.logits.over") })
        {
            using var steering = found.Ablation(share);
            using (golden.Decoder.Intervene(steering))
                TensorAssert.Close(golden.Array(array), golden.Logits(golden.Decoder, "over.validation"), 0, Logits(golden), array);
        }
        using var folded = found.Ablation(share: 1);
        folded.PutOn(golden.Decoder);
        folded.Merge();
        TensorAssert.Close(
            golden.Array("ablated.logits.over"),
            golden.Logits(golden.Decoder, "over.validation"),
            0,
            Logits(golden),
            "folded"
        );
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Names))]
    public void Queries_score_and_are_steered_as_in_the_reference(string name)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var golden = SteeringCase.Open(name);
        var scans = golden.Json.GetProperty("scans");
        int[] suffix = Integers(golden.Json.GetProperty("suffix"));
        var toxic = Class(golden, "toxic").Training;
        double limit = golden.IsReal ? 1e-4 : 1e-5;

        var vectors = ScansAnchors.Vectors(Outputs("toxic"), Outputs("general"));
        var reference = ScansAnchors.Changes(golden.Decoder, toxic, suffix, Cancellation).mean([0]);

        Below(limit, SteeringCase.RowError(golden.Array("scans.vector"), vectors), "vectors");
        Below(limit, SteeringCase.RowError(golden.Array("scans.reference"), reference), "reference");
        BlockRange steered = Blocks("steered_layers"),
            scored = Blocks("score_layers");
        using (var steering = Steering(threshold: 0.75))
            foreach (var expected in scans.GetProperty("scores").EnumerateObject())
                Close(
                    golden,
                    Numbers(expected.Value),
                    [.. Class(golden, expected.Name).Validation.Select(p => steering.Score(golden.Decoder, p))],
                    expected.Name
                );
        // A threshold that every query, or none, meets gives the sign.
        foreach (var side in scans.GetProperty("greedy").EnumerateArray().GroupBy(g => g.GetProperty("sign").GetDouble()))
        {
            using var steering = Steering(threshold: side.Key > 0 ? -2 : 2);
            using var standing = golden.Decoder.Intervene(steering);
            var completions = Generation.Complete(
                golden.Decoder,
                [.. side.Select(g => Integers(g.GetProperty("prompt")))],
                maxNewTokens: 10,
                stopTokens: [],
                cancellation: Cancellation
            );
            Assert.Equal(side.Select(g => Integers(g.GetProperty("tokens"))), completions.Select(c => c.Tokens));
        }

        ScansSteering Steering(double threshold) =>
            new(
                vectors.to(float32),
                reference.to(float32),
                suffix,
                scans.GetProperty("strength").GetDouble(),
                new AnchorScores(threshold, [], [], steered, scored)
            );

        BlockRange Blocks(string key) => new(Integers(scans.GetProperty(key))[0] + 1, Integers(scans.GetProperty(key))[^1] + 1);

        Tensor Outputs(string set) =>
            MeanStates.Of(golden.Decoder, Class(golden, set).Training, StreamSite.BlockOutput, 1, 4, Cancellation);
    }

    static (Directions True, Directions Cleaned) Directions(SteeringCase golden)
    {
        int positions = golden.Json.GetProperty("positions").GetInt32();
        var means = new[] { "toxic", "over", "general" }.ToDictionary(
            c => c,
            c => MeanStates.Of(golden.Decoder, Class(golden, c).Training, StreamSite.BlockInput, positions, batch: 4, Cancellation)
        );
        var t = DcrDsl.Evaluation.Steering.Directions.Between(means["toxic"], means["general"]);
        return (t, DcrDsl.Evaluation.Steering.Directions.Between(means["over"], means["general"]).Without(t, share: 1));
    }

    static RefusalScore Refusal(SteeringCase golden) =>
        new(golden.Decoder, [.. Integers(golden.Json.GetProperty("refusal_tokens")).Select(t => (long)t)], batch: 3, Cancellation);

    static SteeringPrompts Class(SteeringCase golden, string name) =>
        new(name, "", golden.Rows($"{name}.train"), golden.Rows($"{name}.validation"), 0);

    static int[] Layers(SteeringCase golden) => Integers(golden.Json.GetProperty("layers_stored"));

    static double Logits(SteeringCase golden) => golden.IsReal ? 2e-3 : 1e-4;

    static void Close(SteeringCase golden, double[] expected, double[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        Below(golden.IsReal ? 1e-3 : 1e-4, expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max(), what);
    }

    static void Below(double limit, double error, string what) => Assert.True(error < limit, $"{what}: {error:g2}");

    static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetDouble())];

    static int[] Integers(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetInt32())];
}
