using System.Collections.Concurrent;
using DcrDsl.Definition;
using DcrDsl.Execution;
using DcrDsl.Planning;
using DcrDsl.Store;
using DcrDsl.Store.Leases;
using Microsoft.Extensions.Logging;
using TorchSharp;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>Several runs on one store at the same time: each stage run is run by one of them.</summary>
public sealed class SharingTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("dcrdsl").FullName;
    readonly ConcurrentBag<string> ran = [];
    readonly RecordingLogger log = new();

    // What a stage does is part of its key: one function for all tests.
    Action<string, StageRun> during = (_, _) => { };

    public void Dispose() => Directory.Delete(root, recursive: true);

    string Store => Path.Combine(root, "store");

    ExperimentDefinition Experiment(IReadOnlyList<AxisDefinition>? axes = null) =>
        FakeExperiment.Of(
            axes,
            during: (stage, run) =>
            {
                if (run.Device.type != DeviceType.META)
                    during(stage, run);
            },
            train: (stage, _, run) => ran.Add($"{stage} {run.Seed}")
        );

    Task<EndedRun> Run(ExperimentDefinition definition, string folder, RunSettings? settings = null) =>
        ExperimentRun.StartAsync(
            definition,
            (settings ?? new()) with
            {
                Folder = Path.Combine(root, folder),
                Store = Store,
                Threads = 2,
            },
            logger: log,
            cancellation: TestContext.Current.CancellationToken
        );

    static RunSettings Only(string arm, params int[] seeds) =>
        new()
        {
            Selection = new() { Arms = [arm], Seeds = seeds },
        };

    [Fact]
    public async Task Runs_side_by_side_share_all_stage_runs_and_find_the_same()
    {
        during = (_, _) => Thread.Sleep(1);
        var experiment = Experiment([FakeExperiment.Axis("Dcr.Layer", 1, 2)]);

        var ended = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Run(experiment, FormattableString.Invariant($"run{i}"))));

        // By seed: pre-training; alignment of the two other arms; refinement and alignment at each layer.
        Assert.Equal(3 * (1 + 2 + 4), ran.Count);
        var shared = ended.SelectMany(e => e.Results.StageRuns).Where(r => r.Parent is not null && !r.Stored);
        Assert.All(shared.GroupBy(r => r.Key), g => Assert.Single(g));
        Assert.All(ended, e => Assert.Equal(12, e.Outcome.Finished.Count));
        Assert.Single(ended.Select(e => File.ReadAllText(Path.Combine(e.Folder, "cells.jsonl"))).Distinct());
        Assert.Empty(Directory.GetFiles(Path.Combine(Store, "leases")));
        Assert.DoesNotContain(log.All, l => l.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task While_another_has_a_stage_run_other_work_is_done_first()
    {
        var experiment = Experiment();
        using var others = Hold(experiment, "seed0-Learn");
        var running = Run(experiment, "run", Only("STL", 0, 1));

        Assert.True(await Until(() => ran.Contains("Align 1")));
        Assert.True(await Until(() => log.All.Any(l => l.Line.StartsWith("seed0-Learn is run by process ", StringComparison.Ordinal))));
        Assert.False(running.IsCompleted);
        Assert.DoesNotContain("Learn 0", ran);
        others.Dispose();

        Assert.Equal(2, (await running).Outcome.Finished.Count);
        Assert.Contains("Learn 0", ran);
    }

    [Fact]
    public async Task A_run_that_waits_can_be_stopped()
    {
        var experiment = Experiment();
        using var others = Hold(experiment, "seed0-Learn");
        using var stop = new CancellationTokenSource();
        var running = ExperimentRun.StartAsync(
            experiment,
            Only("STL", 0) with
            {
                Folder = Path.Combine(root, "run"),
                Store = Store,
            },
            logger: log,
            cancellation: stop.Token
        );
        Assert.True(await Until(() => log.All.Any(l => l.Line.StartsWith("seed0-Learn is run by process ", StringComparison.Ordinal))));
        await stop.CancelAsync();

        Assert.Single((await running).Outcome.NotRun);
    }

    /// <summary>Its result would not be put into the store, so there is nothing to wait for.</summary>
    [Fact]
    public async Task Nobody_waits_for_a_result_that_is_not_kept()
    {
        var experiment = Experiment();
        using var others = Hold(experiment, "seed0-Learn", keeps: false);

        Assert.Single((await Run(experiment, "run", Only("STL", 0))).Outcome.Finished);
        Assert.Equal(["Align 0", "Learn 0"], ran.Order());
    }

    [Fact]
    public async Task A_model_that_is_to_be_written_is_made_here_whoever_else_has_it()
    {
        var experiment = Experiment();
        using var others = Hold(experiment, "seed0-Learn");

        var ended = await Run(experiment, "run", Only("STL", 0) with { Export = ["Learn"] });

        Assert.Single(ended.Outcome.Finished);
        Assert.True(Directory.Exists(Path.Combine(ended.Folder, "models")));
    }

    [Fact]
    public async Task A_model_that_could_not_be_made_again_to_be_written_leaves_the_stored_results_as_they_are()
    {
        var experiment = Experiment();
        bool fails = false;
        during = (stage, _) =>
        {
            if (stage == "Learn" && fails)
                throw new InputException("The disk is full.");
        };
        await Run(experiment, "first", Only("STL", 0));
        fails = true;

        var ended = await Run(experiment, "second", Only("STL", 0) with { Export = ["Learn"] });

        Assert.Single(ended.Results.Cells);
        Assert.Equal(
            File.ReadAllLines(Path.Combine(root, "first", "stages.jsonl")).Length,
            File.ReadAllLines(Path.Combine(ended.Folder, "stages.jsonl")).Length
        );
    }

    [Fact]
    public async Task What_failed_elsewhere_is_noted_and_tried_again()
    {
        var experiment = Experiment();
        bool fails = true;
        during = (stage, run) =>
        {
            if (stage == "Align" && fails)
                throw new InputException("prompts.csv, line 3: no prompt.");
        };
        Assert.Single((await Run(experiment, "first", Only("STL", 0))).Outcome.Failed);
        var failed = Assert.Single(Status(experiment, Only("STL", 0)).Cells);
        Assert.Equal((CellState.Failed, "seed0-Learn-Align"), (failed.State, failed.Next?.Id));
        Assert.Equal(("prompts.csv, line 3: no prompt.", Environment.MachineName), (failed.Failure!.Reason, failed.Failure.Host));

        fails = false;
        Assert.Single((await Run(experiment, "second", Only("STL", 0))).Outcome.Finished);

        Assert.Empty(Directory.GetFiles(Path.Combine(Store, "failures")));
        Assert.Equal(1, ran.Count(r => r == "Learn 0"));
        Assert.Equal(CellState.Done, Assert.Single(Status(experiment, Only("STL", 0)).Cells).State);
    }

    [Fact]
    public async Task A_base_model_that_cannot_be_made_is_why_a_cell_failed()
    {
        var experiment = Experiment();
        during = (stage, _) =>
        {
            if (stage == "Base")
                throw new InputException("config.json is not there.");
        };
        Assert.Single((await Run(experiment, "run", Only("STL", 0))).Outcome.Failed);

        var failed = Assert.Single(Status(experiment, Only("STL", 0)).Cells);
        Assert.Equal((CellState.Failed, "config.json is not there."), (failed.State, failed.Failure!.Reason));
    }

    [Fact]
    public async Task Status_says_of_each_cell_what_it_waits_for()
    {
        var experiment = Experiment();
        await Run(experiment, "run", Only("STL", 0));
        using var running = Hold(experiment, "seed0-Learn-Dcr");
        running.Report(12, 40);
        string[] before = Files();

        var status = Status(experiment, new() { Selection = new() { Seeds = [0] } });

        Assert.Equal(
            [
                ("stl-seed0", CellState.Done, null),
                ("stl-aug-seed0", CellState.Waiting, "seed0-Learn-AlignAug"),
                ("dcr-seed0", CellState.Running, "seed0-Learn-Dcr"),
            ],
            status.Cells.Select(c => (c.Cell.Id, c.State, c.Next?.Id))
        );
        Assert.Equal(Environment.ProcessId, status.Cells[2].Lease!.Holder.Process);
        Assert.Equal(before, Files());

        string[] Files() => [.. Directory.GetFileSystemEntries(Store, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
    }

    [Fact]
    public void A_store_that_is_not_there_has_nothing_and_is_not_made()
    {
        Assert.All(Status(Experiment(), new()).Cells, c => Assert.Equal(CellState.Waiting, c.State));
        Assert.False(Directory.Exists(Store));
    }

    /// <summary>A file is where the leases should be, so that none can be written.</summary>
    [Fact]
    public async Task Where_no_lease_can_be_written_a_run_does_all_of_its_own()
    {
        Directory.CreateDirectory(Store);
        File.WriteAllText(Path.Combine(Store, "leases"), "in the way");

        var ended = await Run(Experiment(), "run", Only("STL", 0, 1));

        Assert.Equal(2, ended.Outcome.Finished.Count);
        string told = Assert.Single(log.All, l => l.Level == LogLevel.Warning).Line;
        Assert.StartsWith($"Other processes cannot see what this one runs, as no lease can be written in {Store} (", told);
    }

    [Fact]
    public async Task An_entry_that_came_damaged_is_set_aside_and_computed_here()
    {
        var experiment = Experiment();
        var others = Hold(experiment, "seed0-Learn");
        var running = Run(experiment, "run", Only("STL", 0));
        Assert.True(await Until(() => log.All.Any(l => l.Line.StartsWith("seed0-Learn is run by process ", StringComparison.Ordinal))));
        string place = Path.Combine(Store, "entries", KeyOf(experiment, "seed0-Learn")[..2], KeyOf(experiment, "seed0-Learn"));
        string aside = Path.Combine(root, "aside");
        Directory.CreateDirectory(aside);
        File.WriteAllText(Path.Combine(aside, "manifest.json"), "{");
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        Directory.Move(aside, place);
        others.Dispose();

        Assert.Single((await running).Outcome.Finished);
        Assert.Single(ran, r => r == "Learn 0");
        Assert.Single(Directory.GetDirectories(Path.Combine(Store, "damaged")));
    }

    [Fact]
    public void What_another_process_has_set_aside_is_left_to_it()
    {
        string place = Path.Combine(Store, "entries", "01", "0123");
        Directory.CreateDirectory(place);
        StageStore first = new(Store),
            second = new(Store);

        Assert.Equal(Path.Combine(Store, "damaged", "0123-1"), first.SetAside(place));
        Assert.Null(second.SetAside(place));
    }

    static async Task<bool> Until(Func<bool> holds)
    {
        for (int i = 0; i < 3000 && !holds(); i++)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        return holds();
    }

    static Plan PlanOf(ExperimentDefinition experiment) => Plan.Of(experiment, Selection.Everything);

    static string KeyOf(ExperimentDefinition experiment, string stageRun)
    {
        var plan = PlanOf(experiment);
        var keys = Storage.Of(plan, new ExecutionOptions(torch.CPU, 2), null, TestContext.Current.CancellationToken).Keys;
        return keys[plan.StageRuns.Single(r => r.Id == stageRun)].Digest;
    }

    /// <summary>Another process has a stage run.</summary>
    Lease Hold(ExperimentDefinition experiment, string stageRun, bool keeps = true) =>
        new StageLeases(Store, TimeSpan.FromMinutes(10), _ => { })
            .Take(KeyOf(experiment, stageRun), new LeaseSubject("fake", stageRun, keeps))
            .Lease!;

    PlanStatus Status(ExperimentDefinition experiment, RunSettings settings) =>
        PlanStatus.Of(Plan.Of(experiment, settings.Selection), new ExecutionOptions(torch.CPU, 2), Store);
}
