namespace DcrDsl.Specs;

/// <summary>The learning rate as a function of the step.</summary>
public abstract record Schedule
{
    /// <summary>Steps over which the rate rises linearly from 0 to its peak; the first step has rate 0.</summary>
    [Range(0)]
    public int Warmup { get; init; }

    /// <summary>Whether the rate depends on how many steps there are in all.</summary>
    public virtual bool DependsOnTotal => true;
}

/// <summary>After the warm-up, half a cosine from the peak down to <see cref="FloorShare"/> × peak.</summary>
[RuntimeCall("Schedules.Cosine")]
public sealed record Cosine : Schedule
{
    /// <summary>The last rate as a share of the peak.</summary>
    [Range(0, 1)]
    public double FloorShare { get; init; }
}

/// <summary>After the warm-up, a straight line from the peak to 0.</summary>
[RuntimeCall("Schedules.Linear")]
public sealed record Linear : Schedule;

/// <summary>After the warm-up, the peak.</summary>
[RuntimeCall("Schedules.Constant")]
public sealed record Constant : Schedule
{
    /// <inheritdoc/>
    public override bool DependsOnTotal => false;
}
