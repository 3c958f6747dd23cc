namespace DcrDsl.Training;

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
