using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace DcrDsl.Generators.CSharp;

/// <summary>
/// Remembers what became of a record for as long as its syntax tree lives: after an edit in another file every record is asked for
/// anew, and binding their initialisers is nearly all of the generator's work. What a record means depends on its own file, on the
/// referenced assemblies, and on the types and usings that the other files declare (a new type may hide one of the vocabulary); a record
/// that reads members of other files is not remembered.
/// </summary>
static class RecordCache<T>
    where T : class
{
    static readonly ConditionalWeakTable<SyntaxTree, Dictionary<int, Entry>> Entries = new();
    static readonly ConditionalWeakTable<Compilation, string> Surroundings = new();
    static volatile string latest = "";

    sealed record Entry(string Surroundings, ImmutableArray<MetadataReference> References, T? Result);

    /// <summary>What is remembered.</summary>
    /// <param name="declaration">The record.</param>
    /// <param name="compilation">What it is compiled with.</param>
    /// <param name="result">What became of it; null: nothing, or nothing is remembered.</param>
    /// <returns>Whether something is.</returns>
    public static bool Find(SyntaxNode declaration, Compilation compilation, out T? result)
    {
        result = null;
        if (!Entries.TryGetValue(declaration.SyntaxTree, out var ofTree))
            return false;
        string surroundings = Surroundings.GetValue(compilation, SurroundingsOf);
        lock (ofTree)
        {
            if (
                !ofTree.TryGetValue(declaration.SpanStart, out var known)
                || known.Surroundings != surroundings
                || known.References != compilation.ExternalReferences
            )
                return false;
            result = known.Result;
            return true;
        }
    }

    /// <summary>Remembers what became of a record.</summary>
    /// <param name="declaration">The record.</param>
    /// <param name="compilation">What it was compiled with.</param>
    /// <param name="result">What became of it; null: nothing.</param>
    public static void Remember(SyntaxNode declaration, Compilation compilation, T? result)
    {
        var ofTree = Entries.GetOrCreateValue(declaration.SyntaxTree);
        string surroundings = Surroundings.GetValue(compilation, SurroundingsOf);
        lock (ofTree)
            ofTree[declaration.SpanStart] = new Entry(surroundings, compilation.ExternalReferences, result);
    }

    /// <summary>
    /// What all files declare. Nearly every edit leaves it as it was: then it is the same text, which each record need not compare in full.
    /// </summary>
    static string SurroundingsOf(Compilation compilation)
    {
        string all = string.Join(
            "\n",
            compilation.SyntaxTrees.Select(t => FileOutline.Of(t).Declared).OrderBy(d => d, StringComparer.Ordinal)
        );
        string before = latest;
        return before == all ? before : latest = all;
    }
}
