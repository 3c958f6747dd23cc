using System.Text.Json;

namespace DcrDsl.Data.Files.Layouts;

/// <summary>
/// Reads pairs of answers. <c>prompt</c>, <c>chosen</c> and <c>rejected</c> are texts or lists of messages; where the answers are
/// conversations that hold the prompt too, <c>prompt</c> may be absent. Longer conversations are refused: their answers part at a later
/// turn, which is not kept.
/// </summary>
static class Preferences
{
    /// <exception cref="InputException">The row has no prompt, or two.</exception>
    public static string Prompt(TableRow row)
    {
        string[] prompts =
        [
            .. new[] { "prompt", "chosen", "rejected" }
                .Select(column => Part(row, column, user: true))
                .OfType<string>()
                .Distinct(StringComparer.Ordinal),
        ];
        return prompts switch
        {
            [var one] => one,
            []
                when row.Find("chosen") is { ValueKind: JsonValueKind.String } text
                    && text.GetString()!.StartsWith(Transcripts.Human, StringComparison.Ordinal) => throw new InputException(
                $"{row.Place}: there is no prompt beside the transcripts: set Layout to HhRlhf."
            ),
            [] => throw new InputException(
                $"{row.Place}: there is no prompt, neither in 'prompt' nor as first message of 'chosen': add it to the row."
            ),
            _ => throw new InputException($"{row.Place}: the prompts in 'prompt', 'chosen' and 'rejected' differ: make them one."),
        };
    }

    /// <exception cref="InputException">The column has no answer.</exception>
    public static string Answer(TableRow row, string column) =>
        Part(row, column, user: false)
        ?? throw new InputException($"{row.Place}: '{column}' has no turn of the assistant: correct the row or delete it.");

    // A text in "prompt" is the user's, in the other columns the assistant's.
    static string? Part(TableRow row, string column, bool user)
    {
        if (row.Find(column) is not { ValueKind: JsonValueKind.Array })
            return user == (column == "prompt")
                ? column == "prompt" && row.Find(column) is null
                    ? null
                    : row.Text(column)
                : null;
        var turns = row.Items(column).Select(Conversations.Turn).ToArray();
        string roles = string.Concat(
            turns.Select(turn =>
                Conversations.IsUser(turn.Role) switch
                {
                    true => 'u',
                    false => 'a',
                    _ => '?',
                }
            )
        );
        if (roles is not ("u" or "a" or "ua"))
            throw new InputException(
                $"{row.Place}: the roles in '{column}' are {TableRow.Names([.. turns.Select(turn => turn.Role)])} where one turn of the "
                    + $"user, the assistant or each is wanted: cut the conversation, or put a system message into the user's turn."
            );
        int index = roles.IndexOf(user ? 'u' : 'a', StringComparison.Ordinal);
        if (index < 0)
            return null;
        Unkept.RefuseFields(row.Items(column)[index]);
        if (!user)
            Unkept.RefuseWeights(row.Items(column)[index]);
        return turns[index].Text;
    }
}
