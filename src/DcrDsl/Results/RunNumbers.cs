using System.Globalization;

namespace DcrDsl.Results;

/// <summary>The numbered folders of an experiment's runs.</summary>
static class RunNumbers
{
    // A longer number is somebody else's name; there is always one more after the largest of these.
    const int MostDigits = 9;

    /// <summary>The numbers of the folders in <paramref name="root"/>, ascending; none if it does not exist.</summary>
    public static IReadOnlyList<int> In(string root) =>
        !Directory.Exists(root)
            ? []
            :
            [
                .. Directory
                    .EnumerateDirectories(root)
                    .Select(folder => Path.GetFileName(folder))
                    .Select(name =>
                        name.Length <= MostDigits && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                            ? number
                            : 0
                    )
                    .Where(number => number > 0)
                    .Order(),
            ];

    /// <summary>The folder's name.</summary>
    public static string NameOf(int number) => number.ToString("000", CultureInfo.InvariantCulture);
}
