using DcrDsl.Evaluation;
using DcrDsl.Plans;
using DcrDsl.Specs;

namespace DcrDsl.Reports;

/// <summary>A judged prompt of one cell.</summary>
sealed record JudgedPrompt(string Task, PromptClass Class, string Category, string Prompt, string Completion, bool Refused, bool? Correct)
{
    /// <summary>All judged prompts of a cell.</summary>
    public static IEnumerable<JudgedPrompt> Of(RunResults run, CellRecord cell) =>
        run.Scores(cell).Tasks.SelectMany(t => t.Outcomes.Select(o => new JudgedPrompt(t.Name, t.Class, o.Category, o.Prompt, o.Completion, o.Refused, o.Correct)));
}
