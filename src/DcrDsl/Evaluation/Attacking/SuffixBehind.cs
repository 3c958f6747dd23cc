using System.Globalization;
using DcrDsl.Data.Files;

namespace DcrDsl.Evaluation.Attacking;

/// <summary>A suffix behind the prompt: the only one, or one that is drawn for each prompt.</summary>
sealed class SuffixBehind(IReadOnlyList<string> suffixes, string between) : IAttack
{
    public bool KeepsCompletions => true;

    public string Ask(AttackedPrompt prompt) => prompt.Text + between + suffixes[prompt.Drawn(1, suffixes.Count)[0]];

    /// <summary>The suffixes of a file, or the one of a line.</summary>
    /// <exception cref="InputException">It cannot be read, holds none, or not in this line.</exception>
    public static IReadOnlyList<string> Of(string path, int? line)
    {
        var lines = TextTable.Lines(TextFile.Read(path)).ToList();
        if (lines.Count == 0)
            throw new InputException($"{path} has no suffixes: write them into it, one a line.");
        string[] chosen = [.. lines.Where(l => line is null || l.Number == line).Select(l => l.Text)];
        return chosen.Length > 0
            ? chosen
            : throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{path}, line {line}: there is no suffix; the last one is in line {lines[^1].Number}: choose another Line."
                )
            );
    }
}
