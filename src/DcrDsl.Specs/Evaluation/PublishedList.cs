using System.Runtime.Serialization;
using System.Runtime.Serialization.Json;

namespace DcrDsl.Specs;

/// <summary>A published list of what refusals say, with its rule and where it is from: a row of <c>refusal-judges.json</c>.</summary>
[DataContract]
public sealed class PublishedList
{
    /// <summary>Every list, in the order of the file.</summary>
    public static IReadOnlyList<PublishedList> All { get; } = Read();

    /// <summary>Its name among <see cref="RefusalJudges"/>.</summary>
    [DataMember(Name = "name", IsRequired = true)]
    public string Name { get; private set; } = "";

    /// <summary>Which version of it: the commit of the first source, or a number where there is none.</summary>
    [DataMember(Name = "version", IsRequired = true)]
    public string Version { get; private set; } = "";

    /// <summary>Repositories and files in which it stands.</summary>
    public IReadOnlyList<string> Sources => sources;

    /// <summary>When a completion refuses by it, in words.</summary>
    [DataMember(Name = "rule", IsRequired = true)]
    public string Rule { get; private set; } = "";

    /// <summary>What else one must know of it; empty: nothing.</summary>
    [DataMember(Name = "note")]
    public string? Note { get; private set; }

    /// <summary>Entries of the published list that are none of its phrases.</summary>
    public IReadOnlyList<string> LeftOut => leftOut ?? [];

    /// <summary>The judge.</summary>
    public RefusalPhrases Judge =>
        new()
        {
            Openings = ValueList.Of(openings),
            Anywhere = ValueList.Of(anywhere ?? []),
            MatchCase = matchCase,
            AnswerOpenings = ValueList.Of(answerOpenings ?? []),
            ShortestAnswer = shortestAnswer,
            EmptyRefuses = emptyRefuses,
            WithoutPrompt = withoutPrompt,
        };

    // A serializer of the base library that both frameworks have, so that the vocabulary needs no package.
#pragma warning disable CS0649, IDE0044 // set by it
    [DataMember(Name = "sources", IsRequired = true)]
    string[] sources = [];

    [DataMember(Name = "leftOut")]
    string[]? leftOut;

    [DataMember(Name = "openings", IsRequired = true)]
    string[] openings = [];

    [DataMember(Name = "anywhere")]
    string[]? anywhere;

    [DataMember(Name = "matchCase")]
    bool matchCase;

    [DataMember(Name = "answerOpenings")]
    string[]? answerOpenings;

    [DataMember(Name = "shortestAnswer")]
    int shortestAnswer;

    [DataMember(Name = "emptyRefuses")]
    bool emptyRefuses;

    [DataMember(Name = "withoutPrompt")]
    bool withoutPrompt;
#pragma warning restore CS0649, IDE0044

    PublishedList() { }

    static PublishedList[] Read()
    {
        using var file = typeof(PublishedList).Assembly.GetManifestResourceStream("refusal-judges.json")!;
        return (PublishedList[])new DataContractJsonSerializer(typeof(PublishedList[])).ReadObject(file)!;
    }
}
