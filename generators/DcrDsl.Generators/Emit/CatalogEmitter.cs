namespace DcrDsl.Generators.Emit;

/// <summary>Writes the list of all experiments of an assembly.</summary>
static class CatalogEmitter
{
    public const string Type = "DcrCatalog";

    const string OwnRecords = nameof(OwnRecords);

    /// <param name="programs">The training programs.</param>
    /// <param name="rootNamespace">The namespace of the catalog.</param>
    /// <param name="ownRecords">What records of the user's own add to the schema of YAML files; empty: there are none.</param>
    public static string Emit(IEnumerable<string> programs, string rootNamespace, string ownRecords)
    {
        Code definition = $"global::DcrDsl.Definition.ExperimentDefinition";
        var code = new CodeWriter();
        FileHeader.Write(code, $"Every experiment declared in this assembly.");
        if (ownRecords.Length > 0)
        {
            string catalog = rootNamespace.Length > 0 ? $"{rootNamespace}.{Type}" : Type;
            Code constant = $"global::{Code.Path(catalog)}.{Code.Name(OwnRecords)}";
            code.Lines($"[assembly: global::System.Reflection.AssemblyMetadata(\"DcrDsl.OwnRecords\", {constant})]", $"");
        }
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
            if (ownRecords.Length > 0)
            {
                code.Lines(
                    $"",
                    $"/// <summary>What records of this project's own add to the schema of YAML files, for the program's schema.</summary>"
                );
                code.Constant(OwnRecords, ownRecords, access: $"internal");
            }
        }
        return code.ToString();
    }
}
