using DcrDsl.Models;
using DcrDsl.Models.Interventions;
using DcrDsl.Models.Trees;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Models.Trees;

/// <summary>Texts that share beginnings and branch, read in one pass, against each by itself.</summary>
public class TreeTests
{
    static readonly int[] Beginning = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5];

    /// <summary>
    /// Beginnings shared at several depths, a text that is another's beginning, one that is there twice, and ways behind them.
    /// </summary>
    static readonly BranchedText[] Texts =
    [
        new([.. Beginning, 8, 9, 7], [9, 3, 2, 3, 8], [-1, 0, -1, 2, 2]),
        new([7], [1], [-1]),
        new([.. Beginning, 8, 9, 7, 9, 3]),
        new([.. Beginning, 11], [4, 5, 6], [-1, 0, 1]),
        new([.. Beginning, 8, 30, 31, 32, 33, 34, 35, 36]),
        new([.. Beginning, 11], [4, 7], [-1, 0]),
        new([.. Beginning]),
        new([50, 51, 52], [1, 2, 3, 4], [-1, -1, -1, 0]),
    ];

    public static TheoryData<string, bool> Decoders()
    {
        var data = new TheoryData<string, bool>();
        foreach (string name in DecoderSwitchesTests.Names)
        {
            data.Add(name, false);
            data.Add(name, true);
        }
        return data;
    }

    [Theory, MemberData(nameof(Decoders))]
    public void A_tree_gives_what_each_way_through_it_gives_alone(string name, bool steered)
    {
        foreach (var (dtype, tolerance) in new[] { (ScalarType.Float32, 5e-5), (ScalarType.Float64, 1e-10) })
        {
            using var decoder = TestDecoder.Initialise(DecoderSwitchesTests.Configurations[name], 4, dtype);
            using var scope = NewDisposeScope();
            using var gradient = no_grad();
            using var ablation = new DirectionAblation(
                ones(decoder.Config.HiddenSize, dtype: dtype) / Math.Sqrt(decoder.Config.HiddenSize)
            );
            using var standing = steered ? decoder.Intervene(ablation) : null;
            var layout = new TreeLayout(Texts);
            var hidden = decoder.Forward(decoder.Laid(layout, null, null, null));
            Holds(decoder, layout, hidden, tolerance);
        }
    }

    [Theory, MemberData(nameof(Decoders))]
    public void What_is_stored_of_an_earlier_text_is_not_read_again(string name, bool steered)
    {
        using var decoder = TestDecoder.Initialise(DecoderSwitchesTests.Configurations[name], 5, ScalarType.Float64);
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        using var ablation = new DirectionAblation(ones(decoder.Config.HiddenSize, float64) / Math.Sqrt(decoder.Config.HiddenSize));
        using var standing = steered ? decoder.Intervene(ablation) : null;
        int[] earlier = [.. Beginning, 8, 9, 20];
        using var stored = new StoredBeginning(earlier, decoder.Config.Layers);
        decoder.Forward(decoder.Laid(new TreeLayout([new(earlier)]), null, null, stored));
        // In the order of tokens the first of these shares twelve tokens with it.
        BranchedText[] texts = [.. Texts.Where(t => t.Text.Length > Beginning.Length)];
        var layout = new TreeLayout(texts, earlier);
        Assert.Equal(Beginning.Length + 2, layout.Stored);
        Holds(decoder, layout, decoder.Forward(decoder.Laid(layout, stored, null, null)), 1e-10);
    }

    static void Holds(Decoder decoder, TreeLayout layout, Tensor hidden, double tolerance)
    {
        for (int text = 0; text < layout.Texts.Count; text++)
        {
            var (own, behind, parents) = layout.Texts[text];
            for (int node = -1; node < behind.Count; node++)
            {
                List<int> way = [];
                for (int on = node; on >= 0; on = parents[on])
                    way.Insert(0, behind[on]);
                long[] tokens = [.. own.Concat(way).Select(t => (long)t)];
                var alone = decoder.Forward(tensor(tokens, [1, tokens.Length]))[0, -1];
                Assert.InRange((alone - hidden[layout.Computed(text, node)]).abs().max().to(float64).item<double>(), 0, tolerance);
            }
        }
    }

    [Fact]
    public void What_texts_share_stands_there_once()
    {
        var layout = new TreeLayout([new([1, 2, 3, 4]), new([1, 2, 5]), new([1, 2, 3, 6]), new([1, 2, 5]), new([9])]);
        Assert.Equal([1, 2, 3, 4, 6, 5, 9], layout.Tokens);
        Assert.Equal([0, 1, 2, 3, 3, 2, 0], layout.Positions);
        Assert.Equal([0, 1, 5], layout.Path(3));
        Assert.Equal(4, layout.Last);
    }

    [Fact]
    public void A_text_whose_last_token_is_stored_is_computed_from_there()
    {
        var layout = new TreeLayout([new([1, 2, 3]), new([1, 2, 3])], [1, 2, 3, 4]);
        Assert.Equal(2, layout.Stored);
        Assert.Equal([3], layout.Tokens);
        Assert.Equal([0, 0], new[] { layout.Computed(0, -1), layout.Computed(1, -1) });
    }

    [Fact]
    public void Every_unit_is_in_one_group_and_padding_is_bounded()
    {
        var layout = new TreeLayout([.. Enumerable.Range(0, 40).Select(i => new BranchedText([.. Enumerable.Range(i, 1 + i * 11)]))]);
        var groups = TreeGroup.Alike(layout).ToList();
        Assert.Equal(layout.Units.OrderBy(u => u.First), groups.SelectMany(g => g).OrderBy(u => u.First));
        Assert.True(groups.Count > 1);
        long exact = layout.Units.Sum(u => (long)u.Width * (u.Earlier + u.Width)),
            padded = groups.Sum(g => (long)g.Length * g.Max(u => u.Width) * g.Max(u => u.Earlier + u.Width));
        Assert.InRange(padded, exact, exact * 3 / 2 + groups.Count * 16_384L);
    }
}
