using System.Globalization;
using DcrDsl.Data.Files;
using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Evaluation.Attacking;

/// <summary>Prompts and answers of others before the prompt.</summary>
sealed class ShotsBefore(IReadOnlyList<(string Prompt, string Response)> pairs, string path, int shots, string shot, string last) : IAttack
{
    public bool KeepsCompletions => true;

    public string Ask(AttackedPrompt prompt)
    {
        // A prompt that is its own example would be answered already.
        var others = pairs.Where(p => p.Prompt != prompt.Example.Prompt.Trim()).ToList();
        if (others.Count < shots)
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{path} has {English.Count(others.Count, "prompt")} other than this one, and ManyShot wants {shots:N0}: add some, or "
                        + $"lower Shots."
                )
            );
        var before = prompt.Drawn(shots, others.Count).Select(i => others[i]).Select(p => Written(shot, p.Prompt, p.Response));
        return string.Concat(before) + TemplateText.Around(last, prompt.Text);
    }

    /// <summary>The pairs of a file.</summary>
    /// <exception cref="InputException">It cannot be read, or a row lacks a column.</exception>
    public static IReadOnlyList<(string Prompt, string Response)> Pairs(string path, string promptColumn, string responseColumn) =>
        [.. TableFile.Read(path).Rows.Select(row => (row.Text(promptColumn).Trim(), row.Text(responseColumn).Trim()))];

    // Place by place, so that what a prompt says of a place is left alone.
    static string Written(string shot, string prompt, string response) =>
        string.Join(response, shot.Split(ManyShot.ResponsePlace).Select(part => TemplateText.Around(part, prompt)));
}
