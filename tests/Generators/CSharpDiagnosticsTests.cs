namespace DcrDsl.Generators.Tests;

/// <summary>Every mistake in a C# declaration is reported at its place.</summary>
public class CSharpDiagnosticsTests
{
    const string Refinement = "SeeminglyToxic = ToyWorld.RefinementSeeminglyToxic, Toxic = ToyWorld.RefinementToxic";

    static string Adapted(string options) =>
        Declaration.CSharp(
            align: $"new() {{ General = ToyWorld.AlignmentGeneral, Refusals = ToyWorld.AlignmentRefusals, Adapter = new Lora {{ "
                + $"{options} }} }}"
        );

    static string Preferred(string options, string arms = "[Arm(\"DPO\")] public static Test Dpo => new();", string score = "") =>
        Declaration.CSharp(
            align: "new() { General = ToyWorld.AlignmentGeneral, Refusals = ToyWorld.AlignmentRefusals }; "
                + $"public PreferenceTuning Prefer {{ get; init; }} = new() {{ {options} }}",
            score: $"new() {{ Tasks = [ToyWorld.Toxic{score}] }}",
            arms: arms
        );

    static string Steered(string type, string options) =>
        Declaration.CSharp(
            align: "new() { General = ToyWorld.AlignmentGeneral, Refusals = ToyWorld.AlignmentRefusals };\n    public "
                + $"{type} Steer {{ get; init; }} = new() {{ Toxic = ToyWorld.RefinementToxic, General = ToyWorld.AlignmentGeneral, "
                + $"{options} }}"
        );

    const string Chain = "Toxic = ToyWorld.RefinementToxic, Harmless = ToyWorld.RefinementSeeminglyToxic";

    static string Guarded(string type, string options) =>
        Declaration.CSharp(
            align: "new() { General = ToyWorld.AlignmentGeneral, Refusals = ToyWorld.AlignmentRefusals };\n    public "
                + $"{type} Guard {{ get; init; }} = new() {{ {options} }}"
        );

    static string Cut(string options) => Steered("Surgical", $"OverRefused = ToyWorld.RefinementSeeminglyToxic, {options}");

