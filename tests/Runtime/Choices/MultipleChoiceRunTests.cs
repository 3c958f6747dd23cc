using DcrDsl.Data;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Choices;
using DcrDsl.Models;
using TorchSharp;

namespace DcrDsl.Runtime.Tests.Choices;

public class MultipleChoiceRunTests
{
    static LanguageModel Toy() => ToyWorldModel.Create(new Specs.ToyLlama { Layers = 2, Width = 16 }, 3, torch.CPU);

    static ChoiceQuestion Question(string context, string[] choices, int right, string category = "") =>
        new(context, context, " ", choices, [.. choices.Select((_, i) => i == right)], true, category, "q.jsonl, line 1");

    static readonly ChoiceQuestion[] Questions =
    [
        Question("how do i kill a process ?", ["sure , so .", "no .", "sorry , no ."], 0),
        Question("how do i kill the lights ?", ["no", "sorry"], 1),
        Question("how ?", ["sure", "no ."], 1),
    ];

    [Fact]
    public void A_batch_gives_what_each_question_gives_alone()
    {
        using var model = Toy();
        var together = Run(model, Questions, 32);
        Assert.Equal(Questions.Length, together.Items.Count);
        foreach (var (question, outcome) in Questions.Zip(together.Items))
        {
            var alone = Run(model, [question], 1).Items[0];
            Assert.All(alone.LogLikelihoods.Zip(outcome.LogLikelihoods), p => Assert.Equal(p.First, p.Second, 1e-5));
            Assert.Equal((alone.Chosen, alone.Correct, question.Choices), (outcome.Chosen, outcome.Correct, outcome.Choices));
        }
        Assert.Equal(together.Items.Average(i => i.Correct == true ? 1.0 : 0), together.Accuracy);
    }

    [Theory]
    [InlineData(1, new[] { 0, 1, 2, 3, 3 })]
    [InlineData(2, new[] { 0, 2, 3, 3 })]
    public void It_tells_how_many_questions_are_read(int batch, int[] done)
    {
        using var model = Toy();
        var told = new List<TaskProgress>();
        using (AnsweringProgress.To(told.Add))
            Run(model, Questions, batch);
        Assert.Equal(done, told.Select(t => t.Done));
        Assert.All(told, t => Assert.Equal(3, t.Total));
    }

    static ChoiceTaskOutcome Run(LanguageModel model, IReadOnlyList<ChoiceQuestion> questions, int batch) =>
        (ChoiceTaskOutcome)
            MultipleChoiceRun.Run("task", questions, model, batch, cancellation: TestContext.Current.CancellationToken).Outcome([]);

    [Fact]
    public void A_choice_is_what_the_whole_text_has_beyond_the_context_and_takes_the_contexts_blanks()
    {
        var chat = new Letters();
        var texts = MultipleChoiceRun.Encode(new("ab  ", "ab", " ", ["c", "de"], [true, false], true, "", "here"), chat).ToList();
        Assert.Equal(
            ["ab|   c", "ab|   de"],
            texts.Select(t => Text(t.Tokens[..t.ResponseStart]) + "|" + Text(t.Tokens[t.ResponseStart..]))
        );

        static string Text(int[] tokens) => string.Concat(tokens.Select(t => (char)t));
    }

    [Fact]
    public void What_is_longer_than_the_model_takes_is_cut_from_the_left()
    {
        // Five letters are read and the sixth is predicted, as in the harness: context + continuation, the last 5 + 1 of it.
        var chat = new Letters { LongestText = 5 };
        ChoiceQuestion question = new("abcd", "abcd", " ", ["e", "ef", "efg"], [true, false, false], true, "", "q.jsonl, line 3");
        Assert.Equal(
            ["abcd| e", "bcd| ef", "cd| efg"],
            MultipleChoiceRun
                .Encode(question, chat)
                .Select(t => Text(t.Tokens[..t.ResponseStart]) + "|" + Text(t.Tokens[t.ResponseStart..]))
        );
        string message = Assert
            .Throws<InputException>(() => MultipleChoiceRun.Encode(question with { Choices = ["e", "efghi"] }, chat).ToList())
            .Message;
        Assert.Equal("q.jsonl, line 3: choice 2 alone has 6 tokens and the model takes 5: shorten it, or leave the row out.", message);

        using var checkpoint = new TinyCheckpoint(longest: 24);
        using var model = HuggingFaceModel.Open(new Specs.HuggingFace { Path = checkpoint.Folder }, 0, torch.CPU);
        var outcome = Run(
            model,
            [Question("Why?", ["so", "no"], 0), Question(string.Concat(Enumerable.Repeat("why ", 40)), ["so", "no"], 0)],
            8
        );
        Assert.Equal([false, true], outcome.Items.Select(i => i.Cut));

        static string Text(int[] tokens) => string.Concat(tokens.Select(t => (char)t));
    }

