using System.Text.Json;
using System.Text.Json.Nodes;
using DcrDsl.Evaluation.Judging;
using DcrDsl.FileSystem;
using DcrDsl.Specs;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace DcrDsl.Execution;

/// <summary>A judge that is declared in a file of its own: as in an experiment's YAML, or the same as JSON.</summary>
static class JudgeFile
{
    const int Deepest = 20;

    static readonly string[] Endings = [".yaml", ".yml", ".json"];

    /// <summary>Whether a name is that of such a file.</summary>
    public static bool IsOne(string name) => Endings.Contains(Path.GetExtension(name).ToLowerInvariant());

    /// <summary>The judge.</summary>
    /// <exception cref="InputException">The file cannot be read, or declares no judge.</exception>
    public static JudgeSpec Read(string path)
    {
        if (!File.Exists(path))
            throw new InputException($"There is no file {path} that declares a judge (looked for {Path.GetFullPath(path)}).");
        try
        {
            string text = RegularFile.Text(path);
            var root = Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase) ? JsonNode.Parse(text) : Yaml(text);
            return StoredRecord.Read<JudgeSpec>(root);
        }
        catch (InputException exception)
        {
            throw new InputException($"{path}: {exception.Message}", exception);
        }
        catch (YamlException exception)
        {
            throw new InputException(
                FormattableString.Invariant($"{path}, line {exception.Start.Line}: this is no YAML ({exception.Message.TrimEnd('.')})."),
                exception
            );
        }
        catch (Exception exception)
            when (exception is JsonException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} declares no judge ({exception.Message.TrimEnd('.')}).", exception);
        }
    }

    static JsonNode? Yaml(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream.Documents.Count == 1 ? Node(stream.Documents[0].RootNode, 0) : throw new InputException("it is not one document.");
    }

    static JsonNode? Node(YamlNode node, int depth) =>
        depth > Deepest
            ? throw new InputException(FormattableString.Invariant($"line {node.Start.Line} is nested too deeply."))
            : node switch
            {
                YamlMappingNode mapping => new JsonObject(
                    mapping.Children.Select(c => KeyValuePair.Create(c.Key.ToString(), Node(c.Value, depth + 1)))
                ),
                YamlSequenceNode items => new JsonArray([.. items.Children.Select(i => Node(i, depth + 1))]),
                YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" or "none" } => null,
                YamlScalarNode scalar => JsonValue.Create(scalar.Value),
                _ => throw new InputException(FormattableString.Invariant($"line {node.Start.Line} is an alias: write it out.")),
            };
}
