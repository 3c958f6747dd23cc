using System.Reflection;
using System.Runtime.Loader;
using DcrDsl.Execution.Numerics;
using Microsoft.CodeAnalysis;

namespace DcrDsl.Generators.Tests;

/// <summary>
/// The runtime's own sources, edited: a changed constant of a loss changes the numerics of exactly the stage runs that use it, and edits
/// that change no number change nothing. Both are compiled, loaded beside each other with a generated program, and asked for the versions
/// of that program's stage runs.
/// </summary>
public class NumericsOfRuntimeTests
{
    const string Experiment = """
        experiment: losses
        summary: Which loss?
        base: ToyLlama
        stages:
          Learn: { type: Pretrain, data: ToyWorld.Pretraining }
          Dcr: { type: ContrastiveRefinement, seeminglyToxic: ToyWorld.RefinementSeeminglyToxic, toxic: ToyWorld.RefinementToxic }
          Align: { type: SupervisedFineTuning, general: ToyWorld.AlignmentGeneral, refusals: ToyWorld.AlignmentRefusals }
          Score: { type: EvaluationGrid, tasks: [ToyWorld.SeeminglyToxic, ToyWorld.Toxic] }
        arms:
          STL: { Dcr: none }
          DCR:
        sweep:
          Dcr.objective: [CircleLoss, SupConLoss]
        seeds: [0]
        """;

    [Fact]
    public void Exactly_the_stage_runs_that_use_a_changed_loss_change()
    {
        var sources = RuntimeSources.Compile();
        var program = GeneratorRun.Of("", ("losses.dcr.yaml", Experiment));
        Assert.Empty(program.CompilerDiagnostics);

        var before = Versions(sources, program.Output);
        var after = Versions(
            sources
                .With("ContrastiveLoss.Circle.cs", "push, negative)), 1, 20);", "push, negative)), 1, 30);")
                // Nothing of this decides about a number of a stage run.
                .With("ContrastiveLoss.Circle.cs", "losses", "terms")
                .With("ContrastiveLoss.Circle.cs", "held", "fixedSimilarity")
                .With("ContrastiveLoss.SupCon.cs", "    public static Tensor", "\n    // A comment.\n    public static Tensor")
                .With("Reports/Numbers.cs", "Undefined = \"–\"", "Undefined = \"-\"")
                .With(
                    "Results/RunNumbers.cs",
                    "namespace DcrDsl.Results;",
                    "namespace DcrDsl.Results;\n\nstatic class Another { public static int More => 7; }"
                ),
            program.Output
        );

        Assert.Equal(before.Keys, after.Keys);
        Assert.Equal(
            [$"{Stage("circleloss")}: numerics of ContrastiveLoss.Circle changed"],
            before
                .Keys.Where(id => !before[id].SequenceEqual(after[id]))
                .Select(id => $"{id}: {NumericsDifference.Between(before[id], after[id])}")
        );
        Assert.Contains(Stage("supconloss"), before.Keys);
    }

    static string Stage(string objective) => $"seed0-Learn-Dcr.objective{objective}";

    /// <summary>What the numerics of each stage run are made of, by its name.</summary>
    static SortedDictionary<string, IReadOnlyDictionary<string, string>> Versions(Compilation runtime, Compilation program)
    {
        var context = new Beside();
        context.Runtime = CompiledCode.Load(runtime, context);
        var definition = CompiledCode.Load(program, context).GetTypes().Single(t => t.Name == "LossesProgram").GetProperty("Definition")!;
        object everything = Type("Planning.Selection").GetProperty("Everything")!.GetValue(null)!;
        object plan = Call(Type("Planning.Plan"), "Of", definition.GetValue(null)!, everything);
        var versions = new SortedDictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        foreach (object node in (System.Collections.IEnumerable)Get(plan, "StageRuns"))
            versions.Add(
                (string)Get(node, "Id"),
                (IReadOnlyDictionary<string, string>)Get(Call(Type("Execution.Numerics.NumericsVersion"), "Of", node), "Methods")
            );
        return versions;

        Type Type(string name) => context.Runtime.GetType($"DcrDsl.{name}", throwOnError: true)!;
    }

    static object Call(Type type, string method, params object[] arguments) => type.GetMethod(method)!.Invoke(null, arguments)!;

    static object Get(object of, string property) => of.GetType().GetProperty(property)!.GetValue(of)!;

    /// <summary>A runtime beside that of the tests, with which it shares what it stands on.</summary>
    sealed class Beside() : AssemblyLoadContext("edited")
    {
        public Assembly? Runtime { get; set; }

        protected override Assembly? Load(AssemblyName assemblyName) => assemblyName.Name == "DcrDsl" ? Runtime : null;
    }
}
