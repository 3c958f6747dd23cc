using DcrDsl.Data.Files;
using DcrDsl.Evaluation.Preferring;
using DcrDsl.Results;
using DcrDsl.Specs;

namespace DcrDsl.Execution;

/// <summary>The answers that completions are compared with: of an arm of the run, or of a file.</summary>
/// <param name="name">What the report calls them.</param>
/// <param name="find">Of a cell, the answer to a prompt of a task; null: there is nothing to compare the cell with.</param>
/// <param name="obstacle">Of a cell without, why, as the end of a sentence.</param>
sealed class ReferenceAnswers(string name, Func<CellRecord?, Func<string, string, string>?> find, Func<CellRecord, string>? obstacle = null)
{
    public string Name => name;

    public string Obstacle(CellRecord cell) => obstacle!(cell);

    public Func<string, string, string>? For(CellRecord? cell) => find(cell);

    /// <param name="spec">The declaration.</param>
    /// <param name="run">The run; null: of a file only.</param>
    /// <param name="path">Where a declared path lies.</param>
    /// <exception cref="InputException">The file cannot be read, or gives two answers to a prompt, or there is no such arm.</exception>
    public static ReferenceAnswers Of(WinRate spec, RunResults? run, Func<string, string> path)
    {
        if (spec.Answers is { } declared)
        {
            var answers = OfFile(path(declared));
            return new(Path.GetFileName(declared), _ => answers);
        }
        string[] arms = [.. run!.Experiment.Arms.Select(a => a.Name)];
        string arm = spec.Against ?? ArmRecord.Chosen(run.Experiment.Arms, ArmRole.Reference)!.Name;
        if (!arms.Contains(arm))
            throw new InputException($"The win rate is against the arm '{arm}', which the run lacks.{Wording.UnknownName.Hint(arm, arms)}");
        var known = new Dictionary<string, Func<string, string, string>>(StringComparer.Ordinal);
        return new(
            arm,
            cell => CellOf(run, arm, cell!) is { } other ? Known(other) : null,
            cell =>
                OfSeed(run, arm, cell).Any()
                    ? $"cells of {arm} differ in what {cell.Arm} does not take, so that none is its reference: name another arm in Against"
                    : $"no cell of {arm} is finished that it could be compared with"
        );

        Func<string, string, string> Known(CellRecord other) =>
            known.TryGetValue(other.Id, out var answers) ? answers : known[other.Id] = OfCell(run, other);
    }

    /// <summary>The reference's cell at a cell's seed and values; of several seeds beside a cell that no seed changes, the first.</summary>
    static CellRecord? CellOf(RunResults run, string arm, CellRecord cell)
    {
        CellRecord[] there = [.. OfSeed(run, arm, cell).Where(c => CellBlocks.Agrees(c.Values, cell.Values))];
        return there.Contains(cell) ? cell : there.FirstOrDefault();
    }

    static IEnumerable<CellRecord> OfSeed(RunResults run, string arm, CellRecord cell) =>
        run.Cells.Where(c => c.Arm == arm && (c.Seed is null || cell.Seed is null || c.Seed == cell.Seed));

    static Func<string, string, string> OfCell(RunResults run, CellRecord cell)
    {
        var answers = new Dictionary<(string, string), string>();
        foreach (var task in PreferencesFile.Compared(run.Scores(cell).Answers))
        foreach (var item in task.Items)
            answers.TryAdd((task.Name, item.Prompt), item.Completion.Text);
        return (task, prompt) =>
            answers.TryGetValue((task, prompt), out string? answer)
                ? answer
                : throw new InputException(
                    $"The win rate is against {cell.Id}, which has no answer to a prompt of {task} (\"{Short(prompt)}\"): give both arms "
                        + "the same tasks, or name another arm in Against."
                );
    }

    static Func<string, string, string> OfFile(string path)
    {
        var answers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in TableFile.Read(path).Rows)
        {
            string prompt = row.Text("prompt").Trim(),
                answer = row.Text("answer");
            if (!answers.TryAdd(prompt, answer) && answers[prompt] != answer)
                throw new InputException($"{row.Place} gives another answer to a prompt than a line before it: take one out.");
        }
        return (task, prompt) =>
            answers.TryGetValue(prompt.Trim(), out string? answer)
                ? answer
                : throw new InputException(
                    $"{path} has no answer to a prompt of {task} (\"{Short(prompt)}\"), which the win rate compares with: add a line with "
                        + "that prompt and an answer."
                );
    }

    static string Short(string text) => (text.Length <= 80 ? text : text[..80] + "…").ReplaceLineEndings(" ");
}
