namespace DcrDsl.Generators.Model;

/// <summary>What the file of a declaration is called: generated code holds no folders of the machine that built it.</summary>
static class DeclaredFile
{
    /// <summary>The file's path in its project, with <c>/</c>; of a file elsewhere its name.</summary>
    /// <param name="project">The project's folder as the build gives it; empty: not known.</param>
    /// <param name="path">The file as the compiler was given it.</param>
    public static string In(string project, string path)
    {
        string folder = Slashes(project).TrimEnd('/') + "/",
            file = Slashes(path);
        return folder.Length > 1 && file.StartsWith(folder, StringComparison.Ordinal)
            ? file.Substring(folder.Length)
            : file.Substring(file.LastIndexOf('/') + 1);
    }

    static string Slashes(string path) => path.Replace('\\', '/');
}
