using System.Runtime.Loader;
using DcrDsl.Execution.Numerics;

namespace DcrDsl.Generators.Tests;

/// <summary>A loop that is watched, as it is compiled: to the versions of code it is the loop that is not.</summary>
public class WatchedProgramTests
{
    const string Watch =
        ", Watch = [new RefusalAlong { Every = 5, SeeminglyToxic = ToyWorld.WatchedSeeminglyToxic, Toxic = ToyWorld.WatchedToxic }]";

    [Theory]
    [InlineData("General = ToyWorld.AlignmentGeneral, Refusals = ToyWorld.AlignmentRefusals")]
    [InlineData("General = ToyWorld.AlignmentGeneral, Refusals = ToyWorld.AlignmentRefusals, Adapter = new Lora { Dropout = 0.1 }")]
    public void It_has_the_digest_of_the_loop_without(string options)
    {
        Assert.Equal(Digest(options), Digest(options + Watch));
        Assert.NotEqual(Digest(options), Digest(options + ", Epochs = 3"));
    }

    [Fact]
    public void A_watch_of_ones_own_is_called_like_ours()
    {
        var run = GeneratorRun.Of(
            Declaration.CSharp(
                align: "new() { General = ToyWorld.AlignmentGeneral, Refusals = ToyWorld.AlignmentRefusals, Watch = [new Depth { Every = "
                    + "5, Scale = 2, SeeminglyToxic = ToyWorld.WatchedSeeminglyToxic, Toxic = ToyWorld.WatchedToxic }] }",
                after: """
                /// <summary>How deep.</summary>
                [RuntimeCall("Depths.Of")]
                public sealed record Depth : WatchSpec
                {
                    /// <summary>The scale.</summary>
                    public double Scale { get; init; } = 1;
                }

                static class Depths
                {
                    public static DcrDsl.Evaluation.Watching.IWatch Of(DcrDsl.Evaluation.Watching.WatchedPrompts prompts, double scale) =>
                        DcrDsl.Evaluation.Watching.Watches.RefusalAlong(prompts, openers: ["no"], batch: 1);
                }
                """
            )
        );
        Assert.Empty(run.Diagnostics);
        Assert.Empty(run.BuildDiagnostics);
        Assert.Contains("new Watched(\"Depth\", Every: 5, global::Depths.Of(prompts, scale: 2.0)),", run.File("Test.Program.g.cs"));
    }

    static string Digest(string options)
    {
        var run = GeneratorRun.Of(Declaration.CSharp(align: $"new() {{ {options} }}"));
        Assert.Empty(run.Diagnostics);
        var program = CompiledCode.Load(run.Output, new AssemblyLoadContext("watched")).GetType("TestProgram")!;
        return MethodReader.Read(program.GetMethod("RunAlign")!).Digest;
    }
}
