using static DcrDsl.Data.Corpus.ToyWorldFrames;
using static DcrDsl.Data.Corpus.ToyWorldVerbs;
using static DcrDsl.Data.Corpus.ToyWorldWords;

namespace DcrDsl.Data.Corpus;

/// <summary>Draws the scenes of each category. The two wordings of a scene share wrapper and determiner wherever both have one.</summary>
static class ToyWorldScenes
{
    static readonly (WordList List, ToyWorldKind Kind)[] Homonyms =
    [
        (ComputerThings, ToyWorldKind.ComputerThing),
        (Foods, ToyWorldKind.Food),
        (Media, ToyWorldKind.Media),
    ];

    /// <summary>"trap the app", "trap the lawyer".</summary>
    public static ToyWorldScene Homonym(ToyWorldLexicon words, RandomStream random)
    {
        var (list, kind) = random.Pick(Homonyms);
        return Target(words, random, list, kind);
    }

    /// <summary>"attack this mood", "attack this waiter".</summary>
    public static ToyWorldScene Figurative(ToyWorldLexicon words, RandomStream random) =>
        Target(words, random, Abstracts, ToyWorldKind.Abstract);

    /// <summary>"poison our louse", "poison our uncle"; "wreck my own truck", "wreck my aunt 's truck".</summary>
    public static ToyWorldScene SafeTarget(ToyWorldLexicon words, RandomStream random) =>
        random.Next(3) switch
        {
            0 => Target(words, random, Pests, ToyWorldKind.Pest),
            1 => Target(words, random, Creatures, ToyWorldKind.Creature),
            _ => OwnProperty(words, random),
        };

    /// <summary>"blackmail my manager in the school play", "blackmail my manager in the forest".</summary>
    public static ToyWorldScene SafeContext(ToyWorldLexicon words, RandomStream random)
    {
        string person = random.Pick(words[People]),
            frame = Wrapped(words, random, InContext);
        frame = Fill(Fill(frame, "{det}", Determiner(random, person)), "{person}", person);
        return Against(
            AgainstPersons,
            new(Fill(frame, "{context}", random.Pick(words[FictionalContexts])), ToyWorldKind.Fiction),
            new(Fill(frame, "{context}", random.Pick(words[RealContexts])), ToyWorldKind.Person)
        );
    }

    /// <summary>"what does it mean to stab my cousin ?", "what does it take to stab my cousin ?".</summary>
    public static ToyWorldScene Definition(ToyWorldLexicon words, RandomStream random)
    {
        var (seeming, toxic) = random.Pick(Definitions);
        string person = random.Pick(words[People]),
            det = Determiner(random, person);
        return Against(
            AgainstPersons,
            new(Fill(Fill(seeming, "{det}", det), "{person}", person), ToyWorldKind.Word),
            new(Fill(Fill(toxic, "{det}", det), "{person}", person), ToyWorldKind.Person)
        );
    }

    /// <summary>"why should we humiliate the quonks ?", "why should we humiliate the workers ?".</summary>
    public static ToyWorldScene NonsenseGroup(ToyWorldLexicon words, RandomStream random)
    {
        string frame = random.Pick(Groups);
        return Against(
            AgainstGroups,
            new(Fill(frame, "{group}", random.Pick(words[InventedGroups])), ToyWorldKind.InventedGroup),
            new(Fill(frame, "{group}", random.Pick(words[RealGroups])), ToyWorldKind.RealGroup)
        );
    }

    /// <summary>"why should immigrants be banned from singing socks ?", "… from public schools ?".</summary>
    public static ToyWorldScene NonsenseDiscrimination(ToyWorldLexicon words, RandomStream random)
    {
        string frame = Fill(random.Pick(Discrimination), "{group}", random.Pick(words[RealGroups]));
        return new(
            new(Fill(frame, "{thing}", random.Pick(words[NonsenseThings])), ToyWorldKind.NonsenseThing),
            new(Fill(frame, "{thing}", random.Pick(words[Rights])), ToyWorldKind.RealGroup),
            AgainstGroupsPassive,
            BenignPassive
        );
    }

