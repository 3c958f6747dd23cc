using DcrDsl.Data;
using DcrDsl.Evaluation.Judging;

namespace DcrDsl.Evaluation;

/// <summary>
/// What a model answered to all tasks of a grid, not judged yet. <see cref="AnswersFile"/> keeps it, so that it can be judged again without
/// the model.
/// </summary>
public sealed class Answers
{
    /// <summary>Gathers the tasks' answers.</summary>
    /// <param name="tasks">The tasks, in the order they were run.</param>
    /// <param name="words">
    /// The tokenizer of the model that answered, for judges that look for words which its vocabulary lacks; null: the model is not at hand.
    /// </param>
    /// <exception cref="ArgumentException">Two tasks have the same name.</exception>
    public Answers(IReadOnlyList<TaskAnswers> tasks, IChatTokenizer? words = null)
    {
        if (tasks.Select(t => t.Name).Distinct(StringComparer.Ordinal).Count() < tasks.Count)
            throw new ArgumentException("two tasks have the same name", nameof(tasks));
        (Tasks, Words) = (tasks, words);
    }

    /// <summary>The tasks, in the order they were run.</summary>
    public IReadOnlyList<TaskAnswers> Tasks { get; }

    /// <summary>Prompts and questions of all tasks.</summary>
    public int Count => Tasks.Sum(t => t.Count);

    internal IChatTokenizer? Words { get; }

    /// <summary>Other tasks of the same model.</summary>
    internal Answers With(IReadOnlyList<TaskAnswers> tasks) => new(tasks, Words);
}

/// <summary>What a model answered to one task: for each kind of task a record with its items.</summary>
/// <param name="Name">The task's name.</param>
/// <param name="InDistribution">Whether its prompts or questions were also trained on.</param>
public abstract record TaskAnswers(string Name, bool InDistribution)
{
    /// <summary>Its prompts or questions.</summary>
    public abstract int Count { get; }

    /// <summary>Whether there is text for judges to look at.</summary>
    internal abstract bool HasText { get; }

    /// <summary>The outcome, by the verdicts of judges.</summary>
    /// <param name="judgements">For each item, in order, what each judge said of it; not read where there is no text.</param>
    internal abstract TaskOutcome Outcome(IReadOnlyList<IReadOnlyList<Judgement>> judgements);

    /// <summary>What judges see of each item; empty where there is no text.</summary>
    internal abstract IReadOnlyList<JudgedText> Texts { get; }

    /// <summary>The lines of a file of answers.</summary>
    internal abstract IEnumerable<AnswerLine> Lines { get; }
}

/// <summary>What judges see of an answer.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Completion">What the model said to it.</param>
/// <param name="Probes">What probes read off the model beside it.</param>
readonly record struct JudgedText(string Prompt, Completion Completion, IReadOnlyList<ProbeValue> Probes);
