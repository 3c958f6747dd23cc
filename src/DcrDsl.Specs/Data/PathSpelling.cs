using System.Text;

namespace DcrDsl.Specs;

/// <summary>One spelling for all spellings of a path, so that <c>{data}/./x.csv</c> and <c>{data}\X.csv</c> are seen to be the same
/// file.</summary>
static class PathSpelling
{
    /// <summary>Whether two paths can name the same file or folder. Case does not matter, as it does not to the files of Windows and
    /// macOS.</summary>
    public static bool MayBeSame(string a, string b) => string.Equals(Of(a), Of(b), StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether two paths can name the same file, or one a file in the other's folder.</summary>
    public static bool MayHold(string folder, string path) =>
        MayBeSame(folder, path) || Of(path).StartsWith(Of(folder) + "/", StringComparison.OrdinalIgnoreCase);

    static string Of(string path)
    {
        string slashes = path.Normalize(NormalizationForm.FormC).Replace('\\', '/');
        var parts = new List<string>();
        foreach (string part in slashes.Split('/'))
        {
            if (part is "" or ".")
                continue;
            // What lies above a place that the command line names, or above the folder of the run, is not known here.
            if (part == ".." && parts.Count > 0 && parts[parts.Count - 1] is var last && last != ".." && last.IndexOf('{') < 0)
                parts.RemoveAt(parts.Count - 1);
            else
                parts.Add(part);
        }
        return (slashes.StartsWith("/", StringComparison.Ordinal) ? "/" : "") + string.Join("/", parts);
    }
}
