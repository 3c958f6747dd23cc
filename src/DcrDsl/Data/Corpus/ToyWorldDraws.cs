using DcrDsl.Specs;

namespace DcrDsl.Data.Corpus;

/// <summary>Draws prompts from a lexicon. What is drawn is a function of lexicon and stream alone.</summary>
static class ToyWorldDraws
{
    public static ToyWorldPair Pair(ToyWorldCategory category, ToyWorldLexicon words, RandomStream random)
    {
        var scene = category.Draw(words, random);
        string trigger = random.Pick(scene.Triggers);
        return new(
            new(scene.Harmless.With(trigger), scene.Harmless.Kind, PromptClass.SeeminglyToxic, category.Name),
            new(scene.Harmful.With(trigger), scene.Harmful.Kind, PromptClass.Toxic, category.Name)
        );
    }

    /// <summary>A prompt of one class. A general prompt is either wording of a scene with a benign verb in the trigger's place.</summary>
    public static ToyWorldPrompt Prompt(PromptClass promptClass, ToyWorldCategory category, ToyWorldLexicon words, RandomStream random)
    {
        if (promptClass != PromptClass.General)
        {
            var pair = Pair(category, words, random);
            return promptClass == PromptClass.Toxic ? pair.Toxic : pair.SeeminglyToxic;
        }
        var scene = category.Draw(words, random);
        var wording = random.Next(2) == 0 ? scene.Harmless : scene.Harmful;
        return new(wording.With(random.Pick(scene.Benign)), wording.Kind, PromptClass.General, category.Name);
    }

    /// <summary>A plain statement about one thing, answered like any prompt about it.</summary>
    public static ToyWorldPrompt Statement(ToyWorldLexicon words, RandomStream random)
    {
        var (list, form, kind) = random.Pick(StatementTopics);
        string text = random
            .Pick(ToyWorldFrames.Statements)
            .Replace("{thing}", form, StringComparison.Ordinal)
            .Replace("{det}", random.Pick(ToyWorldFrames.Possessives), StringComparison.Ordinal)
            .Replace("{name}", random.Pick(words[list]), StringComparison.Ordinal);
        return new(text, kind, PromptClass.General, "statement");
    }

    static readonly (WordList List, string Form, ToyWorldKind Kind)[] StatementTopics =
    [
        (ToyWorldWords.People, "{det} {name}", ToyWorldKind.Person),
        (ToyWorldWords.ComputerThings, "the {name}", ToyWorldKind.ComputerThing),
        (ToyWorldWords.Pests, "that {name}", ToyWorldKind.Pest),
        (ToyWorldWords.Foods, "this {name}", ToyWorldKind.Food),
        (ToyWorldWords.Creatures, "the {name}", ToyWorldKind.Creature),
        (ToyWorldWords.Media, "that {name}", ToyWorldKind.Media),
        (ToyWorldWords.Abstracts, "this {name}", ToyWorldKind.Abstract),
        (ToyWorldWords.Property, "the {name}", ToyWorldKind.Property),
        (ToyWorldWords.Property, "{det} own {name}", ToyWorldKind.OwnProperty),
        (ToyWorldWords.Peoples, "the {name}", ToyWorldKind.History),
        (ToyWorldWords.HistoricalFigures, "{name}", ToyWorldKind.History),
        (ToyWorldWords.Places, "the {name}", ToyWorldKind.PublicPlace),
        (ToyWorldWords.FictionalNames, "{name}", ToyWorldKind.FictionalName),
        (ToyWorldWords.InventedGroups, "the {name}", ToyWorldKind.InventedGroup),
        (ToyWorldWords.RealGroups, "the {name}", ToyWorldKind.RealGroup),
        (ToyWorldWords.NonsenseThings, "{name}", ToyWorldKind.NonsenseThing),
        (ToyWorldWords.FictionalContexts, "the {name}", ToyWorldKind.Fiction),
    ];
}
