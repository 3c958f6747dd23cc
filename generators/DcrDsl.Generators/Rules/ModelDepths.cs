using System.Globalization;
using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Draft;
using DcrDsl.Generators.Values;
using DcrDsl.Generators.Yaml;
using DcrDsl.Specs;
using Microsoft.CodeAnalysis;

namespace DcrDsl.Generators.Rules;

/// <summary>Holds layers of Hugging Face models to the depth that their config.json tells, where the build has it as an additional
/// file.</summary>
static class ModelDepths
{
    public static bool IsConfig(AdditionalText file) => DeclaredPath.Parts(file.Path).LastOrDefault() == "config.json";

    /// <summary>The model's depth; null: the file does not tell one. JSON is YAML too.</summary>
    public static ModelConfig? Read(AdditionalText file, CancellationToken cancellation) =>
        file.GetText(cancellation) is { } text
        && new YamlText(file.Path, text).Read([]) is YamlMapping root
        && root["num_hidden_layers"] is YamlScalar { Value: var depth }
        && int.TryParse(depth, NumberStyles.None, CultureInfo.InvariantCulture, out int blocks)
            ? new ModelConfig(file.Path.Substring(0, file.Path.Length - "config.json".Length), blocks)
            : null;

    /// <summary>What is wrong with a layer: it lies beyond the deepest model that the declared path can mean.</summary>
    public static DiagnosticInfo? Check(DeepLayer layer, IEnumerable<ModelConfig> configs)
    {
        int depth = configs.Where(c => DeclaredPath.MayMean(layer.Path, c.Folder)).Select(c => c.Depth).DefaultIfEmpty(int.MaxValue).Max();
        return layer.Layer <= depth
            ? null
            : DiagnosticInfo.Of(Descriptors.LayerOutOfRange, layer.Place, Text.Label(layer.Layer), nameof(HuggingFace), Text.Label(depth));
    }
}
