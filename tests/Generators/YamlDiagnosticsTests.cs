namespace DcrDsl.Generators.Tests;

/// <summary>Every mistake in a YAML declaration is reported at its line and column.</summary>
public class YamlDiagnosticsTests
{
    static string Preferred(string options, string tasks = "ToyWorld.Toxic") =>
        Declaration.Yaml(
            align: $"{{ type: PreferenceTuning, {options} }}",
            score: $"{{ type: EvaluationGrid, tasks: [{tasks}] }}",
            arms: "\n  DPO:"
        );

    const string Steer = "toxic: ToyWorld.RefinementToxic, general: ToyWorld.AlignmentGeneral",
        Cut = Steer + ", overRefused: ToyWorld.RefinementSeeminglyToxic";

    const string Chain = "toxic: ToyWorld.RefinementToxic, harmless: ToyWorld.RefinementSeeminglyToxic";

    static string Steered(string type, string options) =>
        Declaration.Yaml(
            align: "{ type: SupervisedFineTuning, general: ToyWorld.AlignmentGeneral, refusals: ToyWorld.AlignmentRefusals }\n  Steer: { "
                + $"{type}, {options} }}"
        );

    static string Concluded(string inference) =>
        Declaration.Yaml(
            score: $"{{ type: EvaluationGrid, tasks: [ToyWorld.SeeminglyToxic, ToyWorld.Toxic], inference: {{ {inference} }} }}"
        );

    static string Refined(string options) =>
        Declaration.Yaml(
            dcr: "{ type: ContrastiveRefinement, seeminglyToxic: ToyWorld.RefinementSeeminglyToxic, toxic: ToyWorld.RefinementToxic, "
                + options
                + " }"
        );

