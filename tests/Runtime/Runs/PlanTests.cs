using DcrDsl.Definition;
using DcrDsl.Planning;

namespace DcrDsl.Runtime.Tests.Runs;

public class PlanTests
{
    static readonly AxisDefinition Layer = FakeExperiment.Axis("Dcr.Layer", 1, 2, 3),
        Steps = FakeExperiment.Axis("Dcr.Steps", 10, 20, 30);

    [Fact]
    public void Cells_that_agree_on_a_prefix_share_its_stage_runs()
    {
        var plan = Plan.Of(FakeExperiment.Of([Layer]), new Selection { Seeds = [0] });

        Assert.Equal(
            ["stl-seed0", "stl-aug-seed0", "dcr-layer1-seed0", "dcr-layer2-seed0", "dcr-layer3-seed0"],
            plan.Cells.Select(c => c.Id)
        );
        Assert.Equal(
            [
                "seed0-Base",
                "seed0-Learn",
                "seed0-Learn-Align",
                "seed0-Learn-Align-Score",
                "seed0-Learn-Align-Score-Verdicts",
                "seed0-Learn-AlignAug",
                "seed0-Learn-AlignAug-Score",
                "seed0-Learn-AlignAug-Score-Verdicts",
                "seed0-Learn-Dcr.layer1",
                "seed0-Learn-Dcr.layer1-Align",
                "seed0-Learn-Dcr.layer1-Align-Score",
                "seed0-Learn-Dcr.layer1-Align-Score-Verdicts",
                "seed0-Learn-Dcr.layer2",
                "seed0-Learn-Dcr.layer2-Align",
                "seed0-Learn-Dcr.layer2-Align-Score",
                "seed0-Learn-Dcr.layer2-Align-Score-Verdicts",
                "seed0-Learn-Dcr.layer3",
                "seed0-Learn-Dcr.layer3-Align",
                "seed0-Learn-Dcr.layer3-Align-Score",
                "seed0-Learn-Dcr.layer3-Align-Score-Verdicts",
            ],
            plan.StageRuns.Select(r => r.Id)
        );
        Assert.All(plan.StageRuns.Where(r => r.Parent is not null), r => Assert.Contains(r, r.Parent!.Children));
    }

    [Fact]
    public void An_arm_is_not_multiplied_by_axes_that_none_of_its_stages_takes()
    {
        var plan = Plan.Of(FakeExperiment.Of([Layer, Steps]), Selection.Everything);

        Assert.Equal(3 * 1, plan.Cells.Count(c => c.Arm.Name == "STL"));
        Assert.Equal(3 * 9, plan.Cells.Count(c => c.Arm.Name == "DCR"));
        Assert.All(plan.Cells.Where(c => c.Arm.Name == "STL"), c => Assert.Empty(c.Values));
    }

    [Fact]
    public void Zipped_axes_advance_together()
    {
        var definition = FakeExperiment.Of([Layer, Steps]) with
        {
            Zips =
            [
                ["Dcr.Layer", "Dcr.Steps"],
            ],
        };

        var plan = Plan.Of(definition, new Selection { Arms = ["DCR"], Seeds = [7] });

        Assert.Equal(["dcr-layer1-steps10-seed7", "dcr-layer2-steps20-seed7", "dcr-layer3-steps30-seed7"], plan.Cells.Select(c => c.Id));
    }

    [Fact]
    public void Zipped_axes_of_unlike_length_are_refused()
    {
        var definition = FakeExperiment.Of([Layer, Steps]) with
        {
            Zips =
            [
                ["Dcr.Layer", "Dcr.Steps"],
            ],
        };

        var mistake = Assert.Throws<InputException>(() => Plan.Of(definition, new Selection { Values = Set("Dcr.Layer", "1", "2") }));

        Assert.Equal(
            "Dcr.Layer and Dcr.Steps advance together, but have 2 and 3 values: give equally many of both with --set.",
            mistake.Message
        );
    }

