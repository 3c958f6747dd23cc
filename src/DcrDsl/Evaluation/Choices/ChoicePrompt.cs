using System.Text.Json;
using DcrDsl.Data;
using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Evaluation.Choices;

/// <summary>
/// Puts documents as questions in a format, as lm-evaluation-harness 0.4 does: context = description + for each shot its text, the
/// delimiter, its right choice and two line ends + the text.
/// </summary>
sealed class ChoicePrompt
{
    readonly ChoiceFormat format;
    readonly DocumentTemplate choices;
    readonly DocumentTemplate? text,
        description,
        target,
        trueChoices,
        continuation,
        biased,
        unknown,
        ambiguous;

    /// <exception cref="InputException">A template is missing or does not parse.</exception>
    public ChoicePrompt(ChoiceFormat format)
    {
        this.format = format;
        description = Optional(format.Description, nameof(format.Description));
        continuation = Optional(format.Continuation, nameof(format.Continuation));
        text = continuation is null ? Required(format.Text, nameof(format.Text)) : Optional(format.Text, nameof(format.Text));
        choices = Required(format.Choices, nameof(format.Choices));
        trueChoices = Optional(format.TrueChoices, nameof(format.TrueChoices));
        biased = Optional(format.BiasedChoices, nameof(format.BiasedChoices));
        unknown = Optional(format.UnknownChoices, nameof(format.UnknownChoices));
        ambiguous = Optional(format.Ambiguous, nameof(format.Ambiguous));
        target = trueChoices is null ? Required(format.Target ?? "", nameof(format.Target)) : null;
    }

    static DocumentTemplate? Optional(string? template, string name) =>
        string.IsNullOrEmpty(template) ? null : DocumentTemplate.Parse(template, $"Format.{name}");

    static DocumentTemplate Required(string template, string name) =>
        template.Length > 0
            ? DocumentTemplate.Parse(template, $"Format.{name}")
            : throw new InputException(
                $"Format.{name} is empty: give a template or the name of a field, or use a format such as ChoiceFormat.Arc."
            );

    /// <summary>The solved examples as they stand before every question.</summary>
    public string Solved(IEnumerable<QuestionRow> shots) =>
        string.Concat(
            shots.Select(shot =>
                text?.Text(shot.Document, shot.Place)
                + (
                    continuation is null
                        ? format.TargetDelimiter + Answer(shot)
                        : Answer(shot) + format.TargetDelimiter + continuation.Text(shot.Document, shot.Place)
                )
                + format.ShotDelimiter
            )
        );

    string Answer(QuestionRow shot)
    {
        var all = Choices(shot);
        return trueChoices is null ? all[target!.Index(shot.Document, shot.Place, all)] : all[Truths(shot, all).ToList().IndexOf(true)];
    }

    /// <summary>The question in its own words with its choices: what makes it the same question as another.</summary>
    public string Key(QuestionRow row) => JsonSerializer.Serialize(Choices(row).Prepend(text?.Text(row.Document, row.Place) ?? ""));

    /// <summary>A question behind its solved examples.</summary>
    public ChoiceQuestion Question(QuestionRow row, string solved)
    {
        string question = text?.Text(row.Document, row.Place) ?? "";
        var all = Choices(row);
        var truths = trueChoices is null ? One(target!.Index(row.Document, row.Place, all), all.Count) : Truths(row, all);
        return new ChoiceQuestion(
            description?.Text(row.Document, row.Place) + solved + question,
            question,
            format.TargetDelimiter,
            all,
            truths,
            trueChoices is null || format.AnyTrueIsRight,
            row.Category,
            row.Place
        )
        {
            Following = continuation?.Text(row.Document, row.Place),
            Bias = Bias(row, all, truths),
        };
    }

    ChoiceBias? Bias(QuestionRow row, IReadOnlyList<string> all, IReadOnlyList<bool> truths)
    {
        if (biased is null || unknown is null || ambiguous is null)
            return null;
        var bias = new ChoiceBias(
            Marks(biased, row, all),
            Marks(unknown, row, all),
            ambiguous.Text(row.Document, row.Place) switch
            {
                "1" or "True" => true,
                "0" or "False" => false,
                var other => throw new InputException(
                    $"{row.Place}: Format.Ambiguous gives '{other}', and it says 1 or 0: correct the template or the row."
                ),
            }
        );
        return bias.Fault(truths) is { } fault ? throw new InputException($"{row.Place}: {fault}: correct the row, or delete it.") : bias;
    }

    static IReadOnlyList<bool> Marks(DocumentTemplate template, QuestionRow row, IReadOnlyList<string> all)
    {
        var marks = template.Truths(row.Document, row.Place);
        return marks.Count == all.Count
            ? marks
            : throw new InputException(
                $"{row.Place}: there are {English.Count(all.Count, "choice")} and {English.Count(marks.Count, "mark")} of bias: "
                    + "give each choice one."
            );
    }

    IReadOnlyList<string> Choices(QuestionRow row)
    {
        WrittenLists.Refuse(format, row);
        var all = choices.List(row.Document, row.Place);
        // A choice may be empty: TruthfulQA has some, which the harness scores as the delimiter alone.
        return all.Count >= 2
            ? all
            : throw new InputException($"{row.Place}: the question has {English.Count(all.Count, "choice")}: give it at least two.");
    }

    IReadOnlyList<bool> Truths(QuestionRow row, IReadOnlyList<string> all)
    {
        var truths = trueChoices!.Truths(row.Document, row.Place);
        if (truths.Count != all.Count)
            throw new InputException(
                $"{row.Place}: there are {English.Count(all.Count, "choice")} and {English.Count(truths.Count, "label")}: "
                    + "give each choice one."
            );
        return truths.Any(t => t)
            ? truths
            : throw new InputException($"{row.Place}: no choice is true: mark at least one, or delete the row.");
    }

    static IReadOnlyList<bool> One(int right, int count) => [.. Enumerable.Range(0, count).Select(i => i == right)];
}

/// <summary>A document, in the layout that the formats read.</summary>
/// <param name="Place">File and line, for messages.</param>
/// <param name="Document">Its fields.</param>
/// <param name="Category">Its category; empty where none is known.</param>
readonly record struct QuestionRow(string Place, JsonElement Document, string Category);
