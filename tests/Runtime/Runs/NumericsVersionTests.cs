using DcrDsl.Execution.Numerics;
using DcrDsl.Objectives;
using DcrDsl.Planning;
using DcrDsl.Specs;
using TorchSharp;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>
/// The version of the code of a stage run: one for each stage, the same for every seed, and that of what was made before too.
/// </summary>
public class NumericsVersionTests
{
    [Fact]
    public void Stages_differ_and_seeds_share()
    {
        var runs = Plan.Of(FakeExperiment.Of(), Selection.Everything).StageRuns;
        var byStage = runs.ToLookup(r => r.Stage.Name, NumericsVersion.Of);
        Assert.All(byStage, stage => Assert.Single(stage.Select(v => v.Digest).Distinct()));
        string[] distinct = [.. new[] { "Base", "Learn", "Score", "ScoreVerdicts" }.Select(s => byStage[s].First().Digest)];
        Assert.Equal(4, distinct.Distinct().Count());
        // Read once, whatever the seed; and again for another plan, the same.
        Assert.Single(byStage["Learn"].Distinct());
        Assert.Equal(
            runs.Select(r => NumericsVersion.Of(r).Digest),
            Plan.Of(FakeExperiment.Of(), Selection.Everything).StageRuns.Select(r => NumericsVersion.Of(r).Digest)
        );
    }

    [Fact]
    public void Many_threads_get_the_same()
    {
        var runs = Plan.Of(FakeExperiment.Of(), Selection.Everything).StageRuns;
        var versions = Enumerable.Range(0, 8).AsParallel().Select(_ => NumericsVersion.Of(runs[^1])).ToList();
        Assert.Single(versions.Distinct());
    }

    /// <summary>The method that runs before knows a direction by its interface alone.</summary>
    [Fact]
    public void What_a_stage_before_has_attached_is_in_it()
    {
        var learn = ToyExperiment.Learn;
        var runs = Plan.Of(
            ToyExperiment.Of(
                ("plain", [ToyExperiment.Base, learn]),
                ("steered", [ToyExperiment.Base, learn, ToyExperiment.Attached(AttachStageTests.MeanState)])
            ),
            Selection.Everything
        ).StageRuns;
        var (plain, steered) = (Scored("Learn"), Scored("Steer"));
        const string Direction = "DcrDsl.Models.Interventions.DirectionAddition.";
        Assert.DoesNotContain(plain.Methods.Keys, m => m.StartsWith(Direction, StringComparison.Ordinal));
        Assert.Contains(steered.Methods.Keys, m => m.StartsWith(Direction, StringComparison.Ordinal));

        NumericsVersion Scored(string after) =>
            NumericsVersion.Of(runs.Single(r => r.Stage.Name == "Score" && r.Parent!.Stage.Name == after));
    }

    [Fact]
    public void The_function_of_a_swept_value_is_in_it_with_what_it_captures()
    {
        Func<torch.Tensor, torch.Tensor, torch.Tensor> inner = (z, labels) => ContrastiveLoss.Circle(z, labels, 0.25, 80);
        var axis = Definition.AxisDefinition.Choices(
            "Dcr.Objective",
            [
                new("Circle", new CircleLoss(), (z, labels) => inner(z, labels)),
                new("SupCon", new SupConLoss(), (z, labels) => ContrastiveLoss.SupCon(z, labels, 0.1)),
            ]
        );
        var runs = Plan.Of(FakeExperiment.Of([axis]), new Selection { Seeds = [0], Arms = ["DCR"] }).StageRuns;
        Assert.Equal(["Circle", "SupCon"], runs.Where(r => r.Stage.Name == "Dcr").SelectMany(Losses));

        static IEnumerable<string> Losses(StageRunNode run) =>
            NumericsVersion
                .Of(run)
                .Methods.Keys.Where(m => m.StartsWith("DcrDsl.Objectives.ContrastiveLoss.", StringComparison.Ordinal))
                .Select(m => m.Split('(')[0].Split('.')[^1])
                .Where(m => m is "Circle" or "SupCon");
    }

    [Theory]
    [InlineData("Lab.Losses.Hinge(System.Double)=2 libtorch=2", "numerics of Losses.Hinge changed")]
    [InlineData("Lab.Losses.Hinge(System.Double)=1 Lab.Losses.ctor()=1 libtorch=1", "numerics of Losses added")]
    [InlineData("libtorch=1", "numerics of Losses.Hinge removed")]
    [InlineData("Lab.Losses.Hinge(System.Double)=1 libtorch=3", "numerics of libtorch changed")]
    [InlineData("Lab.Losses.Hinge(System.Double)=1 libtorch=1", "numerics are the same")]
    public void A_difference_is_told_by_names(string later, string sentence)
    {
        var earlier = Of(
            "Lab.Losses.Hinge(System.Double)=1 libtorch=" + (sentence.Contains("Hinge changed", StringComparison.Ordinal) ? "2" : "1")
        );
        Assert.Equal(sentence, NumericsDifference.Between(earlier, Of(later)).ToString());

        static Dictionary<string, string> Of(string text) => text.Split(' ').Select(p => p.Split('=')).ToDictionary(p => p[0], p => p[1]);
    }
}
