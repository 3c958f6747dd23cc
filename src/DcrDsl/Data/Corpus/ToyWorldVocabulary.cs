using DcrDsl.Specs;

namespace DcrDsl.Data.Corpus;

/// <summary>
/// ToyWorld's 576 tokens in a fixed order: five of the chat format, then every word that the corpus can use, in the order in which it is
/// declared.
/// </summary>
static class ToyWorldVocabulary
{
    public const int Pad = 0,
        Bos = 1,
        User = 2,
        Assistant = 3,
        End = 4,
        Specials = 5;

    public static readonly string[] Tokens = [.. Special.Concat(Words).Distinct(StringComparer.Ordinal)];

    static string[] Special => ["<pad>", "<bos>", "<user>", "<asst>", "<eos>"];

    static IEnumerable<string> Words => Texts.SelectMany(text => text.Split(' ')).Where(word => !word.StartsWith('{'));

    static IEnumerable<string> Texts =>
        [
            ToyWorldCorpus.OriginWord(OriginCue.First)!,
            ToyWorldCorpus.OriginWord(OriginCue.Second)!,
            .. ToyWorldAnswerTexts.Openers,
            .. ToyWorldAnswerTexts.Refusals,
            .. ToyWorldKind.All.Select(kind => kind.Tip),
            .. ToyWorldFrames.All,
            .. ToyWorldVerbs.All,
            .. ToyWorldWords.Lists.SelectMany(list => list.Entries),
        ];
}
