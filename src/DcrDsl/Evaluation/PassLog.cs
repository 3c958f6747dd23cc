namespace DcrDsl.Evaluation;

/// <summary>
/// The passes of an evaluation in the order in which they are made: prompts or questions that a model reads side by side. They are the same
/// in every process, as they follow from the prompts alone; so what an earlier process was answered stands for its passes, and the model is
/// asked from there on. A stage run stays on its thread, and so does its log.
/// </summary>
/// <param name="earlier">What an earlier process was answered.</param>
/// <param name="made">Is told after each pass that was made here.</param>
sealed class PassLog(IReadOnlyList<AnsweredPass> earlier, Action<PassLog> made)
{
    [ThreadStatic]
    static PassLog? current;

    readonly List<AnsweredPass> passes = [];
    int usable = earlier.Count;

    /// <summary>The passes so far.</summary>
    public IReadOnlyList<AnsweredPass> Passes => passes;

    /// <summary>Keeps the passes that this thread makes meanwhile.</summary>
    public T During<T>(Func<T> evaluate)
    {
        var before = current;
        current = this;
        try
        {
            return evaluate();
        }
        finally
        {
            current = before;
        }
    }

    /// <summary>The answers of a pass: those that are known, else of the model.</summary>
    /// <typeparam name="T">Comes back the same from JSON.</typeparam>
    /// <param name="asked">What is asked; an earlier pass of another name is not this one.</param>
    /// <param name="count">Prompts, or questions.</param>
    /// <param name="ask">Asks the model.</param>
    public static T Of<T>(string asked, int count, Func<T> ask)
        where T : class => current is { } log ? log.Next(asked, count, ask) : ask();

    T Next<T>(string asked, int count, Func<T> ask)
        where T : class
    {
        if (Known<T>(asked, count) is { } known)
            return known;
        // What reads the model within a pass is a part of it.
        current = null;
        T answers;
        try
        {
            answers = ask();
        }
        finally
        {
            current = this;
        }
        passes.Add(new AnsweredPass(asked, count, EvaluationJson.Text(answers)));
        made(this);
        return answers;
    }

    T? Known<T>(string asked, int count)
        where T : class
    {
        int number = passes.Count;
        if (number >= usable)
            return null;
        if (earlier[number].Asked == asked && earlier[number].Count == count)
        {
            passes.Add(earlier[number]);
            return EvaluationJson.Parse<T>(earlier[number].Answers, asked, number + 1);
        }
        usable = number;
        return null;
    }
}

/// <summary>A pass that a model has answered.</summary>
/// <param name="Asked">What was asked.</param>
/// <param name="Count">Prompts, or questions.</param>
/// <param name="Answers">The answers as JSON.</param>
sealed record AnsweredPass(string Asked, int Count, string Answers);
