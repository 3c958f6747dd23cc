using System.IO.Compression;
using System.Text.Json;

namespace DcrDsl.Runtime.Tests;

/// <summary>
/// Reference outputs of the Python stack. The root is DCRDSL_GOLDEN, else ../shared/golden beside the project, else the small
/// part that is copied into tests/golden. Cases are enumerated from the files, so another set in the same layout runs unchanged.
/// </summary>
static class Golden
{
    static readonly string Tests = typeof(Golden)
        .Assembly.GetCustomAttributes(typeof(System.Reflection.AssemblyMetadataAttribute), false)
        .Cast<System.Reflection.AssemblyMetadataAttribute>()
        .First(a => a.Key == "TestsFolder")
        .Value!;

    /// <summary>
    /// The folder <paramref name="name"/> of the first root that has it; skips the test, with the reason, where none has.
    /// </summary>
    public static string Folder(string name)
    {
        string? found = Roots().Select(root => Path.Combine(root, name)).FirstOrDefault(Directory.Exists);
        Assert.SkipWhen(found is null, $"golden vectors '{name}' are not here: set DCRDSL_GOLDEN to a folder that has them");
        return found!;
    }

    /// <summary>The folder of the part that is copied into the project.</summary>
    public static string Own(string name) => Path.Combine(Tests, "golden", name);

    /// <summary>The folder, or null: for theory data, which must not throw at discovery.</summary>
    public static string? TryFolder(string name) => Roots().Select(root => Path.Combine(root, name)).FirstOrDefault(Directory.Exists);

    /// <summary>Opens a golden file that may be stored plain or as .gz.</summary>
    public static Stream Open(string folder, string file)
    {
        string plain = Path.Combine(folder, file);
        return File.Exists(plain) ? File.OpenRead(plain) : new GZipStream(File.OpenRead(plain + ".gz"), CompressionMode.Decompress);
    }

    /// <summary>Parses a golden JSON file, plain or gzipped.</summary>
    public static JsonDocument Json(string folder, string file)
    {
        using var stream = Open(folder, file);
        return JsonDocument.Parse(stream);
    }

    /// <summary>A number that may be written as "NaN", "Infinity" or "-Infinity"; null is NaN.</summary>
    public static double Number(JsonElement e) =>
        e.ValueKind switch
        {
            JsonValueKind.Number => e.GetDouble(),
            JsonValueKind.Null => double.NaN,
            _ => e.GetString() switch
            {
                "Infinity" => double.PositiveInfinity,
                "-Infinity" => double.NegativeInfinity,
                _ => double.NaN,
            },
        };

    static IEnumerable<string> Roots()
    {
        if (Environment.GetEnvironmentVariable("DCRDSL_GOLDEN") is { Length: > 0 } set)
            return [Path.GetFullPath(set)];
        return [Path.GetFullPath(Path.Combine(Tests, "..", "..", "shared", "golden")), Path.Combine(Tests, "golden")];
    }
}
