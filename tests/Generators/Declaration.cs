namespace DcrDsl.Generators.Tests;

/// <summary>A small valid experiment, in C# and in YAML, whose parts a test can replace.</summary>
static class Declaration
{
    public static string CSharp(
        string attributes = "[DcrExperiment(\"test\")]",
        string type = "public partial record Test",
        string model = "new ToyLlama()",
        string learn = "new() { Data = ToyWorld.Pretraining }",
        string dcr = "new() { SeeminglyToxic = ToyWorld.RefinementSeeminglyToxic, Toxic = ToyWorld.RefinementToxic }",
        string align = "new() { General = ToyWorld.AlignmentGeneral, Refusals = ToyWorld.AlignmentRefusals }",
        string score = "new() { Tasks = [ToyWorld.SeeminglyToxic, ToyWorld.Toxic] }",
        string arms =
            "[Arm(\"STL\")] public static Test Stl => new() { Dcr = ContrastiveRefinement.None };\n    [Arm(\"DCR\")] public static "
            + "Test Full => new();",
        string rest = "",
        string seeds = "[Seeds] public static int[] Seeds => [0, 1, 2];",
        string before = "",
        string after = ""
    ) =>
        $$"""
            using DcrDsl.Specs;
            {{before}}
            /// <summary>Is this a test?</summary>
            {{attributes}}
            {{type}}
            {
                public ModelSpec Base { get; init; } = {{model}};
                public Pretrain Learn { get; init; } = {{learn}};
                public ContrastiveRefinement Dcr { get; init; } = {{dcr}};
                public SupervisedFineTuning Align { get; init; } = {{align}};
                public EvaluationGrid Score { get; init; } = {{score}};
                {{arms}}
                {{rest}}
                {{seeds}}
            }
            {{after}}
            """;

    public static string Yaml(
        string name = "test",
        string model = "ToyLlama",
        string learn = "{ type: Pretrain, data: ToyWorld.Pretraining }",
        string dcr = "{ type: ContrastiveRefinement, seeminglyToxic: ToyWorld.RefinementSeeminglyToxic, toxic: ToyWorld.RefinementToxic }",
        string align = "{ type: SupervisedFineTuning, general: ToyWorld.AlignmentGeneral, refusals: ToyWorld.AlignmentRefusals }",
        string score = "{ type: EvaluationGrid, tasks: [ToyWorld.SeeminglyToxic, ToyWorld.Toxic] }",
        string arms = "\n  STL: { Dcr: none }\n  DCR:",
        string seeds = "[0, 1, 2]",
        string rest = ""
    ) =>
        $"""
            experiment: {name}
            summary: Is this a test?
            base: {model}
            stages:
              Learn: {learn}
              Dcr: {dcr}
              Align: {align}
              Score: {score}
            arms: {arms}
            seeds: {seeds}
            {rest}
            """;
}
