using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Data.Files.Layouts;

/// <summary>
/// The named layouts, each an entry: what its publisher calls the columns and how they make a prompt. A new layout is an entry here, a
/// member of
/// <see cref="PromptLayout"/> and a test.
/// </summary>
static class PromptLayouts
{
    static readonly LayoutReader[] All =
    [
        new(PromptLayout.Alpaca, ["instruction"], row => Instruction(row.Text("instruction"), row.OptionalText("input")))
        {
            AnswerColumns = ["output"],
            Optional = ["input"],
            HasUnkept = true,
            Response = row => row.Text("output"),
            Published = ["instruction", "input", "output"],
        },
        new(
            PromptLayout.SafetyTunedLlamas,
            ["instructions", "inputs"],
            row => Instruction(row.Text("instructions"), row.OptionalText("inputs"))
        )
        {
            Category = "tags",
        },
        new(PromptLayout.Messages, [], row => Conversations.Prompt(row, Conversations.Column(row)))
        {
            OneOf = ["messages", "conversations"],
            HasUnkept = true,
            Response = row => Conversations.Answer(row, Conversations.Column(row)),
        },
        new(
            PromptLayout.SelfInstruct,
            ["instruction", "instances"],
            row => Instruction(row.Text("instruction"), Instance(row).OptionalText("input"))
        )
        {
            Response = row => Instance(row).Text("output"),
        },
        new(PromptLayout.Preference, ["chosen", "rejected"], Preferences.Prompt)
        {
            Category = "category",
            Optional = ["prompt"],
            HasUnkept = true,
            Response = row => Preferences.Answer(row, "chosen"),
            Rejected = row => Preferences.Answer(row, "rejected"),
            Published = ["prompt", "chosen", "rejected"],
        },
        new(PromptLayout.HhRlhf, ["chosen", "rejected"], row => Transcripts.Prompt(row, "chosen"))
        {
            Response = row => Transcripts.Answer(row, "chosen"),
            // The transcripts of a pair part at their last turn, so the answers to the first differ only in those of one turn.
            Rejected = row =>
                Transcripts.Answer(row, "rejected") is var rejected && rejected != Transcripts.Answer(row, "chosen") ? rejected : null,
        },
        LayoutReader.Plain(PromptLayout.XSTest, "prompt", "type", "prompt", "type", "focus", "note") with
        {
            IsOf = XSTestRows.AreOf,
            Pair = XSTestRows.PairOf,
            Optional = ["label", "id", "id_v2"],
        },
        LayoutReader.Plain(PromptLayout.OrBench, "prompt", "category"),
        LayoutReader.Plain(PromptLayout.AdvBench, "goal", null, "goal", "target"),
        new(
            PromptLayout.HarmBench,
            ["Behavior", "SemanticCategory"],
            row =>
                row.OptionalText("ContextString") is { Length: > 0 } context
                    ? $"{context}\n\n---\n\n{row.Text("Behavior")}"
                    : row.Text("Behavior")
        )
        {
            Category = "SemanticCategory",
            Optional = ["ContextString"],
        },
        LayoutReader.Plain(PromptLayout.JailbreakBench, "Goal", "Category") with
        {
            Optional = ["Source"],
            Source = row => row.OptionalText("Source"),
        },
        LayoutReader.Plain(PromptLayout.StrongReject, "forbidden_prompt", "category") with
        {
            Optional = ["source"],
            Source = row => row.OptionalText("source"),
        },
        LayoutReader.Plain(PromptLayout.MaliciousInstruct, TableFile.TextColumn),
        LayoutReader.Plain(PromptLayout.CoCoNot, "prompt", "category", "prompt", "category", "subcategory") with
        {
            AnswerColumns = ["response"],
            Response = row => row.Text("response"),
        },
        LayoutReader.Plain(PromptLayout.OKTest, "prompt"),
        new(
            PromptLayout.PHTest,
            ["Request (English)", "Harmfulness"],
            row => row.OptionalText("Request (English)") ?? row.OptionalText("Request") ?? row.Text("Request (English)")
        )
        {
            Category = "Harmfulness",
            AlsoCalled = [("Request", "Request (English)")],
        },
        new(
            PromptLayout.SorryBench,
            ["category", "turns"],
            row =>
                row.Texts("turns") is [var first, ..]
                    ? first
                    : throw new InputException($"{row.Place}: 'turns' is empty: fill it in or delete the row.")
        )
        {
            Category = "category",
            Optional = ["prompt_style"],
            Language = row =>
                row.OptionalText("prompt_style") is { } style && style.StartsWith(Translated, StringComparison.Ordinal)
                    ? style[Translated.Length..]
                    : null,
        },
        LayoutReader.Plain(PromptLayout.AlpacaEval, "instruction", "dataset", "instruction", "dataset", "generator"),
        new(PromptLayout.HhRlhfPairs, ["chosen", "rejected"], Transcripts.SharedPrompt)
        {
            Response = row => Transcripts.LastAnswer(row, "chosen"),
            Rejected = row => Transcripts.LastAnswer(row, "rejected"),
        },
        new(PromptLayout.TwoAnswers, ["prompt"], row => row.Text("prompt"))
        {
            Category = "category",
            Optional = TwoAnswers.Columns,
            HasUnkept = true,
            Response = row => TwoAnswers.Of(row, better: true),
            Rejected = row => TwoAnswers.Of(row, better: false),
            Published = ["prompt", .. TwoAnswers.Columns[..3]],
        },
        LayoutReader.Plain(PromptLayout.SimpleSafetyTests, "prompt", "harm_area", "id", "harm_area", "category", "prompt"),
        new(PromptLayout.AnthropicRedTeam, ["transcript"], row => Transcripts.FirstUtterance(row, "transcript"))
        {
            Category = "rating",
            Published = ["transcript", "rating"],
        },
        new(PromptLayout.HelmInstances, ["input", "references"], HelmInstances.Prompt)
        {
            IsOf = HelmInstances.AreOf,
            CategoryOf = HelmInstances.Type,
        },
    ];

