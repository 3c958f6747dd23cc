using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DcrDsl.Data.Files;

namespace DcrDsl.Evaluation.Choices;

/// <summary>
/// The layouts in which multiple-choice sets are published, each turned into that of the Hugging Face hub, which the formats read. A row in
/// no known layout stays as it is: a format of one's own may read it.
/// </summary>
static partial class QuestionLayouts
{
    /// <summary>The columns of MMLU's CSV files, which have no header.</summary>
    public static readonly string[] MmluColumns = ["question", "A", "B", "C", "D", "answer"];

    /// <summary>The columns that can hold a category.</summary>
    public static readonly string[] Categories = ["subject", "category", "Category"];

    // Those of the layouts that are turned into the hub's.
    static readonly string[] Others =
    [
        "answerKey",
        "mc1_targets",
        "mc2_targets",
        "Question",
        "Best Answer",
        "Correct Answers",
        "Incorrect Answers",
        "instruction",
        .. HellaSwagRows.Columns,
        .. BbqRows.Columns,
    ];

    /// <summary>Whether a layout looks at a column, whatever the format.</summary>
    public static bool Reads(string column) => MmluColumns.Contains(column) || Categories.Contains(column) || Others.Contains(column);

    const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    /// <summary>The row's document in the hub's layout.</summary>
    /// <param name="row">The row.</param>
    /// <param name="subject">The subject that the file's name says; empty: none.</param>
    /// <exception cref="InputException">The row begins like a known layout and then is not one.</exception>
    public static JsonElement Document(TableRow row, string subject)
    {
        var values = row.Values;
        if (
            row.Columns.Count == MmluColumns.Length
            && row.Columns.Order(StringComparer.Ordinal).SequenceEqual(MmluColumns.Order(StringComparer.Ordinal))
        )
            return Mmlu(row, subject);
        if (values.TryGetProperty("question", out var question) && question.ValueKind == JsonValueKind.Object)
            return Stem(row, question);
        if (
            values.TryGetProperty("mc1_targets", out var targets)
            && targets.ValueKind == JsonValueKind.Object
            && !targets.TryGetProperty("choices", out _)
        )
            return TruthfulTargets(row);
        if (HellaSwagRows.Columns.All(row.Columns.Contains))
            return HellaSwagRows.Document(row);
        if (BbqRows.Columns.All(row.Columns.Contains))
            return BbqRows.Document(row);
        if (row.Columns.Contains("Incorrect Answers"))
            return TruthfulTable(row);
        if (
            values.TryGetProperty("instruction", out var instruction)
            && instruction.ValueKind == JsonValueKind.String
            && row.Columns.Contains("answer")
        )
            return Instruction(row, instruction.GetString()!);
        return values;
    }

    /// <summary>question, A, B, C, D, answer → question, subject, choices, answer as an index.</summary>
    static JsonElement Mmlu(TableRow row, string subject)
    {
        string letter = row.Text("answer").Trim();
        int answer = letter.Length == 1 ? "ABCD".IndexOf(letter[0], StringComparison.Ordinal) : -1;
        if (answer < 0)
            throw new InputException($"{row.Place}: the answer is '{letter}', not one of A, B, C and D: correct it.");
        return Element(
            new JsonObject
            {
                ["question"] = row.Text("question"),
                ["subject"] = subject,
                ["choices"] = new JsonArray([.. "ABCD".Select(c => (JsonNode)row.Text(c.ToString()))]),
                ["answer"] = answer,
            }
        );
    }

    /// <summary>ARC's and OpenBookQA's own layout: question.stem, question.choices[].text and .label, answerKey.</summary>
    static JsonElement Stem(TableRow row, JsonElement question)
    {
        string stem = Text(row, question, "stem", "question.stem");
        if (!question.TryGetProperty("choices", out var choices) || choices.ValueKind != JsonValueKind.Array)
            throw new InputException(
                $"{row.Place}: there is no list 'question.choices': give the question its choices, or use the hub's layout."
            );
        return Choices(
            stem,
            [.. choices.EnumerateArray().Select(c => Text(row, c, "text", "question.choices[].text"))],
            [.. choices.EnumerateArray().Select(c => Text(row, c, "label", "question.choices[].label"))],
            row.Text("answerKey")
        );
    }

