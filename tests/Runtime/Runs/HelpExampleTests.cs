using DcrDsl.Cli;
using DcrDsl.Definition;
using DcrDsl.Planning;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>The examples of the help are about the program at hand, and what they name is there.</summary>
public class HelpExampleTests
{
    static readonly AxisDefinition Layer = FakeExperiment.Axis("Dcr.Layer", 1, 2, 3);

    [Fact]
    public void They_name_an_experiment_its_arms_and_an_axis_of_the_catalog()
    {
        var examples = Examples(FakeExperiment.Of() with { Name = "mine" }, FakeExperiment.Of([Layer]) with { Name = "depth" });

        Assert.Equal(["show mine", "show mine --source", "show mine --spec > mine.dcr.yaml"], examples.Show);
        Assert.Equal(["plan mine", "plan mine --arm STL-aug,DCR --seed 0..4", "plan depth --set Dcr.Layer=1,2"], examples.Plan);
        Assert.Equal(
            ["run mine", "run mine --arm STL-aug,DCR --seed 0..4", "run depth --set Dcr.Layer=1,2 --out results/depth --threads 8"],
            examples.Run
        );
        string first = Path.Combine("runs", "mine", "001"),
            second = Path.Combine("runs", "mine", "002");
        Assert.Equal(["report", "report mine", $"report {first}", $"report {first} {second}"], examples.Report);
    }

    [Fact]
    public void One_that_reads_from_places_of_the_machine_comes_last_and_says_so()
    {
        var reads = RunPathsTests.Definition with { Name = "reads" };

        Assert.Equal("run reads --path model=PATH --path data=PATH", Examples(reads).Run[0]);
        Assert.Equal("run mine", Examples(reads, FakeExperiment.Of() with { Name = "mine" }).Run[0]);
    }

    [Fact]
    public void Without_an_axis_nothing_is_set_and_without_an_experiment_nothing_is_named()
    {
        Assert.DoesNotContain(Examples(FakeExperiment.Of()).Run, e => e.Contains("--set", StringComparison.Ordinal));
        Assert.Equal((0, 0, 0, 1), (Examples().Show.Count, Examples().Plan.Count, Examples().Run.Count, Examples().Report.Count));
    }

    [Fact]
    public void Names_that_a_shell_or_a_list_would_part_are_not_taken()
    {
        var odd = FakeExperiment.Of([FakeExperiment.Axis("A B.Layer", 1, 2), Layer]);
        odd = odd with { Arms = [odd.Arms[0], odd.Arms[1], odd.Arms[2] with { Name = "a, b" }] };

        var examples = Examples(odd);

        Assert.Contains("--arm STL,STL-aug ", examples.Plan[1]);
        Assert.DoesNotContain(examples.Plan, e => e.Contains("A B", StringComparison.Ordinal));
    }

    static HelpExamples Examples(params ExperimentDefinition[] experiments) => new(new Catalog(experiments));
}
