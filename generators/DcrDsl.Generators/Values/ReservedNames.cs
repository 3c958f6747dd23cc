namespace DcrDsl.Generators.Values;

/// <summary>Names that generated types have already, so that nobody's arm or task can be called so in them.</summary>
static class ReservedNames
{
    /// <summary>What every type has; a member of that name would hide it.</summary>
    public static readonly string[] OfObject =
    [
        "Equals",
        "Finalize",
        "GetHashCode",
        "GetType",
        "MemberwiseClone",
        "ReferenceEquals",
        "ToString",
    ];

    /// <summary>What the typed results have, and what they and the classes within call by these names.</summary>
    public static readonly string[] OfResults =
    [
        .. OfObject,
        "Run",
        "Load",
        "run",
        "results",
        "arm",
        "ArmMetrics",
        "ArmResults",
        "AttackMetrics",
        "AttackResults",
        "NamedAttack",
        "AxisValue",
        "Metric",
        "RunResults",
        "SeedEstimate",
        "TaskMetrics",
        "TaskResults",
    ];

    /// <summary>What a training program has beside the methods of its stages and arms.</summary>
    public static readonly string[] OfProgram = [.. OfObject, "Define", "Definition", "Source"];
}
