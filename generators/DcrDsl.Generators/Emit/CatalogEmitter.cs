using DcrDsl.Generators.Model;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes the list of all experiments of an assembly.</summary>
static class CatalogEmitter
{
    public static string Emit(IEnumerable<string> programs, string rootNamespace)
    {
        var code = new CodeWriter();
        FileHeader.Write(code, "// Every experiment declared in this assembly.");
        code.Lines("using DcrDsl.Plans;", "");
        if (rootNamespace.Length > 0) code.Lines($"namespace {rootNamespace};", "");
        code.Lines("/// <summary>The experiments declared in this assembly, by name.</summary>", "internal static class DcrCatalog");
        using (code.Block())
        {
            code.Lines("/// <summary>All of them.</summary>", "public static IReadOnlyList<ExperimentDefinition> Experiments { get; } =", "[");
            using (code.Indent())
                foreach (string program in programs) code.Line($"global::{program}.Definition,");
            code.Line("];");
        }
        return code.ToString();
    }
}
