using System.Security.Cryptography;
using System.Text.Json;

namespace DcrDsl.Planning;

/// <summary>
/// What decides about the result of a stage run, part by part: two stage runs with equal keys give the same numbers.
/// </summary>
/// <param name="Parts">The parts, each with a name of its own.</param>
sealed record StageKey(IReadOnlyList<KeyPart> Parts)
{
    /// <summary>The key as a digest in lower-case hexadecimal.</summary>
    public string Digest { get; } =
        Convert.ToHexStringLower(
            SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(Parts.SelectMany(p => new[] { p.Name, p.Value }).ToArray()))
        );
}

/// <summary>One thing that decides about the result of a stage run.</summary>
/// <param name="Name">What it is: an option by its path, or one of <see cref="StageKeys"/>' names.</param>
/// <param name="Value">Its value as text; of files and of what comes before, a digest.</param>
/// <param name="Shown">What people call it where the value is a digest; decides nothing.</param>
sealed record KeyPart(string Name, string Value, string? Shown = null);
