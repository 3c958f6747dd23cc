namespace DcrDsl.Cli;

/// <summary>The folder of the project in whose output this program lies.</summary>
static class ProjectFolder
{
    /// <summary>The folder; null: the program lies elsewhere, as a published one does.</summary>
    /// <param name="binaries">The program's folder, for example <c>experiments/bin/Release/net10.0</c>.</param>
    /// <param name="configuration">How it was built, as the folder below <c>bin</c> says: Release or Debug.</param>
    public static DirectoryInfo? Of(string binaries, out string configuration)
    {
        for (var folder = new DirectoryInfo(binaries); folder.Parent?.Parent is { } project; folder = folder.Parent)
            if (folder.Parent.Name == "bin" && project.GetFiles("*.csproj").Length == 1)
            {
                configuration = folder.Name;
                return project;
            }
        configuration = "";
        return null;
    }
}
