using DcrDsl.Generators.Model;
using DcrDsl.Generators.Parsing;
using Microsoft.CodeAnalysis;

namespace DcrDsl.Generators.Yaml;

static class YamlParser
{
    public static ExperimentDraft? Parse(AdditionalText file, string rootNamespace, List<DiagnosticInfo> diagnostics, CancellationToken cancellation) => null;

    public static Place NamePlace(AdditionalText file, CancellationToken cancellation) => new(file.Path, default, default);
}
