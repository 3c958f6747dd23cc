using DcrDsl.Specs;

namespace DcrDsl.Generators.Values;

/// <summary>
/// A family of the vocabulary that records of the user's can join: what stands here for such a record, and how generated code calls the
/// function behind it. A new open family is a row.
/// </summary>
/// <param name="Base">The record of the vocabulary that they derive from.</param>
/// <param name="Create">Makes what stands for one of them.</param>
/// <param name="First">The types of the arguments that come first, without names.</param>
/// <param name="Named">Arguments by name that are no options of the record's own.</param>
/// <param name="Result">The type of what it gives.</param>
/// <param name="Handled">Options of the family that are not handed to the function.</param>
/// <param name="IsClass">Whether a class stands behind it, whose constructor is called.</param>
sealed record OwnFamily(
    Type Base,
    Func<IOwn> Create,
    IReadOnlyList<string> First,
    IReadOnlyList<(string Name, string Type)> Named,
    string Result,
    IReadOnlyList<string> Handled,
    bool IsClass = false
)
{
    /// <summary>The argument that a schedule takes only where it needs it.</summary>
    public const string Total = "total";

    const string Tensor = "Tensor";

    public static readonly IReadOnlyList<OwnFamily> All =
    [
        new(typeof(ContrastiveObjective), () => new OwnObjective(), [Tensor, Tensor], [], Tensor, []),
        new(typeof(PreferenceObjective), () => new OwnPreference(), [Tensor, Tensor, Tensor], [], Tensor, []),
        new(typeof(Pooling), () => new OwnPooling(), [Tensor, "TextSpans"], [], Tensor, []),
        new(
            typeof(Schedule),
            () => new OwnSchedule(),
            ["int"],
            [("peak", "double"), ("warmup", "int")],
            "double",
            [nameof(Schedule.Warmup)]
        ),
        new(typeof(Optimiser), () => new OwnOptimiser(), ["IReadOnlyList<Tensor>"], [], "IOptimiser", [], IsClass: true),
        new(typeof(JudgeSpec), () => new OwnJudge(), [], [], "IJudge", []),
        // What it is called, and on which tasks it is put.
        new(typeof(Attack), () => new OwnAttack(), [], [], "IAttack", [nameof(Attack.Name), nameof(Attack.Tasks)]),
        new(
            typeof(WatchSpec),
            () => new OwnWatch(),
            ["WatchedPrompts"],
            [],
            "IWatch",
            // When it reads, on what, and what its readings are called.
            [.. Vocabulary.Options(typeof(WatchSpec)).Select(o => o.Name)]
        ),
        new(
            typeof(PromptSource),
            () => new OwnSource(),
            ["ulong"],
            [],
            "IReadOnlyList<Example>",
            [nameof(PromptSource.Class), nameof(PromptSource.Take)]
        ),
    ];

    public static OwnFamily? Of(string name) => All.FirstOrDefault(f => f.Base.Name == name);
}

/// <summary>What stands for a record of the user's: it has the options of its family by inheritance, and holds its own.</summary>
interface IOwn
{
    OwnRecord Own { get; set; }
}

sealed record OwnObjective : ContrastiveObjective, IOwn
{
    public OwnRecord Own { get; set; } = null!;
}

sealed record OwnPreference : PreferenceObjective, IOwn
{
    public OwnRecord Own { get; set; } = null!;
}

sealed record OwnPooling : Pooling, IOwn
{
    public OwnRecord Own { get; set; } = null!;
}

sealed record OwnOptimiser : Optimiser, IOwn
{
    public OwnRecord Own { get; set; } = null!;
}

sealed record OwnJudge : JudgeSpec, IOwn
{
    public OwnRecord Own { get; set; } = null!;
}

sealed record OwnAttack : Attack, IOwn
{
    public OwnRecord Own { get; set; } = null!;

    /// <summary>What the user's record would say is code, which is not run here; an attack of theirs may draw.</summary>
    public override bool DependsOnSeed => true;

    protected override string OwnLabel => Own.Type.Name;
}

sealed record OwnWatch : WatchSpec, IOwn
{
    public OwnRecord Own { get; set; } = null!;
}

sealed record OwnSchedule : Schedule, IOwn
{
    public OwnRecord Own { get; set; } = null!;

    public override bool DependsOnTotal => Own.Type.TakesTotal;
}

sealed record OwnSource : PromptSource, IOwn
{
    public OwnRecord Own { get; set; } = null!;

    public override bool HasAnswers => Own.Type.HasAnswers;

    /// <summary>Whether each prompt has two answers is known when they are loaded.</summary>
    public override bool HasPairs => true;

    public override bool KnowsPartners => true;

    /// <summary>What the user's record would say is code, which is not run here. The same declaration gives the same prompts; of two that
    /// differ nothing is known.</summary>
    public override bool MayOverlap(PromptSource other) => other is OwnSource own && own.Own == Own;
}
