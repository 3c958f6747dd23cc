using System.Text.Json;
using DcrDsl.FileSystem;
using DcrDsl.Results;

namespace DcrDsl.Execution.Slurm;

/// <summary>The folders with scripts, outputs and numbers of the jobs of an experiment: <c>runs/NAME/slurm/001</c> and on.</summary>
static class JobFolder
{
    /// <summary>Where those of an experiment lie.</summary>
    public static string RootOf(string experiment) => Path.GetFullPath(Path.Combine("runs", experiment, "slurm"));

    /// <summary>The next one, not made yet.</summary>
    /// <exception cref="InputException">Slurm cannot be told of files in it.</exception>
    public static string Next(string root)
    {
        // In what sbatch reads a backslash turns off what stands for a task's number, and a line ends where the name does.
        if (root.Any(c => c == '\\' || char.IsControl(c)))
            throw new InputException(
                $"{root}: Slurm cannot write into a folder with a backslash or a line break in its name: work in another."
            );
        return Path.Combine(root, RunNumbers.NameOf(RunNumbers.In(root).LastOrDefault() + 1));
    }

    /// <summary>Makes it, with the scripts.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public static void Write(string folder, IReadOnlyList<(string Name, string Text)> files)
    {
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var (name, text) in files)
                WholeFile.WriteText(Path.Combine(folder, name), text);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(
                $"The jobs' scripts cannot be written: {exception.Message.TrimEnd('.')}. Work in a folder that can be written.",
                exception
            );
        }
    }

    /// <summary>What has been submitted, as a file's text.</summary>
    public static string Text(SlurmJobs jobs) => JsonSerializer.Serialize(jobs, SlurmJson.Default.SlurmJobs) + "\n";

    /// <summary>What was submitted before, as far as it can be read.</summary>
    public static IEnumerable<(string Folder, SlurmJobs Jobs)> Earlier(string root)
    {
        foreach (int number in RunNumbers.In(root))
        {
            string folder = Path.Combine(root, RunNumbers.NameOf(number));
            if (Read(Path.Combine(folder, SlurmJobs.File)) is { Format: SlurmJobs.CurrentFormat } jobs)
                yield return (folder, jobs);
        }
    }

    static SlurmJobs? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(RegularFile.Bytes(path), SlurmJson.Default.SlurmJobs);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or InputException)
        {
            return null;
        }
    }
}
