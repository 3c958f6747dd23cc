using DcrDsl.Cli;
using DcrDsl.Execution;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>The report of a run that goes on.</summary>
public sealed class GrowingReportTests
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public void It_is_written_when_more_cells_are_scored_and_not_after_the_end()
    {
        using var run = new FakeRun(FakeExperiment.Of());
        var told = new Told();
        var report = new GrowingReport(told);

        report.Report(Progress(run.Folder, finished: 0));
        report.Report(Progress(run.Folder, finished: 1));
        Assert.True(SpinWait.SpinUntil(() => File.Exists(Answer(run.Folder)), Patience), "no report was written");
        report.Dispose();
        File.Delete(Answer(run.Folder));
        report.Report(Progress(run.Folder, finished: 2));

        Assert.Equal([0, 1, 2], told.Finished);
        Assert.False(File.Exists(Answer(run.Folder)));
    }

    /// <summary>The end writes that one, and would wait for this.</summary>
    [Fact]
    public void It_is_not_written_once_all_cells_are_scored()
    {
        using var run = new FakeRun(FakeExperiment.Of());
        using (var report = new GrowingReport(new Told()))
            report.Report(Progress(run.Folder, finished: 3));

        Assert.False(File.Exists(Answer(run.Folder)));
    }

    /// <summary>The report at the end says what is wrong; a run of hours does not end by one on the way.</summary>
    [Fact]
    public void A_folder_that_cannot_be_read_ends_nothing()
    {
        using var run = new FakeRun(FakeExperiment.Of());
        var report = new GrowingReport(new Told());

        report.Report(Progress(run.Folder + "-elsewhere", finished: 1));
        Assert.True(SpinWait.SpinUntil(Written, Patience), "the next one was not written");
        report.Dispose();

        // Told again and again, as in a run.
        bool Written()
        {
            report.Report(Progress(run.Folder, finished: 2));
            return File.Exists(Answer(run.Folder));
        }
    }

    // The last file of a report.
    static string Answer(string folder) => Path.Combine(folder, "answer.txt");

    static RunProgress Progress(string folder, int finished) =>
        new(TimeSpan.FromSeconds(finished), finished, 0, 9, finished, 3, [], null) { Folder = folder };

    sealed class Told : IProgress<RunProgress>
    {
        public List<int> Finished { get; } = [];

        public void Report(RunProgress value) => Finished.Add(value.CellsFinished);
    }
}
