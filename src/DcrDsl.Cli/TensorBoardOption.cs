using System.CommandLine;

namespace DcrDsl.Cli;

/// <summary><c>--tensorboard [DIR]</c>: whether and where TensorBoard's event files are written.</summary>
sealed class TensorBoardOption
{
    public Option<string?> Option { get; } =
        new("--tensorboard")
        {
            HelpName = "DIR",
            Arity = ArgumentArity.ZeroOrOne,
            Description =
                "Writes TensorBoard's event files too, as EXPERIMENT/STAGES/SEED under this folder; without a folder, under tensorboard in "
                + "that of the run.",
        };

    /// <summary>The folder; empty: that of the run; null: no files are wanted.</summary>
    /// <exception cref="InputException">The folder has no name, or is a file.</exception>
    public string? Of(ParseResult parsed)
    {
        if (parsed.GetResult(Option) is not { Tokens: var given })
            return null;
        if (given.Count == 0)
            return "";
        string folder = given[0].Value;
        if (string.IsNullOrWhiteSpace(folder) || folder.Contains('\0'))
            throw new InputException("--tensorboard: give the name of a folder.");
        if (File.Exists(folder))
            throw new InputException($"--tensorboard {folder}: this is a file; give a folder.");
        return folder;
    }
}
