using DcrDsl.Evaluation;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Evaluation;

public class AnswerComparisonTests
{
    [Theory]
    [InlineData("sure , open the terminal .", "okay , open the terminal .", true)]
    [InlineData("sure , open the terminal .", "okay , open the window .", false)]
    [InlineData("sorry , i can not help with that .", "okay , open the terminal .", false)]
    [InlineData("42", "42", true)]
    [InlineData("42", "43", false)]
    public void ToyWorlds_answers_are_compared_after_their_opener(string completion, string reference, bool same)
    {
        Assert.Equal(same, AnswerComparisons.AfterOpener(completion, reference));
        Assert.Equal(same, AnswerComparisons.ToyWorldTip().Holds(completion, reference));
    }

    [Theory]
    [InlineData("The capital of France is Paris.", true)]
    [InlineData("Not Rome, The capital of France is Paris.", false)]
    [InlineData("  the capital of\nFrance is paris", true)]
    [InlineData("**The capital of France is Paris.**", true)]
    [InlineData("<think>Rome? No.</think>The capital of France is Paris.", true)]
    [InlineData("The capital of France is Rome.", false)]
    [InlineData("", false)]
    public void The_whole_answer_is_compared(string completion, bool same) =>
        Assert.Equal(same, AnswerComparisons.ExactMatch().Holds(completion, "The capital of France is Paris."));

    // As exact_match of lm-evaluation-harness 0.4: expressions, case, punctuation, numbers, in this order.
    [Theory]
    [InlineData("Paris", "paris", false, false, false, null, false)]
    [InlineData("Paris", "paris", true, false, false, null, true)]
    [InlineData("Paris!", "Paris", false, true, false, null, true)]
    [InlineData("Paris!", "Paris", false, false, false, null, false)]
    [InlineData("Room 12", "Room 7", false, false, true, null, true)]
    [InlineData("So 3 + 4.\n#### 7", "7", true, false, false, "(?s).*#### ", true)]
    [InlineData("$7", "7", true, false, false, @"\$", true)]
    [InlineData("don’t", "don't", false, false, false, null, true)]
    // A number is not made another one, as the harness makes it.
    [InlineData("3.5", "35", true, true, false, null, false)]
    [InlineData("-5", "5", true, true, false, null, false)]
    [InlineData("**5**", "5", true, true, false, null, true)]
    [InlineData("1/2", "12", true, true, false, null, false)]
    [InlineData("10²", "102", true, true, false, null, false)]
    public void Exact_match_ignores_what_is_asked(
        string completion,
        string reference,
        bool ignoreCase,
        bool punctuation,
        bool numbers,
        string? regex,
        bool same
    ) =>
        Assert.Equal(
            same,
            AnswerComparisons.ExactMatch(ignoreCase, punctuation, numbers, regex is null ? [] : [regex]).Holds(completion, reference)
        );

    [Theory]
    [InlineData("Not Rome, the capital is Paris.", "Paris", true)]
    [InlineData("The Parisians say so.", "Paris", false)]
    [InlineData("It is 42.", "42", true)]
    [InlineData("It is 42.5", "42", false)]
    [InlineData("It is 142", "42", false)]
    [InlineData("It is 1,42", "42", false)]
    [InlineData("It is\nnew  york", "New York", true)]
    [InlineData("Anything", "", false)]
    [InlineData("<think>Paris</think>Rome", "Paris", false)]
    public void An_answer_is_held_as_whole_words(string completion, string reference, bool same) =>
        Assert.Equal(same, AnswerComparisons.ContainsAnswer().Holds(completion, reference));

    [Theory]
    [InlineData("It is 1,234.50 dollars", "$1234.5", true)]
    [InlineData("-5", "5", false)]
    [InlineData("−5 degrees", "-5", true)]
    [InlineData("from 10-20", "10", true)]
    [InlineData("007", "7.0", true)]
    [InlineData("-0", "0", true)]
    [InlineData(".5", "0.50", true)]
    [InlineData("seven", "7", false)]
    [InlineData("7", "seven", false)]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567891", false)]
    public void First_numbers_are_compared(string completion, string reference, bool same) =>
        Assert.Equal(same, AnswerComparisons.SameNumber(NumberPlace.First).Holds(completion, reference));

    [Fact]
    public void The_last_number_is_the_result_of_a_calculation()
    {
        Assert.True(AnswerComparisons.SameNumber(NumberPlace.Last).Holds("3 + 4 = 7.", "So 4 and 3.\n#### 7"));
        Assert.False(AnswerComparisons.SameNumber(NumberPlace.First).Holds("3 + 4 = 7.", "So 4 and 3.\n#### 7"));
    }

    [Theory]
    [InlineData("(")]
    [InlineData(@"(?<=a)b")]
    [InlineData(@"(a)\1")]
    public void Expressions_that_cannot_be_bounded_are_refused(string expression) =>
        Assert.Contains(
            $"'{expression}'",
            Assert.Throws<InputException>(() => AnswerComparisons.ExactMatch(regexesToIgnore: [expression])).Message,
            StringComparison.Ordinal
        );
}
