namespace DcrDsl.Tool;

/// <summary>The project whose program is meant where a command is given.</summary>
static class ProjectFile
{
    // What a program of experiments references, as a package or as a project.
    const string Mark = "DcrDsl.Cli";

    /// <summary>The project file of a folder, or of the one folder in it that has a program of experiments.</summary>
    /// <param name="place">A folder, or a project file.</param>
    /// <exception cref="InputException">There is none, or there are several.</exception>
    public static string In(string place) => TryIn(place, out string project, out string why) ? project : throw new InputException(why);

    /// <summary>The same without an exception.</summary>
    public static bool TryIn(string place, out string project, out string why)
    {
        project = why = "";
        if (File.Exists(place) && place.EndsWith(".csproj", StringComparison.OrdinalIgnoreCase))
        {
            project = Path.GetFullPath(place);
            return true;
        }
        if (!Directory.Exists(place))
        {
            why = $"{place}: there is no such folder or project file.";
            return false;
        }
        string[] found = Programs(place);
        if (found.Length == 0)
            found = [.. Directory.EnumerateDirectories(place).Order(StringComparer.Ordinal).SelectMany(Programs)];
        if (found.Length == 1)
        {
            project = found[0];
            return true;
        }
        why =
            found.Length == 0
                ? $"There is no project of DcrDsl in {Path.GetFullPath(place)}: go into one, or make one with dcr new dcr MyLab."
                : $"There are several projects of DcrDsl here: {string.Join(", ", found.Select(f => Path.GetRelativePath(place, f)))}. "
                    + "Go into the folder of the one that is meant.";
        return false;
    }

    // Tests of a program reference it, and what it is made of comes with it.
    static string[] Programs(string folder)
    {
        try
        {
            return
            [
                .. Directory
                    .EnumerateFiles(folder, "*.csproj")
                    .Where(f => File.ReadAllText(f) is var text && text.Contains(Mark, StringComparison.Ordinal))
                    .Where(f => !File.ReadAllText(f).Contains("xunit", StringComparison.OrdinalIgnoreCase))
                    .Select(Path.GetFullPath)
                    .Order(StringComparer.Ordinal),
            ];
        }
        catch (UnauthorizedAccessException)
        {
            return [];
        }
    }
}
