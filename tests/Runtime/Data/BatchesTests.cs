using DcrDsl.Data;
using DcrDsl.Data.Batches;
using DcrDsl.Data.Corpus;
using DcrDsl.Runtime.Tests.Tensors;
using DcrDsl.Specs;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Data;

public class BatchesTests
{
    static readonly ToyWorldTokenizer Chat = new();
    static readonly IReadOnlyList<Example> General = ToyWorldCorpus.Load(ToyWorld.AlignmentGeneral with { Take = 100 }, 0);
    static readonly IReadOnlyList<Example> Seeming = ToyWorldCorpus.Load(ToyWorld.RefinementSeeminglyToxic, 0),
        Toxic = ToyWorldCorpus.Load(ToyWorld.RefinementToxic, 0);

    static string Text(IEnumerable<long> tokens) => string.Join(' ', tokens.Select(token => ToyWorldVocabulary.Tokens[token]));

    static string Whole(Example e) => $"<bos> <user> {e.Prompt} <asst> {e.Response} <eos>";

    static TextBatches OnResponses(int size, ulong seed = 0) => TextBatches.OnResponses(General, Chat, size, seed, "Align", CPU);

    [Fact]
    public void Every_token_but_the_first_is_a_target_in_pretraining()
    {
        using var scope = NewDisposeScope();
        var (tokens, rows, targets) = TextBatches.OnEveryToken(General, Chat, 8, 0, "Learn", CPU).Draw(3);
        Assert.Equal(ScalarType.Int64, tokens.Tokens.dtype);
        var predicted = new Queue<(long Row, long Target)>(rows.data<long>().ToArray().Zip(targets.data<long>().ToArray()));
        foreach (var (b, text) in tokens.Texts().Index())
        {
            List<long> next = [];
            for (int position = 0; position < text.Length; position++)
            {
                var (row, target) = predicted.Dequeue();
                Assert.Equal(tokens.Place(b, position), row);
                next.Add(target);
            }
            string whole = Text([text[0], .. next]);
            Assert.Contains(whole, General.Select(Whole));
            Assert.Equal(whole, Text(text) + " <eos>");
        }
        Assert.Empty(predicted);
    }

    [Fact]
    public void Only_answers_and_the_end_are_targets_in_fine_tuning()
    {
        using var scope = NewDisposeScope();
        var batch = OnResponses(8).Draw(0);
        var (tokens, rows, targets) = batch;
        var predicted = new Queue<(long Row, long Target)>(rows.data<long>().ToArray().Zip(targets.data<long>().ToArray()));
        foreach (var (b, text) in tokens.Texts().Index())
        {
            int header = Array.IndexOf(text, Array.IndexOf(ToyWorldVocabulary.Tokens.ToArray(), "<asst>"));
            string prompt = Text(text.Take(header)).Replace("<bos> <user> ", "", StringComparison.Ordinal);
            List<long> answer = [];
            for (int position = header; position < text.Length; position++)
            {
                var (row, target) = predicted.Dequeue();
                Assert.Equal(tokens.Place(b, position), row);
                answer.Add(target);
            }
            Assert.Equal(General.Single(e => e.Prompt == prompt).Response + " <eos>", Text(answer));
        }
        Assert.Empty(predicted);
        Assert.Equal(tokens.Texts().Sum(t => t.Length), batch.Tokens.Count);
    }

