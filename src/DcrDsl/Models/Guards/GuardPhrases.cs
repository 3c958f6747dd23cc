using System.Text.Json.Nodes;
using DcrDsl.Models.Checkpoints;
using DcrDsl.Specs;

namespace DcrDsl.Models.Guards;

/// <summary>Words and phrases, and how they are looked for.</summary>
/// <param name="Phrases">At least one, none empty.</param>
/// <param name="Match">How.</param>
public sealed record GuardPhrases(IReadOnlyList<string> Phrases, PhraseMatch Match)
{
    const string PhrasesKey = "phrases",
        SubstringKey = "within_words";

    /// <summary>What a file says of them.</summary>
    internal JsonObject Json =>
        new()
        {
            [PhrasesKey] = new JsonArray([.. Phrases.Select(p => JsonValue.Create(p))]),
            [SubstringKey] = Match == PhraseMatch.Substring,
        };

    /// <summary>Those that a file has under a key; null: none.</summary>
    internal static GuardPhrases? Read(ConfigFields fields, string key) =>
        fields.OptionalObject(key) is not { } own ? null
        : own.OptionalTexts(PhrasesKey) is { Count: > 0 } phrases
            ? new(phrases, own.Flag(SubstringKey, fallback: false) ? PhraseMatch.Substring : PhraseMatch.WholeWords)
        : throw own.Missing(PhrasesKey);
}
