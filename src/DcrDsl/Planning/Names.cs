using System.Security.Cryptography;
using System.Text;

namespace DcrDsl.Planning;

/// <summary>
/// Names of cells and stage runs: short, readable, safe as file names, and unique even where two readable ones would be the same.
/// </summary>
sealed class Names(int longest)
{
    readonly HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The readable name if it is short and free, else its beginning and a hash of <paramref name="identity"/>.</summary>
    public string Take(string readable, string identity)
    {
        if (readable.Length <= longest && taken.Add(readable))
            return readable;
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)))[..8];
        string name = $"{readable[..Math.Min(readable.Length, longest - 9)]}-{hash}";
        return taken.Add(name) ? name : throw new InvalidOperationException($"Two parts of a plan have the identity {identity}.");
    }

    /// <summary>Lower case, with a dash for whatever is no letter, digit, dot, plus or minus of ASCII.</summary>
    public static string FileSafe(string text)
    {
        var safe = new StringBuilder();
        foreach (char c in text.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c) || c is '.' or '+' or '-')
                safe.Append(c);
            else if (safe.Length > 0 && safe[^1] != '-')
                safe.Append('-');
        }
        return safe.ToString().Trim('-', '.');
    }
}
