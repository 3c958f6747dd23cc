using System.Collections.Concurrent;
using DcrDsl.Definition;
using DcrDsl.Execution;
using DcrDsl.Execution.Checkpoints;
using DcrDsl.Planning;
using Microsoft.Extensions.Logging.Abstractions;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>Single stage runs go into the store, and cells are gathered from there.</summary>
public sealed class SingleStageRunsTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("dcrdsl").FullName;
    readonly ConcurrentQueue<string> ran = [];
    readonly ExperimentDefinition experiment;
    readonly Plan plan;
    string? failing;

    public SingleStageRunsTests()
    {
        experiment = FakeExperiment.Of(
            train: (stage, _, _) =>
            {
                if (stage == failing)
                    throw new InputException("It is not to be.");
                ran.Enqueue(stage);
            }
        );
        plan = Plan.Of(experiment, new Selection { Seeds = [0], Arms = ["STL", "DCR"] });
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    string Store => Path.Combine(root, "store");

    static readonly ExecutionOptions Options = new(TorchSharp.torch.CPU, 1);

    async Task<IReadOnlyList<(string Id, StageEnd End, string? Why)>> Run(TimeSpan? patience, params string[] ids)
    {
        ran.Clear();
        var outcome = await Task.Run(() =>
            SingleStageRuns.Run(
                plan.StageRuns.Where(n => ids.Contains(n.Id)).ToHashSet(),
                Storage.Of(plan, Options, Store, TestContext.Current.CancellationToken),
                Options,
                new SingleStageSettings(KeptModels.All, CheckpointInterval.Default, patience, TimeSpan.FromMinutes(1)),
                new Progress<RunProgress>(),
                NullLogger.Instance,
                TestContext.Current.CancellationToken
            )
        );
        return [.. outcome.Ends.Select(e => (e.Node.Id, e.End, e.Why))];
    }

    Task<EndedRun> Gather() =>
        ExperimentRun.StartAsync(
            experiment,
            new()
            {
                Selection = new Selection { Seeds = [0], Arms = ["STL", "DCR"] },
                Folder = Path.Combine(root, Path.GetRandomFileName()),
                Store = Store,
                Threads = 1,
                StoredOnly = true,
            },
            cancellation: TestContext.Current.CancellationToken
        );

    [Fact]
    public async Task What_it_begins_with_is_run_first_and_never_again()
    {
        Assert.Equal([("seed0-Learn-Dcr", StageEnd.Finished, null)], await Run(null, "seed0-Learn-Dcr"));
        Assert.Equal(["Learn", "Dcr"], ran);
        Assert.Equal([("seed0-Learn-Align", StageEnd.Finished, null)], await Run(null, "seed0-Learn-Align"));
        Assert.Equal(["Align"], ran);
        Assert.Equal([("seed0-Learn-Align", StageEnd.WasStored, null)], await Run(null, "seed0-Learn-Align"));
        Assert.Empty(ran);
    }

    [Fact]
    public async Task Where_it_is_to_be_there_already_only_what_needs_it_fails()
    {
        await Run(null, "seed0-Learn");
        var ends = await Run(
            TimeSpan.Zero,
            "seed0-Learn-Dcr-Align",
            "seed0-Learn-Dcr-Align-Score",
            "seed0-Learn-Align",
            "seed0-Learn-Align-Score"
        );
        Assert.Equal(
            [
                ("seed0-Learn-Align", StageEnd.Finished),
                ("seed0-Learn-Align-Score", StageEnd.Finished),
                ("seed0-Learn-Dcr-Align", StageEnd.Failed),
                ("seed0-Learn-Dcr-Align-Score", StageEnd.Failed),
            ],
            ends.Select(e => (e.Id, e.End))
        );
        Assert.Equal(["Align"], ran);
        Assert.All(ends.Skip(2), e => Assert.StartsWith("seed0-Learn-Dcr, which", e.Why));
    }

    [Fact]
    public async Task It_waits_for_what_another_machine_writes()
    {
        var waiting = Run(TimeSpan.FromMinutes(1), "seed0-Learn-Align");
        await Task.Delay(500, TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        await Run(null, "seed0-Learn");
        Assert.Equal([("seed0-Learn-Align", StageEnd.Finished, null)], await waiting);
        Assert.Equal(["Learn", "Align"], ran);
    }

    [Fact]
    public async Task A_failure_has_its_sentence_and_costs_what_follows()
    {
        failing = "Dcr";
        var ends = await Run(null, "seed0-Learn-Dcr", "seed0-Learn-Dcr-Align", "seed0-Learn-Align");
        Assert.Equal(
            [
                ("seed0-Learn-Align", StageEnd.Finished, null),
                ("seed0-Learn-Dcr", StageEnd.Failed, "It is not to be."),
                ("seed0-Learn-Dcr-Align", StageEnd.Failed, "seed0-Learn-Dcr failed: It is not to be."),
            ],
            ends
        );
    }

    [Fact]
    public async Task A_store_that_cannot_be_written_is_a_failure()
    {
        await File.WriteAllTextAsync(Store, "", TestContext.Current.CancellationToken);
        var end = Assert.Single(await Run(null, "seed0-Learn"));
        Assert.Equal(StageEnd.Failed, end.End);
        Assert.Contains("could not be put into the store", end.Why);
    }

    [Fact]
    public async Task Cells_that_are_stored_are_gathered_and_the_others_named()
    {
        await Run(null, "seed0-Learn-Align-Score-Verdicts", "seed0-Learn-Dcr");
        ran.Clear();
        var part = await Gather();
        Assert.Empty(ran);
        Assert.Equal(["stl-seed0"], part.Outcome.Finished.Select(c => c.Id));
        var (cell, failure) = Assert.Single(part.Outcome.Failed);
        Assert.Equal(("dcr-seed0", "seed0-Learn-Dcr-Align"), (cell.Id, failure.Node.Id));

        await Run(null, "seed0-Learn-Dcr-Align-Score-Verdicts");
        ran.Clear();
        var whole = await Gather();
        Assert.Empty(ran);
        Assert.Equal(["stl-seed0", "dcr-seed0"], whole.Outcome.Finished.Select(c => c.Id));
        Assert.Empty(whole.Outcome.Failed);
        Assert.Equal(plan.StageRuns.Select(n => n.Id), whole.Results.StageRuns.Select(s => s.Id));
    }
}
