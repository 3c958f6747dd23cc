using System.Globalization;
using DcrDsl.Specs;
using DcrDsl.Wording;

namespace DcrDsl.Data.Corpus;

/// <summary>
/// The prompts of ToyWorld: a function of the seed alone, the same on every operating system. Refinement, alignment and preference are
/// drawn from the seed's training words and share no prompt (the last two at the lengths that alignment has by default); validation and
/// evaluation are drawn from its held-out words and share none either; the pre-training mixture knows all words, and none of its prompts is
/// a validation or evaluation prompt.
/// </summary>
static class ToyWorldCorpus
{
    const int PretrainingTexts = 24_000,
        AlignmentGeneral = 4_000,
        AlignmentOther = 500;

    /// <summary>
    /// The prompts that <paramref name="spec"/> declares. Refinement, preference, validation and evaluation have a fixed number of prompts,
    /// of which the first are taken. Pre-training and alignment are drawn as long as asked for (where nothing is asked: 24,000 texts, 4,000
    /// general prompts, 500 prompts of the other classes); a longer one begins with the shorter one. <see cref="Example.Pair"/> is set in
    /// refinement, preference, validation and evaluation, where prompt i of one class is matched with prompt i of the other. In the
    /// pre-training mixture every example carries its own class.
    /// </summary>
    /// <param name="spec">What to take.</param>
    /// <param name="seed">The seed of the cell.</param>
    /// <exception cref="InputException">More prompts are asked for than there are, or one class of the pre-training mixture.</exception>
    public static IReadOnlyList<Example> Load(ToyWorldPrompts spec, ulong seed)
    {
        if (spec.Take < 1)
            throw new InputException(
                FormattableString.Invariant($"ToyWorld's {spec.Part} part: Take = {spec.Take}: take at least 1, or leave it out for all.")
            );
        var (prompts, pairs) = Prompts(spec, seed);
        string origin = $"ToyWorld, {spec.Part}",
            purpose = $"ToyWorld.{spec.Part}.{spec.Class}.answers";
        var examples = new Example[prompts.Length];
        for (int i = 0; i < prompts.Length; i++)
        {
            var (text, kind, promptClass, category) = prompts[i];
            string cued = OriginWord(spec.OriginCue) is { } word ? $"{word} {text}" : text;
            var (answer, other) = ToyWorldAnswerTexts.Of(spec.Answers, kind, promptClass, new RandomStream(seed, purpose, i));
            examples[i] = new(cued, answer, promptClass, category, i < pairs ? i.ToString(CultureInfo.InvariantCulture) : null, origin)
            {
                Rejected = other,
            };
        }
        return examples;
    }

    /// <summary>The word of an origin. The two occur nowhere else in the corpus.</summary>
    internal static string? OriginWord(OriginCue cue) =>
        cue switch
        {
            OriginCue.First => "forum",
            OriginCue.Second => "survey",
            _ => null,
        };

    static (ToyWorldPrompt[] Prompts, int Pairs) Prompts(ToyWorldPrompts spec, ulong seed) =>
        spec.Part switch
        {
            ToyWorldPart.Pretraining => (Pretraining(spec, seed), 0),
            ToyWorldPart.Refinement => Front(ToyWorldSection.Refinement(seed), spec),
            ToyWorldPart.Alignment => (Alignment(spec, seed), 0),
            ToyWorldPart.Validation => Front(ToyWorldSection.HeldOut(seed).Validation, spec),
            ToyWorldPart.Evaluation => Front(ToyWorldSection.HeldOut(seed).Evaluation, spec),
            ToyWorldPart.Preference => Front(ToyWorldSection.Preference(seed, AlignmentTexts(seed)), spec),
            _ => throw new ArgumentOutOfRangeException(nameof(spec), spec.Part, "a part of ToyWorld"),
        };

    static (ToyWorldPrompt[] Prompts, int Pairs) Front(ToyWorldSection section, ToyWorldPrompts spec)
    {
        var prompts = section.Of(spec.Class);
        int take = spec.Take ?? prompts.Length;
        if (take > prompts.Length)
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"ToyWorld's {spec.Part} part has {English.Count(prompts.Length, "prompt")} of class {spec.Class}, "
                        + $"and Take = {take:N0} asks for "
                        + $"more: take at most {prompts.Length:N0}."
                )
            );
        return (prompts[..take], spec.Class == PromptClass.General ? 0 : section.Pairs);
    }

    // Of 20 texts 10 are general, 3 seemingly toxic, 5 toxic and 2 plain statements. Texts may repeat, as in any large corpus.
    static ToyWorldPrompt[] Pretraining(ToyWorldPrompts spec, ulong seed)
    {
        if (spec.Class != PromptClass.General)
            throw new InputException(
                $"ToyWorld's Pretraining part is one mixture of all classes, and Class = {spec.Class} asks for one of them: leave Class "
                    + $"at General."
            );
        var (evaluation, validation) = ToyWorldSection.HeldOut(seed);
        HashSet<string> rejected = [.. evaluation.Texts, .. validation.Texts];
        var words = ToyWorldLexicon.All;
        var prompts = new ToyWorldPrompt[spec.Take ?? PretrainingTexts];
        for (int i = 0; i < prompts.Length; i++)
        {
            var random = new RandomStream(seed, "ToyWorld.Pretraining", i);
            do prompts[i] = (i % 20) switch
            {
                < 10 => ToyWorldDraws.Prompt(PromptClass.General, random.Pick(ToyWorldCategory.All), words, random),
                < 13 => ToyWorldDraws.Prompt(PromptClass.SeeminglyToxic, random.Pick(ToyWorldCategory.All), words, random),
                < 18 => ToyWorldDraws.Prompt(PromptClass.Toxic, random.Pick(ToyWorldCategory.All), words, random),
                _ => ToyWorldDraws.Statement(words, random),
            };
            while (rejected.Contains(prompts[i].Text));
        }
        return prompts;
    }

    // What alignment holds where nothing else is asked of it.
    static IEnumerable<string> AlignmentTexts(ulong seed) =>
        Enum.GetValues<PromptClass>()
            .SelectMany(c => Alignment(new ToyWorldPrompts { Part = ToyWorldPart.Alignment, Class = c }, seed))
            .Select(prompt => prompt.Text);

    static ToyWorldPrompt[] Alignment(ToyWorldPrompts spec, ulong seed)
    {
        var sets = new ToyWorldSets(seed, ToyWorldLexicon.Training(seed), [.. ToyWorldSection.Refinement(seed).Texts]);
        int count = spec.Take ?? (spec.Class == PromptClass.General ? AlignmentGeneral : AlignmentOther);
        return sets.Prompts(ToyWorldPart.Alignment, spec.Class, count);
    }
}
