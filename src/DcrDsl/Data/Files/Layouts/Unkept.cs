using System.Text.Json;

namespace DcrDsl.Data.Files.Layouts;

/// <summary>
/// Refuses what belongs to a prompt or an answer and has no place in an <see cref="Example"/>: without a row's system message, earlier
/// turns or tools its prompt is another prompt, and an answer that its file marks as not to be learnt is none.
/// </summary>
static class Unkept
{
    /// <summary>Columns beside a conversation or an instruction that the model would have been given.</summary>
    public static readonly string[] Columns = ["system", "system_prompt", "system_message", "history", "tools", "functions"];

    // Of OpenAI and those who follow it.
    static readonly string[] Fields = ["name", "tool_calls", "function_call", "tool_call_id", "reasoning_content", "reasoning", "thinking"];

    // OpenAI's and OpenChat's weight, ms-swift's loss, axolotl's train and training.
    static readonly string[] Weights = ["weight", "loss", "train", "training"];

    /// <exception cref="InputException">The row has something in one of <see cref="Columns"/>.</exception>
    public static void RefuseColumns(TableRow row)
    {
        foreach (string column in Columns)
            if (HasContent(row, column))
                throw new InputException(
                    $"{row.Place}: '{column}' belongs to the prompt and cannot be kept: put it into the prompt, or delete it or the row."
                );
    }

    /// <exception cref="InputException">The turn holds more than a role and a text.</exception>
    public static void RefuseFields(TableRow turn)
    {
        foreach (string field in Fields)
            if (HasContent(turn, field))
                throw new InputException($"{turn.Place}: '{field}' belongs to the turn and cannot be kept: delete it or the row.");
    }

    /// <exception cref="InputException">The turn is marked as one that counts for nothing or in part.</exception>
    public static void RefuseWeights(TableRow turn)
    {
        foreach (string weight in Weights)
            if (turn.Find(weight) is { } value && !IsWhole(value))
                throw new InputException(
                    $"{turn.Place}: '{weight}' is {value.GetRawText()}, so the answer is not to be learnt like others: delete the row, "
                        + $"or set Answers to None for prompts alone."
                );
    }

    static bool HasContent(TableRow row, string column) =>
        row.Find(column) is { } value
        && value.ValueKind switch
        {
            // As tables of texts write what is not there.
            JsonValueKind.String => value.GetString()!.Trim() is not ("" or "[]" or "null" or "None"),
            JsonValueKind.Array => value.GetArrayLength() > 0,
            JsonValueKind.Object => value.EnumerateObject().Any(),
            _ => true,
        };

    static bool IsWhole(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.Number => value.TryGetDouble(out double number) && number == 1,
            JsonValueKind.String => value.GetString()!.Trim().ToUpperInvariant() is "1" or "1.0" or "TRUE" or "",
            _ => false,
        };
}
