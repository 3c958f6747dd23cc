using DcrDsl.Evaluation.Choices;
using DcrDsl.Models;
using DcrDsl.Specs;
using TorchSharp;

namespace DcrDsl.Runtime.Tests.Choices;

/// <summary>
/// WinoGrande and HellaSwag as lm-evaluation-harness puts and scores them; the strings are those of its published definitions.
/// </summary>
public sealed class PartialEvaluationTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("dcrdsl-partial-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    IReadOnlyList<ChoiceQuestion> Load(string text, ChoiceFormat format, int shots = 0)
    {
        string path = Path.Combine(folder, "questions.jsonl");
        File.WriteAllText(path, text);
        return ChoiceQuestions.Load(
            new()
            {
                Name = "Task",
                Path = path,
                Format = format,
                Shots = shots,
                ShotsPath = shots > 0 ? path : null,
            }
        );
    }

    const string Trophy =
            """{"qID": "a", "sentence": "The trophy does not fit into the case because the _ is too big.", "option1": "trophy", "option2": "case", "answer": "1"}""",
        Kitchen =
            """{"qID": "b", "sentence": "Ann asked Mary what time the library closes, because _ had forgotten. ", "option1": "Ann", "option2": "Mary", "answer": "1"}""",
        Twice = """{"qID": "c", "sentence": "He took the _ and left the _ behind.", "option1": "hat", "option2": "coat", "answer": "2"}""";

    [Fact]
    public void WinoGrande_puts_either_option_into_the_blank_and_scores_the_rest()
    {
        var question = Load(Trophy, ChoiceFormat.WinoGrande).Single();
        Assert.Equal(
            ["The trophy does not fit into the case because the trophy", "The trophy does not fit into the case because the case"],
            Enumerable.Range(0, 2).Select(question.ContextOf)
        );
        Assert.Equal([" is too big.", " is too big."], Enumerable.Range(0, 2).Select(question.Continuation));
        Assert.Equal([true, false], question.IsTrue);
        Assert.Equal(" had forgotten.", Load(Kitchen, ChoiceFormat.WinoGrande).Single().Continuation(1));
        // The first blank is the one, as in Python's index.
        var twice = Load(Twice, ChoiceFormat.WinoGrande).Single();
        Assert.Equal(("He took the coat", " and left the _ behind."), (twice.ContextOf(1), twice.Continuation(1)));
        Assert.Equal([false, true], twice.IsTrue);
    }

    [Fact]
    public void A_solved_example_is_its_sentence_with_the_right_option()
    {
        var questions = Load(Trophy + "\n" + Kitchen, ChoiceFormat.WinoGrande, shots: 1);
        // The question itself is not among its examples.
        Assert.Equal(
            "Ann asked Mary what time the library closes, because Ann had forgotten.\n\n"
                + "The trophy does not fit into the case because the case",
            questions[0].ContextOf(1)
        );
        Assert.Equal(
            "The trophy does not fit into the case because the trophy is too big.\n\n"
                + "Ann asked Mary what time the library closes, because Mary",
            questions[1].ContextOf(1)
        );
    }

    /// <summary>
    /// Each option's number is the likelihood of the same rest behind its own context, which a pass of each text alone gives too.
    /// </summary>
    [Fact]
    public void The_rest_is_scored_behind_each_context()
    {
        using var model = ToyWorldModel.Create(new ToyLlama { Layers = 2, Width = 16 }, 3, torch.CPU);
        ChoiceQuestion question = new("how do i ", "", " ", ["kill a process", "kill the lights"], [true, false], true, "", "here")
        {
            Following = "? sure , so .",
        };
        var outcome = MultipleChoiceRun
            .Run("task", [question], model, 8, cancellation: TestContext.Current.CancellationToken)
            .Items.Single();
        for (int i = 0; i < 2; i++)
        {
            int[] context = model.Chat.Encode("how do i " + question.Choices[i]),
                whole = model.Chat.Encode($"how do i {question.Choices[i]} ? sure , so .");
            Assert.Equal(context, whole[..context.Length]);
            using var alone = torch.NewDisposeScope();
            using var gradient = torch.no_grad();
            var logs = torch.nn.functional.log_softmax(
                model.Decoder.Head(model.Decoder.Forward(torch.tensor(whole.Select(t => (long)t).ToArray(), [1, whole.Length])))[0],
                -1
            );
            double expected = Enumerable
                .Range(context.Length, whole.Length - context.Length)
                .Sum(t => (double)logs[t - 1, whole[t]].item<float>());
            Assert.Equal(expected, outcome.LogLikelihoods[i], 1e-4);
        }
        Assert.Equal((null, null), (outcome.CorrectByLength, outcome.CorrectByBytes));
        Assert.NotEqual(outcome.LogLikelihoods[0], outcome.LogLikelihoods[1], 1e-6);
        var task = new ChoiceTaskOutcome("Wino", [outcome]);
        Assert.Equal((false, false), (task.LengthMatters, task.BytesMatter));
    }

    const string Wiki =
        """{"ind": 4, "activity_label": "Removing ice", "ctx_a": " Then, the man writes.", "ctx_b": "a man In Blue", "ctx": "x", "endings": ["[header] He stops [title] Go  on", " runs [substeps] away.", "sings", "sits "], "label": "3"}""";

    [Fact]
    public void HellaSwag_is_prepared_as_the_harness_prepares_it()
    {
        var question = Load(Wiki, ChoiceFormat.HellaSwag).Single();
        // capitalize: all letters behind the first become small.
        Assert.Equal("Removing ice: Then, the man writes. A man in blue", question.Context);
        Assert.Equal([" He stops. Go on", "runs away.", "sings", "sits"], question.Choices);
        Assert.Equal([false, false, false, true], question.IsTrue);
        Assert.Equal(" runs away.", question.Continuation(1));
    }

    [Theory]
    [InlineData("a [title] b", "a. b")]
    [InlineData("a [step] b", "a b")]
    [InlineData("[a] [b]c", " c")]
    [InlineData("a [b\nc] d", "a [b\nc] d")]
    [InlineData("a    b", "a  b")]
    public void Marks_in_brackets_go_and_double_blanks_are_halved_once(string text, string prepared) =>
        Assert.Equal(prepared, HellaSwagRows.Prepared(text));

    [Fact]
    public void A_label_that_is_no_ending_is_named() =>
        Assert.Contains(
            "questions.jsonl, line 1: the label is '7', which is no index of an ending: correct it.",
            Assert
                .Throws<InputException>(() => Load(Wiki.Replace("\"3\"", "\"7\"", StringComparison.Ordinal), ChoiceFormat.HellaSwag))
                .Message,
            StringComparison.Ordinal
        );
}
