using System.Reflection;

namespace DcrDsl.Specs;

/// <summary>
/// What is known of a published set that a member of <see cref="PublishedTasks"/> measures on. Everything here is information: nothing is
/// downloaded, and a file that differs is told and used.
/// </summary>
/// <param name="file">
/// Where the task looks for it below <c>{data}</c>: a folder of one's choice, and the publisher's name for the file.
/// </param>
/// <param name="rows">How many rows the published file has, or all files of the folder together.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PublishedAttribute(string file, int rows) : Attribute
{
    /// <summary>Where the task looks for it below <c>{data}</c>.</summary>
    public string File { get; } = file;

    /// <summary>How many rows the published file has.</summary>
    public int Rows { get; } = rows;

    /// <summary>How many rows other published versions of it have.</summary>
    public int[] OtherRows { get; set; } = [];

    /// <summary>Where it is described: authors, year, and where the paper is found.</summary>
    public string Paper { get; set; } = "";

    /// <summary>The publisher's licence.</summary>
    public string Licence { get; set; } = "see the publisher";

    /// <summary>Where it is published.</summary>
    public string Address { get; set; } = "";

    /// <summary>Whether its publisher asks readers to agree to terms first, so that no script can fetch it.</summary>
    public bool Gated { get; set; }

    /// <summary>The language of its prompts, as a code of ISO 639-1; a file that says so row by row goes before.</summary>
    public string Language { get; set; } = "en";

    /// <summary>What is measured on it, where the class of its prompts does not say that already.</summary>
    public string Measures { get; set; } = "";

    /// <summary>The name under which sets that hold the same prompts belong together; empty: its own.</summary>
    public string Family { get; set; } = "";

    /// <summary>The families of other sets, prompts of which are known to be in it.</summary>
    public string[] SharesWith { get; set; } = [];

    /// <summary>Who trains on it, as far as is published; empty: nobody that is known.</summary>
    public string TrainedOn { get; set; } = "";

    /// <summary>Whether a file of so many rows is one of the published versions.</summary>
    public bool Has(int rows) => rows == Rows || Array.IndexOf(OtherRows, rows) >= 0;

    /// <summary>What is known of a set; null: there is none of this name.</summary>
    public static PublishedAttribute? Of(string? set) =>
        set is null
            ? null
            : typeof(PublishedTasks).GetProperty(set, BindingFlags.Public | BindingFlags.Static)?.GetCustomAttribute<PublishedAttribute>();

    /// <summary>The names of all published sets, in the order of the table.</summary>
    public static IReadOnlyList<string> Sets { get; } =
    [
        .. typeof(PublishedTasks)
            .GetProperties(BindingFlags.Public | BindingFlags.Static)
            .Where(p => p.IsDefined(typeof(PublishedAttribute)))
            .OrderBy(p => p.MetadataToken)
            .Select(p => p.Name),
    ];

    /// <summary>The family that a set belongs to; null: it is no published set.</summary>
    public static string? FamilyOf(string? set) =>
        Of(set) is { } known
            ? known.Family.Length > 0
                ? known.Family
                : set
            : null;

    /// <summary>Whether two sets hold the same prompts, as far as is published.</summary>
    internal static bool AreSame(string? a, string? b) => FamilyOf(a) is { } family && family == FamilyOf(b);
}
