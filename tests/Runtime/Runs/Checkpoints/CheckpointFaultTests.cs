using DcrDsl.Definition;
using DcrDsl.Execution.Checkpoints;
using DcrDsl.FileSystem;
using Microsoft.Extensions.Logging;

namespace DcrDsl.Runtime.Tests.Runs.Checkpoints;

/// <summary>
/// Every single operation on the disk fails once, or the process ends during it; the next run has what a whole one gives.
/// </summary>
public sealed class CheckpointFaultTests
{
    const int Every = 2;

    [Fact]
    public void Whatever_fails_training_goes_on_and_says_so()
    {
        var whole = SmallLoop.Whole();
        int operations = 0;
        for (bool failed = true; failed; )
        {
            using var runs = new CheckpointedRun();
            var disk = new FaultyDisk(++operations, ends: false);
            var checkpoints = runs.Checkpoints(CheckpointInterval.EverySteps(Every), disk);
            using var loop = new SmallLoop();
            var run = CheckpointedRun.New(checkpoints);
            loop.Run(run);
            AssertSame(whole, CheckpointedRun.Outcome(loop.Weights, run));
            failed = disk.Failed;
            var warnings = runs.Log.All.Where(l => l.Level == LogLevel.Warning).Select(l => l.Line).ToList();
            Assert.Equal(failed && !disk.Tidied ? 1 : 0, warnings.Count);
            Assert.All(
                warnings,
                w =>
                    Assert.Matches("no checkpoint after step [246], as it cannot be written .No space left on device.; training goes on", w)
            );
            // What can be used afterwards is whole.
            int begins = Resumed(runs, whole);
            Assert.InRange(begins, 4, 6);
        }
        Assert.InRange(operations, 20, 60);
    }

    [Fact]
    public void Wherever_the_process_ends_the_next_one_loses_at_most_the_interval()
    {
        var whole = SmallLoop.Whole();
        for (int at = 1; ; at++)
        {
            using var runs = new CheckpointedRun();
            var disk = new FaultyDisk(at, ends: true);
            var checkpoints = runs.Checkpoints(CheckpointInterval.EverySteps(Every), disk);
            int made = 0;
            try
            {
                using var loop = new SmallLoop();
                loop.Run(CheckpointedRun.New(checkpoints, done => made = done));
                checkpoints.Remove();
            }
            catch (KilledException) { }
            bool removing = made == SmallLoop.Steps;
            int begins = Resumed(runs, whole);
            if (removing)
                Assert.Contains(begins, new[] { 0, 6 });
            else
                Assert.InRange(begins, made - Every, made);
            Assert.DoesNotContain(runs.Log.All, l => l.Level == LogLevel.Warning);
            if (!disk.Failed)
                return;
        }
    }

    /// <summary>What is half written bears the name of its process, and goes when that is gone.</summary>
    [Fact]
    public void What_a_process_has_left_goes_when_it_is_gone()
    {
        using var runs = new CheckpointedRun();
        var own = ProcessIdentity.Own;
        const int none = 0x7fffffff; // above the largest that systems give
        string Aside(ProcessIdentity process, int number) => AsideName.Of(runs.In("00000002"), process, number);
        string gone = Aside(own with { Process = none }, 1),
            // Another process had the number before.
            before = Aside(own with { Started = own.Started - 1 }, 2),
            living = Aside(own, 999),
            // As from a container of the same name, where the same numbers are given to others.
            elsewhere = Aside(own with { Process = none, Space = "another" }, 1),
            old = Aside(own with { Process = none, Space = "another" }, 2);
        foreach (string folder in new[] { gone, before, living, elsewhere, old })
            Directory.CreateDirectory(folder);
        Directory.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddDays(-2));
        using var loop = new SmallLoop();
        loop.Run(CheckpointedRun.New(runs.Checkpoints()));
        Assert.Equal([living, elsewhere], new[] { gone, before, living, elsewhere, old }.Where(Directory.Exists));
    }

    /// <summary>Finishes the loop from what is on disk and says where it began.</summary>
    static int Resumed(CheckpointedRun runs, (byte[] Weights, TrainingLogEntry[] Log, long Tokens) whole)
    {
        using var loop = new SmallLoop();
        int? began = null;
        var run = CheckpointedRun.New(runs.Checkpoints(), done => began ??= done);
        loop.Run(run);
        AssertSame(whole, CheckpointedRun.Outcome(loop.Weights, run));
        // A loop that resumes reports where; one that begins reports its first step.
        return runs.Log.All.Any(l => l.Line.Contains("goes on")) ? began!.Value : 0;
    }

    static void AssertSame(
        (byte[] Weights, TrainingLogEntry[] Log, long Tokens) whole,
        (byte[] Weights, TrainingLogEntry[] Log, long Tokens) other
    )
    {
        Assert.Equal(whole.Log, other.Log);
        Assert.Equal(whole.Tokens, other.Tokens);
        Assert.Equal(whole.Weights, other.Weights);
    }
}
