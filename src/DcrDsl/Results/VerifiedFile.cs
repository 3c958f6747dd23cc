using DcrDsl.FileSystem;

namespace DcrDsl.Results;

/// <summary>A snapshot that is checked in, in the conventions of Verify: <c>NAME.verified.json</c>, beside it what came instead.</summary>
/// <param name="Verified">The file.</param>
/// <param name="Extension">How its name ends: json.</param>
sealed record VerifiedFile(string Verified, string Extension)
{
    string Received => Verified[..^Accepted(Extension).Length] + ".received." + Extension;

    static string Accepted(string extension) => ".verified." + extension;

    /// <summary>The file of a name, from the folder of a source file.</summary>
    /// <exception cref="InputException">The name is another, or the folder of the source file is not on this machine.</exception>
    public static VerifiedFile At(string file, string extension, string source)
    {
        RegularFile.RequirePath(file);
        string accepted = Accepted(extension);
        if (!file.EndsWith(accepted, StringComparison.Ordinal) || Path.GetFileName(file).Length == accepted.Length)
            throw new InputException($"{file}: a snapshot is kept in a file whose name ends with {accepted}, as in QuickStart{accepted}.");
        if (Path.IsPathRooted(file))
            return new(file, extension);
        string? folder = Path.GetDirectoryName(source);
        return Directory.Exists(folder)
            ? new(Path.GetFullPath(Path.Combine(folder, file)), extension)
            : throw new InputException(
                $"{file}: it is looked for beside {source}, which is not on this machine, as the build was told to hide its paths: give "
                    + "the whole path."
            );
    }

    /// <summary>Holds <paramref name="actual"/> against the file; what is not as expected is written beside it.</summary>
    /// <param name="actual">What came.</param>
    /// <param name="compare">The sentence that says where the text of the file is another, with the differences; null: nowhere.</param>
    /// <exception cref="SnapshotException">There is no such file, or it holds something else.</exception>
    public void Verify(string actual, Func<string, (string Sentence, IReadOnlyList<SnapshotDifference> Differences)?> compare)
    {
        bool exists = File.Exists(Verified);
        var unlike = exists ? compare(RegularFile.Text(Verified)) : ($"There is no snapshot {Verified} yet.", []);
        try
        {
            if (unlike is null)
            {
                File.Delete(Received);
                return;
            }
            Directory.CreateDirectory(Path.GetDirectoryName(Verified)!);
            WholeFile.WriteText(Received, actual);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{Received} cannot be written: {exception.Message.TrimEnd('.')}.", exception);
        }
        var (sentence, differences) = unlike.Value;
        throw new SnapshotException(
            $"{sentence}{(exists ? '\n' : ' ')}If what was received is right, rename {Received} to {Path.GetFileName(Verified)}.",
            differences
        );
    }
}
