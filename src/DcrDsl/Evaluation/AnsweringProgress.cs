namespace DcrDsl.Evaluation;

/// <summary>How far a task is.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Done">Prompts or questions answered.</param>
/// <param name="Total">Prompts or questions of the task.</param>
readonly record struct TaskProgress(string Task, int Done, int Total);

/// <summary>
/// Who is told how far a task is. It belongs to the thread, as a stage run does from beginning to end, so that what asks a model needs not
/// know the run that it is part of.
/// </summary>
static class AnsweringProgress
{
    [ThreadStatic]
    static Action<TaskProgress>? listener;

    /// <summary>Tells a listener on this thread until the result is disposed.</summary>
    public static IDisposable To(Action<TaskProgress> told)
    {
        var before = listener;
        listener = told;
        return new Listening(before);
    }

    /// <summary>A task is so far; told at its beginning, too.</summary>
    public static void Tell(string task, int done, int total) => listener?.Invoke(new(task, done, total));

    sealed class Listening(Action<TaskProgress>? before) : IDisposable
    {
        public void Dispose() => listener = before;
    }
}
