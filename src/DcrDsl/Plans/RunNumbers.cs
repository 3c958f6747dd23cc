using System.Globalization;

namespace DcrDsl.Plans;

/// <summary>The numbered folders of an experiment's runs.</summary>
static class RunNumbers
{
    /// <summary>The numbers of the folders in <paramref name="root"/>, ascending; none if it does not exist.</summary>
    public static IReadOnlyList<int> In(string root) => !Directory.Exists(root) ? [] :
    [
        .. Directory.EnumerateDirectories(root)
            .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0)
            .Where(number => number > 0)
            .Order(),
    ];
}
