using DcrDsl.Data;
using DcrDsl.Data.Batches;
using DcrDsl.Data.Corpus;
using DcrDsl.Models;
using DcrDsl.Objectives;
using DcrDsl.References;
using DcrDsl.Runtime.Tests.Tensors;
using DcrDsl.Specs;
using DcrDsl.Tensors;
using DcrDsl.Training;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Data;

/// <summary>Pairs of answers in batches: what is in them, and that what comes of a pair does not depend on its neighbours.</summary>
public class PreferenceBatchesTests
{
    static readonly ToyWorldTokenizer Chat = new();
    static readonly IReadOnlyList<Example> Pairs =
    [
        .. ToyWorldCorpus.Load(ToyWorld.PreferencePairs with { Take = 5 }, 0),
        .. ToyWorldCorpus.Load(ToyWorld.ToxicPreferencePairs with { Take = 3 }, 0),
    ];

    static PreferenceBatches Of(int size, IReadOnlyList<Example>? pairs = null, int? most = null) =>
        PreferenceBatches.Of(pairs ?? Pairs, Chat, size, seed: 3, "Prefer", CPU, most);

    static LanguageModel Model(ulong seed = 1) =>
        ToyWorldModel.Create(
            new ToyLlama
            {
                Layers = 2,
                Width = 16,
                Heads = 2,
                KeyValueHeads = 1,
                FeedForward = 24,
            },
            seed,
            CPU
        );

    static string Text(IEnumerable<long> tokens) => string.Join(' ', tokens.Select(token => ToyWorldVocabulary.Tokens[token]));

    [Fact]
    public void Both_answers_of_a_pair_are_in_one_batch_and_only_their_tokens_and_the_end_count()
    {
        using var scope = NewDisposeScope();
        var batch = Of(3).Draw(1);
        long[][] rows = batch.Tokens.Texts();
        var answers = batch.Answers.data<long>().ToArray().Zip(batch.Targets.data<long>().ToArray()).GroupBy(a => a.First).ToArray();
        Assert.Equal(6, rows.Length);
        long[] places = batch.Places.data<long>().ToArray();
        for (int row = 0; row < 6; row++)
        {
            var pair = Pairs[(int)places[row % 3]];
            Assert.Equal(places[row % 3] + (row < 3 ? 0 : Pairs.Count), places[row]);
            string answer = row < 3 ? pair.Response! : pair.Rejected!;
            Assert.Equal($"{answer} <eos>", Text(answers[row].Select(a => a.Second)));
            Assert.Equal($"<bos> <user> {pair.Prompt} <asst> {answer}", Text(rows[row]));
            Assert.Equal(answers[row].Count(), batch.Lengths[row].item<long>());
        }
        long[] own =
        [
            .. rows.SelectMany(
                (text, row) => Enumerable.Range(0, text.Length).Where(i => IsRead(text, i)).Select(i => batch.Tokens.Place(row, i))
            ),
        ];
        Assert.Equal(own, batch.Rows.data<long>().ToArray());

        static bool IsRead(long[] text, int position) =>
            position >= Array.FindIndex(text, token => ToyWorldVocabulary.Tokens[token] == "<asst>");
    }

    [Fact]
    public void An_epoch_visits_every_pair_once_and_another_one_in_another_order()
    {
        using var scope = NewDisposeScope();
        var batches = Of(3);
        Assert.Equal(3, batches.StepsPerEpoch);
        long[] Epoch(int epoch) =>
            [.. Enumerable.Range(epoch * 3, 3).SelectMany(step => batches.Draw(step).Places.data<long>().ToArray()).Where(p => p < 8)];
        Assert.Equal(Enumerable.Range(0, 8).Select(i => (long)i), Epoch(0).Order());
        Assert.Equal(Epoch(0).Order(), Epoch(1).Order());
        Assert.NotEqual(Epoch(0), Epoch(1));
        Assert.Equal<long>(Of(3).Draw(4).Places.data<long>().ToArray(), batches.Draw(4).Places.data<long>().ToArray());
    }

    [Fact]
    public void A_cut_answer_has_no_end_token_and_prompts_are_whole()
    {
        using var scope = NewDisposeScope();
        var batch = Of(8, most: 2).Draw(0);
        Assert.All(batch.Lengths.data<long>().ToArray(), length => Assert.Equal(2, length));
        Assert.DoesNotContain((long)Chat.EndToken, batch.Targets.data<long>().ToArray());
    }