    [Fact]
    public void An_excluded_combination_is_left_out_and_nothing_else()
    {
        var definition = FakeExperiment.Of([Layer, Steps]) with
        {
            Exclusions =
            [
                new Dictionary<string, string> { ["Dcr.Layer"] = "3", ["Dcr.Steps"] = "30" },
                new Dictionary<string, string> { ["arm"] = "STL-aug" },
            ],
        };

        var cells = Plan.Of(definition, new Selection { Seeds = [0] }).Cells;

        Assert.DoesNotContain(cells, c => c.Arm.Name == "STL-aug");
        Assert.Single(cells, c => c.Arm.Name == "STL");
        Assert.Equal(8, cells.Count(c => c.Arm.Name == "DCR"));
        Assert.DoesNotContain(cells, c => c.Id == "dcr-layer3-steps30-seed0");
    }

    [Fact]
    public void Excluding_everything_is_refused()
    {
        var definition = FakeExperiment.Of() with { Exclusions = [new Dictionary<string, string> { ["arm"] = "DCR" }] };

        var mistake = Assert.Throws<InputException>(() => Plan.Of(definition, new Selection { Arms = ["DCR"] }));

        Assert.Contains("experiments/Fake.cs", mistake.Message);
    }

    [Fact]
    public void Given_values_replace_the_declared_ones_and_count_once()
    {
        var plan = Plan.Of(
            FakeExperiment.Of([Layer]),
            new Selection
            {
                Arms = ["dcr"],
                Seeds = [4, 4],
                Values = Set("dcr.layer", "5", "05", "6"),
            }
        );

        Assert.Equal(["dcr-layer5-seed4", "dcr-layer6-seed4"], plan.Cells.Select(c => c.Id));
        Assert.Equal(["5", "6"], plan.Axes.Single().Values.Select(v => v.Label));
    }

    [Theory]
    [InlineData("DRC", "fake has no arm 'DRC'. Did you mean DCR?")]
    [InlineData("zzzzzz", "fake has no arm 'zzzzzz'. There are: STL, STL-aug, DCR.")]
    public void An_unknown_arm_is_refused_with_what_was_meant(string arm, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<InputException>(() => Plan.Of(FakeExperiment.Of(), new Selection { Arms = [arm] })).Message);

    [Theory]
    [InlineData("Dcr.Lyer", "1", "fake has no axis 'Dcr.Lyer'. Did you mean Dcr.Layer?")]
    [InlineData("Dcr.Layer", "0", "Dcr.Layer=0: give a whole number from 1 to 100.")]
    public void A_wrong_axis_or_value_is_refused(string axis, string value, string sentence) =>
        Assert.Equal(
            sentence,
            Assert.Throws<InputException>(() => Plan.Of(FakeExperiment.Of([Layer]), new Selection { Values = Set(axis, value) })).Message
        );

    [Fact]
    public void Setting_an_axis_that_no_selected_arm_takes_is_refused()
    {
        var mistake = Assert.Throws<InputException>(() =>
            Plan.Of(FakeExperiment.Of([Layer]), new Selection { Arms = ["STL"], Values = Set("Dcr.Layer", "1") })
        );

        Assert.Equal("Dcr.Layer has no effect on STL: no stage of this arm takes it.", mistake.Message);
    }

    [Fact]
    public void Names_that_would_be_the_same_or_too_long_get_a_hash()
    {
        var definition = FakeExperiment.Of();
        string longName = new('x', 300);
        var plan = Plan.Of(
            definition with
            {
                Arms =
                [
                    definition.Arms[0] with
                    {
                        Name = "a b",
                    },
                    definition.Arms[0] with
                    {
                        Name = "a/b",
                    },
                    definition.Arms[0] with
                    {
                        Name = longName,
                    },
                ],
            },
            new Selection { Seeds = [0] }
        );

        Assert.Equal("a-b-seed0", plan.Cells[0].Id);
        Assert.Matches("^a-b-seed0-[0-9a-f]{8}$", plan.Cells[1].Id);
        Assert.Equal(100, plan.Cells[2].Id.Length);
        Assert.Equal(5, plan.StageRuns.Count);
        Assert.Equal(3, plan.StageRuns[^1].CellIds.Count);
    }

    static Dictionary<string, IReadOnlyList<string>> Set(string axis, params string[] values) => new() { [axis] = values };
}