    public static TheoryData<string, string> Mistakes =>
        new()
        {
            { "prompts without two answers", Preferred("Pairs = {|DCR033:ToyWorld.AlignmentGeneral|}") },
            {
                "a task of prompts without two answers",
                Preferred(
                    "Pairs = ToyWorld.PreferencePairs",
                    score: ", new PreferenceTask { Name = \"P\", Pairs = {|DCR033:ToyWorld.GeneralPrompts|} }"
                )
            },
            {
                "a worse answer without a better one",
                Preferred("Pairs = new PromptFile { Path = \"a.csv\", RejectedColumn = {|DCR030:\"worse\"|}, ResponseColumn = \"worse\" }")
            },
            { "a beta of 0", Preferred("Pairs = ToyWorld.PreferencePairs, Objective = new Dpo { Beta = {|DCR006:0|} }") },
            {
                "half of the labels the wrong way round",
                Preferred("Pairs = ToyWorld.PreferencePairs, Objective = new RobustDpo { LabelSmoothing = {|DCR006:0.5|} }")
            },
            { "an unknown reference", Preferred("Pairs = ToyWorld.PreferencePairs, Reference = {|DCR028:\"Algin\"|}") },
            { "a reference that is an evaluation", Preferred("Pairs = ToyWorld.PreferencePairs, Reference = {|DCR028:\"Score\"|}") },
            {
                "a reference that an arm leaves out",
                Preferred(
                    "Pairs = ToyWorld.PreferencePairs, Reference = {|DCR028:nameof(Dcr)|}",
                    "[Arm(\"DCR\")] public static Test Full => new();\n    [Arm(\"STL\")] public static Test Stl => new() { Dcr = "
                        + "ContrastiveRefinement.None };"
                )
            },
            {
                "pairs that are trained on and compared",
                Preferred("Pairs = ToyWorld.Preferences.Pairs", score: ", ToyWorld.Preferences")
                    .Replace(
                        "EvaluationGrid Score { get; init; } = new() { Tasks = [ToyWorld.Toxic, ToyWorld.Preferences] }",
                        "EvaluationGrid Score { get; init; } = {|DCR021:new() { Tasks = [ToyWorld.Toxic, ToyWorld.Preferences] }|}",
                        StringComparison.Ordinal
                    )
            },
            {
                "toxic pairs of the refinement's prompts",
                Preferred(
                    "Pairs = ToyWorld.PreferencePairs, ToxicPairs = {|DCR012:ToyWorld.RefinementToxic with { Answers = "
                        + "ToyWorldAnswers.Pairs }|}"
                )
            },
            { "a share of a direction folded", Cut("Share = 0.5, Fold = {|DCR056:true|}") },
            { "an added direction folded", Cut("Addition = new RefusalAddition { Strength = 0.4 }, Fold = {|DCR056:true|}") },
            { "no word to know a refusal by", Cut("RefusalOpeners = {|DCR056:[]|}") },
            { "a start behind the end", Cut("StartLayer = {|DCR056:4|}") },
            { "a fraction that gives no block", Steered("Scans", "FirstSteeredDepth = {|DCR056:1|}") },
            { "a last block before the first", Steered("Scans", "FirstSteered = {|DCR056:3|}, LastSteered = 2") },
            { "no word to score a query by", Steered("Scans", "Suffix = {|DCR056:\"\"|}") },
            { "rules without triggers", Guarded("RuleTriggers", "Phrases = {|DCR058:[]|}") },
            { "an empty trigger", Guarded("RuleTriggers", "Phrases = {|DCR058:[\"kill\", \" \"]|}") },
            { "an empty path of triggers", Guarded("RuleTriggers", "File = {|DCR050:\"\"|}") },
            { "a refusal without words", Guarded("RuleTriggers", "Phrases = [\"kill\"], Refusal = {|DCR058:\"\"|}") },
            { "a classifier of one class", Guarded("ClassifierChain", "Toxic = {|DCR058:ToyWorld.RefinementToxic|}") },
            { "a classifier of harmless prompts", Guarded("ClassifierChain", "Harmless = {|DCR058:ToyWorld.AlignmentGeneral|}") },
            {
                "a classifier of one class twice",
                Guarded(
                    "ClassifierChain",
                    "Toxic = ToyWorld.RefinementToxic, "
                        + "Harmless = {|DCR044:ToyWorld.RefinementToxic with { Part = ToyWorldPart.Validation }|}"
                )
            },
            { "a chain of nothing", Guarded("ClassifierChain", "AnswerPhrases = {|DCR058:[]|}") },
            { "a threshold that nothing meets", Guarded("ClassifierChain", $"{Chain}, Threshold = {{|DCR058:1|}}") },
            { "a classified layer that the model lacks", Guarded("ClassifierChain", $"{Chain}, Layer = {{|DCR005:9|}}") },
            { "a critique of no answer", Guarded("CritiqueAndRevise", "Critique = {|DCR058:\"Criticise!\"|}") },
            { "a revision by no critique", Guarded("CritiqueAndRevise", "Revision = {|DCR058:\"Again! {answer}\"|}") },
            {
                "a model held on general prompts that are not there",
                Declaration.CSharp(dcr: $"new() {{ {Refinement}, Retain = {{|DCR011:[new HiddenStateDistance()]|}} }}")
            },
            {
                "two terms of one kind",
                Declaration.CSharp(dcr: $"new() {{ {Refinement}, Retain = {{|DCR054:[new WeightDistance(), new WeightDistance()]|}} }}")
            },
            {
                "a term of no weight",
                Declaration.CSharp(dcr: $"new() {{ {Refinement}, Retain = [new WeightDistance {{ Weight = {{|DCR006:0|}} }}] }}")
            },
            {
                "an adapter above the refined layer",
                Declaration.CSharp(dcr: $"new() {{ {Refinement}, Adapter = new Lora {{ Layers = {{|DCR055:[1, 3]|}} }} }}")
            },
            {
                "a tail that an adapter freezes anyway",
                Declaration.CSharp(dcr: $"new() {{ {Refinement}, Adapter = new Lora(), TailFreezing = {{|DCR053:false|}} }}")
            },
            {
                "a share of general prompts that are not there",
                Declaration.CSharp(dcr: $"{{|DCR011:new() {{ {Refinement}, GeneralShare = 0.25 }}|}}")
            },
            {
                "a share of general prompts that is less than two",
                Declaration.CSharp(dcr: $"new() {{ {Refinement}, General = ToyWorld.RefinementGeneral, GeneralShare = {{|DCR006:0.01|}} }}")
            },
            {
                "general prompts among matched pairs",
                Declaration.CSharp(
                    dcr: $"new() {{ {Refinement}, General = ToyWorld.RefinementGeneral, GeneralShare = {{|DCR047:0.25|}}, "
                        + "Sampling = PairSampling.Matched }"
                )
            },
            {
                "a sweep of a term that no arm has",
                Declaration.CSharp(
                    dcr: $"new() {{ {Refinement}, Retain = [new WeightDistance()] }}",
                    rest: "[{|DCR008:Sweep(\"Dcr.Retain.OutputDivergence.Weight\")|}] public static double[] Weights => [0.1, 1];"
                )
            },
            {
                "targets beside a pattern for whole names",
                Adapted("TargetPattern = \".*q_proj\", Targets = {|DCR053:[\"v_proj\"]|}, Layers = {|DCR053:[1]|}")
            },
            { "a pattern of an adapter without a value", Adapted("Patterns = [new LoraPattern { Modules = {|DCR053:\"q_proj\"|} }]") },
            {
                "a factor that is about nothing",
                Declaration.CSharp(
                    learn: "new() { Data = ToyWorld.Pretraining, Optimiser = new AdamW { RateFactors = [new RateFactor { Modules = "
                        + "{|DCR053:\" \"|}, Factor = 2 }] } }"
                )
            },
            { "a type that is not partial", Declaration.CSharp(type: "public record {|DCR001:Test|}") },
            { "a class", "using DcrDsl.Specs;\n[DcrExperiment(\"test\")]\npublic partial class {|DCR001:Test|} { }" },
            {
                "a nested type",
                "using DcrDsl.Specs;\npublic partial class Outer\n{\n    [DcrExperiment(\"test\")]\n    public partial record "
                    + "{|DCR001:Test|};\n}"
            },
            { "a generic type", "using DcrDsl.Specs;\n[DcrExperiment(\"test\")]\npublic partial record {|DCR001:Test|}<T>;" },
            { "a method call", Declaration.CSharp(dcr: $"new() {{ {Refinement}, Layer = {{|DCR002:Math.Max(1, 2)|}} }}") },
            { "a run-time value", Declaration.CSharp(dcr: $"new() {{ {Refinement}, Steps = {{|DCR002:Environment.ProcessorCount|}} }}") },
            {
                "a user's conditional",
                Declaration
                    .CSharp(
                        rest: "static readonly Random Chance = {|DCR002:new Random(1)|};",
                        dcr: $"new() {{ {Refinement}, LearningRate = {{|DCR002:Chance.NextDouble()|}} }}"
                    )
                    .Replace("{|DCR002:new Random(1)|}", "new Random(1)")
            },
            {
                "a member that refers to itself",
                Declaration.CSharp(arms: "[Arm(\"A\")] public static Test A => {|DCR002:A with { Dcr = ContrastiveRefinement.None }|};")
            },
            {
                "two arms of one name",
                Declaration.CSharp(
                    arms: "[Arm(\"DCR\")] public static Test A => new();\n    [{|DCR004:Arm(\"DCR\")|}] public static Test B => new() { "
                        + "Dcr = ContrastiveRefinement.None };"
                )
            },
            { "a layer beyond the model", Declaration.CSharp(dcr: $"new() {{ {Refinement}, Layer = {{|DCR005:5|}} }}") },
            {
                "a layer beyond the model in an arm",
                Declaration.CSharp(
                    arms: "[Arm(\"DCR\")] public static Test Full => new();\n    [Arm(\"late\")] public static Test Late => Full with { "
                        + "Dcr = Full.Dcr with { Layer = {|DCR005:9|} } };"
                )
            },
            {
                "a layer beyond the model in a sweep",
                Declaration.CSharp(
                    arms: "[Arm(\"DCR\")] public static Test Full => new();",
                    rest: "[Sweep(\"Dcr.Layer\")] public static int[] Layers => [1, {|DCR005:6|}];"
                )
            },
            { "layer zero", Declaration.CSharp(dcr: $"new() {{ {Refinement}, Layer = {{|DCR006:0|}} }}") },
            { "no steps", Declaration.CSharp(learn: "new() { Data = ToyWorld.Pretraining, Steps = {|DCR006:0|} }") },
            { "a negative rate", Declaration.CSharp(learn: "new() { Data = ToyWorld.Pretraining, LearningRate = {|DCR006:-1e-3|} }") },
            {
                "a rate of zero",
                Declaration.CSharp(
                    align: "new() { General = ToyWorld.AlignmentGeneral, Refusals = ToyWorld.AlignmentRefusals, LearningRate = "
                        + "{|DCR006:0|} }"
                )
            },
            {
                "a share above one",
                Declaration.CSharp(
                    align: "new() { General = ToyWorld.AlignmentGeneral, Refusals = ToyWorld.AlignmentRefusals, RefusalShare = "
                        + "{|DCR006:9|} }"
                )
            },
            {
                "a nested option out of range",
                Declaration.CSharp(dcr: $"new() {{ {Refinement}, Objective = new CircleLoss {{ Scale = {{|DCR006:-80|}} }} }}")
            },
            {
                "an empty sweep",
                Declaration.CSharp(
                    arms: "[Arm(\"DCR\")] public static Test Full => new();",
                    rest: "[{|DCR007:Sweep(\"Dcr.Layer\")|}] public static int[] Layers => [];"
                )
            },
            { "a misspelt field", Declaration.CSharp(rest: "[{|DCR008:Sweep(\"Dcr.Leyer\")|}] public static int[] Layers => [1];") },
            { "a misspelt stage", Declaration.CSharp(rest: "[{|DCR008:Sweep(\"Dcx.Layer\")|}] public static int[] Layers => [1];") },
            {
                "a sweep over a whole schedule",
                Declaration.CSharp(
                    rest: "[{|DCR008:Sweep(\"Align.Schedule\")|}] public static Schedule[] Schedules => [new Linear(), new Constant()];"
                )
            },
            {
                "a sweep over a field that every arm removed",
                Declaration.CSharp(
                    arms: "[Arm(\"STL\")] public static Test Stl => new() { Dcr = ContrastiveRefinement.None };",
                    rest: "[{|DCR009:Sweep(\"Dcr.Layer\")|}] public static int[] Layers => [1, 2];"
                )
            },
            {
                "two arms in one role",
                Declaration.CSharp(
                    arms: "[Arm(\"DCR\", Role = ArmRole.Subject)] public static Test Full => new(); "
                        + "[{|DCR027:Arm(\"late\", Role = ArmRole.Subject)|}] public static Test Late => new();"
                )
            },
            { "a batch too small for both classes", Declaration.CSharp(dcr: $"new() {{ {Refinement}, Batch = {{|DCR010:3|}} }}") },
            {
                "a share that leaves one class out",
                Declaration.CSharp(dcr: $"new() {{ {Refinement}, SeeminglyToxicShare = {{|DCR010:1|}} }}")
            },
            { "a stage without data", Declaration.CSharp(learn: "{|DCR011:new() { Steps = 100 }|}") },
            {
                "a refinement without toxic prompts",
                Declaration.CSharp(dcr: "{|DCR011:new() { SeeminglyToxic = ToyWorld.RefinementSeeminglyToxic }|}")
            },
            {
                "a multiple-choice task without questions",
                Declaration.CSharp(score: "new() { Tasks = [new MultipleChoiceTask { Name = \"Arc\", Path = {|DCR026:\"\"|} }] }")
            },
            {
                "solved examples from nowhere",
                Declaration.CSharp(
                    score: "new() { Tasks = [new MultipleChoiceTask { Name = \"Arc\", Path = \"arc.jsonl\", Shots = {|DCR026:5|} }] }"
                )
            },
            {
                "a negative number of solved examples",
                Declaration.CSharp(
                    score: "new() { Tasks = [new MultipleChoiceTask { Name = \"Arc\", Path = \"arc.jsonl\", Shots = {|DCR006:-1|} }] }"
                )
            },
            {
                "a format that does not say what is right",
                Declaration.CSharp(
                    score: "new() { Tasks = [new MultipleChoiceTask { Name = \"Arc\", Path = \"arc.jsonl\", Format = "
                        + "{|DCR026:ChoiceFormat.Arc with { Target = \"\" }|} }] }"
                )
            },
            { "a grid without tasks", Declaration.CSharp(score: "new() { Tasks = {|DCR011:[]|} }") },
            {
                "refusals from the refinement's prompts",
                Declaration.CSharp(
                    align: "new() { General = ToyWorld.AlignmentGeneral, Refusals = {|DCR012:ToyWorld.RefinementToxic with { Answers = "
                        + "ToyWorldAnswers.Refusal }|} }"
                )
            },
            {
                "refusals from the same part of a file",
                Declaration.CSharp(
                    dcr: "new() { SeeminglyToxic = ToyWorld.RefinementSeeminglyToxic, Toxic = new PromptFile { Path = \"toxic.csv\", "
                        + "Split = Split.Between(0, 0.5) } }",
                    align: "new() { General = ToyWorld.AlignmentGeneral, Refusals = {|DCR012:new PromptFile { Path = \"toxic.csv\", "
                        + "ResponseColumn = \"r\", Split = Split.Between(0.4, 1) }|} }"
                )
            },
            { "no seeds", Declaration.CSharp(type: "public partial record {|DCR016:Test|}", seeds: "") },
            { "no arms", Declaration.CSharp(attributes: "[DcrExperiment({|DCR016:\"test\"|})]", arms: "") },
            {
                "an arm without evaluation",
                Declaration.CSharp(arms: "[{|DCR016:Arm(\"A\")|}] public static Test A => new() { Score = null! };")
            },
            {
                "an evaluation that is not last",
                Declaration.CSharp(
                    arms: "[{|DCR016:Arm(\"A\", Order = [\"Learn\", \"Score\", \"Align\"])|}] public static Test A => new();"
                )
            },
            { "a seed listed twice", Declaration.CSharp(seeds: "[Seeds] public static int[] Seeds => [0, {|DCR017:0|}];") },
            { "a negative seed", Declaration.CSharp(seeds: "[Seeds] public static int[] Seeds => [{|DCR017:-1|}];") },
            {
                "a zip of unequal axes",
                Declaration.CSharp(
                    attributes: "[DcrExperiment(\"test\"), {|DCR018:Zip(\"Learn.Steps\", \"Learn.Batch\")|}]",
                    rest: "[Sweep(\"Learn.Steps\")] public static int[] A => [100, 200];\n    [Sweep(\"Learn.Batch\")] public static "
                        + "int[] B => "
                        + "[8];"
                )
            },
            {
                "an exclusion of a value that is not swept",
                Declaration.CSharp(
                    attributes: "[DcrExperiment(\"test\"), {|DCR018:Exclude(\"Learn.Steps\", 5)|}]",
                    rest: "[Sweep(\"Learn.Steps\")] public static int[] A => [100, 200];"
                )
            },
            {
                "an order that names no stage",
                Declaration.CSharp(
                    arms: "[{|DCR019:Arm(\"A\", Order = [\"Learn\", \"Aling\", \"Score\"])|}] public static Test A => new();"
                )
            },
            { "an experiment name with blanks", Declaration.CSharp(attributes: "[DcrExperiment({|DCR020:\"My Test\"|})]") },
            { "an arm with a blank at its end", Declaration.CSharp(arms: "[{|DCR020:Arm(\"A \")|}] public static Test A => new();") },
            {
                "a task that was trained on",
                Declaration.CSharp(
                    score: "new() { Tasks = [ToyWorld.Toxic, new PromptTask { Name = \"Seen\", Prompts = "
                        + "{|DCR021:ToyWorld.RefinementToxic|} }] }"
                )
            },
            {
                "an arm that sets what is swept",
                Declaration.CSharp(
                    arms: "[Arm(\"A\")] public static Test A => new();\n    [Arm(\"B\")] public static Test B => A with { Dcr = A.Dcr "
                        + "with { Layer = {|DCR022:3|} } };",
                    rest: "[Sweep(\"Dcr.Layer\")] public static int[] Layers => [1, 2];"
                )
            },
            { "a width that heads do not divide", Declaration.CSharp(model: "new ToyLlama { Width = {|DCR023:30|}, Heads = 4 }") },
            {
                "a layout's columns named again",
                Declaration.CSharp(
                    dcr: "new() { SeeminglyToxic = ToyWorld.RefinementSeeminglyToxic, Toxic = new PromptFile { Path = \"a.csv\", Layout "
                        + "= PromptLayout.AdvBench, Class = PromptClass.Toxic, PromptColumn = {|DCR030:\"goal\"|} } }"
                )
            },
            {
                "a layout whose class was left out",
                Declaration.CSharp(
                    dcr: "new() { SeeminglyToxic = ToyWorld.RefinementSeeminglyToxic, Toxic = new PromptFile { Path = \"a.csv\", Layout "
                        + "= {|DCR030:PromptLayout.AdvBench|} } }"
                )
            },
            {
                "a layout of another class",
                Declaration.CSharp(
                    score: "new() { Tasks = [ToyWorld.Toxic, new PromptTask { Name = \"Safe\", Prompts = new PromptFile { Path = "
                        + "\"a.csv\", Layout = PromptLayout.XSTest, Class = {|DCR030:PromptClass.General|} } }] }"
                )
            },
            {
                "answers of a layout without",
                Declaration.CSharp(
                    align: "new() { General = ToyWorld.AlignmentGeneral, Refusals = new PromptFile { Path = \"a.csv\", Layout = "
                        + "PromptLayout.AdvBench, Class = PromptClass.Toxic, Answers = {|DCR030:AnswerUse.File|} } }"
                )
            },
            {
                "a filter without a value",
                Declaration.CSharp(
                    align: "new() { General = new PromptFile { Path = \"a.csv\", ResponseColumn = \"r\", WhereColumn = {|DCR030:\"c\"|} "
                        + "}, Refusals = ToyWorld.AlignmentRefusals }"
                )
            },
            {
                "fine-tuning on prompts alone",
                Declaration.CSharp(
                    align: "new() { General = {|DCR031:new PromptFile { Path = \"a.csv\" }|}, Refusals = ToyWorld.AlignmentRefusals }"
                )
            },
            {
                "fine-tuning on answers left out",
                Declaration.CSharp(
                    align: "new() { General = ToyWorld.AlignmentGeneral, Refusals = {|DCR031:new PromptFile { Path = \"a.json\", Layout "
                        + "= PromptLayout.Alpaca, Class = PromptClass.Toxic, Answers = AnswerUse.None }|} }"
                )
            },
            {
                "a task on free answers",
                Declaration.CSharp(
                    score: "new() { Tasks = [ToyWorld.Toxic, new PromptTask { Name = \"Free\", Prompts = new PromptFile { Path = "
                        + "\"a.json\", Layout = {|DCR032:PromptLayout.Alpaca|} } }] }"
                )
            },
            {
                "a real model without a judge",
                Declaration.CSharp(model: "new HuggingFace()", score: "{|DCR060:new() { Tasks = [ToyWorld.Toxic] }|}")
            },
            {
                "a real model whose judge was taken away",
                Declaration.CSharp(model: "new HuggingFace()", score: "new() { Tasks = [ToyWorld.Toxic], Judge = {|DCR060:null!|} }")
            },
            {
                "a real model in one arm",
                Declaration.CSharp(
                    arms: "[Arm(\"toy\")] public static Test Toy => new();\n    [Arm(\"real\")] public static Test Real => new() { "
                        + "Base = new "
                        + "HuggingFace() };",
                    score: "{|DCR060:new() { Tasks = [ToyWorld.Toxic] }|}"
                )
            },
            {
                "a real model judged by the toy's words",
                Declaration.CSharp(
                    model: "new HuggingFace()",
                    score: "new() { Tasks = [ToyWorld.Toxic], Judge = {|DCR061:ToyWorld.Judge|} }"
                )
            },
            {
                "a real model judged by some of the toy's words",
                Declaration.CSharp(
                    model: "new HuggingFace()",
                    score: "new() { Tasks = [ToyWorld.Toxic], Judge = {|DCR061:new RefusalOpeners { Openers = [\"No\", \"sorry\"] }|} }"
                )
            },
            {
                "a toy judged by a published list",
                Declaration.CSharp(score: "new() { Tasks = [ToyWorld.Toxic], Judge = {|DCR061:RefusalJudges.XSTest|} }")
            },
            {
                "a judge of a probe that is not asked",
                Declaration.CSharp(
                    score: "new() { Tasks = [ToyWorld.Toxic], Judge = {|DCR061:ProbeJudges.LinearRefusal|}, "
                        + "Probes = [new ReferenceLoss()] }"
                )
            },
            {
                "a judge of openers that nobody knows",
                Declaration.CSharp(
                    model: "new HuggingFace()",
                    score: "new() { Tasks = [ToyWorld.Toxic], Judge = {|DCR061:ProbeJudges.RefusalProbability|} }"
                )
            },
            {
                "a probe that is fitted to what is measured on",
                Declaration.CSharp(
                    score: "new() { Tasks = [ToyWorld.Toxic], Probes = [new LinearRefusal { Refused = {|DCR063:ToyWorld.Toxic.Prompts|}, "
                        + "Answered = ToyWorld.WatchedSeeminglyToxic }] }"
                )
            },
            {
                "a sweep whose judge does not fit",
                Declaration.CSharp(
                    model: "new HuggingFace()",
                    score: "new() { Tasks = [ToyWorld.Toxic], Judge = {|DCR061:ToyWorld.Judge|} }",
                    arms: "[Arm(\"DCR\")] public static Test Full => new();",
                    rest: "[Sweep(\"Dcr.Steps\")] public static int[] Steps => [10, 20];"
                )
            },
            {
                "a comparison with nothing",
                Declaration.CSharp(
                    score: "new() { Tasks = [new PromptTask { Name = \"Mine\", Prompts = new PromptFile { Path = \"a.csv\" "
                        + "}, Comparison = {|DCR062:new SameNumber()|} }] }"
                )
            },
            {
                "an expression that is none",
                Declaration.CSharp(
                    score: "new() { Tasks = [new PromptTask { Name = \"Mine\", Prompts = new PromptFile { Path = \"a.csv\", "
                        + "ResponseColumn = \"r\" }, Comparison = new ExactMatch { RegexesToIgnore = {|DCR062:[\"(\"]|} } }] }"
                )
            },
            { "a defence of nothing", Declaration.CSharp(score: "new() { Tasks = [ToyWorld.Toxic], MatchedDefence = {|DCR006:0|} }") },
            { "an adapter of rank zero", Adapted("Rank = {|DCR006:0|}") },
            { "an adapter that drops everything", Adapted("Dropout = {|DCR006:1|}") },
            { "an adapter of nothing", Adapted("Targets = {|DCR014:[]|}") },
            { "an adapter in layer zero", Adapted("Layers = {|DCR006:[0, 1]|}") },
            { "an adapter beyond the model", Adapted("Layers = {|DCR005:[1, 5]|}") },
            {
                "disjointness from no stage",
                Declaration.CSharp(
                    align: "new() { General = ToyWorld.AlignmentGeneral, Refusals = ToyWorld.AlignmentRefusals, DisjointFrom = "
                        + "{|DCR024:[\"Dct\"]|} }"
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

    [Fact]
    public Task A_real_model_with_a_judge_is_not_reported() =>
        DiagnosticVerifier.CSharp(
            Declaration.CSharp(
                model: "new HuggingFace()",
                score: "new() { Tasks = [ToyWorld.Toxic], Judge = RefusalJudges.PrefixOrSubstring }"
            )
        );

    [Fact]
    public Task Multiple_choice_needs_no_judge() =>
        DiagnosticVerifier.CSharp(
            Declaration.CSharp(
                model: "new HuggingFace()",
                score: "new() { Tasks = [new MultipleChoiceTask { Name = \"Arc\", Path = \"arc.jsonl\" }] }"
            )
        );

    [Fact]
    public Task Free_answers_may_be_compared_where_a_comparison_is_named() =>
        DiagnosticVerifier.CSharp(
            Declaration.CSharp(
                score: "new() { Tasks = [ToyWorld.Toxic, new PromptTask { Name = \"Free\", Prompts = new PromptFile { Path = "
                    + "\"a.json\", Layout "
                    + "= PromptLayout.Alpaca }, Comparison = new ContainsAnswer() }] }"
            )
        );

    [Fact]
    public Task A_valid_declaration_is_not_reported() => DiagnosticVerifier.CSharp(Declaration.CSharp());

    [Fact]
    public Task Files_of_named_layouts_are_not_reported() =>
        DiagnosticVerifier.CSharp(
            Declaration.CSharp(
                dcr: "new() { SeeminglyToxic = XSTest, Toxic = XSTest with { Class = PromptClass.Toxic } }",
                align: "new() { General = new PromptFile { Path = \"a.json\", Layout = PromptLayout.Alpaca }, Refusals = new PromptFile "
                    + "{ Path = \"s.json\", Layout = PromptLayout.Alpaca, Class = PromptClass.Toxic } }",
                score: "new() { Tasks = [ToyWorld.Toxic, new PromptTask { Name = \"Free\", Prompts = new PromptFile { Path = "
                    + "\"b.json\", Layout = PromptLayout.Alpaca, Answers = AnswerUse.None } }] }",
                rest: "static PromptFile XSTest => new() { Path = \"x.csv\", Layout = PromptLayout.XSTest, Class = "
                    + "PromptClass.SeeminglyToxic };"
            )
        );

    [Fact]
    public Task The_unsafe_prompts_of_a_file_are_held_out_where_the_safe_ones_are_trained_on() =>
        DiagnosticVerifier.CSharp(
            Declaration.CSharp(
                dcr: "new() { SeeminglyToxic = XSTest, Toxic = ToyWorld.RefinementToxic }",
                score: "new() { Tasks = [new PromptTask { Name = \"Unsafe\", Prompts = XSTest with { Class = PromptClass.Toxic } }, new "
                    + "PromptTask { Name = \"Safe\", Prompts = {|DCR021:XSTest|} }] }",
                rest: "static PromptFile XSTest => new() { Path = \"x.csv\", Layout = PromptLayout.XSTest, Class = "
                    + "PromptClass.SeeminglyToxic };"
            )
        );

    [Fact]
    public Task A_sweep_that_some_arms_do_not_have_is_mentioned() =>
        DiagnosticVerifier.CSharp(Declaration.CSharp(rest: "[{|DCR025:Sweep(\"Dcr.Layer\")|}] public static int[] Layers => [1, 2];"));

    [Fact]
    public Task Two_experiments_of_one_name_are_reported_at_the_second() =>
        DiagnosticVerifier.Both(Declaration.CSharp(), Declaration.Yaml(name: "{|DCR003:test|}"));

    [Fact]
    public Task Disjointness_can_be_asked_for_instead() =>
        DiagnosticVerifier.CSharp(
            Declaration.CSharp(
                align: "new() { General = ToyWorld.AlignmentGeneral, Refusals = ToyWorld.RefinementToxic with { Answers = "
                    + "ToyWorldAnswers.Refusal }, DisjointFrom = [\"Dcr\"] }"
            )
        );

    [Fact]
    public Task In_distribution_tasks_can_be_declared() =>
        DiagnosticVerifier.CSharp(
            Declaration.CSharp(
                score: "new() { Tasks = [ToyWorld.Toxic, new PromptTask { Name = \"Seen\", Prompts = ToyWorld.RefinementToxic, "
                    + "InDistribution = true }] }"
            )
        );

    [Fact]
    public void Every_message_is_one_sentence_that_says_what_to_do()
    {
        var run = GeneratorRun.Of(Declaration.CSharp(dcr: $"new() {{ {Refinement}, Layer = 7 }}"));
        Assert.Equal(
            "Layer 7 does not exist: the model 'ToyLlama' has 4 blocks, so choose a layer from 1 to 4",
            run.Diagnostics.Single().GetMessage(System.Globalization.CultureInfo.InvariantCulture)
        );
    }
}
