using DcrDsl.Evaluation;
using DcrDsl.Models;
using DcrDsl.Models.Interventions;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Models.Interventions;

/// <summary>
/// Interventions in the residual stream give what hooks give in transformers; tolerances are those of golden/steering's README.
/// </summary>
public class SteeringGoldenTests
{
    public static IEnumerable<TheoryDataRow<string>> Names() => SteeringCase.Names();

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Names))]
    public void States_at_the_input_of_blocks_give_the_references_directions(string name)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var golden = SteeringCase.Open(name);
        int last = golden.Json.GetProperty("positions").GetInt32();
        var means = new[] { "toxic", "over", "general" }.ToDictionary(set => set, Mean);
        int[] layers = [.. golden.Json.GetProperty("layers_stored").EnumerateArray().Select(l => l.GetInt32())];
        foreach (var (direction, positive) in new[] { ("direction.true", "toxic"), ("direction.false", "over") })
            for (int i = 0; i < layers.Length; i++)
            {
                if (layers[i] == 0)
                    continue; // the template's tokens are the same for all: nothing but noise
                var expected = golden.Array(direction).select(1, i);
                double error = SteeringCase.RowError(expected, means[positive][layers[i]] - means["general"][layers[i]]);
                Assert.True(error < (golden.IsReal ? 1e-4 : 1e-5), $"{direction}, layer {layers[i]}: {error:g2}");
            }

        Dictionary<int, Tensor> Mean(string set) =>
            golden.Read(set + ".train", StreamSite.BlockInput, last).ToDictionary(s => s.Key - 1, s => s.Value.to(float64).mean([0]));
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Names))]
    public void Ablating_and_adding_a_direction_gives_the_references_logits(string name)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var golden = SteeringCase.Open(name);
        var (chosen, layer) = Chosen(golden, "direction.false_orthogonal");
        foreach (var (share, array) in new[] { (1.0, "ablated.logits.over"), (0.5, "half_ablated.logits.over") })
        {
            using var ablation = new DirectionAblation(chosen, share);
            using (golden.Decoder.Intervene(ablation))
                Close(golden, array, golden.Logits(golden.Decoder, "over.validation"));
        }
        var added = Chosen(golden, "direction.true").Direction;
        using var addition = new DirectionAddition(
            StreamSite.BlockInput,
            new Dictionary<int, Tensor> { [layer + 1] = added },
            strength: 0.5
        );
        using (golden.Decoder.Intervene(addition))
            Close(golden, "added.logits.general", golden.Logits(golden.Decoder, "general.validation"));
    }

    [Theory(SkipTestWithoutData = true), MemberData(nameof(Names))]
    public void A_direction_folded_into_the_weights_is_ablated_as_by_the_intervention(string name)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var golden = SteeringCase.Open(name);
        using var ablation = new DirectionAblation(Chosen(golden, "direction.false_orthogonal").Direction);
        ablation.PutOn(golden.Decoder);
        Close(golden, "ablated.logits.over", golden.Logits(golden.Decoder, "over.validation"));
        ablation.Merge();
        Assert.False(ablation.IsAttached);
        Close(golden, "ablated.logits.over", golden.Logits(golden.Decoder, "over.validation"));
        Assert.All(golden.Decoder.Parameters, p => Assert.True(p.requires_grad));
    }

    /// <summary>
    /// All prompts in one batch of unlike lengths, towards and away from refusal: rows keep their sign when others have left, and new
    /// tokens are changed too.
    /// </summary>
    [Theory(SkipTestWithoutData = true), MemberData(nameof(Names))]
    public void Steered_decoding_with_a_cache_gives_the_references_tokens(string name)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var golden = SteeringCase.Open(name);
        var scans = golden.Json.GetProperty("scans");
        var vectors = Means("toxic") - Means("general");
        vectors /= vectors.norm(-1, keepdim: true);
        Assert.True(SteeringCase.RowError(golden.Array("scans.vector"), vectors) < (golden.IsReal ? 1e-4 : 1e-5));

        var greedy = scans.GetProperty("greedy").EnumerateArray().ToList();
        int[][] prompts = [.. greedy.Select(g => Integers(g.GetProperty("prompt")))];
        int[][] expected = [.. greedy.Select(g => Integers(g.GetProperty("tokens")))];
        using var steering = new DirectionAddition(
            StreamSite.BlockOutput,
            scans.GetProperty("steered_layers").EnumerateArray().ToDictionary(l => l.GetInt32() + 1, l => vectors[l.GetInt32()]),
            scans.GetProperty("strength").GetDouble()
        )
        {
            RowFactors = [.. greedy.Select(g => g.GetProperty("sign").GetDouble())],
            FirstPositions = [.. prompts.Select(p => p.Length - 1)],
        };
        // A stop token that some rows meet early makes them leave the batch.
        int stop = expected[0][1];
        foreach (int[] stops in new[] { Array.Empty<int>(), [stop] })
        {
            using var standing = golden.Decoder.Intervene(steering);
            var completions = Generation.Complete(
                golden.Decoder,
                prompts,
                maxNewTokens: 10,
                stops,
                cancellation: TestContext.Current.CancellationToken
            );
            for (int i = 0; i < prompts.Length; i++)
            {
                int end = stops.Length == 0 ? -1 : Array.IndexOf(expected[i], stop);
                Assert.Equal(end < 0 ? expected[i] : expected[i][..(end + 1)], completions[i].Tokens);
                Close(golden, $"scans.{i}.first_logits", tensor(completions[i].FirstLogits));
            }
        }

        Tensor Means(string set) =>
            stack([
                .. golden.Read(set + ".train", StreamSite.BlockOutput, 1).OrderBy(s => s.Key).Select(s => s.Value.squeeze(1).mean([0])),
            ]);
    }

    [Fact]
    public void What_has_left_changes_nothing_and_what_stands_is_applied_in_order()
    {
        using var scope = NewDisposeScope();
        using var decoder = TestDecoder.Initialise(
            new DecoderConfig
            {
                VocabularySize = 11,
                HiddenSize = 8,
                IntermediateSize = 12,
                Layers = 2,
                Heads = 2,
                KeyValueHeads = 1,
                HeadDim = 4,
            },
            seed: 1
        );
        var tokens = tensor(new long[] { 3, 5, 7 }).unsqueeze(0);
        var before = decoder.Forward(tokens).detach();
        using var shift = new DirectionAddition(
            StreamSite.BlockOutput,
            new Dictionary<int, Tensor> { [1] = ones(decoder.Config.HiddenSize) },
            2
        );
        using (decoder.Intervene(shift))
        {
            var once = decoder.HiddenAfter(tokens, 1).detach();
            using (decoder.Intervene(shift))
                TensorAssert.Close(once + 2, decoder.HiddenAfter(tokens, 1), 0, 1e-6, "twice");
            TensorAssert.Close(once, decoder.HiddenAfter(tokens, 1), 0, 0, "once again");
        }
        TensorAssert.Close(before, decoder.Forward(tokens), 0, 0, "nothing stands");
    }

    static (Tensor Direction, int Layer) Chosen(SteeringCase golden, string array)
    {
        var chosen = golden.Json.GetProperty("chosen");
        int layer = chosen.GetProperty("layer").GetInt32(),
            last = golden.Json.GetProperty("positions").GetInt32();
        int place = golden.Json.GetProperty("layers_stored").EnumerateArray().ToList().FindIndex(l => l.GetInt32() == layer);
        return (golden.Array(array)[last + chosen.GetProperty("position").GetInt32()][place].to(float32), layer);
    }

    static void Close(SteeringCase golden, string array, Tensor actual) =>
        TensorAssert.Close(golden.Array(array), actual, 0, golden.IsReal ? 2e-3 : 1e-4, array);

    static int[] Integers(System.Text.Json.JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetInt32())];
}