    [Fact]
    public void An_epoch_visits_every_text_once_in_an_order_of_its_own()
    {
        using var scope = NewDisposeScope();
        var batches = OnResponses(10);
        Assert.Equal(10, batches.StepsPerEpoch);
        string[] Epoch(int epoch) =>
            [.. Enumerable.Range(epoch * 10, 10).SelectMany(step => batches.Draw(step).Tokens.Texts()).Select(Text)];
        string[] first = Epoch(0),
            second = Epoch(1);
        string[] all = [.. General.Select(e => Whole(e).Replace(" <eos>", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        Assert.Equal(all, first.Order(StringComparer.Ordinal));
        Assert.Equal(all, second.Order(StringComparer.Ordinal));
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Batches_of_texts_alike_in_length_hold_the_same_texts_of_fewer_lengths()
    {
        using var scope = NewDisposeScope();
        var plain = OnResponses(8);
        var sorted = TextBatches.OnResponses(General, Chat, 8, 0, "Align", CPU, lengthWindow: 4);
        Assert.Equal(plain.StepsPerEpoch, sorted.StepsPerEpoch);
        string[] Texts(TextBatches batches) =>
            [.. Enumerable.Range(0, batches.StepsPerEpoch).SelectMany(step => batches.Draw(step).Tokens.Texts()).Select(Text)];
        Assert.Equal(Texts(plain).Order(StringComparer.Ordinal), Texts(sorted).Order(StringComparer.Ordinal));
        Assert.InRange(Lengths(sorted), 1, Lengths(plain) - 1);
        Assert.Equal(
            sorted.Draw(3).Tokens.Texts(),
            TextBatches.OnResponses(General, Chat, 8, 0, "Align", CPU, lengthWindow: 4).Draw(3).Tokens.Texts()
        );
        Assert.NotEqual(
            Texts(sorted),
            [
                .. Enumerable
                    .Range(sorted.StepsPerEpoch, sorted.StepsPerEpoch)
                    .SelectMany(step => sorted.Draw(step).Tokens.Texts())
                    .Select(Text),
            ]
        );
    }

    [Fact]
    public void What_does_not_fill_a_batch_is_a_smaller_one_at_the_end_of_every_epoch()
    {
        using var scope = NewDisposeScope();
        var batches = OnResponses(30);
        Assert.Equal(4, batches.StepsPerEpoch);
        Assert.Equal([30, 30, 30, 10, 30, 30, 30, 10, 30], Enumerable.Range(0, 9).Select(step => batches.Draw(step).Tokens.Texts().Length));
        string[] all = [.. General.Select(e => Whole(e).Replace(" <eos>", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        foreach (int epoch in new[] { 0, 1 })
            Assert.Equal(
                all,
                Enumerable
                    .Range(4 * epoch, 4)
                    .SelectMany(step => batches.Draw(step).Tokens.Texts())
                    .Select(Text)
                    .Order(StringComparer.Ordinal)
            );
        var last = batches.Draw(3);
        Assert.Equal(last.Tokens.Count, last.Tokens.Texts().Sum(text => text.Length));
        Assert.All(last.Rows.data<long>().ToArray(), row => Assert.InRange(row, 0, last.Tokens.Count - 1));
    }

    [Fact]
    public void Whole_texts_are_sorted_by_length_too()
    {
        using var scope = NewDisposeScope();
        var plain = TextBatches.OnEveryToken(General, Chat, 8, 0, "Learn", CPU);
        var sorted = TextBatches.OnEveryToken(General, Chat, 8, 0, "Learn", CPU, lengthWindow: 4);
        var steps = Enumerable.Range(0, plain.StepsPerEpoch).ToList();
        Assert.Equal(steps.Sum(s => plain.Draw(s).Tokens.Count), steps.Sum(s => sorted.Draw(s).Tokens.Count));
        Assert.InRange(Lengths(sorted), 1, Lengths(plain) - 1);
    }

    /// <summary>How many different lengths batches have, summed over an epoch.</summary>
    static int Lengths(TextBatches batches) =>
        Enumerable.Range(0, batches.StepsPerEpoch).Sum(step => batches.Draw(step).Tokens.Texts().DistinctBy(t => t.Length).Count());

    [Theory]
    [InlineData(30, 2)]
    [InlineData(30, 100)]
    [InlineData(7, 3)]
    [InlineData(7, int.MaxValue)]
    public void Sorted_by_length_an_epoch_still_visits_every_text_once(int size, int window)
    {
        using var scope = NewDisposeScope();
        var batches = TextBatches.OnResponses(General, Chat, size, 0, "Align", CPU, lengthWindow: window);
        Assert.Equal((100 + size - 1) / size, batches.StepsPerEpoch);
        string[] all = [.. General.Select(e => Whole(e).Replace(" <eos>", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        foreach (int epoch in new[] { 0, 1 })
        {
            var drawn = Enumerable
                .Range(epoch * batches.StepsPerEpoch, batches.StepsPerEpoch)
                .Select(step => batches.Draw(step).Tokens.Texts())
                .ToList();
            Assert.Equal(all, drawn.SelectMany(rows => rows).Select(Text).Order(StringComparer.Ordinal));
            Assert.Equal(100 % size, Assert.Single(drawn, texts => texts.Length < size).Length);
        }
    }

    [Fact]
    public void Fewer_examples_than_a_batch_are_one_smaller_batch()
    {
        using var scope = NewDisposeScope();
        var batches = OnResponses(128);
        Assert.Equal(1, batches.StepsPerEpoch);
        Assert.Equal([100, 100], [batches.Draw(0).Tokens.Texts().Length, batches.Draw(1).Tokens.Texts().Length]);
    }

    [Fact]
    public void A_batch_is_a_function_of_seed_purpose_and_step()
    {
        using var scope = NewDisposeScope();
        static long[] Draw(TextBatches batches, int step) => [.. batches.Draw(step).Tokens.Texts().SelectMany(t => t)];
        var batches = OnResponses(16);
        long[] once = Draw(batches, 17);
        Draw(batches, 2);
        Assert.Equal(once, Draw(batches, 17));
        Assert.Equal(once, Draw(OnResponses(16), 17));
        Assert.NotEqual(once, Draw(OnResponses(16, seed: 1), 17));
        Assert.NotEqual(once, Draw(TextBatches.OnResponses(General, Chat, 16, 0, "Other", CPU), 17));
    }

    [Fact]
    public void A_text_of_one_token_is_a_mistake()
    {
        var error = Assert.Throws<InputException>(() => TextBatches.OnEveryToken([Toxic[0]], new OneToken(), 8, 0, "Learn", CPU));
        Assert.Equal(
            $"Learn: the text '{Toxic[0].Prompt}' (ToyWorld, Refinement) is one token, of which nothing can be learnt: take it out.",
            error.Message
        );
    }

    /// <summary>A template that adds nothing, and a vocabulary that has the whole text.</summary>
    sealed class OneToken : IChatTokenizer
    {
        public int PadToken => 0;

        public int EndToken => 1;

        public int VocabularySize => 3;

        public int[] Prompt(string prompt) => [2];

        public EncodedText Answered(string prompt, string answer) => new([2, 2], 1);

        public IReadOnlyList<int> StopTokens => [1];

        public int[] Encode(string text) => [2];

        public string Decode(ReadOnlySpan<int> tokens) => "";

        public IReadOnlyList<string> UnknownWords(string text) => [];
    }

    [Fact]
    public void No_examples_and_missing_answers_are_mistakes()
    {
        Assert.Equal(
            "Align: there are no examples: give at least one.",
            Assert.Throws<InputException>(() => TextBatches.OnResponses([], Chat, 8, 0, "Align", CPU)).Message
        );
        var error = Assert.Throws<InputException>(() => TextBatches.OnResponses(Toxic, Chat, 8, 0, "Align", CPU));
        Assert.Equal(
            $"Align: the prompt '{Toxic[0].Prompt}' (ToyWorld, Refinement) has no answer to learn: name the answers with "
                + $"ResponseColumn, or with Answers for ToyWorld.",
            error.Message
        );
    }

    [Theory]
    [InlineData(64, 0.5, 32)]
    [InlineData(64, 0.25, 16)]
    [InlineData(10, 0.8, 8)]
    public void A_balanced_batch_has_the_declared_share_of_each_class(int size, double share, int first)
    {
        using var scope = NewDisposeScope();
        var batches = PairBatches.Balanced(Seeming, Toxic, Chat, size, share, 0, "Dcr", CPU);
        HashSet<string> zero = [.. Seeming.Select(e => e.Prompt)],
            one = [.. Toxic.Select(e => e.Prompt)];
        var (tokens, prompts, labels) = batches.Draw(5);
        Assert.Equal(first, labels.data<long>().ToArray().Count(label => label == 0));
        Assert.Equal(tokens.Spans, prompts);
        Assert.Equal(size, tokens.Texts().Length);
        foreach (var (b, prompt) in tokens.Texts().Index())
        {
            Assert.Equal("<asst>", ToyWorldVocabulary.Tokens[prompt[^1]]);
            Assert.Contains(Text(prompt[2..^1]), labels[b].item<long>() == 0 ? zero : one);
        }
    }

    [Fact]
    public void Every_prompt_of_a_class_is_equally_likely()
    {
        using var scope = NewDisposeScope();
        var batches = PairBatches.Balanced([.. Seeming.Take(20)], [.. Toxic.Take(40)], Chat, 60, 1 / 3.0, 0, "Dcr", CPU);
        var counts = Enumerable
            .Range(0, 500)
            .SelectMany(step => batches.Draw(step).Tokens.Texts())
            .Select(Text)
            .GroupBy(text => text)
            .Select(group => group.Count())
            .ToArray();
        Assert.Equal(60, counts.Length);
        double chiSquare = counts.Sum(count => Math.Pow(count - 500.0, 2) / 500);
        Assert.True(chiSquare < 97.04, $"chi-square with 58 degrees of freedom is {chiSquare}, beyond the 0.1 % point");
    }

    [Fact]
    public void Matched_pairs_come_together()
    {
        using var scope = NewDisposeScope();
        var (tokens, _, labels) = PairBatches.Matched(Seeming, Toxic, Chat, 16, 0.5, 0, "Dcr", CPU).Draw(2);
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1], labels.data<long>().ToArray());
        string[] prompts = [.. tokens.Texts().Select(prompt => Text(prompt[2..^1]))];
        for (int i = 0; i < 8; i++)
        {
            int index = Seeming.Select(e => e.Prompt).ToList().IndexOf(prompts[i]);
            Assert.Equal(Toxic[index].Prompt, prompts[8 + i]);
        }
    }

    /// <summary>Prompts that have no partner, or whose partner was not taken, are never drawn.</summary>
    [Fact]
    public void Of_matched_prompts_only_those_with_a_partner_are_drawn()
    {
        using var scope = NewDisposeScope();
        Example[] odd = [.. Seeming.Where((_, i) => i % 2 == 1)],
            few = [.. Toxic.Take(6).Reverse()];
        var batches = PairBatches.Matched(odd, few, Chat, 8, 0.5, 0, "Dcr", CPU);
        HashSet<string> drawn =
        [
            .. Enumerable.Range(0, 20).SelectMany(step => batches.Draw(step).Tokens.Texts()).Select(prompt => Text(prompt[2..^1])),
        ];
        Assert.Equal(new[] { 1, 3, 5 }.SelectMany(i => new[] { Seeming[i].Prompt, Toxic[i].Prompt }).Order(), drawn.Order());
    }

    [Fact]
    public void Random_labels_are_drawn_once_and_mix_the_classes()
    {
        using var scope = NewDisposeScope();
        HashSet<string> toxic = [.. Toxic.Select(e => e.Prompt)];
        foreach (
            var batches in new[]
            {
                PairBatches.Balanced(Seeming, Toxic, Chat, 64, 0.5, 0, "Dcr", CPU, PairLabels.Random),
                PairBatches.Matched(Seeming, Toxic, Chat, 64, 0.5, 0, "Dcr", CPU, PairLabels.Random),
            }
        )
        {
            Dictionary<string, long> label = [];
            for (int step = 0; step < 200; step++)
            {
                var (tokens, _, labels) = batches.Draw(step);
                foreach (var (row, value) in tokens.Texts().Zip(labels.data<long>().ToArray()))
                {
                    string prompt = Text(row[2..]).Replace(" <asst>", "", StringComparison.Ordinal);
                    Assert.Equal(value, label.TryAdd(prompt, value) ? value : label[prompt]);
                }
                Assert.Equal(32, labels.data<long>().ToArray().Sum());
            }
            var zeros = label.Where(pair => pair.Value == 0).ToArray();
            double share = zeros.Average(pair => toxic.Contains(pair.Key) ? 1.0 : 0.0),
                expected = label.Keys.Average(prompt => toxic.Contains(prompt) ? 1.0 : 0.0);
            Assert.Equal(expected, share, 0.1);
        }
    }

    [Fact]
    public void A_pair_batch_is_a_function_of_seed_purpose_and_step()
    {
        using var scope = NewDisposeScope();
        static long[] Draw(ulong seed, string purpose, int step) =>
            PairBatches.Balanced(Seeming, Toxic, Chat, 8, 0.5, seed, purpose, CPU).Draw(step).Tokens.Texts().SelectMany(t => t).ToArray();
        Assert.Equal(Draw(1, "Dcr", 4), Draw(1, "Dcr", 4));
        Assert.NotEqual(Draw(1, "Dcr", 4), Draw(1, "Dcr", 5));
        Assert.NotEqual(Draw(1, "Dcr", 4), Draw(2, "Dcr", 4));
        Assert.NotEqual(Draw(1, "Dcr", 4), Draw(1, "Other", 4));
    }

    [Fact]
    public void Batches_that_cannot_hold_pairs_are_mistakes()
    {
        string Balanced(int size, double share) =>
            Assert.Throws<InputException>(() => PairBatches.Balanced(Seeming, Toxic, Chat, size, share, 0, "Dcr", CPU)).Message;
        string Matched(IReadOnlyList<Example> seeming, IReadOnlyList<Example> toxic, int size, double share) =>
            Assert.Throws<InputException>(() => PairBatches.Matched(seeming, toxic, Chat, size, share, 0, "Dcr", CPU)).Message;
        Assert.Equal(
            "Dcr: a batch of 8 with SeeminglyToxicShare = 0.1 has 1 seemingly toxic and 7 toxic prompts, and a pair needs two of each: "
                + "raise Batch or move the share towards 0.5.",
            Balanced(8, 0.1)
        );
        Assert.Equal(
            "Dcr: a batch of 64 with SeeminglyToxicShare = 1 has 64 seemingly toxic and 0 toxic prompts, and a pair needs two of each: "
                + "raise Batch or move the share towards 0.5.",
            Balanced(64, 1)
        );
        Assert.Equal(
            "Dcr: matched pairs fill a batch half and half, with two pairs at least, which Batch = 8 and SeeminglyToxicShare = 0.25 do "
                + "not allow: set an even Batch of 4 or more and SeeminglyToxicShare to 0.5.",
            Matched(Seeming, Toxic, 8, 0.25)
        );
        Assert.StartsWith("Dcr: matched pairs fill a batch half and half", Matched(Seeming, Toxic, 7, 0.5), StringComparison.Ordinal);
        Assert.Equal(
            "Dcr: a batch needs two pairs, and 249 seemingly toxic prompts and 2 toxic prompts have 1 pair among them: take both from the "
                + "same part of a source that knows its pairs, or set Sampling to Balanced.",
            Matched([.. Seeming.Skip(1)], [.. Toxic.Take(2)], 8, 0.5)
        );
        Assert.Contains("have 0 pairs among them", Matched(General, Toxic, 8, 0.5), StringComparison.Ordinal);
        Assert.Equal(
            $"Dcr: two prompts of one class have the same partner, '{Toxic[0].Prompt}' (ToyWorld, Refinement) and '{Toxic[1].Prompt}' "
                + "(ToyWorld, Refinement): give each pair a value of its own.",
            Matched(Seeming, [Toxic[0], Toxic[1] with { Pair = Toxic[0].Pair }], 8, 0.5)
        );
        Assert.Equal("Dcr: 0 seemingly toxic and 500 toxic prompts: give at least one of each.", Matched([], Toxic, 8, 0.5));
    }

    [Theory]
    [InlineData(GeneralLabel.ClassOfItsOwn, 2)]
    [InlineData(GeneralLabel.SeeminglyToxic, 0)]
    public void General_prompts_are_a_share_of_the_pairs_with_a_label(GeneralLabel label, long expected)
    {
        using var scope = NewDisposeScope();
        var pairs = PairBatches.Balanced(
            Seeming,
            Toxic,
            Chat,
            size: 16,
            seeminglyToxicShare: 0.25,
            seed: 0,
            "Dcr",
            CPU,
            general: General,
            generalShare: 0.25,
            generalLabel: label
        );
        var (tokens, _, labels) = pairs.Draw(3);
        Assert.Equal([0, 0, 0, .. Enumerable.Repeat(1L, 9), .. Enumerable.Repeat(expected, 4)], labels.data<long>().ToArray());
        var prompts = General.Select(e => Text(Chat.Prompt(e.Prompt).Select(t => (long)t))).ToHashSet();
        Assert.All(tokens.Texts().Index(), row => Assert.Equal(row.Index >= 12, prompts.Contains(Text(row.Item))));
    }

    [Fact]
    public void A_share_of_general_prompts_without_two_of_them_is_refused()
    {
        PairBatches Of(IReadOnlyList<Example>? general, double share) =>
            PairBatches.Balanced(Seeming, Toxic, Chat, 16, 0.5, 0, "Dcr", CPU, general: general, generalShare: share);

        Assert.Contains("has 1 general prompts", Assert.Throws<InputException>(() => Of(General, 0.05)).Message);
        Assert.Contains("no general prompts for GeneralShare", Assert.Throws<InputException>(() => Of(null, 0.25)).Message);
        Assert.Contains("no general prompts for GeneralShare", Assert.Throws<InputException>(() => Of([], 0.25)).Message);
        Assert.Contains("GeneralShare = 0.8", Assert.Throws<InputException>(() => Of(General, 0.8)).Message);
    }
}