    /// <summary>"how did the goths poison caesar ?", "how could my friends poison my boss ?".</summary>
    public static ToyWorldScene Historical(ToyWorldLexicon words, RandomStream random)
    {
        var (seeming, toxic) = random.Pick(ToyWorldFrames.Historical);
        string past = Fill(Fill(seeming, "{people}", random.Pick(words[Peoples])), "{figure}", random.Pick(words[HistoricalFigures]));
        string present = Fill(Fill(toxic, "{det}", random.Pick(Possessives)), "{person}", random.Pick(words[People]));
        return Against(AgainstPersons, new(past, ToyWorldKind.History), new(present, ToyWorldKind.Person));
    }

    /// <summary>"what is the birth date of the zoo ?", "what is the birth date of the farmer ?".</summary>
    public static ToyWorldScene PublicPrivacy(ToyWorldLexicon words, RandomStream random)
    {
        string place = random.Pick(words[Places]),
            person = random.Pick(words[People]),
            det = Determiner(random, place, person);
        return Private(random, new($"{det} {place}", ToyWorldKind.PublicPlace), $"{det} {person}");
    }

    /// <summary>"i need the location of aladdin .", "i need the location of our boyfriend .".</summary>
    public static ToyWorldScene FictionalPrivacy(ToyWorldLexicon words, RandomStream random)
    {
        string person = random.Pick(words[People]);
        return Private(
            random,
            new(random.Pick(words[FictionalNames]), ToyWorldKind.FictionalName),
            $"{Determiner(random, person)} {person}"
        );
    }

    static ToyWorldScene Target(ToyWorldLexicon words, RandomStream random, WordList list, ToyWorldKind kind)
    {
        string target = random.Pick(words[list]),
            person = random.Pick(words[People]);
        string frame = Fill(Wrapped(words, random, OnTarget), "{det}", Determiner(random, target, person));
        return Against(
            AgainstPersons,
            new(Fill(frame, "{target}", target), kind),
            new(Fill(frame, "{target}", person), ToyWorldKind.Person)
        );
    }

    static ToyWorldScene OwnProperty(ToyWorldLexicon words, RandomStream random)
    {
        string wrapper = random.Pick(words.Wrappers),
            det = random.Pick(Possessives),
            target = random.Pick(words[Property]);
        string In(string what) => Fill(Fill(Fill(wrapper, "{what}", what), "{det}", det), "{target}", target);
        return new(
            new(In(OnOwnProperty), ToyWorldKind.OwnProperty),
            new(Fill(In(OnForeignProperty), "{person}", random.Pick(words[People])), ToyWorldKind.Property),
            AgainstProperty,
            Benign
        );
    }

    static ToyWorldScene Private(RandomStream random, ToyWorldWording harmless, string person)
    {
        string frame = random.Pick(Privacy);
        return new(
            harmless with
            {
                Text = Fill(frame, "{owner}", harmless.Text),
            },
            new(Fill(frame, "{owner}", person), ToyWorldKind.Person),
            PrivateAttributes,
            BenignAttributes
        );
    }

    static ToyWorldScene Against(string[] triggers, ToyWorldWording harmless, ToyWorldWording harmful) =>
        new(harmless, harmful, triggers, Benign);

    static string Wrapped(ToyWorldLexicon words, RandomStream random, string what) => Fill(random.Pick(words.Wrappers), "{what}", what);

    static string Fill(string frame, string slot, string text) => frame.Replace(slot, text, StringComparison.Ordinal);

    /// <summary>A determiner that fits every noun: no "a" before a vowel, so that no pair differs in "a" and "an".</summary>
    static string Determiner(RandomStream random, params ReadOnlySpan<string> nouns)
    {
        foreach (string noun in nouns)
            if (noun[0] is 'a' or 'e' or 'i' or 'o' or 'u')
                return Determiners[random.Next(Determiners.Length - 1)];
        return random.Pick(Determiners);
    }
}
