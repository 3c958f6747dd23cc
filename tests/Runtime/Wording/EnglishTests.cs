using System.Globalization;
using DcrDsl.Wording;

namespace DcrDsl.Runtime.Tests.Wording;

/// <summary>Sentences are English on every machine.</summary>
public sealed class EnglishTests : IDisposable
{
    readonly CultureInfo culture = CultureInfo.CurrentCulture,
        interfaceCulture = CultureInfo.CurrentUICulture;

    public EnglishTests() => CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("de-DE");

    public void Dispose() => (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (culture, interfaceCulture);

    [Theory]
    [InlineData(0, "seed", "0 seeds")]
    [InlineData(1, "stage run", "1 stage run")]
    [InlineData(1200, "stage run", "1,200 stage runs")]
    [InlineData(3_000_000_000, "logical processor", "3,000,000,000 logical processors")]
    [InlineData(2, "other", "2 others")]
    [InlineData(2, "reply", "2 replies")]
    public void Things_are_counted(long count, string thing, string text) => Assert.Equal(text, English.Count(count, thing));

    [Theory]
    [InlineData("stage run")]
    [InlineData("cell")]
    [InlineData("completion")]
    [InlineData("seemingly toxic prompt")]
    [InlineData("logical processor")]
    [InlineData("parameter")]
    [InlineData("thread")]
    [InlineData("word")]
    [InlineData("finished cell")]
    [InlineData("choice")]
    [InlineData("row")]
    [InlineData("child")]
    [InlineData("person")]
    [InlineData("foot")]
    [InlineData("difference")]
    [InlineData("comparison")]
    [InlineData("axis")]
    [InlineData("batch")]
    [InlineData("criterion")]
    [InlineData("leaf")]
    [InlineData("datum")]
    public void What_is_regular_is_counted_as_Humanizer_does(string thing) =>
        Assert.Equal(Humanizer.ToQuantityExtensions.ToQuantity(thing, 7), English.Count(7, thing));

    [Theory]
    [InlineData("and", "")]
    [InlineData("and", "a", "a")]
    [InlineData("and", "a and b", "a", "b")]
    [InlineData("or", "a, b or c", "a", "b", "c")]
    public void Names_are_listed(string word, string text, params string[] names) => Assert.Equal(text, English.List(names, word));

    [Theory]
    [InlineData(0, "less than a millisecond")]
    [InlineData(0.0004, "less than a millisecond")]
    [InlineData(0.001, "1 millisecond")]
    [InlineData(0.25, "250 milliseconds")]
    [InlineData(0.9999, "999 milliseconds")]
    [InlineData(1.2, "1 second")]
    [InlineData(1.9, "2 seconds")]
    [InlineData(59.6, "1 minute")]
    [InlineData(61, "1 minute and 1 second")]
    [InlineData(3599.9, "1 hour")]
    [InlineData(3725, "1 hour and 2 minutes")]
    [InlineData(90_000, "1 day and 1 hour")]
    [InlineData(40 * 86_400, "40 days")]
    public void Durations_are_as_exact_as_a_person_wants(double seconds, string text) =>
        Assert.Equal(text, English.Duration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(800, "800 B")]
    [InlineData(64 << 20, "64 MB")]
    [InlineData(1_610_612_736, "1.5 GB")]
    public void Sizes_have_their_unit(long bytes, string text) => Assert.Equal(text, English.Size(bytes));
}
