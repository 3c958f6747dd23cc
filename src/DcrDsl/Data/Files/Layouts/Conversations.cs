namespace DcrDsl.Data;

/// <summary>Reads the first exchange of a conversation, a list of OpenAI's <c>{role, content}</c> or ShareGPT's <c>{from, value}</c>.</summary>
static class Conversations
{
    static readonly string[] Users = ["user", "human"], Assistants = ["assistant", "gpt", "chatgpt", "model"];

    /// <summary>The column that holds the conversation.</summary>
    /// <exception cref="InputException">There is neither.</exception>
    public static string Column(TableRow row) => new[] { "messages", "conversations" }.FirstOrDefault(column => row.Find(column) is not null)
        ?? throw new InputException($"{row.Place}: there is neither 'messages' nor 'conversations', only {TableRow.Names(row.Columns)}: add one to the row.");

    /// <summary>The first turn, which must be the user's: a prompt without the turns before it would be another prompt.</summary>
    /// <exception cref="InputException">The conversation is empty or begins otherwise.</exception>
    public static string Prompt(TableRow row, string column)
    {
        if (row.Items(column) is not [var first, ..]) throw new InputException($"{row.Place}: '{column}' is empty: fill it in or delete the row.");
        var (role, text) = Turn(first);
        if (Users.Contains(role)) return text;
        string remedy = role == "system" ? "system messages cannot be kept; put it into the user's turn or delete it" : "delete that turn or the row";
        throw new InputException($"{first.Place}: the conversation begins with '{role}' where the user is wanted: {remedy}.");
    }

    /// <summary>The assistant's turn behind the prompt.</summary>
    /// <exception cref="InputException">The second turn is not the assistant's.</exception>
    public static string Answer(TableRow row, string column) =>
        row.Items(column) is [_, var second, ..] && Turn(second) is var (role, text) && Assistants.Contains(role)
            ? text
            : throw new InputException($"{row.Place}: in '{column}' the user's first turn is not followed by the assistant's: delete the row, or set Answers to None for prompts alone.");

    /// <summary>The turn's role as it is written, and its text.</summary>
    public static (string Role, string Text) Turn(TableRow turn) => turn.Find("role") is null ? (turn.Text("from"), turn.Text("value")) : (turn.Text("role"), turn.Text("content"));

    /// <summary>Whether the role is the user's, the assistant's (false), or neither (null).</summary>
    public static bool? IsUser(string role) => Users.Contains(role) ? true : Assistants.Contains(role) ? false : null;
}
