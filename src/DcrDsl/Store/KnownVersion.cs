namespace DcrDsl.Store;

/// <summary>A version of the numerics, and what it was read from.</summary>
/// <param name="Digest">The version.</param>
/// <param name="Code">The identities of the assemblies on which it hangs, by name.</param>
sealed record KnownVersion(string Digest, Dictionary<string, string> Code);
