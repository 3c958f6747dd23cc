using System.Reflection;
using DcrDsl.Specs;
using Microsoft.CodeAnalysis;

namespace DcrDsl.Generators.CSharp;

/// <summary>
/// The version of the vocabulary: the one that the generator was built with, and the one that a project declares in. They come in
/// packages of their own, and an option that only one of them has would be read wrongly or not at all.
/// </summary>
static class VocabularyVersion
{
    /// <summary>The one that the generator was built with.</summary>
    public static readonly string Own = WithoutCommit(
        typeof(DcrExperimentAttribute).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>().InformationalVersion
    );

    /// <summary>The one that <paramref name="compilation"/> declares in; empty: it has none.</summary>
    public static string Of(Compilation compilation, CancellationToken cancellation)
    {
        var attribute = compilation.GetTypeByMetadataName(typeof(DcrExperimentAttribute).FullName);
        var version = attribute
            ?.ContainingAssembly.GetAttributes()
            .FirstOrDefault(a => a.AttributeClass?.Name == nameof(AssemblyInformationalVersionAttribute));
        return version?.ConstructorArguments is [{ Value: string text }] ? WithoutCommit(text) : "";
    }

    static string WithoutCommit(string version) => version.Split('+')[0];
}
