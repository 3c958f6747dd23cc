using DcrDsl.Execution;
using DcrDsl.Planning;
using DcrDsl.Results;
using TorchSharp;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>What is on disk while a run goes on, after it, and after it could not go on.</summary>
public class RunFolderDurabilityTests
{
    [Fact]
    public void Cells_are_on_disk_as_soon_as_they_are_scored_and_in_the_plans_order_at_the_end()
    {
        using var place = new TemporaryFolder();
        var plan = Plan.Of(FakeExperiment.Of([FakeExperiment.Axis("Dcr.Layer", 1, 2)]), Selection.Everything);
        using var folder = Create(place.In("run"), plan);
        var written = new List<string[]>();

        Executor.Run(
            plan,
            new ExecutionOptions(torch.CPU, 1),
            new Watched(folder, () => written.Add(Ids(place.In("run")))),
            TestContext.Current.CancellationToken
        );
        string[] asFinished = Ids(place.In("run"));
        folder.PutInOrder();

        Assert.Equal(Enumerable.Range(1, plan.Cells.Count), written.Select(w => w.Length));
        Assert.NotEqual(plan.Cells.Select(c => c.Id), asFinished);
        Assert.Equal(plan.Cells.Select(c => c.Id), Ids(place.In("run")));
        Assert.Empty(Directory.GetFiles(place.In("run"), "*.part", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_run_whose_files_cannot_be_written_any_more_ends_with_a_sentence_and_whole_files()
    {
        using var place = new TemporaryFolder();
        var plan = Plan.Of(FakeExperiment.Of(), Selection.Everything);
        using var folder = Create(place.In("run"), plan);
        int scored = 0;
        var observer = new Watched(
            folder,
            () =>
            {
                if (++scored < 3)
                    return;
                Directory.Move(place.In("run", "completions"), place.In("run", "elsewhere"));
                File.WriteAllText(place.In("run", "completions"), "");
            }
        );

        var mistake = Assert.Throws<InputException>(() =>
            Executor.Run(plan, new ExecutionOptions(torch.CPU, 1), observer, TestContext.Current.CancellationToken)
        );

        Assert.StartsWith("The run ends here, as a file of it cannot be written: ", mistake.Message);
        Assert.EndsWith($". What was finished before is in {place.In("run")}.", mistake.Message);
        folder.PutInOrder();
        Assert.Equal(3, RunResults.Load(place.In("run")).Cells.Count);
    }

    [Fact]
    public void A_folder_that_vanishes_ends_the_run_with_a_sentence()
    {
        using var place = new TemporaryFolder();
        var plan = Plan.Of(FakeExperiment.Of(), new Selection { Seeds = [0] });
        using var folder = Create(place.In("run"), plan);

        var mistake = Assert.Throws<InputException>(() =>
            Executor.Run(
                plan,
                new ExecutionOptions(torch.CPU, 1),
                new Watched(folder, () => Directory.Delete(place.In("run"), recursive: true)),
                TestContext.Current.CancellationToken
            )
        );

        Assert.Contains("cannot be written", mistake.Message);
        folder.PutInOrder();
        folder.WriteError("boom");
        Assert.StartsWith("The details could not be kept: ", folder.Errors);
    }

    [Fact]
    public void A_run_that_cannot_be_described_leaves_no_folder_behind()
    {
        using var place = new TemporaryFolder();
        var plan = Plan.Of(FakeExperiment.Of(), Selection.Everything);
        int described = 0;
        ExperimentRecord Describe(string folder)
        {
            // As a full disk does it: the folder can be made and what belongs into it cannot.
            if (++described > 3)
                throw new InvalidOperationException("another number is tried");
            throw new IOException("No space left on device");
        }

        var mistake = Assert.Throws<InputException>(() => RunFolder.Create(place.In("run"), plan, FakeRun.Keys(plan), Describe));

        Assert.Equal(
            "The run's files cannot be written: No space left on device. Give a folder that can be written with --out.",
            mistake.Message
        );
        Assert.Equal(1, described);
        Assert.False(Directory.Exists(place.In("run")));
    }

    [Theory]
    [InlineData("", "--out: give the name of a folder.")]
    [InlineData("a\uFFFDb", "--out a\uFFFDb: the name is not valid UTF-8; give another folder.")]
    public void A_name_that_is_none_is_refused(string name, string sentence) =>
        Assert.Equal(
            sentence,
            Assert
                .Throws<InputException>(() =>
                    RunFolder.Create(
                        name,
                        Plan.Of(FakeExperiment.Of(), Selection.Everything),
                        new Dictionary<StageRunNode, StageKey>(),
                        _ => throw new InvalidOperationException()
                    )
                )
                .Message
        );

    [Theory]
    [InlineData("with blanks and 'quotes'")]
    [InlineData("two\nlines")]
    public void Any_other_name_will_do(string name)
    {
        using var place = new TemporaryFolder();
        var plan = Plan.Of(FakeExperiment.Of(), new Selection { Seeds = [0] });
        using (var folder = Create(place.In(name), plan))
            Executor.Run(plan, new ExecutionOptions(torch.CPU, 2), folder, TestContext.Current.CancellationToken);

        Assert.Equal(3, RunResults.Load(place.In(name)).Cells.Count);
    }

    [Fact]
    public void A_link_in_place_of_the_error_log_is_not_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a permission there");
        using var place = new TemporaryFolder();
        File.WriteAllText(place.In("victim"), "mine");
        File.CreateSymbolicLink(place.In("errors.log"), place.In("victim"));
        using var log = new ErrorLog(place.In("errors.log"));

        log.Add("details");

        Assert.Equal("mine", File.ReadAllText(place.In("victim")));
        Assert.StartsWith("The details could not be kept: ", log.Sentence);
    }

    [Fact]
    public void The_error_log_holds_all_errors()
    {
        using var place = new TemporaryFolder();
        using (var log = new ErrorLog(place.In("errors.log")))
        {
            Assert.Null(log.Sentence);
            log.Add("one");
            log.Add("two");
            Assert.Equal($"The details are in {place.In("errors.log")}.", log.Sentence);
        }
        Assert.Equal("one\n\ntwo\n\n", File.ReadAllText(place.In("errors.log")));
    }

    [Fact]
    public void Leftovers_of_a_dead_run_are_removed_and_nothing_else()
    {
        using var place = new TemporaryFolder();
        string folder = WithLeftovers(place, "001");
        File.WriteAllText(Path.Combine(folder, "completions", "notes.part"), "not ours");
        Directory.CreateDirectory(Path.Combine(folder, "models", "mine.part"));

        RunLeftovers.RemoveBelow(place.Path);

        Assert.Equal(
            ["completions/notes.part", "models/mine.part"],
            Directory
                .EnumerateFileSystemEntries(folder, "*.part", SearchOption.AllDirectories)
                .Select(e => Path.GetRelativePath(folder, e).Replace('\\', '/'))
                .Order(StringComparer.Ordinal)
        );
        Assert.Equal(3, RunResults.Load(folder).Cells.Count);
    }

    [Fact]
    public void Leftovers_of_a_run_that_goes_on_stay()
    {
        using var place = new TemporaryFolder();
        string folder = WithLeftovers(place, "001");
        using var alive = new FileStream(Path.Combine(folder, "stages.jsonl"), FileMode.Append, FileAccess.Write, FileShare.Read);

        RunLeftovers.RemoveBelow(place.Path);

        Assert.Equal(4, Directory.EnumerateFileSystemEntries(folder, "*.part", SearchOption.AllDirectories).Count());
    }

    [Fact]
    public void A_folder_that_is_no_runs_keeps_its_leftovers()
    {
        using var place = new TemporaryFolder();
        string folder = WithLeftovers(place, "001");
        File.Delete(Path.Combine(folder, "experiment.json"));

        RunLeftovers.Remove(folder);

        Assert.Equal(4, Directory.EnumerateFileSystemEntries(folder, "*.part", SearchOption.AllDirectories).Count());
    }

    static string WithLeftovers(TemporaryFolder place, string name)
    {
        var plan = Plan.Of(FakeExperiment.Of(), new Selection { Seeds = [0] });
        string folder = place.In(name);
        using (var run = Create(folder, plan))
            Executor.Run(plan, new ExecutionOptions(torch.CPU, 2), run, TestContext.Current.CancellationToken);
        File.WriteAllText(Path.Combine(folder, "completions", "dcr-seed0.jsonl.part"), "{\"ta");
        File.WriteAllText(Path.Combine(folder, "report.html.part"), "<html");
        foreach (string part in new[] { "models", "adapters" })
        {
            Directory.CreateDirectory(Path.Combine(folder, part, "seed0-Learn-Align.4711.part"));
            File.WriteAllText(Path.Combine(folder, part, "seed0-Learn-Align.4711.part", "config.json"), "{");
        }
        return folder;
    }

    static RunFolder Create(string folder, Plan plan) => RunFolder.Create(folder, plan, FakeRun.Keys(plan), _ => FakeRun.Description(plan));

    static string[] Ids(string folder)
    {
        using var stream = new FileStream(Path.Combine(folder, "cells.jsonl"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('"')[3])];
    }

    /// <summary>A run's folder, and something that is done after each of its cells.</summary>
    sealed class Watched(RunFolder folder, Action scored) : IRunObserver
    {
        public void Finished(FinishedStageRun finished) => folder.Finished(finished);

        public void Scored(Cell cell, DcrDsl.Evaluation.Scores scores)
        {
            folder.Scored(cell, scores);
            scored();
        }
    }

    sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("dcrdsl").FullName;

        public string In(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