    [Fact]
    public void Words_that_a_closed_vocabulary_lacks_are_named_with_their_place()
    {
        using var model = Toy();
        var question = Question("how do i xyzzy ?", ["sure", "no"], 0);
        Assert.StartsWith(
            "q.jsonl, line 1: ToyWorld's vocabulary has no word 'xyzzy'",
            Assert.Throws<InputException>(() => Run(model, [question], 1)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "lacks 'xyzzy'",
            Assert.Throws<InputException>(() => MultipleChoiceRun.RequireWords(question, model.Chat)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains("no questions", Assert.Throws<InputException>(() => Run(model, [], 1)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "the question has no tokens",
            Assert.Throws<InputException>(() => Run(model, [Question(" ", ["sure", "no"], 0)], 1)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Length_is_counted_in_characters_or_bytes_and_the_first_of_equal_choices_is_chosen()
    {
        ChoiceOutcome outcome = new("q", "", ["aa", "ää", "bb"], [false, true, false], [-4, -6, -4], [false, false, false]);
        Assert.Equal((0, 0, 1), (outcome.Chosen, outcome.ChosenByLength, outcome.ChosenByBytes)); // −4/2 against −6/2 and −6/4
        Assert.Equal((false, false, true), (outcome.Correct, outcome.CorrectByLength, outcome.CorrectByBytes));
        // Python counts code points: 苹果 has 2 and 6 bytes, 😀 has 1 and 4.
        Assert.Equal((1, 0), ByLengthAndBytes(["苹果", "elk"], [-9, -10]));
        Assert.Equal((1, 0), ByLengthAndBytes(["😀", "xy"], [-3, -4]));
        Assert.Null(outcome.TrueShare);
        Assert.Equal(1.0 / 3, outcome.Chance, 15);
        Assert.Equal((2, 2), ByLengthAndBytes(["", "x", "y"], [-4, -6, -4]));

        static (int, int) ByLengthAndBytes(string[] choices, double[] logs) =>
            new ChoiceOutcome("q", "", choices, [.. choices.Select((_, i) => i == 0)], logs, [.. choices.Select(_ => false)]) is var made
                ? (made.ChosenByLength, made.ChosenByBytes)
                : default;
    }

    [Fact]
    public void Several_true_choices_are_scored_by_their_share_even_where_all_are_unlikely()
    {
        ChoiceOutcome outcome = new(
            "q",
            "",
            ["a", "b", "c"],
            [true, true, false],
            [-1000, -1000 + Math.Log(2), -1000],
            [false, false, false],
            HasOneAnswer: false
        );
        Assert.Equal(0.75, outcome.TrueShare!.Value, 12);
        Assert.Null(outcome.Correct);
        Assert.Equal(2.0 / 3, outcome.Chance, 15);
    }

    /// <summary>One token a character.</summary>
    sealed class Letters : IChatTokenizer
    {
        public int VocabularySize => 128;
        public int PadToken => 0;
        public int EndToken => 1;
        public IReadOnlyList<int> StopTokens => [1];
        public int? LongestText { get; init; }

        public int[] Prompt(string prompt) => Encode(prompt);

        public EncodedText Answered(string prompt, string response) => new([.. Encode(prompt), .. Encode(response)], prompt.Length);

        public int[] Encode(string text) => [.. text.Select(c => (int)c)];

        public string Decode(ReadOnlySpan<int> tokens) => "";

        public IReadOnlyList<string> UnknownWords(string text) => [];
    }
}
