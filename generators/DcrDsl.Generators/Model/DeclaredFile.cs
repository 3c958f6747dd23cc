namespace DcrDsl.Generators.Model;

/// <summary>What the file of a declaration is called: generated code holds no folders of the machine that built it.</summary>
static class DeclaredFile
{
    /// <summary>The file's path in its project, with <c>/</c>; of a file elsewhere its name.</summary>
    /// <param name="project">The project's folder as the build gives it; empty: not known.</param>
    /// <param name="path">The file as the compiler was given it, from the project's folder on where it is no whole path.</param>
    public static string In(string project, string path)
    {
        string folder = Slashes(project).TrimEnd('/') + "/",
            file = Slashes(path);
        if (folder.Length > 1 && file.StartsWith(folder, StringComparison.Ordinal))
            return file.Substring(folder.Length);
        bool elsewhere =
            file.StartsWith("/", StringComparison.Ordinal) || file.StartsWith("../", StringComparison.Ordinal) || file.Contains(':');
        return elsewhere ? file.Substring(file.LastIndexOf('/') + 1) : file;
    }

    static string Slashes(string path) => path.Replace('\\', '/');
}
