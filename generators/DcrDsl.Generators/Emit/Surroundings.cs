using DcrDsl.Generators.Model;

namespace DcrDsl.Generators.Emit;

/// <summary>
/// How programs in one namespace write the types they use: by their simple names, since the usings stand inside the namespace and there
/// come before all that lies around it. Only what the namespace itself holds comes before them; a name that it holds is written out in full.
/// </summary>
/// <param name="Namespace">The namespace; empty: the global one.</param>
/// <param name="Hidden">The names that mean something else there, each with the full name of what the programs mean.</param>
sealed record Surroundings(string Namespace, EquatableArray<(string Simple, string Full)> Hidden)
{
    /// <summary>The namespaces whose types programs call by simple names.</summary>
    public static readonly string[] Usings =
        ["System", "System.Collections.Generic", "DcrDsl.Data", "DcrDsl.Evaluation", "DcrDsl.Models", "DcrDsl.Objectives", "DcrDsl.Plans",
            "DcrDsl.Training", "TorchSharp"];

    /// <summary>The class whose members they call by simple names.</summary>
    public const string Torch = "TorchSharp.torch";

    /// <summary>The vocabulary, which programs name <see cref="Alias"/>: some of its records are called as what they become.</summary>
    public const string Vocabulary = "DcrDsl.Specs", Alias = "Specs";

    /// <summary>A type, static function or namespace as it is written here; of a dotted name, the first part decides.</summary>
    public Code Of(string name)
    {
        string first = name.Split('.')[0];
        var (simple, full) = Hidden.FirstOrDefault(h => h.Simple == first);
        return simple is null ? Code.Path(name) : $"global::{Code.Path(full + name.Substring(first.Length))}";
    }

    /// <summary>A type of the vocabulary.</summary>
    public Code Spec(string name) => $"{Of(Alias)}.{Code.Path(name)}";

    /// <summary>Opens the namespace, with usings inside.</summary>
    public void Open(CodeWriter code, bool torch, params string[] usings)
    {
        if (Namespace.Length > 0) code.Lines($"namespace {Code.Path(Namespace)};", $"");
        foreach (string name in usings) code.Line($"using global::{Code.Path(name)};");
        if (torch) code.Line($"using static global::{Code.Path(Torch)};");
        if (Hidden.All(h => h.Simple != Alias)) code.Line($"using {Code.Path(Alias)} = global::{Code.Path(Vocabulary)};");
        code.Line();
    }
}
