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

/// <summary>
/// After the warm-up, half a cosine from the peak down to <see cref="FloorShare"/> × peak, or as many as <see cref="Cycles"/> says.
/// </summary>
[RuntimeCall("Schedules.Cosine")]
public sealed record Cosine : Schedule
{
    /// <summary>The last rate as a share of the peak.</summary>
    [Range(0, 1)]
    public double FloorShare { get; init; }

    /// <summary>Waves between the warm-up and the end (num_cycles): 0.5 is one fall, 1.5 falls, rises again and falls.</summary>
    [OmittedAtDefault, Range(0, ExclusiveMinimum = true)]
    public double Cycles { get; init; } = 0.5;
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

/// <summary>
/// After the warm-up, half a cosine from the peak down to 0, <see cref="Cycles"/> times; each time it starts again at the peak.
/// </summary>
[RuntimeCall("Schedules.CosineWithRestarts")]
public sealed record CosineWithRestarts : Schedule
{
    /// <summary>How often the rate falls.</summary>
    [Range(1)]
    public int Cycles { get; init; } = 2;
}

/// <summary>After the warm-up, from the peak down to <see cref="Floor"/> as (1 − progress)^<see cref="Power"/>.</summary>
[RuntimeCall("Schedules.Polynomial")]
public sealed record Polynomial : Schedule
{
    /// <summary>The last rate itself, not a share of the peak.</summary>
    [Range(0)]
    public double Floor { get; init; } = 1e-7;

    /// <summary>The power; 1 is a straight line.</summary>
    [Range(0, ExclusiveMinimum = true)]
    public double Power { get; init; } = 1;
}

/// <summary>After the warm-up, the peak divided by the root of the step, without an end.</summary>
[RuntimeCall("Schedules.InverseSqrt")]
public sealed record InverseSqrt : Schedule
{
    /// <summary>Steps after which the rate has fallen by √2; null: the warm-up, or 10,000 without one.</summary>
    [Range(1)]
    public int? Timescale { get; init; }

    /// <inheritdoc/>
    public override bool DependsOnTotal => false;
}

/// <summary>The rate rises, stays at its peak and falls in the last <see cref="Decay"/> steps (Hu et al., "MiniCPM", 2024).</summary>
[RuntimeCall("Schedules.WarmupStableDecay")]
public sealed record WarmupStableDecay : Schedule
{
    /// <summary>Steps of the fall, the last ones of the stage.</summary>
    [Range(1)]
    public int Decay { get; init; } = 10;

    /// <summary>The first and the last rate as a share of the peak.</summary>
    [Range(0, 1)]
    public double FloorShare { get; init; }

    /// <summary>How the rate rises.</summary>
    public ScheduleShape Rise { get; init; } = ScheduleShape.Linear;

    /// <summary>How the rate falls.</summary>
    public ScheduleShape Fall { get; init; } = ScheduleShape.Cosine;
}

/// <summary>How a rate moves between the peak and the floor.</summary>
public enum ScheduleShape
{
    /// <summary>In a line.</summary>
    Linear,

    /// <summary>Along half a wave.</summary>
    Cosine,

    /// <summary>As 1 − √progress.</summary>
    OneMinusSqrt,
}