    public static TheoryData<string, string> Mistakes =>
        new()
        {
            { "a comparison of an unknown arm", Concluded("family: { arms: {|DCR069:[DRC]|} }") },
            { "a comparison by what is not measured", Concluded("family: { metrics: {|DCR069:[ComplianceRate, Accuracy]|} }") },
            {
                "a win rate against an unknown arm",
                Declaration.Yaml(
                    score: "{ type: EvaluationGrid, tasks: [ToyWorld.Toxic, ToyWorld.General], winRate: { against: {|DCR069:SLT|}, "
                        + "backend: { type: RecordedAnswers, path: a.jsonl } } }"
                )
            },
            {
                "a win rate without general prompts",
                Declaration.Yaml(
                    score: "{ type: EvaluationGrid, tasks: [ToyWorld.Toxic], winRate: {|DCR069:{ rubric: PairRubrics.AfterMTBench }|} }"
                )
            },
            { "a metric that there is not", Concluded("family: { metrics: [{|DCR014:Complianc|}] }") },
            { "a margin of 0", Concluded("margin: {|DCR006:0|}") },
            { "prompts without two answers", Preferred("pairs: {|DCR033:ToyWorld.AlignmentGeneral|}") },
            {
                "a task of prompts without two answers",
                Preferred("pairs: ToyWorld.PreferencePairs", "{ type: PreferenceTask, name: P, pairs: {|DCR033:ToyWorld.GeneralPrompts|} }")
            },
            { "a beta of 0", Preferred("pairs: ToyWorld.PreferencePairs, objective: { type: Ipo, beta: {|DCR006:0|} }") },
            {
                "half of the labels the wrong way round",
                Preferred("pairs: ToyWorld.PreferencePairs, objective: { type: ConservativeDpo, labelSmoothing: {|DCR006:0.5|} }")
            },
            { "an unknown reference", Preferred("pairs: ToyWorld.PreferencePairs, reference: {|DCR028:Score|}") },
            { "a share of a direction folded", Steered("type: Surgical", Cut + ", share: 0.5, fold: {|DCR056:true|}") },
            { "an added direction folded", Steered("type: Surgical", Cut + ", addition: { strength: 0.4 }, fold: {|DCR056:true|}") },
            { "no word to know a refusal by", Steered("type: Surgical", Cut + ", refusalOpeners: {|DCR056:[]|}") },
            { "a start behind the end", Steered("type: Surgical", Cut + ", startLayer: {|DCR056:4|}") },
            { "a fraction that gives no block", Steered("type: Scans", Steer + ", firstSteeredDepth: {|DCR056:1|}") },
            { "a last block before the first", Steered("type: Scans", Steer + ", firstSteered: {|DCR056:3|}, lastSteered: 2") },
            { "scored blocks that end before they begin", Steered("type: Scans", Steer + ", firstScored: {|DCR056:3|}, lastScored: 2") },
            { "no word to score a query by", Steered("type: Scans", Steer + ", suffix: {|DCR056:\"\"|}") },
            { "rules without triggers", Steered("type: RuleTriggers", "phrases: {|DCR058:[]|}") },
            { "an empty trigger", Steered("type: RuleTriggers", "phrases: {|DCR058:[kill, \" \"]|}") },
            { "an empty path of triggers", Steered("type: RuleTriggers", "file: {|DCR050:\"\"|}") },
            { "a refusal without words", Steered("type: RuleTriggers", "phrases: [kill], refusal: {|DCR058:\" \"|}") },
            { "a classifier of one class", Steered("type: ClassifierChain", "toxic: {|DCR058:ToyWorld.RefinementToxic|}") },
            { "a classifier of harmless prompts", Steered("type: ClassifierChain", "harmless: {|DCR058:ToyWorld.AlignmentGeneral|}") },
            { "a chain of nothing", Steered("type: ClassifierChain", "answerPhrases: {|DCR058:[]|}") },
            { "a threshold that nothing meets", Steered("type: ClassifierChain", Chain + ", threshold: {|DCR058:1|}") },
            { "a classified layer that the model lacks", Steered("type: ClassifierChain", Chain + ", layer: {|DCR005:9|}") },
            { "a critique of no answer", Steered("type: CritiqueAndRevise", "critique: {|DCR058:Criticise!|}") },
            { "a revision by no critique", Steered("type: CritiqueAndRevise", "revision: {|DCR058:\"Again {answer}\"|}") },
            {
                "a guard around a model that still changes",
                Declaration.Yaml(
                    align: "{|DCR058:{ type: RuleTriggers, phrases: [kill] }|}\n  Later: { type: SupervisedFineTuning, general: "
                        + "ToyWorld.AlignmentGeneral, refusals: ToyWorld.AlignmentRefusals }"
                )
            },
            { "a steered layer that the model lacks", Steered("type: Scans", Steer + ", lastSteered: {|DCR005:9|}") },
            {
                "layers beside a pattern for whole names",
                Declaration.Yaml(
                    align: "{ type: SupervisedFineTuning, general: ToyWorld.AlignmentGeneral, refusals: ToyWorld.AlignmentRefusals, "
                        + "adapter: { type: Lora, targetPattern: .*q_proj, layers: {|DCR053:[1]|} } }"
                )
            },
            {
                "a factor that is about nothing",
                Declaration.Yaml(
                    learn: "{ type: Pretrain, data: ToyWorld.Pretraining, optimiser: { type: AdamW, rateFactors: "
                        + "[{ modules: {|DCR053:\"\"|}, factor: 2 }] } }"
                )
            },
            { "a model held on general prompts that are not there", Refined("retain: {|DCR011:[OutputDivergence]|}") },
            { "two terms of one kind", Refined("retain: {|DCR054:[WeightDistance, { type: WeightDistance, weight: 2 }]|}") },
            { "a term of no weight", Refined("retain: [{ type: WeightDistance, weight: {|DCR006:0|} }]") },
            { "a miner with a negative slack", Refined("objective: { mining: { type: MultiSimilarityMiner, epsilon: {|DCR006:-0.1|} } }") },
            { "an adapter above the refined layer", Refined("layer: 1, adapter: { type: Lora, layers: {|DCR055:[1, 2]|} }") },
            {
                "a sweep of a misspelt term",
                Declaration.Yaml(arms: "\n  DCR:", rest: "sweep: { {|DCR008:Dcr.retain.hiddenStateDistanse.weight|}: [1] }")
            },
            { "a misspelt key", Declaration.Yaml(learn: "{ type: Pretrain, data: ToyWorld.Pretraining, {|DCR013:stepz|}: 10 }") },
            { "a refinement in parts", Refined("{|DCR013:accumulate|}: 2") },
            { "a sweep over parts of a refinement", Declaration.Yaml(rest: "sweep: { {|DCR008:Dcr.accumulate|}: [1, 2] }") },
            { "no part at all", Declaration.Yaml(learn: "{ type: Pretrain, data: ToyWorld.Pretraining, accumulate: {|DCR006:0|} }") },
            { "a misspelt part", Declaration.Yaml(rest: "{|DCR013:sweeps|}: {}") },
            { "a misspelt stage in an arm", Declaration.Yaml(arms: "\n  DCR: { {|DCR013:Dct|}: none }") },
            { "a misspelt member", Declaration.Yaml(learn: "{ type: Pretrain, data: {|DCR014:ToyWorld.Pretrainig|} }") },
            { "a misspelt type", Declaration.Yaml(learn: "{ type: {|DCR014:Pretrian|}, data: ToyWorld.Pretraining }") },
            {
                "a misspelt enum member",
                Declaration.Yaml(
                    dcr: "{ type: ContrastiveRefinement, seeminglyToxic: ToyWorld.RefinementSeeminglyToxic, toxic: "
                        + "ToyWorld.RefinementToxic, pooling: {|DCR014:Meen|} }"
                )
            },
            { "text for a number", Declaration.Yaml(learn: "{ type: Pretrain, data: ToyWorld.Pretraining, steps: {|DCR014:many|} }") },
            {
                "a fraction for a whole number",
                Declaration.Yaml(learn: "{ type: Pretrain, data: ToyWorld.Pretraining, steps: {|DCR014:1.5|} }")
            },
            { "a list for a number", Declaration.Yaml(learn: "{ type: Pretrain, data: ToyWorld.Pretraining, steps: {|DCR014:[1]|} }") },
            { "a stage without a type", Declaration.Yaml(learn: "{|DCR014:{ data: ToyWorld.Pretraining }|}") },
            { "an unclosed bracket", "experiment: test\nseeds: [0, 1\n{|DCR015:|}arms: }\n" },
            { "an unknown anchor", "experiment: test\nseeds: {|DCR015:*nowhere|}\n" },
            { "an empty file", "{|DCR015:|}" },
            { "a duplicate key", "experiment: test\nseeds: [0]\n{|DCR015:seeds|}: [1]\n" },
            { "no arms", Declaration.Yaml(name: "{|DCR016:test|}", arms: "none") },
            { "no steps", Declaration.Yaml(learn: "{ type: Pretrain, data: ToyWorld.Pretraining, steps: {|DCR006:0|} }") },
            {
                "a layer beyond the model",
                Declaration.Yaml(
                    dcr: "{ type: ContrastiveRefinement, seeminglyToxic: ToyWorld.RefinementSeeminglyToxic, toxic: "
                        + "ToyWorld.RefinementToxic, layer: {|DCR005:12|} }"
                )
            },
            { "a layer beyond the model in a sweep", Declaration.Yaml(arms: "\n  DCR:", rest: "sweep: { Dcr.layer: [1, {|DCR005:8|}] }") },
            { "two arms in one role", Declaration.Yaml(arms: "\n  DCR: { role: Subject }\n  {|DCR027:late|}: { role: Subject }") },
            { "an unknown role", Declaration.Yaml(arms: "\n  DCR: { role: {|DCR014:Subjct|} }") },
            { "an empty sweep", Declaration.Yaml(arms: "\n  DCR:", rest: "sweep: { {|DCR007:Dcr.layer|}: [] }") },
            {
                "a misspelt layout",
                Declaration.Yaml(
                    align: "{ type: SupervisedFineTuning, general: { type: PromptFile, path: a.json, layout: {|DCR014:Alpacca|} }, "
                        + "refusals: ToyWorld.AlignmentRefusals }"
                )
            },
            {
                "a layout whose class was left out",
                Declaration.Yaml(
                    dcr: "{ type: ContrastiveRefinement, seeminglyToxic: ToyWorld.RefinementSeeminglyToxic, toxic: { type: PromptFile, "
                        + "path: a.csv, layout: {|DCR030:AdvBench|} } }"
                )
            },
            { "a missing source", Declaration.Yaml(dcr: "{|DCR011:{ type: ContrastiveRefinement, toxic: ToyWorld.RefinementToxic }|}") },
            {
                "a real model without a judge",
                Declaration.Yaml(model: "HuggingFace", score: "{|DCR060:{ type: EvaluationGrid, tasks: [ToyWorld.Toxic] }|}")
            },
            {
                "a real model judged by nobody",
                Declaration.Yaml(model: "HuggingFace", score: "{ type: EvaluationGrid, tasks: [ToyWorld.Toxic], judge: {|DCR060:none|} }")
            },
            {
                "a real model judged by the toy's words",
                Declaration.Yaml(
                    model: "HuggingFace",
                    score: "{ type: EvaluationGrid, tasks: [ToyWorld.Toxic], judge: {|DCR061:ToyWorld.Judge|} }"
                )
            },
            {
                "a comparison with nothing",
                Declaration.Yaml(
                    score: "{ type: EvaluationGrid, tasks: [{ name: Mine, prompts: { type: PromptFile, path: a.csv }, "
                        + "comparison: {|DCR062:SameNumber|} }] }"
                )
            },
            {
                "a batch too small",
                Declaration.Yaml(
                    dcr: "{ type: ContrastiveRefinement, seeminglyToxic: ToyWorld.RefinementSeeminglyToxic, toxic: "
                        + "ToyWorld.RefinementToxic, batch: {|DCR010:2|} }"
                )
            },
            { "a negative seed", Declaration.Yaml(seeds: "[{|DCR017:-1|}]") },
            { "text for a seed", Declaration.Yaml(seeds: "[{|DCR014:one|}]") },
            { "a name with capitals", Declaration.Yaml(name: "{|DCR020:Test|}") },
            { "a stage in lower case", Declaration.Yaml().Replace("  Learn:", "  {|DCR020:learn|}:") },
            { "an arm from nowhere", Declaration.Yaml(arms: "\n  DCR: { from: {|DCR014:STL|} }") },
            { "an exclusion of no axis", Declaration.Yaml(rest: "exclude: {|DCR018:{ Dcr.layer: 3 }|}") },
        };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public Task It_is_reported_at_its_place(string mistake, string yaml)
    {
        Assert.NotEmpty(mistake);
        return DiagnosticVerifier.Yaml(yaml);
    }

