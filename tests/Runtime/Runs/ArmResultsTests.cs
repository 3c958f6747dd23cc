using DcrDsl.Results;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Runs;

public class ArmResultsTests
{
    [Fact]
    public void An_estimate_has_students_interval_over_seeds()
    {
        var estimate = new SeedEstimate(
            new Dictionary<int, double>
            {
                [0] = 1,
                [1] = 2,
                [2] = 3,
            }
        );

        // t of 2 degrees of freedom at 97.5 % is 4.302652729911275, the standard error 1/√3.
        Assert.Equal(2, estimate.Mean, 1e-15);
        Assert.Equal(1, estimate.StandardDeviation, 1e-15);
        Assert.Equal(4.302652729911275 / Math.Sqrt(3), estimate.HalfWidth95, 1e-9);
        Assert.Equal(3, estimate.Count);
    }

    [Fact]
    public void A_difference_is_paired_over_the_seeds_that_both_have()
    {
        var a = new SeedEstimate(
            new Dictionary<int, double>
            {
                [2] = 5,
                [0] = 1,
                [9] = 100,
            }
        );
        var b = new SeedEstimate(
            new Dictionary<int, double>
            {
                [0] = 0.5,
                [2] = 3.5,
                [1] = -7,
            }
        );

        var difference = a - b;

        Assert.Equal(2, difference.Count);
        Assert.Equal(1, difference.Mean, 1e-15);
    }

    [Fact]
    public void Results_of_an_arm_are_found_by_metric_and_axis_value()
    {
        using var run = new FakeRun(FakeExperiment.Of([FakeExperiment.Axis("Dcr.Layer", 1, 2)]));
        var results = run.Results;
        ArmResults stl = new(results, "STL"),
            dcr = new(results, "DCR");

        var second = dcr.At("Dcr.Layer", "2")[Metric.ComplianceRate];

        Assert.Equal([0, 1, 2], second.Values.Keys);
        Assert.Equal(results.Cells.Single(c => c.Id == "dcr-layer2-seed1").Metrics[Metric.ComplianceRate], second.Values[1]);
        Assert.Equal(3, (second - stl[Metric.ComplianceRate]).Count);
        Assert.Equal(
            "DCR has several cells for each seed: say which value of Dcr.Layer is meant.",
            Assert.Throws<InputException>(() => dcr[Metric.ComplianceRate]).Message
        );
        Assert.Equal(
            $"{run.Folder} has no finished cell of DCR, Dcr.Layer = 7.",
            Assert.Throws<InputException>(() => dcr.At("Dcr.Layer", "7")[Metric.Auc]).Message
        );
    }

    [Fact]
    public void A_metric_of_one_task_is_found_by_the_tasks_name()
    {
        using var run = new FakeRun(FakeExperiment.Of());
        var task = new ArmResults(run.Results, "STL").Task("Toxic");

        Assert.Equal(new ArmResults(run.Results, "STL")[Metric.DefenceSuccessRate].Mean, task.DefenceSuccessRate.Mean, 1e-12);
        Assert.Equal(
            "STL has no task 'Txic'. Did you mean Toxic?",
            Assert.Throws<InputException>(() => new ArmResults(run.Results, "STL").Task("Txic")).Message
        );
        Assert.Equal("The task Toxic does not measure compliance.", Assert.Throws<InputException>(() => task.ComplianceRate).Message);
    }
}
