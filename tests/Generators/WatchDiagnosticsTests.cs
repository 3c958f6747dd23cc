namespace DcrDsl.Generators.Tests;

/// <summary>Every mistake in what is watched along a stage is reported at its place, in both notations, in the same words.</summary>
public class WatchDiagnosticsTests
{
    const string CSharpPrompts = "SeeminglyToxic = ToyWorld.WatchedSeeminglyToxic, Toxic = ToyWorld.WatchedToxic",
        YamlPrompts = "seeminglyToxic: ToyWorld.WatchedSeeminglyToxic, toxic: ToyWorld.WatchedToxic";

    public static TheoryData<string, string, string, string> Mistakes =>
        new()
        {
            {
                "DCR011",
                "Stage 'Align.Watch' has no Toxic; set Align.Watch.Toxic to a prompt source, for example ToyWorld.WatchedToxic",
                "new RefusalAlong { SeeminglyToxic = ToyWorld.WatchedSeeminglyToxic }",
                "type: RefusalAlong, seeminglyToxic: ToyWorld.WatchedSeeminglyToxic"
            },
            {
                "DCR064",
                "'Align' is watched on prompts that stage 'Align' trains on (Toxic); choose held-out prompts, "
                    + "or say so with InDistribution "
                    + "= true",
                "new RefusalAlong { SeeminglyToxic = ToyWorld.WatchedSeeminglyToxic, Toxic = ToyWorld.AlignmentRefusals }",
                "type: RefusalAlong, seeminglyToxic: ToyWorld.WatchedSeeminglyToxic, toxic: ToyWorld.AlignmentRefusals"
            },
            {
                "DCR064",
                "'Align' is watched on the prompts of task 'Toxic' (Toxic), and what one watches one chooses by; choose validation prompts",
                "new Separability { SeeminglyToxic = ToyWorld.WatchedSeeminglyToxic, Toxic = ToyWorld.ToxicPrompts }",
                "type: Separability, seeminglyToxic: ToyWorld.WatchedSeeminglyToxic, toxic: ToyWorld.ToxicPrompts"
            },
            {
                "DCR064",
                "'Align' watches 'RefusalAlong' twice, and readings are kept by that name; give one of the two another Name",
                $"new RefusalAlong {{ {CSharpPrompts} }}, new Separability {{ Name = \"RefusalAlong\", {CSharpPrompts} }}",
                $"type: RefusalAlong, {YamlPrompts} }}, {{ type: Separability, name: RefusalAlong, {YamlPrompts}"
            },
            {
                "DCR064",
                "'Align' watches the refusal probability of openers that are empty; name what a refusal begins with",
                $"new RefusalAlong {{ Openers = [], {CSharpPrompts} }}",
                $"type: RefusalAlong, openers: [], {YamlPrompts}"
            },
            {
                "DCR064",
                "'Align' watches the separability in 12 folds, and takes 10 prompts of Toxic; take more, or fewer Folds",
                "new Separability { Folds = 12, SeeminglyToxic = ToyWorld.WatchedSeeminglyToxic, Toxic = ToyWorld.WatchedToxic with "
                    + "{ Take = 10 } }",
                "type: Separability, folds: 12, seeminglyToxic: ToyWorld.WatchedSeeminglyToxic, toxic: { type: ToyWorldPrompts, part: "
                    + "Validation, class: Toxic, take: 10 }"
            },
            {
                "DCR005",
                "Layer 9 does not exist: the model 'ToyLlama' has 4",
                $"new Separability {{ Layers = [2, 9], {CSharpPrompts} }}",
                $"type: Separability, layers: [2, 9], {YamlPrompts}"
            },
            {
                "DCR006",
                "Every is -1; it must be from 0 to 1000000",
                $"new Separability {{ Every = -1, {CSharpPrompts} }}",
                $"type: Separability, every: -1, {YamlPrompts}"
            },
            {
                "DCR064",
                "'Align' watches the kernel coupling of the 577 largest logits of each prompt, and the base model's vocabulary has 576 "
                    + "tokens; lower TopK",
                $"new KernelCoupling {{ TopK = 577, {CSharpPrompts} }}",
                $"type: KernelCoupling, topK: 577, {YamlPrompts}"
            },
            {
                "DCR064",
                "'Align' watches the kernel coupling by the parameters of an adapter, and the stage trains none; give it one, or take "
                    + "other Parameters",
                $"new KernelCoupling {{ Parameters = TangentParameters.Lora, {CSharpPrompts} }}",
                $"type: KernelCoupling, parameters: TangentParameters.Lora, {YamlPrompts}"
            },
            {
                "DCR064",
                "'Align' watches the kernel coupling by the parameters that are named, and names none; give parts of names, for example "
                    + "self_attn.q_proj",
                $"new KernelCoupling {{ Parameters = new NamedParameters(), {CSharpPrompts} }}",
                $"type: KernelCoupling, parameters: NamedParameters, {YamlPrompts}"
            },
            {
                "DCR064",
                "'Align' watches the kernel coupling, which a class has with two prompts or more, and takes 1 of Toxic; take more",
                "new KernelCoupling { SeeminglyToxic = ToyWorld.WatchedSeeminglyToxic, Toxic = ToyWorld.WatchedToxic with { Take = 1 } }",
                "type: KernelCoupling, seeminglyToxic: ToyWorld.WatchedSeeminglyToxic, toxic: { type: ToyWorldPrompts, part: Validation, "
                    + "class: Toxic, take: 1 }"
            },
            {
                "DCR006",
                "TopK is 0; it must be at least 1",
                $"new KernelCoupling {{ TopK = 0, {CSharpPrompts} }}",
                $"type: KernelCoupling, topK: 0, {YamlPrompts}"
            },
            {
                "DCR044",
                "'Align.Toxic' are prompts of the class SeeminglyToxic",
                "new Separability { SeeminglyToxic = ToyWorld.WatchedSeeminglyToxic with { Part = ToyWorldPart.Evaluation }, Toxic = "
                    + "ToyWorld.WatchedSeeminglyToxic }",
                "type: Separability, seeminglyToxic: { type: ToyWorldPrompts, part: Pretraining, class: SeeminglyToxic }, toxic: "
                    + "ToyWorld.WatchedSeeminglyToxic"
            },
        };

