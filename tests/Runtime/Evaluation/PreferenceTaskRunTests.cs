using DcrDsl.Data;
using DcrDsl.Data.Batches;
using DcrDsl.Data.Corpus;
using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Preferences;
using DcrDsl.Models;
using DcrDsl.References;
using DcrDsl.Specs;
using DcrDsl.Training;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Evaluation;

/// <summary>Tasks that compare two answers.</summary>
public class PreferenceTaskRunTests
{
    static readonly IReadOnlyList<Example> Pairs = ToyWorldCorpus.Load((ToyWorldPrompts)ToyWorld.Preferences.Pairs with { Take = 7 }, 2);

    static LanguageModel Model() => ToyWorldModel.Create(new ToyLlama { Layers = 2, Width = 16 }, 3, CPU);

    static PreferenceTaskOutcome Run(LanguageModel model, int batch, IReadOnlyList<Example>? pairs = null) =>
        (PreferenceTaskOutcome)
            PreferenceTaskRun
                .Run("Preferences", pairs ?? Pairs, model, batch, cancellation: TestContext.Current.CancellationToken)
                .Outcome([]);

    /// <summary>The same numbers that preference tuning takes of its reference.</summary>
    [Fact]
    public void The_log_probabilities_are_those_of_the_training_loop_whatever_the_batch()
    {
        using var model = Model();
        using var scope = NewDisposeScope();
        double[] expected = TensorAssert.Doubles(
            ReferencePass.Run(model, PreferenceBatches.Of(Pairs, model.Chat, 3, 0, "Prefer", CPU), CancellationToken.None)
        );
        foreach (int batch in new[] { 1, 2, 100 })
        {
            var items = Run(model, batch).Items;
            double[] logs = [.. items.Select(i => i.ChosenLog), .. items.Select(i => i.RejectedLog)];
            Assert.All(expected.Zip(logs), pair => Assert.Equal(pair.First, pair.Second, 2e-5));
        }
    }

    [Fact]
    public void Accuracy_counts_strictly_and_margins_are_means()
    {
        PreferenceOutcome[] items =
        [
            new("a", "", "x", "y", -1, -3, 1, 1),
            new("b", "", "x", "y", -2, -2, 2, 1),
            new("c", "", "x", "y", -6, -4, 3, 1),
        ];
        var outcome = new PreferenceTaskOutcome("Preferences", items);
        Assert.Equal(1.0 / 3, outcome.Accuracy);
        Assert.Equal((2 + 0 - 2) / 3.0, outcome.PreferenceMargin);
        Assert.Equal(
            [("accuracy", 1.0), ("accuracy by token", 3.0), ("margin", 0.0), ("margin by token", 5.0)],
            outcome.Table!.Measures.Select(m => (m.Name, m.Values.Sum()!.Value))
        );
    }

    [Fact]
    public void Its_lines_come_back_as_they_were_and_a_wrong_one_is_told()
    {
        using var model = Model();
        var answers = (PreferenceAnswers)Run(model, 4).Answers;
        PreferenceLine[] lines = [.. answers.Lines.Cast<PreferenceLine>()];
        Assert.All(lines, line => Assert.Null(line.Fault()));
        Assert.Equal(answers.Items, ((PreferenceAnswers)lines[0].Together(lines)).Items);
        Assert.Equal("margin is not the difference of the log-probabilities", (lines[0] with { Margin = 100 }).Fault());
        Assert.Equal("a log-probability is not a finite number", (lines[0] with { ChosenLog = double.NaN }).Fault());
        Assert.Equal("a log-probability is above 0", (lines[0] with { RejectedLog = 1 }).Fault());
        Assert.Equal("an answer has no tokens", (lines[0] with { RejectedTokens = 0 }).Fault());
    }

    [Fact]
    public void Pairs_that_are_none_are_told()
    {
        using var model = Model();
        Assert.Equal("The task 'Preferences' has no pairs of answers.", Assert.Throws<InputException>(() => Run(model, 1, [])).Message);
        Assert.Equal(
            $"ToyWorld, Evaluation: the two answers to '{Pairs[0].Prompt}' are the same, so none is preferred: delete the row.",
            Assert.Throws<InputException>(() => Run(model, 1, [Pairs[0] with { Rejected = Pairs[0].Response }])).Message
        );
    }
}
