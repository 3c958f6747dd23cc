namespace DcrDsl.Planning;

/// <summary>What the user wants run of an experiment; an empty list stands for all that is declared.</summary>
public sealed record Selection
{
    /// <summary>All of the experiment.</summary>
    public static Selection Everything { get; } = new();

    /// <summary>Whether all that is declared is wanted.</summary>
    internal bool IsEverything => Arms.Count == 0 && Seeds.Count == 0 && Values.Count == 0;

    /// <summary>Names of arms, in any case.</summary>
    public IReadOnlyList<string> Arms { get; init; } = [];

    /// <summary>Seeds, in place of the declared ones.</summary>
    public IReadOnlyList<int> Seeds { get; init; } = [];

    /// <summary>Values as text, by the path of the axis whose declared values they replace.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Values { get; init; } = new Dictionary<string, IReadOnlyList<string>>();
}
