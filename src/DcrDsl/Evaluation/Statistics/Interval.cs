namespace DcrDsl.Evaluation.Statistics;

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

    /// <summary>
    /// The interval of a difference a − b from those of a and b, as if they were independent (the "square-and-add" of Newcombe, Statistics
    /// in Medicine 17, 1998; Zou and Donner, Statistics in Medicine 27, 2008): too long rather than too short for numbers that rise and
    /// fall together.
    /// </summary>
    /// <param name="a">The first number.</param>
    /// <param name="ofA">Its interval.</param>
    /// <param name="b">The second number.</param>
    /// <param name="ofB">Its interval.</param>
    public static Interval OfDifference(double a, Interval ofA, double b, Interval ofB) =>
        new(a - b - Length(a - ofA.Low, ofB.High - b), a - b + Length(ofA.High - a, b - ofB.Low));

    static double Length(double x, double y) => Math.Sqrt(x * x + y * y);

    /// <summary>The interval in another unit, <paramref name="factor"/> (above 0) times as large.</summary>
    public Interval Times(double factor) => new(Low * factor, High * factor);

    /// <summary>Whether both ends are the same number.</summary>
    public bool HasNoWidth => Low == High;

    /// <summary>The part inside [<paramref name="least"/>, <paramref name="most"/>], e.g. 0 to 1 for a rate; NaN stays NaN.</summary>
    public Interval ClippedTo(double least, double most) => new(Math.Clamp(Low, least, most), Math.Clamp(High, least, most));
}