    // What SORRY-Bench calls its prompts in other languages: "translate-fr".
    const string Translated = "translate-";

    /// <summary>Whether the declaration needs a column of its file.</summary>
    public static bool Reads(PromptFile spec, string column) =>
        column == spec.WhereColumn
        || column == spec.LanguageColumn
        || column == spec.SourceColumn
        || (
            spec.Layout == PromptLayout.Columns
                ? column == spec.PromptColumn
                    || column == spec.ResponseColumn
                    || column == spec.RejectedColumn
                    || column == spec.CategoryColumn
                    || column == spec.PairColumn
                : All.Any(layout => layout.Layout == spec.Layout && layout.Reads(column))
        );

    /// <summary>How the declaration's rows are read.</summary>
    /// <exception cref="InputException">
    /// The file lacks columns of the layout; with the layout that they are of, if one is known.
    /// </exception>
    public static LayoutReader For(PromptFile spec, TableFile table)
    {
        if (spec.Layout == PromptLayout.Columns)
            return ColumnsLayout.Of(spec, table);
        var layout =
            All.FirstOrDefault(layout => layout.Layout == spec.Layout)
            ?? throw new InputException(
                $"{spec.Path}: there is no layout {spec.Layout}: set Layout to one of {string.Join(", ", Enum.GetNames<PromptLayout>())}."
            );
        if (layout.Missing(table.Columns, spec.HasAnswers) is not { Length: > 0 } missing)
            return layout;
        string remedy =
            Known(table.Columns) is { } known && known != spec.Layout
                ? $"set Layout to {known}, whose columns these are."
                : $"correct Layout or Path, or name the columns one by one with Layout = {PromptLayout.Columns}.";
        throw new InputException(
            $"{table.NamesPlace}: the layout {spec.Layout} wants "
                + $"{English.List(missing.Select(column => $"'{column}'"), layout.OneOf is [] ? "and" : "or")}, but the columns are "
                + $"{TableRow.Names(table.Columns)}: {remedy}"
        );
    }

    /// <summary>The layout that most of the columns tell of, or null.</summary>
    public static PromptLayout? Known(IReadOnlyList<string> columns) =>
        All.Select(layout => (layout.Layout, Fit: layout.Fit(columns)))
            .Where(layout => layout.Fit > 0)
            .OrderByDescending(layout => layout.Fit)
            .Select(layout => (PromptLayout?)layout.Layout)
            .FirstOrDefault();

    static string Instruction(string instruction, string? input) =>
        string.IsNullOrWhiteSpace(input) ? instruction : $"{instruction}\n\n{input}";

    static TableRow Instance(TableRow row) =>
        row.Items("instances") is [var first, ..]
            ? first
            : throw new InputException($"{row.Place}: 'instances' is empty: fill it in or delete the row.");
}
