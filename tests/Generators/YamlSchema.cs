using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Yaml;
using Json.Schema;
using Microsoft.CodeAnalysis.Text;

namespace DcrDsl.Generators.Tests;

/// <summary>What an editor would underline in a YAML file: its schema, asked by a validator, about the file as YAML 1.2 reads it.</summary>
sealed partial class YamlSchema
{
    static readonly ConcurrentDictionary<string, YamlSchema> Read = new();

    readonly JsonSchema schema;

    YamlSchema(string text) => schema = JsonSchema.FromText(text, new BuildOptions { SchemaRegistry = new SchemaRegistry() });

    /// <summary>That of a project's program: its own records included.</summary>
    public static YamlSchema Of(GeneratorRun run) => Read.GetOrAdd(TextOf(run), static text => new YamlSchema(text));

    /// <summary>The text of the same.</summary>
    public static string TextOf(GeneratorRun run) =>
        Cli.ExperimentSchema.With(
            run.Output.Assembly.GetAttributes()
                .Where(a => a.AttributeClass!.Name == "AssemblyMetadataAttribute")
                .Where(a => a.ConstructorArguments[0].Value as string == "DcrDsl.OwnRecords")
                .Select(a => (string)a.ConstructorArguments[1].Value!)
        );

    /// <summary>Where a file does not fit; nothing: it does.</summary>
    public string Problems(string yaml)
    {
        var results = schema.Evaluate(Json(yaml), new EvaluationOptions { OutputFormat = OutputFormat.List });
        return results.IsValid
            ? ""
            : string.Join(
                "\n",
                (results.Details ?? [])
                    .Where(d => d.Errors is not null)
                    .Select(d => $"{d.InstanceLocation}: {string.Join(", ", d.Errors!.Select(e => $"{e.Key} {e.Value}"))}")
                    .DefaultIfEmpty("it does not fit")
            );
    }

    static JsonElement Json(string yaml)
    {
        var diagnostics = new List<DiagnosticInfo>();
        var root = new YamlText("test.dcr.yaml", SourceText.From(yaml, System.Text.Encoding.UTF8)).Read(diagnostics);
        Assert.Empty(diagnostics);
        return JsonSerializer.SerializeToElement(Value(root!));
    }

    static JsonNode? Value(YamlNode node) =>
        node switch
        {
            YamlMapping mapping => new JsonObject(mapping.Entries.Select(e => KeyValuePair.Create(e.Key.Value, Value(e.Value)))),
            YamlSequence sequence => new JsonArray([.. sequence.Items.Select(Value)]),
            YamlScalar { IsPlain: true } plain => Plain(plain.Value),
            YamlScalar quoted => JsonValue.Create(quoted.Value),
            _ => throw new ArgumentException(node.GetType().Name),
        };

    /// <summary>The core schema of YAML 1.2.</summary>
    static JsonNode? Plain(string text) =>
        text is "" or "~" or "null" or "Null" or "NULL" ? null
        : text is "true" or "True" or "TRUE" ? JsonValue.Create(true)
        : text is "false" or "False" or "FALSE" ? JsonValue.Create(false)
        : Whole().IsMatch(text) && long.TryParse(text, CultureInfo.InvariantCulture, out long whole) ? JsonValue.Create(whole)
        : Number().IsMatch(text) && double.Parse(text, CultureInfo.InvariantCulture) is var number && double.IsFinite(number)
            ? JsonValue.Create(number)
        : JsonValue.Create(text);

    [GeneratedRegex(@"^[-+]?[0-9]+\z")]
    private static partial Regex Whole();

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z")]
    private static partial Regex Number();
}
