using System.Globalization;
using Microsoft.CodeAnalysis;

namespace DcrDsl.Generators.Tests;

/// <summary>
/// Held-out prompts of a refinement in both notations: what is generated of them, and every mistake in them at its place, in the same
/// words.
/// </summary>
public class DiscernmentTests
{
    const string CSharpPrompts = "SeeminglyToxic = ToyWorld.WatchedSeeminglyToxic, Toxic = ToyWorld.WatchedToxic",
        YamlPrompts = "seeminglyToxic: ToyWorld.WatchedSeeminglyToxic, toxic: ToyWorld.WatchedToxic";

    public static TheoryData<string, string, string, string> Mistakes =>
        new()
        {
            {
                "DCR011",
                "Stage 'Dcr.Discernment' has no Toxic; set Dcr.Discernment.Toxic to a prompt source, for example ToyWorld.WatchedToxic",
                "Discernment = new() { SeeminglyToxic = ToyWorld.WatchedSeeminglyToxic }",
                "discernment: { seeminglyToxic: ToyWorld.WatchedSeeminglyToxic }"
            },
            {
                "DCR011",
                "Stage 'Dcr.Discernment' has no SeeminglyToxic",
                "Discernment = new() { StopWhen = new() { Auc = 0.9 } }",
                "discernment: { stopWhen: { auc: 0.9 } }"
            },
            {
                "DCR044",
                "'Dcr.Toxic' are prompts of the class SeeminglyToxic",
                "Discernment = new() { SeeminglyToxic = ToyWorld.WatchedSeeminglyToxic, Toxic = ToyWorld.WatchedSeeminglyToxic }",
                "discernment: { seeminglyToxic: ToyWorld.WatchedSeeminglyToxic, toxic: ToyWorld.WatchedSeeminglyToxic }"
            },
            {
                "DCR064",
                "'Dcr' is watched on prompts that stage 'Dcr' trains on (Toxic); choose held-out prompts, or say so with InDistribution "
                    + "= true",
                "Discernment = new() { SeeminglyToxic = ToyWorld.WatchedSeeminglyToxic, Toxic = ToyWorld.RefinementToxic }",
                "discernment: { seeminglyToxic: ToyWorld.WatchedSeeminglyToxic, toxic: ToyWorld.RefinementToxic }"
            },
            {
                "DCR064",
                "'Dcr' is watched on the prompts of task 'Toxic' (Toxic), and what one watches one chooses by; choose validation prompts",
                "Discernment = new() { SeeminglyToxic = ToyWorld.WatchedSeeminglyToxic, Toxic = ToyWorld.ToxicPrompts }",
                "discernment: { seeminglyToxic: ToyWorld.WatchedSeeminglyToxic, toxic: ToyWorld.ToxicPrompts }"
            },
            {
                "DCR064",
                "'Dcr' watches the separability in 12 folds, and takes 10 prompts of Toxic; take more, or fewer Folds",
                "Discernment = new() { Folds = 12, SeeminglyToxic = ToyWorld.WatchedSeeminglyToxic, Toxic = ToyWorld.WatchedToxic with "
                    + "{ Take = 10 } }",
                "discernment: { folds: 12, seeminglyToxic: ToyWorld.WatchedSeeminglyToxic, toxic: { type: ToyWorldPrompts, part: "
                    + "Validation, class: Toxic, take: 10 } }"
            },
            {
                "DCR005",
                "Layer 9 does not exist: the model 'ToyLlama' has 4",
                $"Discernment = new() {{ ChooseLayer = new() {{ Layers = [2, 9] }}, {CSharpPrompts} }}",
                $"discernment: {{ chooseLayer: {{ layers: [2, 9] }}, {YamlPrompts} }}"
            },
            {
                "DCR006",
                "A layer of Layers is 0; it must be at least 1",
                $"Discernment = new() {{ ChooseLayer = new() {{ Layers = [0, 1] }}, {CSharpPrompts} }}",
                $"discernment: {{ chooseLayer: {{ layers: [0, 1] }}, {YamlPrompts} }}"
            },
            {
                "DCR053",
                "'Layer' is not read beside ChooseLayer, which says ℓ in its place; leave out one of the two",
                $"Layer = 3, Discernment = new() {{ ChooseLayer = new(), {CSharpPrompts} }}",
                $"layer: 3, discernment: {{ chooseLayer: {{}}, {YamlPrompts} }}"
            },
            {
                "DCR053",
                "'LayerDepth' is not read beside ChooseLayer, which says ℓ in its place; leave out one of the two",
                $"LayerDepth = 0.5, Discernment = new() {{ ChooseLayer = new(), {CSharpPrompts} }}",
                $"layerDepth: 0.5, discernment: {{ chooseLayer: {{}}, {YamlPrompts} }}"
            },
            {
                "DCR053",
                "'Layer' is not read beside LayerDepth, which says ℓ in its place; leave out one of the two",
                "Layer = 3, LayerDepth = 0.5",
                "layer: 3, layerDepth: 0.5"
            },
            {
                "DCR055",
                "Stage 'Dcr' reads layer 1 and trains nothing above it, and its adapter is to change layer 2",
                "Adapter = new Lora { Layers = [1, 2] }, "
                    + $"Discernment = new() {{ ChooseLayer = new() {{ Layers = [2, 1] }}, {CSharpPrompts} }}",
                $"adapter: {{ type: Lora, layers: [1, 2] }}, discernment: {{ chooseLayer: {{ layers: [2, 1] }}, {YamlPrompts} }}"
            },
            { "DCR006", "LayerDepth is 0; it must be above 0 and at most 1", "LayerDepth = 0", "layerDepth: 0" },
            {
                "DCR053",
                "'StopWhen' looks 3 × every 50 steps, and the stage has 120; lower Every, or leave it out",
                $"Discernment = new() {{ StopWhen = new() {{ Every = 50, InARow = 3 }}, {CSharpPrompts} }}",
                $"discernment: {{ stopWhen: {{ every: 50, inARow: 3 }}, {YamlPrompts} }}"
            },
        };

