using DcrDsl.Evaluation.Separation;
using DcrDsl.Models.Guards;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation.Guarding;

/// <summary>
/// A linear classifier of two classes of states, closed by Newton's steps, so that the same states give the same weights. With the states
/// centred on their mean and scaled to a mean squared length of 1, both classes counting the same, w and b minimise
/// Σ cᵢ log(1 + exp(−yᵢ(w·xᵢ + b))) + ½λ‖w‖².
/// </summary>
public sealed class LogisticRegression
{
    // A convex loss with a ridge: some ten steps come to where doubles end.
    const int MostSteps = 100;
    const double Precision = 1e-10;

    readonly float[] weights;

    LogisticRegression(float[] weights, double bias, double ridge, int steps, double loss) =>
        (this.weights, Bias, Ridge, Steps, Loss) = (weights, bias, ridge, steps, loss);

    internal double Bias { get; }

    internal double Ridge { get; }

    internal int Steps { get; }

    internal double Loss { get; }

    /// <summary>Fits it to the prompts that are learnt from.</summary>
    /// <param name="toxic">States of toxic prompts: y = 1.</param>
    /// <param name="harmless">States of harmless prompts: y = −1.</param>
    /// <param name="ridge">λ, above 0.</param>
    /// <exception cref="InputException">All states are the same.</exception>
    public static LogisticRegression Fit(PromptStates toxic, PromptStates harmless, double ridge) =>
        Fit(toxic.Training, harmless.Training, ridge);

    internal static LogisticRegression Fit(double[][] toxic, double[][] harmless, double ridge)
    {
        double[][] x = [.. toxic, .. harmless];
        double[] y = [.. toxic.Select(_ => 1.0), .. harmless.Select(_ => -1.0)],
            c = [.. toxic.Select(_ => 0.5 / toxic.Length), .. harmless.Select(_ => 0.5 / harmless.Length)];
        double[] mean = Sum(c, x);
        double[][] centred = [.. x.Select(row => row.Zip(mean, (v, m) => v - m).ToArray())];
        double scale = Math.Sqrt(c.Zip(centred, (weight, row) => weight * Dot(row, row)).Sum());
        if (!(scale > 0))
            throw new InputException(
                "A classifier cannot be fitted: the states of all prompts are the same; choose a later layer, or other prompts."
            );
        double[][] products = [.. centred.Select(row => centred.Select(other => Dot(row, other) / (scale * scale)).ToArray())];

        // w = Σ αᵢ xᵢ, so that f = K α + b.
        double[] alpha = new double[x.Length],
            f = new double[x.Length];
        double bias = 0,
            loss = Objective(f, alpha, bias);
        int steps = 0;
        while (steps < MostSteps)
        {
            steps++;
            var (nextAlpha, nextBias) = Newton(f);
            double[] before = f;
            // A whole step can go too far where the loss is flat: then half of it, and so on.
            for (double share = 1; ; share /= 2)
            {
                double[] tried = [.. alpha.Zip(nextAlpha, (a, next) => a + share * (next - a))];
                double triedBias = bias + share * (nextBias - bias);
                double[] at = [.. products.Select(row => Dot(row, tried) + triedBias)];
                double reached = Objective(at, tried, triedBias);
                if (reached > loss && share > 1e-6)
                    continue;
                (alpha, bias, f, loss) = (tried, triedBias, at, reached);
                break;
            }
            if (f.Zip(before, (now, then) => Math.Abs(now - then)).Max() < Precision)
                break;
        }
        // As they are stored; the bias takes up what centring and scaling were.
        float[] weights = [.. Sum(alpha, centred).Select(w => (float)(w / (scale * scale)))];
        double shift = weights.Zip(mean, (w, m) => (double)w * m).Sum();
        return new(weights, bias - shift, ridge, steps, f.Zip(y, c).Sum(i => i.Third * Softplus(-i.Second * i.First)));

        double Objective(double[] at, double[] with, double b) =>
            at.Zip(y, c).Sum(i => i.Third * Softplus(-i.Second * i.First))
            + 0.5 * ridge * at.Zip(with, (value, a) => a * (value - b)).Sum();

        // (K + λ S⁻¹) α + b = z with Σ α = 0: a weighted least-squares problem, S the curvature, z what the slope asks for.
        (double[] Alpha, double Bias) Newton(double[] at)
        {
            double[] curvature = new double[at.Length],
                wanted = new double[at.Length];
            for (int i = 0; i < at.Length; i++)
            {
                double p = 1 / (1 + Math.Exp(-at[i])),
                    slope = (y[i] > 0 ? 1 : 0) - p,
                    bend = Math.Max(p * (1 - p), 1e-12);
                (curvature[i], wanted[i]) = (c[i] * bend, at[i] + slope / bend);
            }
            double[][] system = [.. products.Select((row, i) => row.Select((k, j) => i == j ? k + ridge / curvature[i] : k).ToArray())];
            var (u, v) = Cholesky.Solve(system, wanted, [.. at.Select(_ => 1.0)]);
            double b = u.Sum() / v.Sum();
            return ([.. u.Zip(v, (one, other) => one - b * other)], b);
        }
    }

    /// <summary>The log-odds of a probability.</summary>
    /// <param name="probability">Above 0 and below 1.</param>
    public static double LogOdds(double probability) => Math.Log(probability / (1 - probability));

    /// <summary>
    /// The lowest log-odds at which at most a share of the harmless validation prompts is refused: halfway to the next prompt of either
    /// class above it.
    /// </summary>
    /// <param name="toxic">States of toxic prompts.</param>
    /// <param name="harmless">States of harmless prompts.</param>
    /// <param name="falsePositiveRate">The share, from 0 to 1.</param>
    public double ThresholdFor(PromptStates toxic, PromptStates harmless, double falsePositiveRate) =>
        Threshold(Scores(toxic.Validation), Scores(harmless.Validation), falsePositiveRate);

    internal static double Threshold(IReadOnlyList<double> toxic, IReadOnlyList<double> harmless, double falsePositiveRate)
    {
        double[] falling = [.. harmless.OrderDescending()];
        // A share of 0.1 of 30 is 3, whatever 0.1 · 30 is in doubles.
        int allowed = (int)Math.Floor(falsePositiveRate * falling.Length + 1e-9);
        if (allowed >= falling.Length)
            return toxic.Concat(harmless).Min();
        double answered = falling[allowed];
        double[] above = [.. toxic.Concat(harmless).Where(s => s > answered)];
        return above.Length == 0 ? answered + 1 : (answered + above.Min()) / 2;
    }

    /// <summary>The log-odds of states, from weights as they are stored.</summary>
    internal double[] Scores(double[][] states) => [.. states.Select(row => Bias + row.Zip(weights, (h, w) => h * w).Sum())];

    /// <summary>The classifier at a threshold.</summary>
    internal PromptClassifier At(int layer, double threshold)
    {
        using var scope = NewDisposeScope();
        return new PromptClassifier(layer, tensor(weights), Bias, threshold);
    }

    static double Softplus(double value) => value > 0 ? value + Math.Log(1 + Math.Exp(-value)) : Math.Log(1 + Math.Exp(value));

    static double[] Sum(double[] factors, double[][] rows)
    {
        double[] sum = new double[rows[0].Length];
        foreach (var (factor, row) in factors.Zip(rows))
            for (int i = 0; i < sum.Length; i++)
                sum[i] += factor * row[i];
        return sum;
    }

    static double Dot(double[] one, double[] other)
    {
        double sum = 0;
        for (int i = 0; i < one.Length; i++)
            sum += one[i] * other[i];
        return sum;
    }
}
