using DcrDsl.Tensors;

namespace DcrDsl.Runtime.Tests.Tensors;

/// <summary>What freed tensors have left stays for the next stage run, unless it is much of what the process may have.</summary>
public class NativeTuningTests
{
    const long Gigabyte = 1L << 30;

    [Theory]
    [InlineData(4, 24, false)]
    [InlineData(6, 24, true)]
    [InlineData(0.4, 1, false)] // looking through it would take longer than it is worth
    [InlineData(0.5, 1, true)]
    [InlineData(31, 128, false)]
    public void A_quarter_of_the_memory_is_too_much_to_keep(double free, double available, bool tooMuch) =>
        Assert.Equal(tooMuch, NativeTuning.IsTooMuch((long)(free * Gigabyte), (long)(available * Gigabyte)));

    [Fact]
    public void Where_the_library_does_not_say_nothing_is_kept() => Assert.True(NativeTuning.IsTooMuch(null, 24 * Gigabyte));
}
