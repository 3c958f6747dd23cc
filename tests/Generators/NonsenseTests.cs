using Microsoft.CodeAnalysis;

namespace DcrDsl.Generators.Tests;

/// <summary>What would train or be measured without meaning is found when it is declared.</summary>
public class NonsenseTests
{
    const string Refinement = "SeeminglyToxic = ToyWorld.RefinementSeeminglyToxic, Toxic = ToyWorld.RefinementToxic";

    static string File(string path, string options = "") =>
        $"new PromptFile {{ Path = \"{path}\"{(options.Length > 0 ? ", " + options : "")} }}";

    static string Refined(string toxic, string safe = "new PromptFile { Path = \"{data}/x.csv\" }") =>
        Declaration.CSharp(dcr: $"new() {{ SeeminglyToxic = {safe}, Toxic = {toxic} }}");

    static string Scored(string grid) => Declaration.CSharp(score: $"new() {{ {grid} }}");

    const string Tasks = "Tasks = [ToyWorld.SeeminglyToxic, ToyWorld.Toxic], Inference = new Inference { ";

    static string Preferred(string options, string at = "", string end = "", bool backend = true) =>
        Scored(
            $"Tasks = [ToyWorld.Toxic, ToyWorld.General], WinRate = {at}new WinRate {{ {options}"
                + $"{(backend ? ", Backend = new LocalModel { Path = \"{judge}\" }" : "")} }}{end}"
        );

    static string Aligned(string options) =>
        Declaration.CSharp(align: $"new() {{ General = ToyWorld.AlignmentGeneral, Refusals = ToyWorld.AlignmentRefusals, {options} }}");

    public static TheoryData<string, string> Mistakes =>
        new()
        {
            {
                "the same prompts as both classes",
                Refined("{|DCR043:new PromptFile { Path = \"{data}/x.csv\", Class = PromptClass.Toxic }|}")
            },
            { "the same file, by another spelling", Refined("{|DCR043:new PromptFile { Path = \"{data}/./x.csv\" }|}") },
            { "the same file, in another case", Refined("{|DCR043:new PromptFile { Path = \"{data}/X.CSV\" }|}") },
            { "the same file, by backslashes", Refined("{|DCR043:new PromptFile { Path = \"{data}\\\\y\\\\..\\\\x.csv\" }|}") },
            { "the same file, by doubled slashes", Refined("{|DCR043:new PromptFile { Path = \"{data}//x.csv\" }|}") },
            { "the same prompts of the toy world", Refined("{|DCR043:ToyWorld.RefinementToxic|}", "{|DCR044:ToyWorld.RefinementToxic|}") },
            { "the classes exchanged", Refined("{|DCR044:ToyWorld.RefinementSeeminglyToxic|}", "{|DCR044:ToyWorld.RefinementToxic|}") },
            {
                "the same prompts answered and refused",
                Declaration.CSharp(
                    align: "new() { General = new PromptFile { Path = \"a.csv\", ResponseColumn = \"r\" }, Refusals = "
                        + "{|DCR043:new PromptFile { Path = \"b/../a.csv\", ResponseColumn = \"no\", Class = PromptClass.Toxic }|} }"
                )
            },
            {
                "the same prompts in tasks of two classes",
                Scored(
                    $"Tasks = [new PromptTask {{ Name = \"A\", Prompts = {File("a.csv")} }}, new PromptTask {{ Name = \"B\", Prompts = "
                        + $"{{|DCR043:{File("./a.csv", "Class = PromptClass.Toxic")}|}} }}]"
                )
            },
            {
                "leakage by another spelling",
                Declaration.CSharp(
                    align: "new() { General = ToyWorld.AlignmentGeneral, Refusals = new PromptFile { Path = \"{data}/ref.csv\", "
                        + "ResponseColumn "
                        + "= \"r\", Class = PromptClass.Toxic } }",
                    score: "new() { Tasks = [new PromptTask { Name = \"Bad\", Prompts = {|DCR021:new PromptFile { Path = "
                        + "\"{data}/./ref.csv\", "
                        + "Class = PromptClass.Toxic }|} }] }"
                )
            },
            {
                "questions that were trained on",
                Declaration.CSharp(
                    learn: "new() { Data = new PromptFile { Path = \"{data}/mmlu/physics.csv\" } }",
                    score: "new() { Tasks = [new MultipleChoiceTask { Name = \"Mmlu\", Path = {|DCR021:\"{data}//mmlu\"|} }] }"
                )
            },
            {
                "a warm-up longer than the stage",
                Declaration.CSharp(
                    learn: "new() { Data = ToyWorld.Pretraining, Steps = 20, Schedule = new Cosine { Warmup = {|DCR045:21|} } }"
                )
            },
            {
                "a warm-up longer than a swept stage",
                Declaration.CSharp(
                    learn: "new() { Data = ToyWorld.Pretraining, Steps = 100, Schedule = new Cosine { Warmup = {|DCR045:50|} } }",
                    rest: "[Sweep(\"Learn.Steps\")] public static int[] Steps => [40, 100];"
                )
            },
            {
                "a swept warm-up longer than the stage",
                Declaration.CSharp(
                    learn: "new() { Data = ToyWorld.Pretraining, Steps = 100 }",
                    rest: "[Sweep(\"Learn.Schedule.Warmup\")] public static int[] Warmups => [40, {|DCR045:120|}];"
                )
            },
            {
                "a warm-up longer than fine-tuning can be",
                Declaration.CSharp(
                    align: "new() { General = ToyWorld.AlignmentGeneral with { Take = 64 }, Refusals = "
                        + "ToyWorld.AlignmentRefusals, RefusalShare = 0, Batch = 32, Epochs = 2, Schedule = new Linear { Warmup = "
                        + "{|DCR045:5|} } }"
                )
            },
            {
                "a default warm-up longer than the stage",
                Declaration.CSharp(learn: "new() { Data = ToyWorld.Pretraining, Steps = {|DCR046:20|} }")
            },
            {
                "a part that holds nothing",
                Declaration.CSharp(
                    learn: "new() { Data = new PromptFile { Path = \"a.csv\", Split = {|DCR030:Split.Between(0.8, 0.2)|} } }"
                )
            },
            {
                "a moment that never decays",
                Declaration.CSharp(learn: "new() { Data = ToyWorld.Pretraining, Optimiser = new AdamW { Beta1 = {|DCR006:1|} } }")
            },
            {
                "an infinite rate",
                Declaration.CSharp(learn: "new() { Data = ToyWorld.Pretraining, LearningRate = {|DCR006:1e308 * 10|} }")
            },
            {
                "a rate that is no number",
                Declaration.CSharp(learn: "new() { Data = ToyWorld.Pretraining, LearningRate = {|DCR006:double.NaN|} }")
            },
            {
                "an infinite margin",
                Declaration.CSharp(
                    dcr: $"new() {{ {Refinement}, Objective = new CircleLoss {{ Margin = " + $"{{|DCR006:double.NegativeInfinity|}} }} }}"
                )
            },
            {
                "matched pairs of another share",
                Declaration.CSharp(
                    dcr: $"new() {{ {Refinement}, Sampling = PairSampling.Matched, SeeminglyToxicShare = {{|DCR047:0.25|}} }}"
                )
            },
            {
                "matched pairs of a swept share",
                Declaration.CSharp(
                    dcr: $"new() {{ {Refinement}, Sampling = PairSampling.Matched }}",
                    rest: "[Sweep(\"Dcr.SeeminglyToxicShare\")] public static double[] Shares => [0.5, {|DCR047:0.25|}];",
                    arms: "[Arm(\"DCR\")] public static Test Full => new();"
                )
            },
            {
                "matched pairs in an odd batch",
                Declaration.CSharp(dcr: $"new() {{ {Refinement}, Sampling = PairSampling.Matched, Batch = {{|DCR047:33|}} }}")
            },
            {
                "matched pairs of a file",
                Declaration.CSharp(
                    dcr: "new() { SeeminglyToxic = ToyWorld.RefinementSeeminglyToxic, Toxic = {|DCR047:new PromptFile { Path "
                        + "= \"x.csv\" }|}, Sampling = PairSampling.Matched }"
                )
            },
            {
                "matched pairs of a file that names its pairs and of one that does not",
                Declaration.CSharp(
                    dcr: "new() { SeeminglyToxic = new PromptFile { Path = \"a.csv\", PairColumn = \"pair\" }, Toxic = {|DCR047:new "
                        + "PromptFile { Path = \"b.csv\" }|}, Sampling = PairSampling.Matched }"
                )
            },
            {
                "matched pairs of classes that XSTest matches and of general prompts",
                Declaration.CSharp(
                    dcr: "new() { SeeminglyToxic = new PromptFile { Path = \"a.csv\", Layout = PromptLayout.XSTest, Class = "
                        + "PromptClass.SeeminglyToxic }, Toxic = {|DCR047:ToyWorld.AlignmentGeneral|}, Sampling = PairSampling.Matched }"
                )
            },
            { "refusals alone", Aligned("RefusalShare = {|DCR006:1|}") },
            { "a comparison of an unknown arm", Scored(Tasks + "Family = new ComparisonFamily { Arms = {|DCR069:[\"DRC\"]|} } }") },
            { "an arm compared twice", Scored(Tasks + "Family = new ComparisonFamily { Arms = {|DCR069:[\"DCR\", \"DCR\"]|} } }") },
            {
                "a comparison by what is not measured",
                Scored(Tasks + "Family = new ComparisonFamily { Metrics = {|DCR069:[Metric.Accuracy]|} } }")
            },
            { "clusters without a name", Scored(Tasks + "Clusters = {|DCR069:\" \"|} }") },
            { "a win rate against an unknown arm", Preferred("Against = {|DCR069:\"SLT\"|}") },
            { "a win rate against an arm and a file", Preferred("Against = \"STL\", Answers = \"a.jsonl\"", at: "{|DCR069:", end: "|}") },
            { "a win rate by nobody", Preferred("Backend = new OpenAICompatible()", at: "{|DCR069:", end: "|}", backend: false) },
            {
                "a win rate that does not show both answers",
                Preferred("Rubric = PairRubrics.AfterMTBench with { Prompt = \"{first}\" }", at: "{|DCR069:", end: "|}")
            },
            {
                "a win rate without general prompts",
                Scored("Tasks = [ToyWorld.Toxic], WinRate = {|DCR069:new WinRate { Backend = new LocalModel { Path = \"{judge}\" } }|}")
            },
            { "a margin of 0", Scored(Tasks + "Margin = {|DCR006:0|} }") },
            { "a judge twice", Scored("Tasks = [ToyWorld.Toxic], OtherJudges = {|DCR061:[ToyWorld.Judge]|}") },
            { "a probe twice", Scored("Tasks = [ToyWorld.Toxic], Probes = {|DCR063:[new ReferenceLoss(), new ReferenceLoss()]|}") },
            { "a probe of no openers", Scored("Tasks = [ToyWorld.Toxic], Probes = [new RefusalProbability { Openers = {|DCR063:[]|} }]") },
            {
                "a judge without an address",
                Scored(
                    "Tasks = [ToyWorld.Toxic], Judge = {|DCR048:new LanguageModelJudge { Backend = new OpenAICompatible { Model = "
                        + "\"m\" } }|}"
                )
            },
            {
                "a judge whose rubric does not show the completion",
                Scored(
                    "Tasks = [ToyWorld.Toxic], Judge = {|DCR048:new LanguageModelJudge { Rubric = Rubrics.AfterXSTest with { Prompt = "
                        + "\"{prompt}\" } }|}"
                )
            },
            {
                "metrics by a judge that only grades",
                Scored("Tasks = [ToyWorld.Toxic], Judge = {|DCR048:new LanguageModelJudge { Rubric = Rubrics.AfterMTBench }|}")
            },
            {
                "a key in the declaration",
                Scored(
                    "Tasks = [ToyWorld.Toxic], Judge = {|DCR048:new LanguageModelJudge { Backend = new OpenAICompatible { Address = "
                        + "\"http://h/v1\", Model = \"m\", KeyVariable = \"sk-1234\" } }|}"
                )
            },
            { "a judge without openers", Scored("Tasks = [ToyWorld.Toxic], Judge = {|DCR048:new RefusalOpeners()|}") },
            {
                "a judge without openings",
                Scored("Tasks = [ToyWorld.Toxic], Judge = {|DCR048:new RefusalPhrases { Anywhere = [\"sorry\"] }|}")
            },
            {
                "a judge with an empty phrase",
                Scored("Tasks = [ToyWorld.Toxic], Judge = new RefusalPhrases { Openings = [\"Sorry\"], Anywhere = {|DCR048:[\" \"]|} }")
            },
            {
                "a judge of first words with a phrase",
                Scored("Tasks = [ToyWorld.Toxic], Judge = new RefusalOpeners { Openers = {|DCR048:[\"i cannot\"]|} }")
            },
            {
                "a self-answered task",
                Scored(
                    "Tasks = [new PromptTask { Name = \"Own\", Prompts = {|DCR049:new SelfAnswered { Prompts = ToyWorld.ToxicPrompts }|} }]"
                )
            },
            {
                "self-answered pretraining",
                Declaration.CSharp(learn: "new() { Data = {|DCR049:new SelfAnswered { Prompts = ToyWorld.AlignmentGeneral }|} }")
            },
            {
                "answers to answers",
                Declaration.CSharp(
                    align: "new() { General = new SelfAnswered { Prompts = {|DCR049:new SelfAnswered { Prompts = "
                        + "ToyWorld.AlignmentGeneral }|} }, Refusals = ToyWorld.AlignmentRefusals }"
                )
            },
            { "completions without end", Scored("Tasks = [ToyWorld.Toxic], MaxNewTokens = {|DCR006:1_000_000_000|}") },
            { "a file without a path", Declaration.CSharp(learn: "new() { Data = new PromptFile { Path = {|DCR050:\"\"|} } }") },
            {
                "a task whose file was not named",
                Declaration.CSharp(score: "{|DCR050:new() { Tasks = [new PromptTask { Name = \"A\" }] }|}")
            },
            {
                "a model without a path",
                Declaration.CSharp(
                    model: "new HuggingFace { Path = {|DCR050:\" \"|} }",
                    score: "new() { Tasks = [ToyWorld.Toxic], Judge = RefusalJudges.XSTest }"
                )
            },
            { "no decoding", Scored("Tasks = [ToyWorld.Toxic], Decoding = {|DCR042:null!|}") },
            { "no schedule", Declaration.CSharp(learn: "new() { Data = ToyWorld.Pretraining, Schedule = {|DCR042:null!|} }") },
            { "no optimiser", Aligned("Optimiser = {|DCR042:default!|}") },
            { "no objective", Declaration.CSharp(dcr: $"new() {{ {Refinement}, Objective = {{|DCR042:null!|}} }}") },
            { "no path", Declaration.CSharp(learn: "new() { Data = new PromptFile { Path = {|DCR042:null!|} } }") },
            { "no split", Declaration.CSharp(learn: "new() { Data = new PromptFile { Path = \"a.csv\", Split = {|DCR042:null!|} } }") },
            { "no task", Scored("Tasks = {|DCR042:[ToyWorld.Toxic, null!]|}") },
            { "no tasks", Scored("Tasks = {|DCR042:null!|}") },
            { "a choice that there is not", Declaration.CSharp(dcr: $"new() {{ {Refinement}, Labels = {{|DCR014:(PairLabels)7|}} }}") },
            {
                "an arm without a model",
                Declaration.CSharp(arms: "[{|DCR016:Arm(\"A\")|}] public static Test A => new() { Base = null! };")
            },
            {
                "letters that were lost",
                Scored("Tasks = [ToyWorld.Toxic], Judge = new RefusalPhrases { Openings = {|DCR052:[\"D\\ufffdsol\\ufffd\"]|} }")
            },
            {
                "half a character",
                Declaration.CSharp(learn: "new() { Data = new PromptFile { Path = \"a.csv\", PromptColumn = {|DCR052:\"\\ud83d\"|} } }")
            },
            {
                "exclusions of everything",
                Declaration.CSharp(attributes: "[DcrExperiment(\"test\"), Exclude(\"arm\", \"STL\"), {|DCR051:Exclude(\"arm\", \"DCR\")|}]")
            },
            {
                "a layer beyond a swept model",
                Declaration.CSharp(
                    arms: "[Arm(\"DCR\")] public static Test Full => new();",
                    rest: "[Sweep(\"Base.Layers\")] public static int[] Depths => [2, 4];\n    [Sweep(\"Dcr.Layer\")] public static int[] "
                        + "Layers => [1, {|DCR005:3|}];"
                )
            },
        };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public Task It_is_reported_at_its_place(string mistake, string source)
    {
        Assert.NotEmpty(mistake);
        return DiagnosticVerifier.CSharp(source);
    }

    /// <summary>Values are looked at as they are run together: neither what is zipped apart nor what is excluded is a mistake, nor a
    /// declared value that every cell replaces.</summary>
    [Theory]
    [InlineData("[DcrExperiment(\"test\"), Zip(\"Base.Layers\", \"Dcr.Layer\")]", "")]
    [InlineData("[DcrExperiment(\"test\"), Exclude(\"Base.Layers\", 2, \"Dcr.Layer\", 3)]", "")]
    [InlineData("[DcrExperiment(\"test\"), Zip(\"Base.Layers\", \"Dcr.Layer\")]", ", Layer = 99")]
    public Task Values_that_never_meet_are_no_mistake(string attributes, string declared) =>
        DiagnosticVerifier.CSharp(
            Declaration.CSharp(
                attributes: attributes,
                dcr: $"new() {{ {Refinement}{declared} }}",
                arms: "[Arm(\"DCR\")] public static Test Full => new();",
                rest: "[Sweep(\"Base.Layers\")] public static int[] Depths => [2, 4];\n    [Sweep(\"Dcr.Layer\")] public static "
                    + "int[] Layers => "
                    + "[1, 3];"
            )
        );

    [Theory]
    [InlineData("{model}", "/home/me/models/smol/config.json", 30, true)]
    [InlineData("{models}/smol", "/home/me/models/smol/config.json", 30, true)]
    [InlineData("models/./Smol/", "/home/me/models/smol/config.json", 30, true)]
    [InlineData("../models/smol", "C:\\models\\smol\\config.json", 30, true)]
    [InlineData("models/other", "/home/me/models/smol/config.json", 30, false)]
    [InlineData("{model}", "/home/me/models/smol/config.json", 31, false)]
    [InlineData("{model}", "/home/me/models/smol/settings.json", 30, false)]
    public void A_layer_is_held_to_the_depth_that_config_json_tells(string path, string file, int depth, bool beyond)
    {
        string yaml = Declaration
            .Yaml(
                model: $"{{ type: HuggingFace, path: \"{path}\" }}",
                score: "{ type: EvaluationGrid, tasks: [ToyWorld.Toxic], judge: RefusalJudges.XSTest }",
                learn: "none",
                dcr: "{ type: ContrastiveRefinement, seeminglyToxic: ToyWorld.RefinementSeeminglyToxic, toxic: "
                    + "ToyWorld.RefinementToxic, layer: 31 }"
            )
            .Replace("  Learn: none\n", "");
        var run = GeneratorRun.Of(
            "",
            ("test.dcr.yaml", yaml),
            (
                file,
                $"{{\n\t\"architectures\": [\"LlamaForCausalLM\"],\n\t\"vision_config\": {{ \"num_hidden_layers\": 2 "
                    + $"}},\n\t\"num_hidden_layers\": {depth}\n}}"
            )
        );
        var errors = run.Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).ToList();
        Assert.Equal(beyond ? ["DCR005"] : [], errors.Select(d => d.Id));
        if (beyond)
            Assert.Equal(
                ("test.dcr.yaml", yaml.IndexOf("31", StringComparison.Ordinal)),
                (errors[0].Location.GetLineSpan().Path, errors[0].Location.SourceSpan.Start)
            );
    }

    /// <summary>Help links are addresses, so that an editor can open them.</summary>
    [Fact]
    public void Help_links_are_addresses() =>
        Assert.All(
            GeneratorRun.Of("class { ", ("a.dcr.yaml", "")).Diagnostics,
            d => Assert.Equal(Uri.UriSchemeHttps, new Uri(d.Descriptor.HelpLinkUri).Scheme)
        );
}
