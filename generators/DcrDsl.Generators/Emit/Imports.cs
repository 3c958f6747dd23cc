using System.Runtime.CompilerServices;
using DcrDsl.Generators.Values;

namespace DcrDsl.Generators.Emit;

/// <summary>
/// How one generated file writes the types it names, and the usings that follow from them. The file's body is written first, so that its
/// head opens only what the body uses.
/// </summary>
sealed class Imports(Surroundings surroundings)
{
    /// <summary>The class whose members loops call by simple names.</summary>
    public const string Torch = "TorchSharp.torch";

    /// <summary>The vocabulary.</summary>
    public const string Vocabulary = "DcrDsl.Specs";

    // The same for all files of a namespace.
    static readonly ConditionalWeakTable<Surroundings, Meanings> Known = new();

    readonly Meanings known = Known.GetValue(surroundings, static s => new Meanings(s));
    readonly SortedSet<string> namespaces = new(StringComparer.Ordinal);
    readonly SortedDictionary<string, string> aliases = new(StringComparer.Ordinal);
    bool torch;

    /// <summary>A type or static function of the runtime; of a dotted name, the first part is the type.</summary>
    public Code Of(string name)
    {
        string simple = name.Split('.')[0];
        if (!known.Runtime.TryGetValue(simple, out string? full))
            throw new InvalidOperationException($"no type of the runtime is called {simple}");
        if (known.Hidden.Contains(simple))
            return $"global::{Code.Path(full + name.Substring(simple.Length))}";
        string space = full.Substring(0, full.Length - simple.Length - 1);
        // Some records of the vocabulary are called as what they become.
        if (known.Vocabulary.Contains(simple))
            aliases[simple] = full;
        else if (space == Torch)
            torch = true;
        else
            namespaces.Add(space);
        return Code.Path(name);
    }

    /// <summary>A type of the vocabulary, or a static member of one.</summary>
    public Code Spec(string name)
    {
        string simple = name.Split('.')[0];
        if (known.Hidden.Contains(simple) || known.Runtime.ContainsKey(simple))
            return $"global::{Code.Path($"{Vocabulary}.{name}")}";
        namespaces.Add(Vocabulary);
        return Code.Path(name);
    }

    /// <summary>The type of a value of the vocabulary's or the user's.</summary>
    public Code TypeOf(object value) =>
        value switch
        {
            IOwn own => Own(own.Own.Type.FullName),
            OwnMember member => Own(member.Enum.FullName),
            _ => Spec(value.GetType().Name),
        };

    /// <summary>A type or function of the user's, by its full name.</summary>
    public static Code Own(string fullName) => $"global::{Code.Path(fullName)}";

    /// <summary>Opens the namespace of the file, with usings inside.</summary>
    public void Open(CodeWriter code)
    {
        if (surroundings.Namespace.Length > 0)
            code.Lines($"namespace {Code.Path(surroundings.Namespace)};", $"");
        foreach (string name in namespaces)
            code.Line($"using global::{Code.Path(name)};");
        if (torch)
            code.Line($"using static global::{Code.Path(Torch)};");
        foreach (var alias in aliases)
            code.Line($"using {Code.Path(alias.Key)} = global::{Code.Path(alias.Value)};");
        if (namespaces.Count + aliases.Count > 0 || torch)
            code.Line();
    }

    /// <summary>What simple names mean there, to be looked up.</summary>
    sealed class Meanings(Surroundings surroundings)
    {
        public readonly Dictionary<string, string> Runtime = surroundings.Known.Runtime.ToDictionary(
            t => t.Simple,
            t => t.Full,
            StringComparer.Ordinal
        );
        public readonly HashSet<string> Vocabulary = new(surroundings.Known.Vocabulary, StringComparer.Ordinal),
            Hidden = new(surroundings.Hidden, StringComparer.Ordinal);
    }
}
