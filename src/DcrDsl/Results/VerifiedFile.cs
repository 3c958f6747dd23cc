using DcrDsl.FileSystem;
using DcrDsl.Wording;

namespace DcrDsl.Results;

/// <summary>A snapshot that is checked in, in the conventions of Verify: <c>NAME.verified.json</c>, beside it what came instead.</summary>
/// <param name="Verified">The file.</param>
sealed record VerifiedFile(string Verified)
{
    const string Accepted = ".verified.json",
        Came = ".received.json";

    // Of more differences than these, the rest is counted.
    const int Listed = 20;

    string Received => Verified[..^Accepted.Length] + Came;

    /// <summary>The file of a name, from the folder of a source file.</summary>
    /// <exception cref="InputException">The name is another, or the folder of the source file is not on this machine.</exception>
    public static VerifiedFile At(string file, string source)
    {
        RegularFile.RequirePath(file);
        if (!file.EndsWith(Accepted, StringComparison.Ordinal) || Path.GetFileName(file).Length == Accepted.Length)
            throw new InputException($"{file}: a snapshot is kept in a file whose name ends with {Accepted}, as in QuickStart{Accepted}.");
        if (Path.IsPathRooted(file))
            return new(file);
        string? folder = Path.GetDirectoryName(source);
        return Directory.Exists(folder)
            ? new(Path.GetFullPath(Path.Combine(folder, file)))
            : throw new InputException(
                $"{file}: it is looked for beside {source}, which is not on this machine, as the build was told to hide its paths: give "
                    + "the whole path."
            );
    }

    /// <exception cref="SnapshotException">There is no such file, or it holds something else.</exception>
    public void Verify(ResultSnapshot actual, Tolerance tolerance)
    {
        IReadOnlyList<SnapshotDifference> differences = [];
        bool exists = File.Exists(Verified);
        if (exists)
            differences = actual.Differences(ResultSnapshot.Parse(RegularFile.Text(Verified), Verified), tolerance);
        try
        {
            if (exists && differences.Count == 0)
            {
                File.Delete(Received);
                return;
            }
            Directory.CreateDirectory(Path.GetDirectoryName(Verified)!);
            WholeFile.WriteText(Received, actual.ToString());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{Received} cannot be written: {exception.Message.TrimEnd('.')}.", exception);
        }
        throw new SnapshotException(Sentence(exists, differences, tolerance), differences);
    }

    string Sentence(bool exists, IReadOnlyList<SnapshotDifference> differences, Tolerance tolerance)
    {
        string accept = $"If what was received is right, rename {Received} to {Path.GetFileName(Verified)}.";
        if (!exists)
            return $"There is no snapshot {Verified} yet. {accept}";
        int more = differences.Count - Listed;
        string[] lines =
        [
            $"{English.Count(differences.Count, "difference")} to {Verified} (tolerance: {tolerance}):",
            .. differences.Take(Listed).Select(d => $"  {d}"),
            .. more > 0 ? [$"  and {more} more"] : (string[])[],
            accept,
        ];
        return string.Join('\n', lines);
    }
}