    /// <summary>The loss of 8 pairs is the mean of those of 4 and 4, and a pair has the numbers that it has alone.</summary>
    [Fact]
    public void A_batch_of_eight_is_two_of_four_and_neighbours_and_padding_change_nothing()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using LanguageModel model = Model(),
            other = Model(2);
        Tensor reference = ReferencePass.Run(other, Of(8), CancellationToken.None);
        Tensor together = ReferencePass.Run(model, Of(8), CancellationToken.None),
            apart = ReferencePass.Run(model, Of(1), CancellationToken.None);
        TensorAssert.Close(apart, together, 0, 2e-5, "log-probabilities of pairs alone and together");

        double Loss(int size, int step)
        {
            var (tokens, rows, targets, answers, lengths, places) = Of(size).Draw(step);
            var logits = model.Decoder.Head(HiddenStates.Rows(model.Decoder.Forward(tokens), rows));
            var policy = AnswerLogProbabilities.Of(logits, targets, answers, lengths);
            return PreferenceLoss.Sigmoid(policy, ReferencePass.At(reference, places), lengths, beta: 0.5).item<float>();
        }
        Assert.Equal(Loss(8, 0), (Loss(4, 0) + Loss(4, 1)) / 2, 1e-6);
        Assert.NotEqual(Math.Log(2), Loss(8, 0), 1e-3);
    }

    /// <summary>A batch of one pair begins with its prompt; in larger ones each prompt stands there once for both of its answers.</summary>
    [Fact]
    public void Prompts_that_are_computed_once_give_both_answers_what_they_have_alone()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = Model();
        Example[] pairs =
        [
            .. Pairs.Select((p, i) => p with { Prompt = string.Join(" ", Pairs.Skip(i).Concat(Pairs).Take(5).Select(q => q.Prompt)) }),
        ];
        var batch = Of(8, pairs).Draw(0);
        int[] prompts = [.. pairs.Select(p => Chat.Prompt(p.Prompt).Length)];
        Assert.InRange(batch.Tokens.Count - batch.Tokens.Tokens.shape[0], prompts.Sum(), int.MaxValue);
        Tensor together = ReferencePass.Run(model, Of(8, pairs), CancellationToken.None),
            apart = ReferencePass.Run(model, Of(1, pairs), CancellationToken.None);
        TensorAssert.Close(apart, together, 0, 2e-5, "log-probabilities of pairs alone and together");
    }

    [Fact]
    public void At_the_start_of_the_stage_the_loss_is_that_of_no_preference()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var model = Model();
        var reference = ReferencePass.Run(model, Of(4), CancellationToken.None);
        var (tokens, rows, targets, answers, lengths, places) = Of(4).Draw(0);
        var logits = model.Decoder.Head(HiddenStates.Rows(model.Decoder.Forward(tokens), rows));
        var policy = AnswerLogProbabilities.Of(logits, targets, answers, lengths);
        Assert.Equal(Math.Log(2), PreferenceLoss.Sigmoid(policy, ReferencePass.At(reference, places), lengths, 0.1).item<float>(), 1e-6);
    }

    [Fact]
    public void Prompts_that_others_have_are_taken_out()
    {
        var batches = PreferenceBatches.Of(Pairs, Chat, 4, 0, "Prefer", CPU, disjointFrom: [Pairs[0], Pairs[6]]);
        Assert.Equal(6, batches.Count);
        Assert.Equal(
            "Prefer: there are no pairs of answers: give at least one.",
            Assert.Throws<InputException>(() => PreferenceBatches.Of(Pairs, Chat, 4, 0, "Prefer", CPU, disjointFrom: Pairs)).Message
        );
    }

    public static TheoryData<string?, string?, int?, string> Faults =>
        new()
        {
            {
                "sure , okay .",
                "sure , okay .",
                null,
                "pairs.csv, line 7: the two answers to 'yes ?' are the same, so none is preferred: delete the row."
            },
            { "", "sure", null, "pairs.csv, line 7: the preferred answer to 'yes ?' is empty: fill it in or delete the row." },
            { "sure", " ", null, "pairs.csv, line 7: the other answer to 'yes ?' is empty: fill it in or delete the row." },
            {
                "sure",
                null,
                null,
                "pairs.csv, line 7: the prompt 'yes ?' has not two answers of which one is preferred: give it a better and a worse one, or "
                    + "delete the row."
            },
            {
                "sure , with that",
                "sure , with help",
                2,
                "pairs.csv, line 7: the two answers to 'yes ?' are the same as far as they are compared (2 tokens): "
                    + "raise MaxResponseTokens, or "
                    + "delete the row."
            },
        };

    [Theory, MemberData(nameof(Faults))]
    public void A_pair_that_is_none_is_named_with_its_line(string? preferred, string? other, int? most, string message)
    {
        Example pair = new("yes ?", preferred, PromptClass.General, "", null, "pairs.csv, line 7") { Rejected = other };
        Assert.Equal(message, Assert.Throws<InputException>(() => Of(2, [pair], most)).Message);
    }
}
