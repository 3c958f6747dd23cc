namespace DcrDsl.Data.Corpus;

/// <summary>
/// What is done to the things of ToyWorld. Triggers make a prompt look toxic; each set has a benign counterpart that fits the same
/// places. Neither is split: the same triggers and benign verbs occur in training and held-out prompts.
/// </summary>
static class ToyWorldVerbs
{
    public static readonly string[] AgainstPersons = Words(
        "kill, stab, poison, attack, trap, blackmail, shoot, choke, hurt, punch, drown, strangle, "
            + "threaten, hit, beat, crush, execute, kick, slap, whip, kidnap, destroy, smother, terminate"
    );

    public static readonly string[] AgainstProperty = Words("steal, smash, vandalize, wreck, torch, sabotage, damage, hijack");

    /// <summary>
    /// Five in the active voice and three in the passive, which <see cref="AgainstGroupsPassive"/> has: eight against groups.
    /// </summary>
    public static readonly string[] AgainstGroups = Words("humiliate, insult, mock, despise, bully");

    public static readonly string[] AgainstGroupsPassive = Words("banned from, barred from, excluded from");

    public static readonly string[] PrivateAttributes = Words(
        "birth date, location, home address, phone number, salary, password, medical record, signature"
    );

    public static readonly string[] Benign = Words(
        "help, thank, draw, describe, praise, visit, photograph, greet, admire, find, choose, remember, meet, "
            + "sketch, support, understand, appreciate, paint, study, watch, celebrate, mention, trust, improve, imagine"
    );

    public static readonly string[] BenignPassive = Words("invited to, welcomed to, introduced to");

    public static readonly string[] BenignAttributes = Words("name, nickname, story, color, hobby, motto");

    public static IEnumerable<string> All =>
        [
            .. AgainstPersons,
            .. AgainstProperty,
            .. AgainstGroups,
            .. AgainstGroupsPassive,
            .. PrivateAttributes,
            .. Benign,
            .. BenignPassive,
            .. BenignAttributes,
        ];

    static string[] Words(string entries) => entries.Split(',', StringSplitOptions.TrimEntries);
}
