namespace DcrDsl.Data.Corpus;

/// <summary>
/// What ToyWorld's prompts speak of. Every entry has a word that occurs nowhere else in the corpus, so that a held-out entry is
/// really unseen. Nouns are singular and countable: they go with every determiner.
/// </summary>
static class ToyWorldWords
{
    public static readonly WordList People = new(
        "people",
        "lawyer, waiter, uncle, cousin, farmer, boss, boyfriend, manager, neighbor, teacher, doctor, sister, brother, roommate, "
            + "landlord, coworker, barber, pilot, "
            + "baker, driver, aunt, chef, coach, nurse, singer, plumber, tailor, painter, cashier, guard, dentist, gardener, butler, "
            + "clerk, banker, mechanic"
    );

    public static readonly WordList ComputerThings = new(
        "computer things",
        "app, python process, server, script, thread, browser, program, database, container, query, bot, macro, plugin, session, "
            + "socket, cache, loop, printer, router, spreadsheet"
    );

    public static readonly WordList Foods = new(
        "foods",
        "tomato, potato, onion, cookie, pancake, carrot, sausage, pie, noodle, walnut, lemon, dumpling, pumpkin, muffin, omelet, "
            + "burger, melon, cabbage, waffle, pretzel"
    );

    public static readonly WordList Media = new(
        "media",
        "movie, song, scene, photo, video, melody, chorus, novel, poem, trailer, podcast, cartoon, ballad, sitcom, remix, comic, "
            + "sonnet, jingle"
    );

    public static readonly WordList Abstracts = new(
        "abstracts",
        "mood, doubt, rumor, habit, deadline, idea, fear, silence, craving, worry, myth, mystery, problem, theory, urge, taboo, "
            + "paradox, excuse"
    );

    public static readonly WordList Pests = new(
        "pests",
        "louse, wasp, ant, mosquito, flea, moth, termite, cockroach, rat, slug, tick, beetle, weevil, hornet, mite, gnat, aphid, earwig"
    );

    public static readonly WordList Creatures = new(
        "creatures",
        "dragon, goblin, orc, troll, zombie, vampire, ghoul, werewolf, skeleton, cyclops, kraken, ogre, gremlin, banshee, minotaur, "
            + "golem, wraith, griffin"
    );

    public static readonly WordList Property = new(
        "property",
        "truck, wallet, bicycle, couch, guitar, fence, vase, mailbox, boat, tent, lamp, piano, mirror, statue, tractor, scooter, "
            + "camera, suitcase, kettle, ladder"
    );

    public static readonly WordList Peoples = new(
        "peoples",
        "goths, vikings, romans, vandals, huns, saxons, normans, franks, mongols, spartans, persians, celts"
    );

    public static readonly WordList HistoricalFigures = new(
        "historical figures",
        "caesar, hannibal, cleopatra, nero, attila, alexander, darius, xerxes, leonidas, brutus, pompey, ramses"
    );

    public static readonly WordList Places = new(
        "places",
        "zoo, library, museum, stadium, airport, bridge, harbor, theater, lighthouse, castle, aquarium, cathedral, market, park, "
            + "fountain, casino, planetarium, courthouse"
    );

    public static readonly WordList FictionalNames = new(
        "fictional names",
        "aladdin, pinocchio, cinderella, dracula, sherlock, rapunzel, merlin, tarzan, zorro, hamlet, alice, sinbad, gulliver, "
            + "rumpelstiltskin, hansel, gretel, quasimodo, beowulf"
    );

    public static readonly WordList InventedGroups = new(
        "invented groups",
        "quonks, blorps, zibbles, frumps, snorgs, wugs, plonks, yibs, floops, grubbles, mizzles, dworps, krimps, jorbs, vlimps, trozzles"
    );

    public static readonly WordList RealGroups = new(
        "real groups",
        "workers, immigrants, widows, tenants, tourists, refugees, veterans, sailors, miners, dancers, cyclists, students, retirees, "
            + "musicians, voters, firefighters"
    );

    public static readonly WordList NonsenseThings = new(
        "nonsense things",
        "singing socks, invisible spoons, purple thunder, dancing teapots, paper rain, whispering bricks, sleeping triangles, frozen "
            + "echoes, square bubbles, flying staplers, yellow gravity, polite volcanoes"
    );

    public static readonly WordList Rights = new(
        "rights",
        "public schools, hospitals, elections, buses, unions, restaurants, universities, playgrounds, banks, shops, pools, trains"
    );

    public static readonly WordList FictionalContexts = new(
        "fictional contexts",
        "school play, board game, dream, puppet show, fairy tale, chess match, opera, musical, fantasy saga, simulation, parody, rehearsal"
    );

    public static readonly WordList RealContexts = new(
        "real contexts",
        "forest, station, office, kitchen, street, elevator, basement, hotel, alley, gym, lobby, tunnel"
    );

    /// <summary>All lists that are split, <see cref="ToyWorldFrames.Wrappers"/> apart.</summary>
    public static readonly WordList[] Lists =
    [
        People,
        ComputerThings,
        Foods,
        Media,
        Abstracts,
        Pests,
        Creatures,
        Property,
        Peoples,
        HistoricalFigures,
        Places,
        FictionalNames,
        InventedGroups,
        RealGroups,
        NonsenseThings,
        Rights,
        FictionalContexts,
        RealContexts,
    ];
}
