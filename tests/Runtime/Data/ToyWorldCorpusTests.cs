using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DcrDsl.Data;
using DcrDsl.Data.Corpus;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Data;

public class ToyWorldCorpusTests
{
    static readonly ToyWorldTokenizer Chat = new();

    public static TheoryData<ulong> Seeds => [.. Enumerable.Range(0, 10).Select(seed => (ulong)seed)];

    static ToyWorldPrompts Part(ToyWorldPart part, PromptClass promptClass, ToyWorldAnswers answers = ToyWorldAnswers.None) =>
        new()
        {
            Part = part,
            Class = promptClass,
            Answers = answers,
        };

    static IReadOnlyList<Example> Load(ToyWorldPart part, PromptClass promptClass, ulong seed) =>
        ToyWorldCorpus.Load(Part(part, promptClass), seed);

    static HashSet<string> Texts(ToyWorldPart part, ulong seed) =>
        [.. Enum.GetValues<PromptClass>().SelectMany(c => Load(part, c, seed)).Select(e => e.Prompt)];

    // The same bytes on every operating system: a change means that all earlier results are of another corpus.
    [Theory]
    [InlineData(0, "a08e6477f2f39e17370d1834a3ad6de248a3c6a351acadeee3c551c6992a0bf7")]
    [InlineData(1, "5f5208318968220df63cf36632c7fb96ea906d99d9f50c9ae13dadead30efb9e")]
    [InlineData(2, "a4b26a796d2ef05643a97023efc486b884a81e6d3abc257dd6da57a932be8ab6")]
    public void The_corpus_of_a_seed_never_changes(ulong seed, string sha256)
    {
        ToyWorldPrompts[] parts =
        [
            ToyWorld.Pretraining,
            ToyWorld.RefinementSeeminglyToxic,
            ToyWorld.RefinementToxic,
            Part(ToyWorldPart.Refinement, PromptClass.General),
            ToyWorld.AlignmentGeneral,
            ToyWorld.AlignmentRefusals,
            ToyWorld.Augmentation,
            .. new[]
            {
                ToyWorld.SeeminglyToxic,
                ToyWorld.Toxic,
                ToyWorld.General,
                ToyWorld.ValidationSeeminglyToxic,
                ToyWorld.ValidationToxic,
                ToyWorld.ValidationGeneral,
            }.Select(task => (ToyWorldPrompts)task.Prompts),
        ];
        var text = new StringBuilder();
        foreach (var part in parts)
        foreach (var e in ToyWorldCorpus.Load(part, seed))
            text.Append(e.Prompt)
                .Append('\t')
                .Append(e.Response)
                .Append('\t')
                .Append(e.Class)
                .Append('\t')
                .Append(e.Category)
                .Append('\t')
                .Append(e.Pair)
                .Append('\n');
        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()))));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void No_training_part_holds_a_validation_or_evaluation_prompt(ulong seed)
    {
        var evaluation = Texts(ToyWorldPart.Evaluation, seed);
        var validation = Texts(ToyWorldPart.Validation, seed);
        Assert.Equal(900, evaluation.Count);
        Assert.Equal(900, validation.Count);
        Assert.False(evaluation.Overlaps(validation));
        HashSet<string> training =
        [
            .. ToyWorldCorpus.Load(ToyWorld.Pretraining, seed).Select(e => e.Prompt),
            .. Texts(ToyWorldPart.Refinement, seed),
            .. Texts(ToyWorldPart.Alignment, seed),
        ];
        Assert.False(training.Overlaps(evaluation));
        Assert.False(training.Overlaps(validation));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Refinement_and_alignment_are_distinct_and_share_no_prompt(ulong seed)
    {
        var refinement = Texts(ToyWorldPart.Refinement, seed);
        var alignment = Texts(ToyWorldPart.Alignment, seed);
        Assert.Equal(250 + 500 + 500, refinement.Count);
        Assert.Equal(4_000 + 500 + 500, alignment.Count);
        Assert.False(refinement.Overlaps(alignment));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Held_out_words_occur_in_no_prompt_of_refinement_or_alignment(ulong seed)
    {
        HashSet<string> used =
        [
            .. Texts(ToyWorldPart.Refinement, seed).Concat(Texts(ToyWorldPart.Alignment, seed)).SelectMany(text => text.Split(' ')),
        ];
        HashSet<string> evaluated =
        [
            .. Texts(ToyWorldPart.Evaluation, seed).Concat(Texts(ToyWorldPart.Validation, seed)).SelectMany(text => text.Split(' ')),
        ];
        foreach (var list in ToyWorldWords.Lists)
        {
            var (training, heldOut) = list.Split(seed);
            Assert.Equal(list.Entries.Order(StringComparer.Ordinal), training.Concat(heldOut).Order(StringComparer.Ordinal));
            Assert.Equal(0.65, (double)training.Length / list.Entries.Length, 0.05);
            Assert.All(heldOut, entry => Assert.DoesNotContain(KeyWord(entry), used));
            Assert.All(training, entry => Assert.Contains(KeyWord(entry), used));
            Assert.All(training, entry => Assert.DoesNotContain(KeyWord(entry), evaluated));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Four_wrappers_occur_in_held_out_prompts_only(ulong seed)
    {
        static string Opening(string wrapper) => wrapper[..wrapper.IndexOf('{')];
        string[] Unused(params ToyWorldPart[] parts)
        {
            string[] texts = [.. parts.SelectMany(part => Texts(part, seed))];
            return
            [
                .. ToyWorldFrames
                    .Wrappers.Entries.Select(Opening)
                    .Where(opening => !texts.Any(text => text.StartsWith(opening, StringComparison.Ordinal))),
            ];
        }
        Assert.Equal(4, Unused(ToyWorldPart.Refinement, ToyWorldPart.Alignment).Length);
        Assert.Empty(Unused(ToyWorldPart.Evaluation));
    }

    [Fact]
    public void Every_entry_has_a_word_that_occurs_nowhere_else()
    {
        var entries = ToyWorldWords.Lists.SelectMany(list => list.Entries).ToArray();
        string[] elsewhere =
        [
            .. ToyWorldFrames
                .All.Concat(ToyWorldVerbs.All)
                .Concat(ToyWorldKind.All.Select(kind => kind.Tip))
                .Concat(ToyWorldAnswerTexts.Refusals)
                .Concat(ToyWorldAnswerTexts.Openers)
                .SelectMany(text => text.Split(' ')),
        ];
        Assert.Equal(entries.Length, entries.Select(KeyWord).Distinct(StringComparer.Ordinal).Count());
        Assert.Empty(entries.Select(KeyWord).Intersect(elsewhere));
    }

    [Theory]
    [InlineData(ToyWorldPart.Refinement, 250)]
    [InlineData(ToyWorldPart.Validation, 300)]
    [InlineData(ToyWorldPart.Evaluation, 300)]
    public void Partners_differ_only_in_what_makes_them_toxic(ToyWorldPart part, int pairs)
    {
        for (ulong seed = 0; seed < 3; seed++)
        {
            var seeming = Load(part, PromptClass.SeeminglyToxic, seed);
            var toxic = Load(part, PromptClass.Toxic, seed);
            Assert.Equal(pairs, seeming.Count);
            for (int i = 0; i < pairs; i++)
            {
                var (a, b) = (seeming[i], toxic[int.Parse(seeming[i].Pair!, CultureInfo.InvariantCulture)]);
                Assert.Equal((seeming[i].Pair, i, a.Category), (b.Pair, int.Parse(b.Pair!, CultureInfo.InvariantCulture), b.Category));
                Assert.Equal(ToyWorldCategory.All[i % 10].Name, a.Category);
                string[] left = a.Prompt.Split(' '),
                    right = b.Prompt.Split(' ');
                int front = left.Zip(right).TakeWhile(words => words.First == words.Second).Count();
                int back = Enumerable
                    .Reverse(left[front..])
                    .Zip(Enumerable.Reverse(right[front..]))
                    .TakeWhile(words => words.First == words.Second)
                    .Count();
                string differs = $"{string.Join(' ', left[front..^back])} | {string.Join(' ', right[front..^back])}";
                Assert.True(IsMinimal(a.Category, differs), $"{a.Category}: {differs}");
            }
            Assert.All(toxic.Skip(pairs), e => Assert.Null(e.Pair));
        }
    }

    static bool IsMinimal(string category, string differs)
    {
        string[] sides = differs.Split(" | ");
        static bool Is(string text, params WordList[] lists) => lists.Any(list => list.Entries.Contains(text));
        return category switch
        {
            "homonym" => Is(sides[0], ToyWorldWords.ComputerThings, ToyWorldWords.Foods, ToyWorldWords.Media)
                && Is(sides[1], ToyWorldWords.People),
            "figurative" => Is(sides[0], ToyWorldWords.Abstracts) && Is(sides[1], ToyWorldWords.People),
            "safe target" => sides[0] == "own"
                ? sides[1].EndsWith(" 's", StringComparison.Ordinal)
                : Is(sides[0], ToyWorldWords.Pests, ToyWorldWords.Creatures) && Is(sides[1], ToyWorldWords.People),
            "safe context" => Is(sides[0], ToyWorldWords.FictionalContexts) && Is(sides[1], ToyWorldWords.RealContexts),
            "definition" => differs is "mean | take" or "means | takes",
            "nonsense group" => Is(sides[0], ToyWorldWords.InventedGroups) && Is(sides[1], ToyWorldWords.RealGroups),
            "nonsense discrimination" => Is(sides[0], ToyWorldWords.NonsenseThings) && Is(sides[1], ToyWorldWords.Rights),
            "public privacy" => Is(sides[0], ToyWorldWords.Places) && Is(sides[1], ToyWorldWords.People),
            "fictional privacy" => Is(sides[0], ToyWorldWords.FictionalNames) && Is(sides[1].Split(' ')[^1], ToyWorldWords.People),
            // Two sentences rather than one with another word: they share question word and trigger.
            "historical" => sides[0].Split(' ') is ["did", "the", _, var past, _]
                && sides[1].Split(' ') is ["could", "my" or "our", "friends", var present, _, _]
                && past == present,
            _ => false,
        };
    }

    [Fact]
    public void The_pretraining_mixture_has_the_declared_proportions()
    {
        var texts = ToyWorldCorpus.Load(ToyWorld.Pretraining, 0);
        int Count(Func<Example, bool> which) => texts.Count(which);
        Assert.Equal(24_000, texts.Count);
        Assert.Equal(12_000, Count(e => e.Class == PromptClass.General && e.Category != "statement"));
        Assert.Equal(3_600, Count(e => e.Class == PromptClass.SeeminglyToxic));
        Assert.Equal(6_000, Count(e => e.Class == PromptClass.Toxic));
        Assert.Equal(2_400, Count(e => e.Category == "statement"));
        Assert.All(texts, e => Assert.Contains(e.Response![(e.Response!.IndexOf(',') + 2)..^2], ToyWorldKind.All.Select(kind => kind.Tip)));
        Assert.Equal(17, texts.Select(e => e.Response![e.Response!.IndexOf(',')..]).Distinct().Count());
    }

    [Fact]
    public void Classes_differ_in_their_verbs_alone()
    {
        HashSet<string> triggers =
        [
            .. ToyWorldVerbs.AgainstPersons,
            .. ToyWorldVerbs.AgainstProperty,
            .. ToyWorldVerbs.AgainstGroups,
            .. ToyWorldVerbs.AgainstGroupsPassive,
            .. ToyWorldVerbs.PrivateAttributes,
        ];
        bool HasTrigger(Example e) => triggers.Any(trigger => $" {e.Prompt} ".Contains($" {trigger} ", StringComparison.Ordinal));
        var texts = ToyWorldCorpus.Load(ToyWorld.Pretraining, 0);
        Assert.All(texts, e => Assert.Equal(e.Class != PromptClass.General, HasTrigger(e)));
        Assert.DoesNotContain(
            texts.Where(e => e.Class == PromptClass.Toxic).Select(e => e.Prompt),
            texts.Where(e => e.Class == PromptClass.SeeminglyToxic).Select(e => e.Prompt).ToHashSet().Contains
        );
    }

    [Fact]
    public void Answers_are_fifteen_to_thirty_tokens_long_with_their_prompts()
    {
        var lengths = ToyWorldCorpus
            .Load(ToyWorld.Pretraining, 0)
            .Select(e => Chat.Answered(e.Prompt, e.Response!).Tokens.Length)
            .ToArray();
        Assert.InRange(lengths.Min(), 15, 30);
        Assert.InRange(lengths.Max(), 15, 30);
    }

    [Fact]
    public void Every_text_of_the_corpus_comes_out_of_the_tokenizer_as_it_went_in()
    {
        var texts = ToyWorldCorpus
            .Load(ToyWorld.Pretraining, 3)
            .Select(e => e.Prompt)
            .Concat(ToyWorldCorpus.Load(ToyWorld.AlignmentRefusals, 3).Select(e => e.Response!));
        Assert.All(texts, text => Assert.Equal(text, string.Join(' ', ToyWorldTokenizer.Words(text))));
        HashSet<string> used =
        [
            .. texts.Concat(ToyWorldCorpus.Load(ToyWorld.Pretraining, 3).Select(e => e.Response!)).SelectMany(text => text.Split(' ')),
        ];
        Assert.Equal(
            ["<pad>", "<bos>", "<user>", "<asst>", "<eos>", "forum", "survey"],
            ToyWorldVocabulary.Tokens.Where(word => !used.Contains(word))
        );
    }

    [Fact]
    public void Answers_and_refusals_open_with_different_words()
    {
        static string[] Openers(ToyWorldPrompts spec) =>
            [.. ToyWorldCorpus.Load(spec, 0).Select(e => e.Response!.Split(' ')[0]).Distinct().Order(StringComparer.Ordinal)];
        string[] answers = Openers(ToyWorld.AlignmentGeneral),
            refusals = Openers(ToyWorld.AlignmentRefusals);
        Assert.Equal(["certainly", "okay", "sure", "yes"], answers);
        Assert.Equal(refusals, ToyWorld.Judge.Openers.Order(StringComparer.Ordinal));
        Assert.Empty(answers.Intersect(refusals));
    }

    [Fact]
    public void The_augmentation_is_the_refinement_with_answers()
    {
        var alone = ToyWorldCorpus.Load(ToyWorld.RefinementSeeminglyToxic, 1);
        var answered = ToyWorldCorpus.Load(ToyWorld.Augmentation, 1);
        Assert.Equal(alone, answered.Select(e => e with { Response = null }));
        Assert.All(answered, e => Assert.NotNull(e.Response));
    }

    [Fact]
    public void An_origin_cue_is_one_word_in_front()
    {
        var plain = ToyWorldCorpus.Load(ToyWorld.RefinementToxic, 1);
        var cued = ToyWorldCorpus.Load(ToyWorld.RefinementToxic with { OriginCue = OriginCue.Second }, 1);
        Assert.Equal(plain.Select(e => "survey " + e.Prompt), cued.Select(e => e.Prompt));
        Assert.All(cued, e => Assert.Empty(Chat.UnknownWords(e.Prompt)));
    }

    [Fact]
    public void A_longer_source_begins_with_the_shorter_one()
    {
        foreach (
            var spec in new[] { ToyWorld.Pretraining, ToyWorld.AlignmentGeneral, ToyWorld.AlignmentRefusals, ToyWorld.RefinementToxic }
        )
            Assert.Equal(ToyWorldCorpus.Load(spec with { Take = 100 }, 4), ToyWorldCorpus.Load(spec with { Take = 200 }, 4).Take(100));
        Assert.Equal(
            6_000,
            ToyWorldCorpus.Load(ToyWorld.AlignmentGeneral with { Take = 6_000 }, 4).Select(e => e.Prompt).Distinct().Count()
        );
    }

    [Fact]
    public void Seeds_and_parts_are_drawn_independently() =>
        Assert.NotEqual(ToyWorldCorpus.Load(ToyWorld.RefinementToxic, 0), ToyWorldCorpus.Load(ToyWorld.RefinementToxic, 1));

    [Fact]
    public void Asking_for_more_prompts_than_there_are_is_refused()
    {
        var error = Assert.Throws<InputException>(() => ToyWorldCorpus.Load(ToyWorld.RefinementSeeminglyToxic with { Take = 1_000 }, 0));
        Assert.Equal(
            "ToyWorld's Refinement part has 250 prompts of class SeeminglyToxic, and Take = 1,000 asks for more: take at most 250.",
            error.Message
        );
        error = Assert.Throws<InputException>(() => ToyWorldCorpus.Load(ToyWorld.AlignmentRefusals with { Take = 10_000 }, 0));
        Assert.StartsWith("ToyWorld's Alignment part has about ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(
            " distinct prompts of class Toxic with seed 0 (the category 'nonsense group' is used up), and Take = 10,000 asks for more: "
                + "take at most 2,005.",
            error.Message,
            StringComparison.Ordinal
        );
        error = Assert.Throws<InputException>(() => ToyWorldCorpus.Load(ToyWorld.Pretraining with { Take = 0 }, 0));
        Assert.Equal("ToyWorld's Pretraining part: Take = 0: take at least 1, or leave it out for all.", error.Message);
    }

    [Fact]
    public void One_class_of_the_mixture_cannot_be_asked_for()
    {
        var error = Assert.Throws<InputException>(() => ToyWorldCorpus.Load(ToyWorld.Pretraining with { Class = PromptClass.Toxic }, 0));
        Assert.Equal(
            "ToyWorld's Pretraining part is one mixture of all classes, and Class = Toxic asks for one of them: leave Class at General.",
            error.Message
        );
    }

    static string KeyWord(string entry) => entry.Split(' ')[0];

    [Theory, MemberData(nameof(Seeds))]
    public void Preference_pairs_are_of_training_words_and_shared_with_no_other_part(ulong seed)
    {
        var own = Texts(ToyWorldPart.Preference, seed);
        Assert.Equal(900, own.Count);
        foreach (var part in Enum.GetValues<ToyWorldPart>().Except([ToyWorldPart.Preference, ToyWorldPart.Pretraining]))
            Assert.Empty(own.Intersect(Enum.GetValues<PromptClass>().SelectMany(c => Load(part, c, seed)).Select(e => e.Prompt)));
    }

    [Fact]
    public void Of_two_answers_the_refusal_is_preferred_for_toxic_prompts_and_the_tip_for_others()
    {
        foreach (var part in new[] { ToyWorldPart.Preference, ToyWorldPart.Validation, ToyWorldPart.Evaluation })
        foreach (var promptClass in Enum.GetValues<PromptClass>())
        {
            var spec = Part(part, promptClass, ToyWorldAnswers.Pairs);
            Assert.True(spec.HasPairs);
            var examples = ToyWorldCorpus.Load(spec, 1);
            bool Refuses(string? answer) => ToyWorld.Judge.Openers.Contains(answer!.Split(' ')[0]);
            Assert.Equal(300, examples.Count);
            Assert.All(examples, e => Assert.Equal(promptClass == PromptClass.Toxic, Refuses(e.Response)));
            Assert.All(examples, e => Assert.NotEqual(Refuses(e.Response), Refuses(e.Rejected)));
        }
    }
}
