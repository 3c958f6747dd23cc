namespace DcrDsl.Reports.Html;

/// <summary>Maps values to places on a picture, with round numbers for its ticks.</summary>
sealed class Scale
{
    readonly double low,
        high,
        from,
        to;
    readonly bool logarithmic;

    Scale(double low, double high, double from, double to, bool logarithmic, IReadOnlyList<double> ticks)
    {
        (this.low, this.high, this.from, this.to, this.logarithmic) = (low, high, from, to, logarithmic);
        Ticks = ticks;
        Digits =
            logarithmic || ticks.Count < 2
                ? 0
                : Enumerable.Range(0, 12).FirstOrDefault(digits => IsWhole((ticks[1] - ticks[0]) * Math.Pow(10, digits)));
    }

    /// <summary>Where the scale begins.</summary>
    public double Low => low;

    /// <summary>The values to be marked.</summary>
    public IReadOnlyList<double> Ticks { get; }

    /// <summary>Digits behind the point that the ticks need.</summary>
    public int Digits { get; }

    /// <summary>
    /// A scale from place <paramref name="from"/> to <paramref name="to"/>, with given ends, or such that all values have room.
    /// </summary>
    public static Scale Linear(IEnumerable<double> values, double? low, double? high, double from, double to, int ticks)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        double least = low ?? finite.DefaultIfEmpty(0).Min(),
            most = high ?? finite.DefaultIfEmpty(1).Max();
        if (most <= least)
            (least, most) = (least - 0.5, most + 0.5);
        double step = Step((most - least) / ticks);
        double start = low ?? Math.Floor(least / step) * step,
            end = high ?? Math.Ceiling(most / step) * step;
        return new Scale(start, end, from, to, false, [.. Ticked(start, end, step)]);
    }

    /// <summary>A logarithmic scale over positive values, marked at powers of ten.</summary>
    public static Scale Logarithmic(IEnumerable<double> values, double from, double to)
    {
        double[] positive = [.. values.Where(v => double.IsFinite(v) && v > 0)];
        int least = (int)Math.Floor(Math.Log10(positive.Min())),
            most = (int)Math.Ceiling(Math.Log10(positive.Max()));
        return new Scale(
            Math.Pow(10, least),
            Math.Pow(10, most),
            from,
            to,
            true,
            [.. Enumerable.Range(least, most - least + 1).Select(p => Math.Pow(10, p))]
        );
    }

    /// <summary>The place of a value; values beyond the ends are put at the ends.</summary>
    public double At(double value)
    {
        double share = logarithmic ? Math.Log(Math.Max(value, low) / low) / Math.Log(high / low) : (value - low) / (high - low);
        return from + Math.Clamp(share, 0, 1) * (to - from);
    }

    /// <summary>Whether an interval goes on beyond an end of the scale, where its bar must stop.</summary>
    public (bool Below, bool Above) Cuts(double least, double most)
    {
        double room = (high - low) * 1e-9;
        return (least < low - room, most > high + room);
    }

    static bool IsWhole(double value) => Math.Abs(value - Math.Round(value)) < 1e-6;

    static IEnumerable<double> Ticked(double start, double end, double step)
    {
        for (int i = (int)Math.Ceiling(start / step - 1e-9); i * step <= end + step * 1e-9; i++)
            yield return i * step;
    }

    // 1, 2, 2.5 or 5 times a power of ten.
    static double Step(double rough)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double[] round = [1, 2, 2.5, 5, 10];
        return round.First(r => r * power >= rough * 0.999) * power;
    }
}
