using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace DcrDsl.Generators.Tests.Snippets;

/// <summary>A block of YAML as a whole experiment: its keys, stages or options in place of those of the surroundings.</summary>
static class YamlSnippet
{
    static readonly string[] OfExperiments = ["experiment", "summary", "base", "stages", "arms", "sweep", "zip", "exclude", "seeds"];

    public static string File(Block block)
    {
        string text = block.Text;
        foreach (
            var (gap, filled) in (ReadOnlySpan<(string, string)>)
                [(@"\[ ?… ?\]", "[ToyWorld.Toxic]"), (@"^\s*…\n", ""), (@", …(?=[ ,}])|…, ", "")]
        )
            text = Regex.Replace(text, gap, filled, RegexOptions.Multiline);
        var given = Read(text);
        var whole = Read(
            $$"""
            experiment: x
            summary: Is this an example?
            base: {{(Surroundings.IsReal(text) ? "{ type: HuggingFace, path: '{model}' }" : "{ type: ToyLlama, layers: 4, width: 64 }")}}
            stages: {}
            arms: { STL: { role: Reference, Dcr: none }, DCR: { role: Subject } }
            seeds: [0]
            """
        );
        bool real = Surroundings.IsReal(text);
        bool isWhole = given.Children.ContainsKey("stages") && given.Children.ContainsKey("arms");
        var stages = (YamlMappingNode)whole["stages"];
        foreach (var (key, value) in given)
            if (key is not YamlScalarNode { Value: { } name })
                throw new InvalidOperationException($"{block.Place}: {key} is no name");
            else if (name == "stages")
                foreach (var (stage, options) in (YamlMappingNode)value)
                    stages.Add(stage, options);
            else if (OfExperiments.Contains(name))
                whole.Children[key] = value;
            else if (char.IsUpper(name[0]))
                stages.Add(key, Filled(value, real));
            else
                break;
        if (!given.Any(g => OfExperiments.Contains(g.Key.ToString()) || char.IsUpper(g.Key.ToString()[0])))
            Put(block, given, stages, real);
        whole.Children["experiment"] = block.Name;
        whole.Children["stages"] = isWhole ? stages : InOrder(stages, real);
        using var written = new StringWriter();
        new YamlStream(new YamlDocument(whole)).Save(written, assignAnchors: false);
        return written.ToString();
    }

    /// <summary>The stages of the surroundings with those given among them.</summary>
    static YamlMappingNode InOrder(YamlMappingNode given, bool real)
    {
        var all = new YamlMappingNode();
        foreach (var (stage, record, options) in Surroundings.Stages)
            if (given.Children.TryGetValue(stage, out var own))
                all.Add(stage, own);
            else if (Surroundings.Always.Contains(stage))
                all.Add(stage, With(record, options, new YamlMappingNode(), real));
        Assert.True(
            given.Children.Keys.All(all.Children.ContainsKey),
            $"stages that the surroundings do not know: {string.Join(", ", given.Children.Keys)}"
        );
        return all;
    }

    /// <summary>A stage with what it cannot be without: a page may leave that out by <c>…</c>.</summary>
    static YamlNode Filled(YamlNode stage, bool real) =>
        stage is YamlMappingNode mapping
        && mapping.Children.TryGetValue("type", out var type)
        && Surroundings.Stages.FirstOrDefault(s => s.Record.Name == type.ToString()) is { Record: { } record } known
            ? With(record, known.Options, mapping, real)
            : stage;

    /// <summary>Options, or a record by its type, into the stage that has such.</summary>
    static void Put(Block block, YamlMappingNode given, YamlMappingNode stages, bool real)
    {
        string? type = given.Children.TryGetValue("type", out var written) ? written.ToString() : null;
        var names = given.Children.Keys.Select(k => k.ToString()).Where(k => k != "type").Select(n => char.ToUpperInvariant(n[0]) + n[1..]);
        var (record, stage, within, options) = Surroundings.Inner.FirstOrDefault(i =>
            (type is null || i.Record.Name == type) && names.All(n => i.Record.GetProperty(n) is not null)
        );
        Assert.True(record is not null, $"{block.Place}: no record of Surroundings.Inner has all of {string.Join(", ", names)}.");
        var filled = With(record, options, given, real);
        if (within.Length == 0)
            stages.Add(stage, filled);
        else
        {
            var (_, grid, ofGrid) = Surroundings.Stages.Single(s => s.Stage == stage);
            stages.Add(stage, With(grid, ofGrid, new YamlMappingNode { { Option(within), new YamlSequenceNode(filled) } }, real));
        }
    }

    static YamlMappingNode With(Type record, (string Option, string CSharp, string Yaml)[] options, YamlMappingNode given, bool real)
    {
        var all = new YamlMappingNode { { "type", record.Name } };
        foreach (var (option, _, yaml) in options)
            if (!given.Children.ContainsKey(Option(option)) && (option != "Judge" || real))
                all.Add(Option(option), Read($"x: {yaml}")["x"]);
        foreach (var (key, value) in given.Where(g => g.Key.ToString() != "type"))
            all.Add(key, value);
        return all;
    }

    static string Option(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    static YamlMappingNode Read(string text)
    {
        var stream = new YamlStream();
        stream.Load(new Parser(new StringReader(text)));
        return (YamlMappingNode)stream.Documents[0].RootNode;
    }
}
