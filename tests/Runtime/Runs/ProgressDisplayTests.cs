using DcrDsl.Cli;
using DcrDsl.Execution;
using DcrDsl.Planning;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>A run holds the thread that asked for it, and is shown from another.</summary>
public class ProgressDisplayTests
{
    readonly StringWriter errors = new();
    readonly ProgressDisplay display;

    public ProgressDisplayTests() =>
        display = new(new Terminal(InProcess.Console(new StringWriter()), InProcess.Console(errors), Live: false));

    [Fact]
    public void What_is_shown_is_done_on_the_thread_that_asks_for_it()
    {
        int asking = Environment.CurrentManagedThreadId;

        Assert.Equal(asking, display.ShowDuring(() => Environment.CurrentManagedThreadId));
    }

    [Fact]
    public void Its_last_state_is_told_and_its_error_comes_out()
    {
        var end = new RunMonitor(Plan.Of(FakeExperiment.Of(), Selection.Everything), 1).Snapshot();

        var error = Assert.Throws<InvalidOperationException>(() =>
            display.ShowDuring<int>(() =>
            {
                display.Report(end);
                throw new InvalidOperationException("It broke.");
            })
        );

        Assert.Equal("It broke.", error.Message);
        Assert.Contains(ProgressText.Overall(end), errors.ToString());
    }

    [Fact]
    public void What_cannot_be_shown_lets_the_run_come_to_its_end()
    {
        var ended = false;
        var broken = new ProgressDisplay(new Terminal(InProcess.Console(errors), InProcess.Console(new BrokenWriter()), Live: false));
        var end = new RunMonitor(Plan.Of(FakeExperiment.Of(), Selection.Everything), 1).Snapshot();

        Assert.Throws<IOException>(() =>
            broken.ShowDuring(() =>
            {
                broken.Report(end);
                return ended = true;
            })
        );

        Assert.True(ended);
    }

    sealed class BrokenWriter : StringWriter
    {
        public override void Write(char value) => throw new IOException("It is gone.");

        public override void Write(string? value) => throw new IOException("It is gone.");

        public override void Write(char[] buffer, int index, int count) => throw new IOException("It is gone.");
    }
}
