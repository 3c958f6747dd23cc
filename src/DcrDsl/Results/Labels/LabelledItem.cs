using DcrDsl.Evaluation;

namespace DcrDsl.Results.Labels;

/// <summary>A completion of a run, by its place.</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Task">The task.</param>
/// <param name="Prompt">The prompt's place in the task.</param>
/// <param name="Outcome">What the model did with it.</param>
sealed record LabelledItem(string Cell, string Task, int Prompt, PromptOutcome Outcome)
{
    /// <summary>Every completion that judges have decided on.</summary>
    public static IEnumerable<LabelledItem> All(RunResults run) =>
        from cell in run.Cells
        from task in run.Scores(cell).PromptTasks
        from item in task.Items.Index()
        select new LabelledItem(cell.Id, task.Name, item.Index, item.Item);

    /// <summary>The completion at a place; null: there is none.</summary>
    public static PromptOutcome? Find(RunResults run, string cellId, string taskName, int prompt) =>
        run.Cells.FirstOrDefault(c => c.Id == cellId) is { } cell
        && run.Scores(cell).PromptTasks.FirstOrDefault(t => t.Name == taskName) is { } task
            ? task.Items.ElementAtOrDefault(prompt)
            : null;

    /// <summary>A text as a sheet shows it, which holds no zero characters and no halves of characters.</summary>
    public static string Shown(string text) => string.Concat(text.EnumerateRunes()).Replace('\0', '\uFFFD');

    /// <summary>Whether a text of a sheet is that of the run; programs for tables write line ends and last blanks otherwise.</summary>
    public static bool Same(string sheet, string run) => Plain(sheet) == Plain(Shown(run));

    static string Plain(string text) => text.ReplaceLineEndings("\n").Replace('\r', '\n').Trim();
}
