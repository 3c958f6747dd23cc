using DcrDsl.Execution;

namespace DcrDsl.Runtime.Tests.Runs.Events;

public sealed class TensorBoardTests : IDisposable
{
    readonly WatchedRun run = new();

    public void Dispose() => run.Dispose();

    [Fact]
    public void The_reader_of_these_tests_knows_the_checksum() => Assert.Equal(0xE306_9283, TensorBoardEvent.Crc("123456789"u8));

    [Fact]
    public async Task The_files_have_the_curves_under_experiment_stages_and_seed()
    {
        await Start(FakeExperiment.Of(), run.Settings("run") with { TensorBoard = "" });

        Assert.Equal(
            ["fake/Learn-Align/seed0", "fake/Learn/seed0"],
            Directory
                .EnumerateFiles(run.In("run", "tensorboard"), "events.out.tfevents.*", SearchOption.AllDirectories)
                .Select(f => Path.GetRelativePath(run.In("run", "tensorboard"), Path.GetDirectoryName(f)!).Replace('\\', '/'))
                .Order(StringComparer.Ordinal)
        );
        var events = Events(run.In("run", "tensorboard", "fake", "Learn-Align", "seed0"));
        Assert.Equal("brain.Event:2", events[0].Version);
        double now = (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds;
        Assert.All(events, e => Assert.InRange(e.WallTime, now - 600, now));
        Assert.Equal(Enumerable.Range(0, 40).Select(s => (long)s), events.Skip(1).Select(e => e.Step));
        Assert.Equal(
            ["train/loss", "train/learning_rate", "speed/tokens_per_second", "memory/resident_bytes"],
            events[1].Values.Select(v => v.Tag)
        );
        Assert.Equal(
            WatchedRun.Steps(run.Lines("run")).Select(s => (float)(double)s["loss"]!),
            events.Skip(1).Select(e => e.Values.Single(v => v.Tag == "train/loss").Value)
        );
    }

    /// <summary>
    /// In a folder of their own, files of a run that goes on say where TensorBoard is to begin anew; in a new folder all is written again.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_run_that_goes_on_shows_each_step_once(bool oneFolder)
    {
        using var stop = new CancellationTokenSource();
        var experiment = WatchedRun.WithStepsOfAlign(made =>
        {
            if (made == 15)
                stop.Cancel();
        });
        string first = run.In("board"),
            second = oneFolder ? first : run.In("other");
        await ExperimentRun.StartAsync(experiment, run.Settings("first") with { TensorBoard = first }, cancellation: stop.Token);
        await Start(experiment, run.Settings("second") with { TensorBoard = second });

        var events = Events(Path.Combine(second, "fake", "Learn-Align", "seed0"));
        // As TensorBoard does it: a restart takes back what was shown from its step on.
        var shown = new List<long>();
        foreach (var one in events.Where(e => e.Version is null))
            if (one.Restarts)
                shown.RemoveAll(s => s >= one.Step);
            else
                shown.Add(one.Step);
        Assert.Equal(Enumerable.Range(0, 40).Select(s => (long)s), shown);
        Assert.Equal(oneFolder, events.Any(e => e.Restarts && e.Step == 15));
    }

    /// <summary>Curves of other options are not drawn into the first ones.</summary>
    [Fact]
    public async Task Another_stage_run_of_that_name_has_a_folder_of_its_own()
    {
        var settings = run.Settings("first") with { TensorBoard = run.In("board") };
        await Start(FakeExperiment.Of(), settings);
        var other = FakeExperiment.Of().With(("Learn", new Specs.Pretrain { Data = Specs.ToyWorld.Pretraining, Batch = 7 }));
        await Start(other, settings with { Folder = run.In("second") });

        string[] folders = [.. Directory.GetDirectories(run.In("board", "fake", "Learn")).Select(f => Path.GetFileName(f)).Order()];
        Assert.Equal(2, folders.Length);
        Assert.Equal("seed0", folders[0]);
        Assert.Matches("^seed0\\.[0-9a-f]{8}$", folders[1]);
        Assert.Single(Directory.GetFiles(run.In("board", "fake", "Learn", "seed0")));
    }

    static List<TensorBoardEvent> Events(string folder) =>
        [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).SelectMany(TensorBoardEvent.Of)];

    static Task<EndedRun> Start(Definition.ExperimentDefinition experiment, RunSettings settings) =>
        ExperimentRun.StartAsync(experiment, settings, cancellation: TestContext.Current.CancellationToken);
}
