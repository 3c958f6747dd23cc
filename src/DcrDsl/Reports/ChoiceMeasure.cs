using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Choices;
using DcrDsl.Results;

namespace DcrDsl.Reports;

/// <summary>One number of a multiple-choice task: a mean over its questions, in percent.</summary>
/// <param name="Task">The task, as one cell has it.</param>
/// <param name="Name">The number's name.</param>
/// <param name="Meaning">What it is, in a few words.</param>
/// <param name="Value">What a question adds, from 0 to 1.</param>
sealed record ChoiceMeasure(ChoiceTaskOutcome Task, string Name, string Meaning, Func<ChoiceOutcome, double?> Value)
{
    /// <summary>The numbers that a task gives.</summary>
    public static IEnumerable<ChoiceMeasure> Of(ChoiceTaskOutcome task)
    {
        if (task.TrueShare is not null)
            yield return new(task, "true share (mc2)", "the true choices' share of the probability of all", i => i.TrueShare);
        if (task.Accuracy is not null)
            yield return new(task, "accuracy", "questions whose likeliest choice is right", i => Shares.Of(i.Correct));
        if (task.LengthMatters)
            yield return new(
                task,
                "accuracy by length",
                "the same, with log-likelihoods divided by the choices' characters (acc_norm)",
                i => Shares.Of(i.CorrectByLength)
            );
        if (task.BytesMatter)
            yield return new(
                task,
                "accuracy by bytes",
                "the same, with log-likelihoods divided by the choices' bytes (acc_bytes)",
                i => Shares.Of(i.CorrectByBytes)
            );
    }

    /// <summary>The number over the seeds of an arm, from 0 to 1.</summary>
    /// <param name="run">The run.</param>
    /// <param name="arm">The arm.</param>
    /// <param name="category">Of one category only; null: of all questions.</param>
    public SeedEstimate Over(RunResults run, ArmRow arm, string? category = null)
    {
        return arm.Over(cell => Own(cell).Average(Value) ?? double.NaN, cell => Own(cell).Count());

        IEnumerable<ChoiceOutcome> Own(CellRecord cell) => Items(run, cell).Where(i => category is null || i.Category == category);
    }

    /// <summary>The number of every question, the mean over an arm's seeds, from 0 to 1.</summary>
    public IReadOnlyList<double> Questions(RunResults run, ArmRow arm)
    {
        IReadOnlyList<ChoiceOutcome>[] cells = [.. arm.Cells.Select(cell => Items(run, cell))];
        return [.. Enumerable.Range(0, cells.Min(c => c.Count)).Select(i => cells.Average(c => Value(c[i])) ?? double.NaN)];
    }

    IReadOnlyList<ChoiceOutcome> Items(RunResults run, CellRecord cell) =>
        run.Scores(cell).Tasks.OfType<ChoiceTaskOutcome>().FirstOrDefault(t => t.Name == Task.Name)?.Items ?? [];
}
