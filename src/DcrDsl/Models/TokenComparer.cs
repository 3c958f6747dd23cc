using System.Runtime.InteropServices;

namespace DcrDsl.Models;

/// <summary>Texts are the same that have the same tokens.</summary>
sealed class TokenComparer : IEqualityComparer<int[]>
{
    public static TokenComparer Instance { get; } = new();

    public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(int[] tokens)
    {
        var hash = new HashCode();
        hash.AddBytes(MemoryMarshal.AsBytes<int>(tokens));
        return hash.ToHashCode();
    }
}
