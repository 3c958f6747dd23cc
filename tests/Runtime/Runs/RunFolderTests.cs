using DcrDsl.Definition;
using DcrDsl.Execution;
using DcrDsl.Planning;
using DcrDsl.Results;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Runs;

public class RunFolderTests
{
    [Fact]
    public void What_is_written_is_read_back()
    {
        using var run = new FakeRun(FakeExperiment.Of([FakeExperiment.Axis("Dcr.Layer", 1, 2)]), new Selection { Seeds = [0, 1] });
        var plan = Plan.Of(FakeExperiment.Of([FakeExperiment.Axis("Dcr.Layer", 1, 2)]), new Selection { Seeds = [0, 1] });

        var results = run.Results;

        Assert.Equivalent(FakeRun.Description(plan), results.Experiment);
        Assert.Equal(plan.Cells.Select(c => c.Id), results.Cells.Select(c => c.Id));
        Assert.Equal(plan.StageRuns.Select(r => r.Id).Order(), results.StageRuns.Select(r => r.Id).Order());
        Assert.Empty(results.Failures);
        Assert.Empty(results.Notes);
        var learn = results.StageRuns.First(r => r.Id == "seed1-Learn");
        Assert.Equal(
            ("Learn", "pretraining", "seed1-Base", 1, 40, 20_000L),
            (learn.Stage, learn.Kind, learn.Parent, learn.Seed, learn.Steps, learn.Tokens)
        );
        Assert.Equal([0, 2, 4], learn.Log.Take(3).Select(e => e.Step));
        Assert.Equal(39, learn.Log[^1].Step);
        Assert.Equal("2", results.Cells.Single(c => c.Id == "dcr-layer2-seed0").Values["Dcr.Layer"]);
        Assert.All(results.Cells, c => Assert.Equal(results.Scores(c).ComplianceRate, c.Metrics[Metric.ComplianceRate]));
        Assert.All(
            results.Cells,
            c => Assert.Equal(results.Scores(c).ComplianceAtMatchedDefence(0.95), c.Metrics[Metric.ComplianceAtMatchedDefence])
        );
    }

    [Fact]
    public void A_folder_that_holds_something_is_refused()
    {
        using var run = new FakeRun(FakeExperiment.Of(), new Selection { Seeds = [0] });
        string before = File.ReadAllText(Path.Combine(run.Folder, "cells.jsonl"));
        var plan = Plan.Of(FakeExperiment.Of(), Selection.Everything);

        var mistake = Assert.Throws<InputException>(() =>
            RunFolder.Create(run.Folder, plan, FakeRun.Keys(plan), _ => FakeRun.Description(plan))
        );

        Assert.Equal(
            $"{run.Folder} is not empty: give a folder that is new or empty with --out, so that no result is overwritten.",
            mistake.Message
        );
        Assert.Equal(before, File.ReadAllText(Path.Combine(run.Folder, "cells.jsonl")));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_refused_before_anything_is_run()
    {
        using var run = new FakeRun(FakeExperiment.Of(), new Selection { Seeds = [0] });
        var plan = Plan.Of(FakeExperiment.Of(), Selection.Everything);

        var mistake = Assert.Throws<InputException>(() =>
            RunFolder.Create(Path.Combine(run.Folder, "cells.jsonl", "below"), plan, FakeRun.Keys(plan), _ => FakeRun.Description(plan))
        );

        Assert.StartsWith("The run's files cannot be written: ", mistake.Message);
        Assert.EndsWith(" Give a folder that can be written with --out.", mistake.Message);
    }

    [Fact]
    public void A_last_line_cut_off_by_a_crash_is_left_out_with_a_note()
    {
        using var run = new FakeRun(FakeExperiment.Of(), new Selection { Seeds = [0] });
        string file = Path.Combine(run.Folder, "cells.jsonl");
        File.WriteAllText(file, File.ReadAllText(file)[..^20]);

        var results = run.Results;

        Assert.Equal(2, results.Cells.Count);
        Assert.Equal([$"{file}, line 3: left out, as the run was cut off while writing it."], results.Notes);
    }

    [Fact]
    public void A_damaged_line_is_named()
    {
        using var run = new FakeRun(FakeExperiment.Of(), new Selection { Seeds = [0] });
        string file = Path.Combine(run.Folder, "stages.jsonl");
        string[] lines = File.ReadAllLines(file);
        lines[1] = lines[1].Replace("\"steps\":", "\"stops\":", StringComparison.Ordinal);
        File.WriteAllLines(file, lines);

        var mistake = Assert.Throws<InputException>(() => run.Results);

        Assert.Equal(
            $"{file}, line 2: this is not a line that DcrDsl wrote; remove the line, or run the experiment again.",
            mistake.Message
        );
    }

    [Fact]
    public void A_folder_without_a_run_is_refused()
    {
        using var run = new FakeRun(FakeExperiment.Of(), new Selection { Seeds = [0] });

        string folder = Path.Combine(run.Folder, "completions");

        Assert.Equal(
            $"{folder} is not the folder of a run: it has no experiment.json.",
            Assert.Throws<InputException>(() => RunResults.Load(folder)).Message
        );
    }

    [Fact]
    public void Failures_are_written_with_the_cells_they_cost()
    {
        using var run = new FakeRun(
            FakeExperiment.Of(
                during: (stage, r) =>
                {
                    if (stage == "AlignAug" && r.Seed == 0)
                        throw new InvalidOperationException("boom");
                }
            )
        );

        var failure = Assert.Single(run.Results.Failures);

        Assert.Equal("seed0-Learn-AlignAug", failure.StageRun);
        Assert.Equal(["stl-aug-seed0"], failure.Cells);
        Assert.Equal("Unexpected InvalidOperationException: boom", failure.Reason);
        Assert.Contains("at DcrDsl", File.ReadAllText(Path.Combine(run.Folder, "errors.log")));
    }
}
