namespace DcrDsl.Generators.Values;

/// <summary>A declared path beside those of the files that the build was given.</summary>
static class DeclaredPath
{
    /// <summary>Whether a declared path can mean a file or folder: they end alike, and a name in braces, which the command line gives a
    /// place, can be any.</summary>
    public static bool MayMean(string declared, string there)
    {
        string[] wanted = Parts(declared),
            given = Parts(there);
        for (int back = 1; back <= wanted.Length; back++)
        {
            string part = wanted[wanted.Length - back];
            if (part == ".." || part.IndexOf('{') >= 0)
                return true;
            if (back > given.Length || !string.Equals(part, given[given.Length - back], StringComparison.OrdinalIgnoreCase))
                return false;
        }
        return wanted.Length > 0;
    }

    /// <summary>The names in a path.</summary>
    public static string[] Parts(string path) => [.. path.Split('/', '\\').Where(part => part is not ("" or "."))];
}
