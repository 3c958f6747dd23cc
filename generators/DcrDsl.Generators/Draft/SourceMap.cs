using System.Runtime.CompilerServices;
using DcrDsl.Generators.Diagnostics;

namespace DcrDsl.Generators.Draft;

/// <summary>Where each option of each record was written, so that a diagnostic found later can point at the very expression.</summary>
sealed class SourceMap
{
    readonly Dictionary<object, Dictionary<string, Place>> places = new(ByReference.Instance);

    public void Set(object owner, string option, Place place)
    {
        if (!places.TryGetValue(owner, out var options))
            places[owner] = options = new(StringComparer.Ordinal);
        options[option] = place;
    }

    public void Copy(object from, object to)
    {
        if (!places.TryGetValue(from, out var options))
            return;
        foreach (var pair in options)
            Set(to, pair.Key, pair.Value);
    }

    public Place? Find(object? owner, string option) =>
        owner is not null && places.TryGetValue(owner, out var options) && options.TryGetValue(option, out var place) ? place : null;

    sealed class ByReference : IEqualityComparer<object>
    {
        public static readonly ByReference Instance = new();

        bool IEqualityComparer<object>.Equals(object? x, object? y) => ReferenceEquals(x, y);

        int IEqualityComparer<object>.GetHashCode(object value) => RuntimeHelpers.GetHashCode(value);
    }
}
