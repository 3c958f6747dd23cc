using DcrDsl.Data.Files;

namespace DcrDsl.Evaluation.Attacking;

/// <summary>The translations of prompts, by the prompts.</summary>
sealed class TranslationTable : IAttack
{
    readonly Dictionary<string, (string Text, string Place)> translations = new(StringComparer.Ordinal);
    readonly string path,
        language,
        promptColumn;

    public TranslationTable(string path, string language, string column, string promptColumn)
    {
        (this.path, this.language, this.promptColumn) = (path, language, promptColumn);
        foreach (var row in TableFile.Read(path).Rows)
        {
            string prompt = row.Text(promptColumn).Trim(),
                translation = row.Text(column).Trim();
            if (translation.Length == 0)
                throw new InputException($"{row.Place}: the translation of '{prompt}' is empty: write it, or leave the row out.");
            if (translations.TryGetValue(prompt, out var other) && other.Text != translation)
                throw new InputException($"{row.Place}: '{prompt}' has another translation than in {other.Place}: leave one of them out.");
            translations[prompt] = (translation, row.Place);
        }
    }

    public bool KeepsCompletions => true;

    public string Ask(AttackedPrompt prompt) =>
        translations.TryGetValue(prompt.Text.Trim(), out var translation)
            ? translation.Text
            : throw new InputException(
                $"{path} has no row whose '{promptColumn}' is '{prompt.Text.Trim()}', so there is no {language} for it: add the row, or "
                    + "put the attack on other tasks (Tasks)."
            );
}