    [Fact]
    public Task A_valid_declaration_is_not_reported() => DiagnosticVerifier.Yaml(Declaration.Yaml());

    [Fact]
    public Task A_file_of_a_named_layout_is_not_reported() =>
        DiagnosticVerifier.Yaml(
            Declaration.Yaml(
                dcr: "{ type: ContrastiveRefinement, seeminglyToxic: ToyWorld.RefinementSeeminglyToxic, toxic: { type: PromptFile, "
                    + "path: \"{data}/advbench.csv\", layout: AdvBench, class: Toxic, order: ByPlace, split: { from: 0, to: 0.5 } } }"
            )
        );

    [Theory]
    [InlineData(
        "{ type: ContrastiveRefinement, accumulate: 2 }",
        "'accumulate' is not an option of ContrastiveRefinement; its objective compares all prompts of a batch with each other, so parts "
            + "of a batch have another loss; Recompute saves memory and changes none"
    )]
    [InlineData("{ type: Pretrain, data: ToyWorld.Pretraining, stepz: 10 }", "'stepz' is not an option of Pretrain; did you mean 'steps'?")]
    [InlineData(
        "{ type: Pretrain, data: ToyWorld.Pretrainig }",
        "'ToyWorld.Pretrainig' is not a PromptSource; did you mean 'ToyWorld.Pretraining'?"
    )]
    [InlineData("{ type: Pretrian }", "'Pretrian' is not a Stage; did you mean 'Pretrain'?")]
    public void The_nearest_name_is_suggested(string learn, string message) =>
        Assert.Contains(
            message,
            GeneratorRun
                .Of("", ("test.dcr.yaml", Declaration.Yaml(learn: learn)))
                .Diagnostics.Select(d => d.GetMessage(System.Globalization.CultureInfo.InvariantCulture))
        );

