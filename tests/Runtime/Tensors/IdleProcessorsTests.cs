using DcrDsl.Tensors;

namespace DcrDsl.Runtime.Tests.Tensors;

/// <summary>What Linux says of its processors, read as it writes it.</summary>
public sealed class IdleProcessorsTests
{
    static readonly string[] Stat =
    [
        "cpu  1000 10 300 8000 50 0 5 0 0 0",
        "cpu0 600 10 100 4000 30 0 5 0 0 0",
        "cpu1 100 0 100 2000 10 0 0 7 0 0",
        "cpu10 300 0 100 2000 10 0 0 0 0 0",
        "intr 12 0 0 0 0 0 0 0",
    ];

    [Fact]
    public void Only_processors_that_may_be_used_count()
    {
        Assert.Equal((4030, 4745), IdleProcessors.Times(Stat, [0]));
        Assert.Equal((2010, 2217), IdleProcessors.Times(Stat, [1])); // not cpu10
        Assert.Equal((6040, 6962), IdleProcessors.Times(Stat, [0, 1]));
        Assert.Equal((0, 0), IdleProcessors.Times(Stat, []));
    }

    [Theory]
    [InlineData("0", new[] { 0 })]
    [InlineData("0-3,8", new[] { 0, 1, 2, 3, 8 })]
    [InlineData("2,10-11", new[] { 2, 10, 11 })]
    public void The_list_of_processors_is_read(string list, int[] processors) =>
        Assert.Equal(processors, IdleProcessors.Allowed(["Cpus_allowed:\tff", $"Cpus_allowed_list:\t{list}"]));

    [Fact]
    public void Without_a_list_nothing_is_known()
    {
        Assert.Empty(IdleProcessors.Allowed([]));
        Assert.Null(IdleProcessors.Share((0, 0), (0, 0), own: 0));
    }

    /// <summary>In a tenth of a second two processors have 20 hundredths.</summary>
    [Theory]
    [InlineData(20, 0, 1)] // nobody runs
    [InlineData(10, 10, 1)] // this process has one of the two
    [InlineData(10, 0, 0.5)] // somebody else has
    [InlineData(0, 10, 0.5)]
    [InlineData(0, 0, 0)]
    [InlineData(20, 3, 1)] // counted by other clocks
    public void What_is_neither_idle_nor_ones_own_is_of_others(long idle, double own, double share) =>
        Assert.Equal(share, IdleProcessors.Share((1000, 5000), (1000 + idle, 5020), own));

    [Fact]
    public void Here_it_is_a_share_where_there_is_anything_to_read()
    {
        var share = IdleProcessors.Share();
        if (OperatingSystem.IsLinux())
            Assert.InRange(share!.Value, 0, 1);
        else
            Assert.Null(share);
    }
}
