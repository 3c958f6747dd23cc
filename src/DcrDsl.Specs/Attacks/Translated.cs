namespace DcrDsl.Specs;

/// <summary>
/// The prompt in another language, from a table that has a translation of every prompt. Nothing is translated here, and the completion,
/// which may be in that language, is judged as it is.
/// </summary>
[RuntimeCall("Attacks.Translated")]
public sealed record Translated : Attack
{
    /// <inheritdoc/>
    protected override string OwnLabel =>
        string.Concat("Translated", new string([.. Language.Where(c => char.IsLetterOrDigit(c) || c == '_')]));

    /// <summary>The table: any that prompts are read from.</summary>
    [RunPath]
    public string Path { get; init; } = "";

    /// <summary>The language that it is translated to, as the report calls it: "Zulu".</summary>
    public string Language { get; init; } = "";

    /// <summary>The column of the translations.</summary>
    [OmittedAtDefault]
    public string Column { get; init; } = "translation";

    /// <summary>The column of the prompts as the task has them; blanks at their ends do not count.</summary>
    [OmittedAtDefault]
    public string PromptColumn { get; init; } = "prompt";
}
