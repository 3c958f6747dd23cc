using System.Globalization;
using DcrDsl.Planning;

namespace DcrDsl.Execution.Events;

/// <summary>
/// TensorBoard's files of a run, a folder for each stage run: <c>EXPERIMENT/STAGES/SEED</c>, so that a filter by stage or seed groups them.
/// </summary>
/// <param name="root">The folder that TensorBoard is given.</param>
/// <param name="experiment">The experiment's name.</param>
sealed class TensorBoardFolder(string root, string experiment)
{
    /// <summary>The file of a stage run; it is made with its first value.</summary>
    /// <param name="node">The stage run.</param>
    /// <param name="key">Its identity; null where none is known.</param>
    public TensorBoardFile FileOf(StageRunNode node, string? key)
    {
        string mark = key is null ? "run" : key[..Math.Min(8, key.Length)],
            folder = Path.Combine(root, Names.FileSafe(experiment), Stages(node), Seed(node));
        // Curves of another stage run of that name, of other options say, are another run to TensorBoard.
        if (TensorBoardFile.In(folder).Any(file => !file.EndsWith("." + mark, StringComparison.Ordinal)))
            folder += "." + mark;
        return new TensorBoardFile(folder, mark);
    }

    static string Seed(StageRunNode node) =>
        node.Seed is { } seed ? string.Create(CultureInfo.InvariantCulture, $"seed{seed}") : "every-seed";

    static string Stages(StageRunNode node) =>
        node.Seed is { } seed && node.Id.Replace(string.Create(CultureInfo.InvariantCulture, $"seed{seed}-"), "") is { Length: > 0 } stages
            ? stages
            : node.Id;
}
