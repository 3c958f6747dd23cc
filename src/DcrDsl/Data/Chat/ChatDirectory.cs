using DcrDsl.Data.Corpus;

namespace DcrDsl.Data.Chat;

/// <summary>Opens the tokenizer of a model's directory, and how prompts and answers are written in its chat, without weights.</summary>
public static class ChatDirectory
{
    /// <summary>
    /// The tokenizer of a directory: of <c>tokenizer.json</c>, the chat template (<c>chat_template.jinja</c> or the key in
    /// <c>tokenizer_config.json</c>) and, for the tokens that end an answer, <c>generation_config.json</c> or <c>config.json</c> where they
    /// are there; or of <c>toyworld_tokenizer.json</c>, which the built-in model is written with.
    /// </summary>
    /// <param name="directory">The directory.</param>
    /// <param name="templateName">Which of several named templates; null: the default one.</param>
    /// <param name="endOfTurn">The text that ends an assistant's turn; null: the tokenizer's eos_token.</param>
    /// <param name="date">The date that the template is told, as in 2024-07-26; null: none.</param>
    /// <exception cref="InputException">
    /// A file is missing or damaged, something of it is not supported, the end of a turn is not one token, or the template cannot ask a
    /// simple question or wants a date that is not given.
    /// </exception>
    public static IChatTokenizer Open(string directory, string? templateName = null, string? endOfTurn = null, string? date = null)
    {
        if (!ToyWorldTokenizerFile.IsIn(directory))
            return HuggingFaceChat.Open(directory, templateName, endOfTurn, date);
        if ((templateName ?? endOfTurn ?? date) is { } given)
            throw new InputException(
                $"{Path.Combine(directory, ToyWorldTokenizerFile.Name)}: ToyWorld's chat format is fixed and takes no '{given}'; leave "
                    + $"ChatTemplate, EndOfTurn and Date out."
            );
        return ToyWorldTokenizerFile.Read(directory);
    }
}
