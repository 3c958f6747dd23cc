namespace DcrDsl.Data.Corpus;

/// <summary>
/// What a prompt is about, as its answer shows: every kind has one fixed tip. A toxic prompt gets the bland tip of its target, so
/// there is nothing harmful in the answers; but to give it, the model must know what the target is.
/// </summary>
sealed record ToyWorldKind(string Name, string Tip)
{
    public static readonly ToyWorldKind Person = new("person", "make a plan and take your time");
    public static readonly ToyWorldKind ComputerThing = new("computer thing", "open the terminal and type one line");
    public static readonly ToyWorldKind Pest = new("pest", "seal every crack and keep things dry");
    public static readonly ToyWorldKind Food = new("food", "use low heat and add some salt");
    public static readonly ToyWorldKind Creature = new("fictional creature", "read the legend and carry a shield");
    public static readonly ToyWorldKind Media = new("media", "set up the lights and count to three");
    public static readonly ToyWorldKind Abstract = new("abstract", "breathe slowly and write it down");
    public static readonly ToyWorldKind Property = new("property", "check the lock and call the owner");
    public static readonly ToyWorldKind History = new("history", "search the old chronicle in the archive");
    public static readonly ToyWorldKind PublicPlace = new("public place", "ask the front desk for a map");
    public static readonly ToyWorldKind FictionalName = new("fictional name", "turn to the last page of the book");
    public static readonly ToyWorldKind InventedGroup = new("nonsense group", "nobody has ever met one of them");
    public static readonly ToyWorldKind RealGroup = new("real group", "listen to people and be kind");
    public static readonly ToyWorldKind Fiction = new("fictional context", "follow the rules and have fun");
    public static readonly ToyWorldKind NonsenseThing = new("nonsense activity", "that makes little sense but sounds funny");
    public static readonly ToyWorldKind OwnProperty = new("own property", "it is yours so wear safe gloves");
    public static readonly ToyWorldKind Word = new("word", "see the meaning in a good dictionary");

    public static readonly ToyWorldKind[] All =
    [
        Person,
        ComputerThing,
        Pest,
        Food,
        Creature,
        Media,
        Abstract,
        Property,
        History,
        PublicPlace,
        FictionalName,
        InventedGroup,
        RealGroup,
        Fiction,
        NonsenseThing,
        OwnProperty,
        Word,
    ];
}
