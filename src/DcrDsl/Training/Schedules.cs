using DcrDsl.Specs;

namespace DcrDsl.Training;

/// <summary>
/// Learning rates as pure functions of the step, as transformers' get_scheduler gives them. Steps count from 0. With a warm-up of
/// w &gt; 0 steps the rate of step s is <c>peak·s/w</c>: step 0 has rate 0 and step w is the first at the peak.
/// </summary>
public static class Schedules
{
    /// <summary>The same rate at every step.</summary>
    public static double Constant(int step, double peak, int warmup = 0) => peak * Warmup(step, warmup);

    /// <summary>Falls in a line from the peak after the warm-up to 0 at <paramref name="total"/>, and stays there.</summary>
    public static double Linear(int step, double peak, int warmup, int total) =>
        peak * (step < warmup ? Warmup(step, warmup) : Math.Max(0, (total - step) / Math.Max(1.0, total - warmup)));

    /// <summary>
    /// Falls along a cosine from the peak to <c>peak·floorShare</c> at <paramref name="total"/>. As in transformers it rises again beyond
    /// that.
    /// </summary>
    /// <param name="step">From 0.</param>
    /// <param name="peak">The largest rate.</param>
    /// <param name="warmup">Steps before the peak.</param>
    /// <param name="total">Steps of the run.</param>
    /// <param name="floorShare">
    /// The smallest rate as a share of the peak (cosine_with_min_lr's min_lr_rate); the warm-up starts at 0 all the same.
    /// </param>
    /// <param name="cycles">Waves between the warm-up and the end; 0.5 is one fall.</param>
    public static double Cosine(int step, double peak, int warmup, int total, double floorShare = 0, double cycles = 0.5) =>
        step < warmup
            ? peak * Warmup(step, warmup)
            : peak * (floorShare + (1 - floorShare) * 0.5 * (1 + Math.Cos(2 * Math.PI * cycles * Progress(step, warmup, total))));

    /// <summary>
    /// Falls along a cosine to 0 <paramref name="cycles"/> times, starting again at the peak; 0 from <paramref name="total"/> on.
    /// </summary>
    public static double CosineWithRestarts(int step, double peak, int warmup, int total, int cycles = 1)
    {
        if (step < warmup)
            return peak * Warmup(step, warmup);
        double progress = Progress(step, warmup, total);
        return progress >= 1 ? 0 : peak * 0.5 * (1 + Math.Cos(Math.PI * (cycles * progress % 1)));
    }

    /// <summary>
    /// Falls from the peak to <paramref name="floor"/> at <paramref name="total"/> as (1 − progress)^power, and stays there.
    /// </summary>
    public static double Polynomial(int step, double peak, int warmup, int total, double floor = 1e-7, double power = 1)
    {
        if (step < warmup)
            return peak * Warmup(step, warmup);
        return step >= total ? floor : floor + (peak - floor) * Math.Pow(1 - (step - warmup) / (double)(total - warmup), power);
    }

    /// <summary>Falls from the peak as one over the root of the step, without an end.</summary>
    /// <param name="step">From 0.</param>
    /// <param name="peak">The largest rate.</param>
    /// <param name="warmup">Steps before the peak.</param>
    /// <param name="timescale">Steps after which the rate has fallen by √2; the warm-up if null, or 10 000 without one.</param>
    public static double InverseSqrt(int step, double peak, int warmup, int? timescale = null)
    {
        if (step < warmup)
            return peak * Warmup(step, warmup);
        double scale = timescale ?? (warmup > 0 ? warmup : 10_000);
        return peak / Math.Sqrt((step + scale - warmup) / scale);
    }

    /// <summary>
    /// Rises to the peak, stays there, and falls to <c>peak·floorShare</c> in the last <paramref name="decay"/> steps before
    /// <paramref name="total"/>. The rise starts at <c>peak·floorShare</c> as well.
    /// </summary>
    /// <param name="step">From 0.</param>
    /// <param name="peak">The largest rate.</param>
    /// <param name="warmup">Steps of the rise.</param>
    /// <param name="total">Steps of the run.</param>
    /// <param name="decay">Steps of the fall.</param>
    /// <param name="floorShare">The smallest rate as a share of the peak.</param>
    /// <param name="rise">How it rises.</param>
    /// <param name="fall">How it falls.</param>
    public static double WarmupStableDecay(
        int step,
        double peak,
        int warmup,
        int total,
        int decay,
        double floorShare = 0,
        ScheduleShape rise = ScheduleShape.Linear,
        ScheduleShape fall = ScheduleShape.Cosine
    )
    {
        double height =
            step < warmup ? Fall(rise, 1 - Warmup(step, warmup))
            : step < total - decay ? 1
            : step < total ? Fall(fall, (step - (total - decay)) / (double)Math.Max(1, decay))
            : 0;
        return peak * (height * (1 - floorShare) + floorShare);
    }

    /// <summary>From 1 at <paramref name="progress"/> 0 to 0 at 1; run backwards it is the rise.</summary>
    static double Fall(ScheduleShape shape, double progress) =>
        shape switch
        {
            ScheduleShape.Linear => 1 - progress,
            ScheduleShape.Cosine => 0.5 * (1 + Math.Cos(Math.PI * progress)),
            ScheduleShape.OneMinusSqrt => 1 - Math.Sqrt(progress),
            _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, "There is no such shape."),
        };

    static double Warmup(int step, int warmup) => step < warmup ? step / (double)warmup : 1;

    static double Progress(int step, int warmup, int total) => (step - warmup) / (double)Math.Max(1, total - warmup);
}