    /// <summary>LLM-Adapters: an instruction that holds question and options, and "answer2".</summary>
    static JsonElement Instruction(TableRow row, string instruction)
    {
        var match = InstructionPattern().Match(instruction);
        if (!match.Success)
            return row.Values;
        string word = match.Groups["word"].Value,
            body = match.Groups["options"].Value;
        List<string> texts = [];
        for (int start = 0; start < body.Length; )
        {
            string mark = FormattableString.Invariant($"{word}{texts.Count + 1}:"),
                next = FormattableString.Invariant($"{word}{texts.Count + 2}:");
            if (string.CompareOrdinal(body, start, mark, 0, mark.Length) != 0)
                return row.Values;
            start += mark.Length;
            int end = body.IndexOf(next, start, StringComparison.Ordinal);
            texts.Add(body[start..(end < 0 ? body.Length : end)].Trim());
            start = end < 0 ? body.Length : end;
        }
        string answer = row.Text("answer").Trim();
        if (
            !answer.StartsWith(word, StringComparison.OrdinalIgnoreCase)
            || !int.TryParse(
                answer[word.Length..],
                System.Globalization.NumberStyles.None,
                System.Globalization.CultureInfo.InvariantCulture,
                out int right
            )
            || right < 1
            || right > texts.Count
        )
            throw new InputException(
                $"{row.Place}: the answer is '{answer}', not one of {word.ToLowerInvariant()}1 to "
                    + $"{word.ToLowerInvariant()}{texts.Count}: correct it."
            );
        if (texts.Count > Letters.Length)
            throw new InputException($"{row.Place}: more than {Letters.Length} choices: leave the row out.");
        return Choices(
            match.Groups["question"].Value.Trim(),
            texts,
            [.. Letters[..texts.Count].Select(c => c.ToString())],
            Letters[right - 1].ToString()
        );
    }

    /// <summary>The hub's layout of ARC, with the field names of OpenBookQA and, for two choices, PIQA beside it.</summary>
    static JsonElement Choices(string question, IReadOnlyList<string> texts, IReadOnlyList<string> labels, string answerKey)
    {
        var document = new JsonObject
        {
            ["question"] = question,
            ["question_stem"] = question,
            ["choices"] = new JsonObject { ["text"] = Array(texts), ["label"] = Array(labels) },
            ["answerKey"] = answerKey,
        };
        if (texts.Count == 2)
        {
            document["goal"] = question;
            document["sol1"] = texts[0];
            document["sol2"] = texts[1];
            document["label"] = labels.ToList().IndexOf(answerKey);
        }
        return Element(document);
    }

    /// <summary>TruthfulQA's mc_task.json: each target an object of choice and 1 or 0.</summary>
    static JsonElement TruthfulTargets(TableRow row)
    {
        var document = new JsonObject { ["question"] = row.Text("question") };
        foreach (string name in (string[])["mc1_targets", "mc2_targets"])
            if (row.Find(name) is { ValueKind: JsonValueKind.Object } targets)
                document[name] = new JsonObject
                {
                    ["choices"] = Array([.. targets.EnumerateObject().Select(t => t.Name)]),
                    ["labels"] = new JsonArray([.. targets.EnumerateObject().Select(t => (JsonNode?)JsonNode.Parse(t.Value.GetRawText()))]),
                };
        return Element(document);
    }

    /// <summary>
    /// TruthfulQA.csv: the best answer against the incorrect ones, and all correct answers against them; "; " parts answers.
    /// </summary>
    static JsonElement TruthfulTable(TableRow row)
    {
        string best = row.Text("Best Answer").Trim();
        IReadOnlyList<string> right = Answers(row.Text("Correct Answers")),
            wrong = Answers(row.Text("Incorrect Answers"));
        return Element(
            new JsonObject
            {
                ["question"] = row.Text("Question"),
                ["category"] = row.OptionalText("Category") ?? "",
                ["mc1_targets"] = Targets([best], wrong),
                ["mc2_targets"] = Targets(right, wrong),
            }
        );

        static string[] Answers(string cell) =>
            [.. cell.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

        static JsonObject Targets(IReadOnlyList<string> right, IReadOnlyList<string> wrong) =>
            new()
            {
                ["choices"] = Array([.. right, .. wrong]),
                ["labels"] = new JsonArray([.. right.Select(_ => (JsonNode)1), .. wrong.Select(_ => (JsonNode)0)]),
            };
    }

    static string Text(TableRow row, JsonElement owner, string field, string path) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new InputException($"{row.Place}: there is no text '{path}': add it, or delete the row.");

    static JsonArray Array(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);

    static JsonElement Element(JsonObject document) => JsonSerializer.SerializeToElement(document);

    [GeneratedRegex(
        @"\APlease choose the correct \w+ to (?:the question|complete the given "
            + @"sentence)?:?\s*(?<question>.*?)\s*(?<options>(?<word>Answer|Solution|Ending|Option)1:.*?)\s*\k<word> format:",
        RegexOptions.Singleline | RegexOptions.CultureInvariant
    )]
    private static partial Regex InstructionPattern();
}
