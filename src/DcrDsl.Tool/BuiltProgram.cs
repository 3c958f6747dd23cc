namespace DcrDsl.Tool;

/// <summary>What a build has left of a project.</summary>
/// <param name="Folder">The folder of the program.</param>
/// <param name="Assembly">The program's file.</param>
/// <param name="Dependencies">The file that lists what it depends on.</param>
sealed record BuiltProgram(string Folder, string Assembly, string Dependencies)
{
    /// <summary>The program that was built last; null: there is none.</summary>
    public static BuiltProgram? Of(string project)
    {
        string output = Path.Combine(Path.GetDirectoryName(project)!, "bin");
        if (!Directory.Exists(output))
            return null;
        string name = Path.GetFileNameWithoutExtension(project);
        string? file = Directory
            .EnumerateFiles(output, name + ".deps.json", SearchOption.AllDirectories)
            .OrderByDescending(File.GetLastWriteTimeUtc)
            .FirstOrDefault();
        return file is null
            ? null
            : new BuiltProgram(Path.GetDirectoryName(file)!, Path.Combine(Path.GetDirectoryName(file)!, name + ".dll"), file);
    }
}
