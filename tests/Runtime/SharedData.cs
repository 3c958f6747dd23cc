namespace DcrDsl.Runtime.Tests;

/// <summary>
/// Public data sets, which are not part of the project: the folder is DCRDSL_DATA, else ../shared/data beside the project.
/// </summary>
static class SharedData
{
    static readonly string Root = Environment.GetEnvironmentVariable("DCRDSL_DATA") is { Length: > 0 } set
        ? Path.GetFullPath(set)
        : Path.GetFullPath(Path.Combine(Golden.Own(""), "..", "..", "..", "shared", "data"));

    /// <summary>A file of that folder; skips the test, with the reason, where it is not here.</summary>
    public static string File(string name)
    {
        string path = Path.Combine(Root, name);
        Assert.SkipUnless(System.IO.File.Exists(path), $"the data file {name} is not here: set DCRDSL_DATA to a folder that has it");
        return path;
    }
}
