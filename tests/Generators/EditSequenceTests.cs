using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DcrDsl.Generators.Tests;

/// <summary>Whatever was edited before, in whatever order, the generator gives what a fresh compilation gives.</summary>
public class EditSequenceTests
{
    /// <summary>What a file may hold, as declarations that are valid, wrong, moved, or no experiment at all.</summary>
    static readonly Dictionary<string, string[]> Contents = new()
    {
        ["Experiment.cs"] =
        [
            Declaration.CSharp(),
            Declaration.CSharp(learn: "new() { Data = ToyWorld.Pretraining, Steps = Shared.Steps }"),
            Declaration.CSharp(before: "// A line above moves everything.\n"),
            Declaration.CSharp(
                dcr: "new() { SeeminglyToxic = ToyWorld.RefinementSeeminglyToxic, Toxic = ToyWorld.RefinementToxic, Layer = 9 }"
            ),
            Declaration.CSharp(attributes: "[DcrExperiment(\"second\")]"),
            "class Nothing;",
        ],
        ["Shared.cs"] =
        [
            "static class Shared { public const int Steps = 5; }",
            "static class Shared { public const int Steps = 6; }",
            "static class Shared { }",
            "record ToyLlama;",
        ],
        ["Own.cs"] =
        [
            "class Later;",
            Own(),
            Own(option: "public double Margin { get; init; } = 0.75;"),
            Own(option: "public double Margin { get; init; } = Math.Sqrt(2);"),
            Own(function: "Lost"),
            "// Moved.\n" + Own(),
        ],
        ["User.cs"] =
        [
            "class Unused;",
            Declaration
                .CSharp(
                    attributes: "[DcrExperiment(\"user\")]",
                    dcr: "new() { SeeminglyToxic = ToyWorld.RefinementSeeminglyToxic, Toxic = ToyWorld.RefinementToxic, Objective "
                        + "= new OwnLoss() }"
                )
                .Replace("Test", "User"),
        ],
        ["own.dcr.yaml"] =
        [
            Declaration.Yaml(
                name: "own",
                dcr: "{ type: ContrastiveRefinement, seeminglyToxic: ToyWorld.RefinementSeeminglyToxic, toxic: "
                    + "ToyWorld.RefinementToxic, objective: OwnLoss }"
            ),
            "",
        ],
        ["first.dcr.yaml"] =
        [
            Declaration.Yaml(name: "first"),
            "# Moved.\n" + Declaration.Yaml(name: "first"),
            Declaration.Yaml(name: "first", seeds: "[0, 0]"),
            "experiment: [",
            "",
            Declaration.Yaml(name: "test"),
        ],
        ["second.dcr.yaml"] =
        [
            Declaration.Yaml(name: "second"),
            Declaration.Yaml(name: "second", rest: "sweep: { Dcr.layer: [1, 2] }"),
            Declaration.Yaml(name: "first"),
        ],
    };

    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void Edits_in_any_order_give_what_a_fresh_compilation_gives(int seed)
    {
        var random = new Random(seed);
        var now = Contents.ToDictionary(c => c.Key, c => c.Value[0]);
        var run = Fresh(now);
        var yaml = run.Yaml.ToDictionary(y => y.Path);
        for (int edit = 0; edit < 25; edit++)
        {
            string file = Contents.Keys.ElementAt(random.Next(Contents.Count));
            string text = Contents[file][random.Next(Contents[file].Length)];
            now[file] = text;
            run = IsYaml(file) ? run.Again(drive: ReplacedYaml) : run.Again(edit: ReplacedSource);
            Assert.Equal(Told(Fresh(now)), Told(run));

            GeneratorDriver ReplacedYaml(GeneratorDriver driver)
            {
                var before = yaml[file];
                return driver.ReplaceAdditionalText(before, yaml[file] = new GeneratorRun.YamlFile(file, text));
            }

            Compilation ReplacedSource(Compilation compilation) =>
                compilation.ReplaceSyntaxTree(
                    compilation.SyntaxTrees.Single(t => t.FilePath == file),
                    CSharpSyntaxTree.ParseText(text, GeneratorRun.ParseOptions, file, System.Text.Encoding.UTF8)
                );
        }
    }

    static GeneratorRun Fresh(Dictionary<string, string> files) =>
        GeneratorRun.Of(
            files.Where(f => !IsYaml(f.Key)).Select(f => (f.Key, f.Value)),
            [.. files.Where(f => IsYaml(f.Key)).Select(f => (f.Key, f.Value))]
        );

    static bool IsYaml(string file) => file.EndsWith(".yaml", StringComparison.Ordinal);

    /// <summary>All that a build would show of the generator: its files and its diagnostics with their places.</summary>
    static string Told(GeneratorRun run) =>
        string.Join(
            "\n",
            run.Diagnostics.Select(d => d.ToString())
                .Order(StringComparer.Ordinal)
                .Concat(
                    run.Result.GeneratedSources.OrderBy(s => s.HintName, StringComparer.Ordinal)
                        .Select(s => $"{s.HintName}\n{s.SourceText}")
                )
        );

    static string Own(string option = "public double Margin { get; init; } = 0.5;", string function = "Hinge") =>
        $$"""
            using DcrDsl.Specs;
            [RuntimeCall("OwnLosses.{{function}}")] public sealed record OwnLoss : ContrastiveObjective { {{option}} }
            static class OwnLosses { public static TorchSharp.torch.Tensor Hinge(TorchSharp.torch.Tensor z,
                TorchSharp.torch.Tensor labels, double margin) => z; }
            """;
}