    [Theory, MemberData(nameof(Mistakes))]
    public void One_sentence_each(string id, string sentence, string csharp, string yaml)
    {
        string declared = Declaration.CSharp(
                align: $"new() {{ General = ToyWorld.AlignmentGeneral, Refusals = ToyWorld.AlignmentRefusals, Watch = [{csharp}] }}"
            ),
            twin = Declaration.Yaml(
                align: "{ type: SupervisedFineTuning, general: ToyWorld.AlignmentGeneral, refusals: ToyWorld.AlignmentRefusals, watch: [{ "
                    + yaml
                    + " }] }"
            );
        Assert.Contains(Said(GeneratorRun.Of(declared), id), s => s.StartsWith(sentence, StringComparison.Ordinal));
        // The same, in the words of the other notation.
        Assert.Contains(
            Said(GeneratorRun.Of("", ("test.dcr.yaml", twin)), id),
            s => s.StartsWith(sentence.Replace(" = true", ": true"), StringComparison.OrdinalIgnoreCase)
        );
    }

    static IEnumerable<string> Said(GeneratorRun run, string id) =>
        run.Diagnostics.Where(d => d.Id == id).Select(d => d.GetMessage(System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void The_parameters_of_an_adapter_may_be_watched_where_one_is_trained()
    {
        string declared = Declaration.CSharp(
            align: "new() { General = ToyWorld.AlignmentGeneral, Refusals = ToyWorld.AlignmentRefusals, Adapter = new Lora(), Watch = [new "
                + $"KernelCoupling {{ Parameters = TangentParameters.Lora, {CSharpPrompts} }}] }}"
        );
        Assert.Empty(GeneratorRun.Of(declared).Diagnostics);
    }

    /// <summary>Readings on what was trained on are wanted at times, and said.</summary>
    [Fact]
    public void What_is_trained_on_may_be_watched_where_it_is_said()
    {
        string declared = Declaration.CSharp(
            align: "new() { General = ToyWorld.AlignmentGeneral, Refusals = ToyWorld.AlignmentRefusals, Watch = [new RefusalAlong { "
                + "SeeminglyToxic = ToyWorld.WatchedSeeminglyToxic, Toxic = ToyWorld.AlignmentRefusals, InDistribution = true }] }"
        );
        Assert.Empty(GeneratorRun.Of(declared).Diagnostics);
    }
}
