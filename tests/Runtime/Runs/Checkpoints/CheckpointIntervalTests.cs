using DcrDsl.Execution.Checkpoints;

namespace DcrDsl.Runtime.Tests.Runs.Checkpoints;

public class CheckpointIntervalTests
{
    [Theory]
    [InlineData("50", 50, 0.0)]
    [InlineData("30s", null, 30.0)]
    [InlineData("0.5s", null, 0.5)]
    [InlineData("5m", null, 300.0)]
    [InlineData("2h", null, 7200.0)]
    public void It_is_written_in_steps_or_as_a_time(string text, int? steps, double seconds)
    {
        var interval = CheckpointInterval.Parse(text)!;
        Assert.Equal((steps, TimeSpan.FromSeconds(seconds), null), (interval.Steps, interval.Time, interval.LargestShare));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("s")]
    [InlineData("0s")]
    [InlineData("5 m")]
    [InlineData("1e3s")]
    [InlineData("5d")]
    [InlineData("99999999999")]
    [InlineData("99999999999h")]
    public void Other_texts_are_none(string text) => Assert.Null(CheckpointInterval.Parse(text));

    [Fact]
    public void It_says_when_one_is_due()
    {
        var steps = CheckpointInterval.EverySteps(5);
        Assert.Equal([5, 10], Enumerable.Range(1, 12).Where(s => steps.IsDue(s, TimeSpan.Zero, TimeSpan.Zero)));
        Assert.False(CheckpointInterval.Default.IsDue(5, TimeSpan.FromSeconds(59), TimeSpan.Zero));
        Assert.True(CheckpointInterval.Default.IsDue(5, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(0.5)));
        // Two seconds for one are a hundredth of 200.
        Assert.False(CheckpointInterval.Default.IsDue(5, TimeSpan.FromSeconds(199), TimeSpan.FromSeconds(2)));
        Assert.True(CheckpointInterval.Default.IsDue(5, TimeSpan.FromSeconds(200), TimeSpan.FromSeconds(2)));
        Assert.True(CheckpointInterval.Every(TimeSpan.FromSeconds(1)).IsDue(5, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(9)));
    }
}
