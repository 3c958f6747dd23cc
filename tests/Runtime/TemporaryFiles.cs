namespace DcrDsl.Runtime.Tests;

/// <summary>Folders for files that a test writes and others may read on; they go when the process ends.</summary>
static class TemporaryFiles
{
    static readonly string Root = Directory.CreateTempSubdirectory("dcrdsl-tests-").FullName;

    static TemporaryFiles() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Root, recursive: true);

    /// <summary>A place for a file of this name, in a folder of its own.</summary>
    public static string Place(string name) =>
        Path.Combine(Directory.CreateDirectory(Path.Combine(Root, Path.GetRandomFileName())).FullName, name);
}
