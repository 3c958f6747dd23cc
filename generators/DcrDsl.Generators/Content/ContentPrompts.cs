using DcrDsl.Specs;

namespace DcrDsl.Generators.Content;

/// <summary>
/// The prompts that a declaration takes of a file, where that can be told without the runtime: layouts whose prompts stand in columns, rows
/// chosen by class or value, the first so many. Parts of a file, which a hash of the text chooses, are left to the plan.
/// </summary>
static class ContentPrompts
{
    static readonly Dictionary<PromptLayout, Func<ContentRow, string?>> Layouts = new()
    {
        [PromptLayout.Alpaca] = row => Instruction(row, "instruction", "input"),
        [PromptLayout.SafetyTunedLlamas] = row => Instruction(row, "instructions", "inputs"),
        [PromptLayout.XSTest] = row => row.Text("prompt"),
        [PromptLayout.OrBench] = row => row.Text("prompt"),
        [PromptLayout.AdvBench] = row => row.Text("goal"),
        [PromptLayout.JailbreakBench] = row => row.Text("Goal"),
        [PromptLayout.StrongReject] = row => row.Text("forbidden_prompt"),
        [PromptLayout.MaliciousInstruct] = row => row.Text("text"),
        [PromptLayout.CoCoNot] = row => row.Text("prompt"),
        [PromptLayout.OKTest] = row => row.Text("prompt"),
        [PromptLayout.PHTest] = row => row.Text("Request (English)"),
        [PromptLayout.AlpacaEval] = row => row.Text("instruction"),
    };

    /// <summary>The prompts with their positions; null: what they are cannot be told here.</summary>
    public static IReadOnlyList<(string Position, string Prompt)>? Of(PromptFile declared, IReadOnlyList<ContentRow> rows)
    {
        bool ordered = declared.Order == PromptOrder.FileOrder || declared.Take is null;
        if (declared.Split != Split.All || !ordered || declared.UnknownWords != UnknownWords.Refuse || declared.Take < 1)
            return null;
        var prompt =
            declared.Layout == PromptLayout.Columns ? row => row.Text(declared.PromptColumn)
            : Layouts.TryGetValue(declared.Layout, out var known) ? known
            : null;
        if (prompt is null)
            return null;
        var prompts = new List<(string, string)>();
        foreach (var row in rows)
        {
            if (declared.Layout == PromptLayout.XSTest && IsToxic(row) != (declared.Class == PromptClass.Toxic))
                continue;
            if (declared.WhereColumn is { } column && row.Written(column) != declared.WhereValue)
                continue;
            if (prompt(row) is not { } text || string.IsNullOrWhiteSpace(text))
                return null;
            prompts.Add((row.Position, text));
        }
        return declared.Take is { } most ? [.. prompts.Take(most)] : prompts;
    }

    // The older of its two layouts has no labels, and names the unsafe types after those that they contrast with.
    static bool IsToxic(ContentRow row) =>
        row.Written("label") is { } label ? label == "unsafe" : row.Text("type")?.StartsWith("contrast_", StringComparison.Ordinal) == true;

    static string? Instruction(ContentRow row, string instruction, string input) =>
        row.Text(instruction) is not { } text ? null
        : row.Written(input) is { } more && !string.IsNullOrWhiteSpace(more) ? $"{text}\n\n{more}"
        : text;
}
