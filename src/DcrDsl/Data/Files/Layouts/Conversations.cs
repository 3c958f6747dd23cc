namespace DcrDsl.Data.Files.Layouts;

/// <summary>
/// Reads the first exchange of a conversation, a list of OpenAI's <c>{role, content}</c> or ShareGPT's <c>{from, value}</c>.
/// </summary>
static class Conversations
{
    static readonly string[] Users = ["user", "human"],
        Assistants = ["assistant", "gpt", "chatgpt", "model"],
        Systems = ["system", "developer"];

    /// <summary>The column that holds the conversation.</summary>
    /// <exception cref="InputException">There is neither.</exception>
    public static string Column(TableRow row) =>
        new[] { "messages", "conversations" }.FirstOrDefault(column => row.Find(column) is not null)
        ?? throw new InputException(
            $"{row.Place}: there is neither 'messages' nor 'conversations', only {TableRow.Names(row.Columns)}: add one to the row."
        );

    /// <summary>The first turn, which must be the user's: a prompt without the turns before it would be another prompt.</summary>
    /// <exception cref="InputException">
    /// The conversation is empty or begins otherwise, or what belongs to the prompt cannot be kept.
    /// </exception>
    public static string Prompt(TableRow row, string column)
    {
        var turns = row.Items(column);
        if (turns is not [var first, ..])
            throw new InputException($"{row.Place}: '{column}' is empty: fill it in or delete the row.");
        var (role, text) = Turn(first);
        if (!Users.Contains(role))
        {
            string remedy = Systems.Contains(role)
                ? "system messages cannot be kept; put it into the user's turn or delete it"
                : "delete that turn or the row";
            throw new InputException($"{first.Place}: the conversation begins with '{role}' where the user is wanted: {remedy}.");
        }
        if (turns.Count > 1)
            RequireAssistant(row, column, turns[1]);
        Unkept.RefuseFields(first);
        return text;
    }

    /// <summary>The assistant's turn behind the prompt.</summary>
    /// <exception cref="InputException">The second turn is not the assistant's, goes on in the third, or is not to be learnt.</exception>
    public static string Answer(TableRow row, string column)
    {
        var turns = row.Items(column);
        RequireAssistant(row, column, turns.Count > 1 ? turns[1] : null);
        if (turns.Count > 2 && !Users.Contains(Role(turns[2])))
            throw new InputException(
                $"{turns[2].Place}: the assistant's first turn is followed by '{Role(turns[2])}' where the user is wanted, so it is not "
                    + $"the whole answer: join the turns or delete the row."
            );
        Unkept.RefuseFields(turns[1]);
        Unkept.RefuseWeights(turns[1]);
        return Turn(turns[1]).Text;
    }

    static void RequireAssistant(TableRow row, string column, TableRow? second)
    {
        if (second is null || !Assistants.Contains(Role(second.Value)))
            throw new InputException(
                $"{row.Place}: in '{column}' the user's first turn is not followed by the assistant's: delete the "
                    + $"row{(second is null ? ", or set Answers to None for prompts alone" : "")}."
            );
    }

    /// <summary>The turn's role as it is written, and its text.</summary>
    public static (string Role, string Text) Turn(TableRow turn) =>
        (Role(turn), turn.Text(turn.Find("role") is null ? "value" : "content"));

    static string Role(TableRow turn) => turn.Text(turn.Find("role") is null ? "from" : "role");

    /// <summary>Whether the role is the user's, the assistant's (false), or neither (null).</summary>
    public static bool? IsUser(string role) =>
        Users.Contains(role) ? true
        : Assistants.Contains(role) ? false
        : null;
}
