using DcrDsl.Evaluation;
using DcrDsl.Evaluation.Attacking;
using DcrDsl.Evaluation.Measures;
using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Results;

/// <summary>The results of one arm, at some or all values of the axes; what generated results derive from or hold.</summary>
/// <param name="run">The run.</param>
/// <param name="arm">The arm's name.</param>
/// <param name="values">Labels by axis; an axis that is not named is not restricted.</param>
public class ArmResults(RunResults run, string arm, IReadOnlyDictionary<string, string>? values = null)
{
    readonly IReadOnlyDictionary<string, string> values = values ?? new Dictionary<string, string>();

    /// <summary>The arm's name.</summary>
    public string Arm => arm;

    /// <summary>The finished cells.</summary>
    public IReadOnlyList<CellRecord> Cells { get; } =
    [
        .. run.Cells.Where(c =>
            c.Arm == arm && (values is null || values.All(v => c.Values.TryGetValue(v.Key, out string? label) && label == v.Value))
        ),
    ];

    /// <summary>The metric over seeds.</summary>
    /// <exception cref="InputException">
    /// No such cell is finished, the experiment does not measure it, or the arm has several cells a seed and an axis is left open.
    /// </exception>
    public SeedEstimate this[Metric metric] =>
        Over(c =>
            c.Metrics.TryGetValue(metric, out double value)
                ? value
                : throw new InputException(
                    $"{run.Experiment.Name} does not measure {metric}: its tasks lack the prompts that it " + "needs."
                )
        ) with
        {
            Prompts = Measured.Over(metric, Cells, run).Prompts,
        };

    /// <summary>The results at one value of an axis.</summary>
    /// <param name="axis">The axis' path.</param>
    /// <param name="label">The value's label.</param>
    public ArmResults At(string axis, string label) => new(run, arm, new Dictionary<string, string>(values) { [axis] = label });

    /// <summary>What one task measured.</summary>
    /// <param name="name">The task's name.</param>
    /// <exception cref="InputException">There is no such task.</exception>
    public TaskResults Task(string name) => Task(name, task => task);

    TaskResults Task(string name, Func<TaskOutcome, TaskOutcome> part)
    {
        return new TaskResults(
            name,
            Cells.Count > 0 && Find(Cells[0]).IsJudged ? run.Scores(Cells[0]).Judge?.Name : null,
            (value, isShare) => Over(cell => value(Find(cell))) with { Prompts = isShare ? () => Cells.Min(c => Find(c).Count) : null },
            by => [.. Cells.SelectMany(c => Find(c).Groups(by)).Distinct(StringComparer.Ordinal)],
            (by, group) => Task(name, task => InGroup(part(task), by, group))
        );

        TaskOutcome Find(CellRecord cell)
        {
            var tasks = run.Scores(cell).Tasks;
            return part(
                tasks.FirstOrDefault(t => t.Name == name)
                    ?? throw new InputException($"{arm} has no task '{name}'.{UnknownName.Hint(name, [.. tasks.Select(t => t.Name)])}")
            );
        }

        TaskOutcome InGroup(TaskOutcome task, PromptGrouping by, string group)
        {
            string[] groups = [.. task.Groups(by)];
            return groups.Contains(group)
                ? task.Within(by, group)
                : throw new InputException(
                    $"The task {name} of {arm} has no {by.ToString().ToLowerInvariant()} '{group}'.{UnknownName.Hint(group, groups)}"
                );
        }
    }

    /// <summary>How far the judges of the arm agree on what is a refusal, over all its completions.</summary>
    /// <exception cref="InputException">No cell is finished, or fewer than two judges decided.</exception>
    public JudgeAgreement JudgeAgreement =>
        JudgeAgreement.Of([.. Cells.Select(run.Scores)])
        ?? throw new InputException(
            $"{run.Folder} has no verdicts of two judges on {Described()}: name others in OtherJudges, or judge it again by several."
        );

    /// <summary>
    /// A metric that judges decide, its mean over seeds corrected for the errors that the labels of the run say its judge makes.
    /// </summary>
    /// <param name="metric">The metric.</param>
    /// <exception cref="InputException">Nothing is labelled, or no judge decides the metric.</exception>
    public CorrectedShare Corrected(Metric metric)
    {
        var errors = (
            run.Calibrations.FirstOrDefault()
            ?? throw new InputException($"Nothing of {run.Folder} is labelled: draw a sample with label, and read it back.")
        ).Errors(metric);
        var observed = this[metric];
        return errors.Correct(observed.Mean, observed.Prompts?.Invoke() ?? 0);
    }

    /// <summary>What one attack did.</summary>
    /// <param name="name">Its name; "none" for the attacked prompts as they are, "best of attacks" for all together.</param>
    /// <exception cref="InputException">
    /// There is no such attack, no such cell is finished, or the arm has several cells a seed and an axis is left open.
    /// </exception>
    public AttackResults Attack(string name)
    {
        _ = Over(_ => 0);
        string[] names = [NamedAttack.None, .. AttackedShares.Names(run.Scores(Cells[0])), NamedAttack.Best];
        return names.Length == 2 ? throw new InputException($"{arm} is not attacked: declare attacks in the evaluation.")
            : names.Contains(name) ? new AttackResults(name, Cells, run.Scores)
            : throw new InputException($"{arm} has no attack '{name}'.{UnknownName.Hint(name, names)}");
    }

    /// <summary>Something of each cell over seeds.</summary>
    /// <param name="value">The value of a cell.</param>
    protected SeedEstimate Over(Func<CellRecord, double> value)
    {
        if (Cells.Count == 0)
            throw new InputException($"{run.Folder} has no finished cell of {Described()}.");
        if (Cells.GroupBy(c => c.Seed).Any(g => g.Count() > 1))
            throw new InputException(
                $"{Described()} has several cells for each seed: say which value of "
                    + $"{English.List(Cells[0].Values.Keys.Except(values.Keys))} is meant."
            );
        return SeedEstimate.Over(Cells, value);
    }

    string Described() => string.Concat([arm, .. values.Select(v => $", {v.Key} = {v.Value}")]);
}
