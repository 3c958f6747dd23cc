using DcrDsl.Definition;
using DcrDsl.Evaluation;
using DcrDsl.Experiments;
using DcrDsl.Results;
using DcrDsl.Tensors;
using TorchSharp;

namespace DcrDsl.EndToEnd.Tests;

/// <summary>
/// The method of an arm, called from code, does what the command line does for a cell: the same completions, verdicts and probabilities, to
/// the last digit.
/// </summary>
public sealed class ArmMethodTests(SmokeRunTests.SmokeRun smoke) : IClassFixture<SmokeRunTests.SmokeRun>
{
    public static TheoryData<string, Func<ArmRun, Scores>> Arms =>
        new()
        {
            { "stl-seed0", run => SmokeProgram.StlArm(seed: 0, run) },
            { "lora-seed0", run => SmokeProgram.LoRAArm(seed: 0, run) },
            { "dcr-layer2-seed0", run => SmokeProgram.DcrArm(layer: 2, seed: 0, run) },
        };

    [Theory, MemberData(nameof(Arms))]
    public void Gives_the_scores_of_its_cell(string cell, Func<ArmRun, Scores> arm)
    {
        var results = RunResults.Load(smoke.Folder);
        var expected = results.Scores(results.Cells.Single(c => c.Id == cell));
        Scores? actual = null;
        var stages = new HashSet<string>();

        // A stage run of the command line has a thread of its own, with one thread for its operations.
        var thread = new Thread(() =>
        {
            TorchStartup.Initialize(1);
            actual = arm(new ArmRun(torch.CPU) { Progress = (stage, _) => stages.Add(stage) });
        });
        thread.Start();
        thread.Join();

        Assert.Equal(3, expected.PromptTasks.Count());
        Assert.Equal(expected.PromptTasks.SelectMany(t => t.Items), actual!.PromptTasks.SelectMany(t => t.Items));
        Assert.Contains("Learn", stages);
    }
}