    [Theory, MemberData(nameof(Mistakes))]
    public void One_sentence_each(string id, string sentence, string csharp, string yaml)
    {
        Assert.Contains(Said(CSharp(csharp), id), s => s.StartsWith(sentence, StringComparison.Ordinal));
        // The same, in the words of the other notation.
        Assert.Contains(Said(Yaml(yaml), id), s => s.StartsWith(sentence.Replace(" = true", ": true"), StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void A_chosen_layer_is_the_layer_of_all_that_follows()
    {
        var run = CSharp(
            $"General = ToyWorld.RefinementGeneral, Retain = [new HiddenStateDistance(), new OutputDivergence()], Adapter = new Lora {{ "
                + $"Layers = [1] }}, Watch = [new Separability {{ {CSharpPrompts} }}], Discernment = new() {{ ChooseLayer = new() {{ "
                + $"Layers = [1, 2] }}, StopWhen = new(), Every = 5, {CSharpPrompts} }}"
        );
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.BuildDiagnostics);
        string program = run.File("Test.Program.g.cs");
        Assert.Contains("int chosenLayer = heldOut.ChooseLayer([1, 2]);", program);
        Assert.Contains("throughLayer: chosenLayer", program);
        Assert.Contains("UntouchedModel.StatesAfter(model, texts, layer: chosenLayer,", program);
        Assert.Contains("model.Decoder.ForwardAfter(kept, drawn.Tokens, layer: chosenLayer)", program);
        Assert.DoesNotContain("layer: 2", program, StringComparison.Ordinal);
        Assert.Contains(
            "if (heldOut.AreSeparated(step, steps, auc: 0.95, every: 10, inARow: 1))\n                break;",
            program.ReplaceLineEndings("\n")
        );
        // A stage that ends early is watched at its end too.
        Assert.Contains(
            "heldOut.End(steps);\n        run.Watch(heldOut.StepsMade, heldOut.StepsMade, model);",
            program.ReplaceLineEndings("\n")
        );
    }

    [Fact]
    public void A_layer_by_depth_can_be_swept_beside_the_layer_itself()
    {
        var run = Yaml("layerDepth: 0.5", rest: "sweep: { Dcr.layerDepth: [none, 0.25] }");
        AssertNoMistake(run);
        Assert.Empty(run.BuildDiagnostics);
        Assert.Contains(
            "int chosenLayer = layerDepth is null ? 2 : model.Decoder.LayerAtDepth(layerDepth.Value);",
            run.File("Test.Program.g.cs")
        );
    }

    /// <summary>What may leave the saddle within one source is a line each.</summary>
    [Theory]
    [InlineData("Dcr.objective: [CircleLoss, SupConLoss, { type: CircleLoss, scale: 8 }]")]
    [InlineData("Dcr.objective.scale: [80, 32, 8, 2]")]
    [InlineData("Dcr.batch: [32, 64, 256]")]
    [InlineData("Dcr.pooling: [LastPromptToken, Mean]")]
    [InlineData("Dcr.steps: [60, 240]")]
    [InlineData("Dcr.layer: [1, 2, 3]")]
    [InlineData("Dcr.layerDepth: [0.25, 0.5]")]
    [InlineData("Dcr.learningRate: [1e-5, 3e-5, 1e-4]")]
    [InlineData("Dcr.discernment.every: [0, 10]")]
    [InlineData("Dcr.discernment.stopWhen.auc: [0.8, 0.95]")]
    public void What_may_leave_the_saddle_is_swept_in_a_line(string sweep)
    {
        string stops = sweep.Contains("stopWhen", StringComparison.Ordinal) ? "stopWhen: {}, " : "";
        var run = Yaml($"discernment: {{ {stops}{YamlPrompts} }}", rest: $"sweep: {{ {sweep} }}");
        AssertNoMistake(run);
        Assert.Empty(run.BuildDiagnostics);
    }

    /// <summary>Both notations give one loop.</summary>
    [Fact]
    public void Twins_generate_the_same()
    {
        var (csharp, yaml) = (
            CSharp($"Discernment = new() {{ Every = 5, ChooseLayer = new(), StopWhen = new() {{ Auc = 0.9 }}, {CSharpPrompts} }}"),
            Yaml($"discernment: {{ every: 5, chooseLayer: {{}}, stopWhen: {{ auc: 0.9 }}, {YamlPrompts} }}")
        );
        Assert.Empty(csharp.Diagnostics.Concat(yaml.Diagnostics));
        Assert.Equal(Loop(csharp), Loop(yaml));

        static string Loop(GeneratorRun run)
        {
            string program = run.File("Test.Program.g.cs");
            int begin = program.IndexOf("public static void RunDcr", StringComparison.Ordinal);
            return program[begin..program.IndexOf("public static void RunAlign", begin, StringComparison.Ordinal)];
        }
    }

    /// <summary>That an arm without the stage is not swept is told, and no mistake.</summary>
    static void AssertNoMistake(GeneratorRun run) => Assert.Empty(run.Diagnostics.Where(d => d.Severity > DiagnosticSeverity.Info));

    static GeneratorRun CSharp(string options) =>
        GeneratorRun.Of(
            Declaration.CSharp(
                dcr: $"new() {{ SeeminglyToxic = ToyWorld.RefinementSeeminglyToxic, Toxic = ToyWorld.RefinementToxic, {options} }}"
            )
        );

    static GeneratorRun Yaml(string options, string rest = "") =>
        GeneratorRun.Of(
            "",
            (
                "test.dcr.yaml",
                Declaration.Yaml(
                    dcr: "{ type: ContrastiveRefinement, seeminglyToxic: ToyWorld.RefinementSeeminglyToxic, "
                        + "toxic: ToyWorld.RefinementToxic, "
                        + options
                        + " }",
                    rest: rest
                )
            )
        );

    static IEnumerable<string> Said(GeneratorRun run, string id) =>
        run.Diagnostics.Where(d => d.Id == id).Select(d => d.GetMessage(CultureInfo.InvariantCulture));
}
