using System.Globalization;
using Humanizer;

namespace DcrDsl.Wording;

/// <summary>Counts, lists, durations and sizes as sentences have them: English, whatever the machine's culture.</summary>
static class English
{
    // Humanizer takes it for English; a culture by name is not to be had where .NET runs without data of cultures.
    static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    // What may take more than an s. Humanizer knows of the rest, too, but compiles a hundred expressions before it says so.
    static readonly string[] Irregular =
    [
        "s",
        "x",
        "z",
        "ch",
        "sh",
        "y",
        "f",
        "fe",
        "o",
        "um",
        "rion",
        "menon",
        "a",
        "man",
        "child",
        "foot",
        "tooth",
        "goose",
        "mouse",
        "person",
        "die",
        "quiz",
        "deer",
        "fish",
        "sheep",
    ];

    // English as Humanizer has it puts a comma before the last; what it takes where it knows no language does not.
    static readonly ICollectionFormatter Lists = Configurator.CollectionFormatters.ResolveForCulture(Culture);

    /// <summary>A number of things: "1 seed", "1,200 stage runs".</summary>
    /// <param name="count">How many.</param>
    /// <param name="thing">What one of them is called.</param>
    public static string Count(long count, string thing) =>
        !Irregular.Any(end => thing.EndsWith(end, StringComparison.Ordinal))
            ? $"{count.ToString("#,0", Culture)} {thing}{(count == 1 ? "" : "s")}"
            : thing.ToQuantity(count, "#,0", Culture);

    /// <summary>Names as "a, b and c".</summary>
    /// <param name="names">The names.</param>
    /// <param name="word">The word before the last: "and" or "or".</param>
    public static string List(IEnumerable<string> names, string word = "and") => Lists.Humanize(names, word);

    /// <summary>A name in code as words: "SeeminglyToxic" is "seemingly toxic".</summary>
    /// <param name="name">The name.</param>
    public static string Words(string name) => name.Humanize(LetterCasing.LowerCase);

    /// <summary>
    /// How long something took, as exact as a person wants it: "less than a millisecond", "250 milliseconds", "12 seconds", "1 hour and
    /// 2 minutes".
    /// </summary>
    /// <param name="time">The time, not negative.</param>
    public static string Duration(TimeSpan time)
    {
        if (time < TimeSpan.FromMilliseconds(1))
            return "less than a millisecond";
        if (time < TimeSpan.FromSeconds(1))
            return time.Humanize(culture: Culture, minUnit: TimeUnit.Millisecond);
        // What is smaller than the two units is rounded, where Humanizer cuts it off.
        var unit =
            time < TimeSpan.FromHours(1) ? TimeSpan.FromSeconds(1)
            : time < TimeSpan.FromDays(1) ? TimeSpan.FromMinutes(1)
            : TimeSpan.FromHours(1);
        return (Math.Round(time / unit) * unit).Humanize(2, Culture, TimeUnit.Day, TimeUnit.Second, " and ");
    }

    /// <summary>A size of a file or of memory: "800 B", "1.5 GB"; a kilobyte is 1,024 bytes.</summary>
    /// <param name="bytes">The size in bytes.</param>
    public static string Size(long bytes) => ByteSize.FromBytes(bytes).Humanize(bytes < 1024 ? "0 B" : "0.##", Culture);
}