    /// <summary>Aliases of aliases grow without bound when followed; they are refused in little time and memory.</summary>
    [Fact]
    public void A_document_that_expands_without_end_is_refused()
    {
        string bomb =
            "experiment: test\nseeds: &a [0]\n"
            + string.Concat(
                Enumerable.Range(0, 26).Select(i => $"x{i}: &{(char)('b' + i)} [*{(char)('a' + i)}, *{(char)('a' + i)}]\n").Take(20)
            );
        string nested =
            Declaration.Yaml(score: "{ type: EvaluationGrid, tasks: &t [ToyWorld.Toxic] }")
            + "\nzip: "
            + new string('[', 100)
            + new string(']', 100);
        foreach (string yaml in new[] { bomb, nested })
            Assert.Contains(
                GeneratorRun.Of("", ("test.dcr.yaml", yaml)).Diagnostics,
                d => d.Id.StartsWith("DCR", StringComparison.Ordinal) && d.Id != "DCR099"
            );
    }

    /// <summary>Whatever is cut out of a valid file, the generator reports and never throws.</summary>
    [Fact]
    public void A_truncated_file_never_makes_the_generator_fail()
    {
        string whole = Declaration.Yaml();
        for (int length = 0; length < whole.Length; length += 7)
        {
            var run = GeneratorRun.Of("", ("test.dcr.yaml", whole[..length]));
            Assert.NotEmpty(run.Diagnostics);
            Assert.DoesNotContain(run.Diagnostics, d => d.Id is "DCR099" or "CS8785");
            Assert.Null(run.Result.Exception);
        }
    }
}
