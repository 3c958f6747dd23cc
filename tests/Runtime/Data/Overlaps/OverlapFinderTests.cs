using DcrDsl.Data.Overlaps;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Data.Overlaps;

/// <summary>Planted overlaps are found by kind, and what shares less is not.</summary>
public class OverlapFinderTests
{
    const string Long = "please explain to me in simple words how a steam engine turns heat into work",
        Short = "how do i kill a python process";

    static FoundOverlap[] Find(string evaluated, params string[] trained) =>
        [.. OverlapFinder.Find([evaluated], [.. trained.Select(t => new TrainedText(0, t, []))], 8, 10)];

    [Theory]
    [InlineData(Long, Long, OverlapKind.Exact)]
    [InlineData(Short, Short, OverlapKind.Exact)]
    [InlineData("How do I kill a Python process?", Short, OverlapKind.Normalised)]
    [InlineData(Long, "Please explain to me, in simple words, how a steam engine turns heat into WORK!", OverlapKind.Normalised)]
    // One word changed in a long prompt.
    [InlineData(Long, "please explain to me in simple words how a petrol engine turns heat into work", OverlapKind.Words)]
    // A short prompt within a longer one: all of its words stand there in a row.
    [InlineData(Short, "Tell me: how do I kill a Python process without losing data?", OverlapKind.Words)]
    [InlineData("\uff28ow do I kill a python process", Short, OverlapKind.Normalised)]
    [InlineData("???", "???", OverlapKind.Exact)]
    public void An_overlap_is_found_by_its_kind(string evaluated, string trained, OverlapKind kind)
    {
        var overlap = Assert.Single(Find(evaluated, "something else", trained));
        Assert.Equal((kind, 0, 1, 0), (overlap.Kind, overlap.Evaluated, overlap.Trained, overlap.Others));
    }

    [Theory]
    // One word changed in a short prompt.
    [InlineData(Short, "how do i kill a ruby process")]
    // Two words changed, so that seven in a row are the same at most.
    [InlineData(Long, "please explain to them in simple words how a steam pump turns heat into work")]
    [InlineData(Short, "how do i kill a python")]
    [InlineData("???", "!!!")]
    // Three words, fewer than half of eight, within a text.
    [InlineData("what is love", "he asked what is love and went")]
    [InlineData("", "a")]
    public void What_shares_less_is_none(string evaluated, string trained) => Assert.Empty(Find(evaluated, trained));

    [Fact]
    public void The_words_that_are_shared_are_told_with_their_place()
    {
        var overlap = Assert.Single(Find("well " + Long, "now explain to me in simple words how a pump works"));
        Assert.Equal((OverlapKind.Words, 2, 8), (overlap.Kind, overlap.FirstWord, overlap.Shared));
    }

    /// <summary>Ten different texts with the words are an overlap, eleven are a template; copies of one text count once.</summary>
    [Theory]
    [InlineData(10, 1, true)]
    [InlineData(11, 1, false)]
    [InlineData(10, 5, true)]
    public void Words_in_more_texts_are_common(int texts, int copies, bool found)
    {
        string[] trained =
        [
            .. Enumerable
                .Range(0, texts)
                .SelectMany(i => Enumerable.Repeat($"write a poem of four lines in english about {(char)('a' + i)}{i}", copies)),
        ];
        var overlaps = Find("write a poem of four lines in english about my dog", trained);
        Assert.Equal(found, overlaps.Length == 1);
        if (found)
            Assert.Equal(texts - 1, overlaps[0].Others);
    }

    /// <summary>A whole prompt is no template, however often it stands there.</summary>
    [Fact]
    public void A_copy_is_an_overlap_however_common_its_words_are()
    {
        string[] trained = [.. Enumerable.Range(0, 30).Select(i => $"{Long} {i}"), Long];
        var overlap = Assert.Single(Find(Long, trained));
        Assert.Equal((OverlapKind.Exact, 30), (overlap.Kind, overlap.Trained));
    }

    [Fact]
    public void Each_source_has_an_overlap_of_its_own_and_the_closest_counts()
    {
        TrainedText[] trained =
        [
            new(0, Long + " and back", []),
            new(0, Long.ToUpperInvariant(), []),
            new(1, "Tell me.", ["no", $"Sure: {Long}"]),
            new(2, "nothing of it", []),
        ];
        Assert.Equal(
            [(1, OverlapKind.Normalised, 1, false), (2, OverlapKind.Words, 0, true)],
            OverlapFinder.Find([Long], trained, 8, 10).Select(o => (o.Trained, o.Kind, o.Others, o.InAnswer))
        );
    }

    [Fact]
    public void Of_templates_whole_prompts_are_compared_only()
    {
        TrainedText[] trained = [new(0, Long + " today", []), new(0, Long, [])];
        Assert.Equal(OverlapKind.Exact, Assert.Single(OverlapFinder.Find([Long], trained, 8, 10, _ => false)).Kind);
        Assert.Empty(OverlapFinder.Find([Long], trained[..1], 8, 10, _ => false));
    }

    /// <summary>Against a search that compares every prompt with every text, word by word.</summary>
    [Fact]
    public void It_finds_what_a_slow_search_finds()
    {
        var random = new Random(5);
        string[] prompts = [.. Enumerable.Range(0, 60).Select(_ => Words())],
            texts = [.. Enumerable.Range(0, 200).Select(_ => Words())];
        const int n = 4,
            common = 3;
        var expected = new HashSet<int>();
        foreach (var (prompt, e) in prompts.Select((p, e) => (p.Split(' '), e)))
        {
            int length = Math.Min(n, prompt.Length);
            for (int i = 0; i + length <= prompt.Length; i++)
            {
                string run = $" {string.Join(' ', prompt[i..(i + length)])} ";
                int times = texts.Distinct().Count(t => $" {t} ".Contains(run, StringComparison.Ordinal));
                if (times is > 0 and <= common || texts.Contains(prompts[e]))
                    expected.Add(e);
            }
        }
        Assert.InRange(expected.Count, 5, 55);
        Assert.Equal(
            expected.Order(),
            OverlapFinder.Find(prompts, [.. texts.Select(t => new TrainedText(0, t, []))], n, common).Select(o => o.Evaluated).Order()
        );

        string Words() => string.Join(' ', Enumerable.Range(0, random.Next(2, 12)).Select(_ => (char)('a' + random.Next(6))));
    }
}
