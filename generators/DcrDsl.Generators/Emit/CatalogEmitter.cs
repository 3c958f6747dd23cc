namespace DcrDsl.Generators.Emit;

/// <summary>Writes the list of all experiments of an assembly.</summary>
static class CatalogEmitter
{
    public const string Type = "DcrCatalog";

    public static string Emit(IEnumerable<string> programs, string rootNamespace)
    {
        Code definition = $"global::DcrDsl.Definition.ExperimentDefinition";
        var code = new CodeWriter();
        FileHeader.Write(code, $"Every experiment declared in this assembly.");
        if (rootNamespace.Length > 0)
            code.Lines($"namespace {Code.Path(rootNamespace)};", $"");
        code.Lines(
            $"/// <summary>The experiments declared in this assembly, by name.</summary>",
            $"internal static class {Code.Name(Type)}"
        );
        using (code.Block())
        {
            code.Lines(
                $"/// <summary>All of them.</summary>",
                $"public static global::System.Collections.Generic.IReadOnlyList<{definition}> Experiments {{ get; }} =",
                $"["
            );
            using (code.Indent())
                foreach (string program in programs)
                    code.Line($"global::{Code.Path(program)}.Definition,");
            code.Line($"];");
        }
        return code.ToString();
    }
}
