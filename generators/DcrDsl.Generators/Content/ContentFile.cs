using System.Collections.Immutable;
using DcrDsl.Generators.Draft;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace DcrDsl.Generators.Content;

/// <summary>A file of prompts among the additional files of a build, read; two of the same path and content are equal.</summary>
sealed class ContentFile(string path, ImmutableArray<byte> checksum, IReadOnlyList<ContentRow>? rows) : IEquatable<ContentFile>
{
    readonly ImmutableArray<byte> checksum = checksum;

    public string Path => path;

    /// <summary>The file's own name.</summary>
    public string Name => DeclaredPath.Parts(path).LastOrDefault() ?? path;

    /// <summary>Its rows; null: it cannot be read without the runtime.</summary>
    public IReadOnlyList<ContentRow>? Rows => rows;

    /// <summary>Whether the comparison of two files may need a file of the build.</summary>
    public static bool IsNamed(AdditionalText file, IEnumerable<string> declared) =>
        declared.Any(path => DeclaredPath.MayMean(path, file.Path));

    public static ContentFile? Read(AdditionalText file, CancellationToken cancellation) =>
        file.GetText(cancellation) is { } text
            ? new ContentFile(file.Path, text.GetChecksum(), TableRows.Of(file.Path, text.ToString()))
            : null;

    public bool Equals(ContentFile? other) => other is not null && path == other.Path && checksum.SequenceEqual(other.checksum);

    public override bool Equals(object? obj) => Equals(obj as ContentFile);

    public override int GetHashCode() => path.GetHashCode();
}
