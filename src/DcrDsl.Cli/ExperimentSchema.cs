using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DcrDsl.Definition;

namespace DcrDsl.Cli;

/// <summary>
/// The JSON Schema of <c>*.dcr.yaml</c> files: that of the vocabulary, which is derived from it when DcrDsl is built, and what the
/// generator put into the program's catalog of records of the project's own.
/// </summary>
static class ExperimentSchema
{
    // The key under which catalogs carry it.
    const string OwnRecords = "DcrDsl.OwnRecords";

    static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The schema with the own records of the program and of what declares its experiments.</summary>
    public static string Of(IReadOnlyList<ExperimentDefinition> experiments) =>
        With(
            experiments
                .SelectMany(e => e.Stages)
                .Select(s => s.Body.Method.Method.Module.Assembly)
                .Append(Assembly.GetEntryAssembly())
                .OfType<Assembly>()
                .Distinct()
                .SelectMany(a => a.GetCustomAttributes<AssemblyMetadataAttribute>())
                .Where(a => a.Key == OwnRecords)
                .Select(a => a.Value)
                .OfType<string>()
        );

    /// <summary>The schema with what catalogs say of own records.</summary>
    public static string With(IEnumerable<string> ownRecords)
    {
        var schema = Parsed(OfVocabulary());
        var definitions = schema["definitions"]!.AsObject();
        foreach (string own in ownRecords)
            Add(Parsed(own), definitions);
        return schema.ToJsonString(Indented) + "\n";
    }

    static string OfVocabulary()
    {
        using var stream = typeof(ExperimentSchema).Assembly.GetManifestResourceStream("dcr.schema.json")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    static void Add(JsonObject own, JsonObject definitions)
    {
        foreach (var (name, definition) in own["definitions"]!.AsObject())
            definitions[name] = definition!.DeepClone();
        foreach (var (name, more) in own["names"]!.AsObject())
            Append(definitions[name]!["enum"]!, more!);
        foreach (var (name, more) in own["mappings"]!.AsObject())
            Append(definitions[name]!["anyOf"]!, more!);
        foreach (var field in own["swept"]!.AsArray().OfType<JsonObject>())
        {
            string name = (string)field["definition"]!,
                pattern = (string)field["pattern"]!;
            if (definitions[name] is { } known)
            {
                Append(known["anyOf"]!, field["values"]!);
                continue;
            }
            definitions[name] = new JsonObject { ["anyOf"] = field["values"]!.DeepClone() };
            definitions["sweep"]!["patternProperties"]![pattern] = field["list"]!.DeepClone();
            definitions["exclusion"]!["patternProperties"]![pattern] = new JsonObject { ["$ref"] = "#/definitions/" + name };
        }
    }

    static void Append(JsonNode list, JsonNode more)
    {
        foreach (var item in more.AsArray())
            if (!list.AsArray().Any(i => JsonNode.DeepEquals(i, item)))
                list.AsArray().Add(item?.DeepClone());
    }

    static JsonObject Parsed(string text) => JsonNode.Parse(text)!.AsObject();
}
