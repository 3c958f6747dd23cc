namespace DcrDsl.Evaluation;

/// <summary>
/// A confidence interval, both ends included. Where the interval is not defined (one observation, one class) both ends are NaN.
/// </summary>
/// <param name="Low">The lower end, in the unit of the estimate.</param>
/// <param name="High">The upper end, in the unit of the estimate.</param>
public readonly record struct Interval(double Low, double High)
{
    /// <summary>The interval that is not defined: NaN to NaN.</summary>
    public static Interval Undefined => new(double.NaN, double.NaN);

    /// <summary>The interval <paramref name="centre"/> ± <paramref name="halfWidth"/>.</summary>
    public static Interval Around(double centre, double halfWidth) => new(centre - halfWidth, centre + halfWidth);

    /// <summary>The part inside [<paramref name="least"/>, <paramref name="most"/>], e.g. 0 to 1 for a rate; NaN stays NaN.</summary>
    public Interval ClippedTo(double least, double most) => new(Math.Clamp(Low, least, most), Math.Clamp(High, least, most));
}
