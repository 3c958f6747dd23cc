using MathNet.Numerics;
using MathNet.Numerics.Statistics;

namespace DcrDsl.Evaluation.Preferring;

/// <summary>
/// The length-controlled win rate of AlpacaEval 2 (Dubois et al., "Length-Controlled AlpacaEval", 2024), of one arm and its reference:
/// P(preferred) = logistic(θ + φ tanh(Δ / s)), Δ the difference of the lengths and s its standard deviation over the prompts, fitted by
/// cross entropy to preferences from 0 to 1; the win rate is logistic(θ), where the length difference is 0. The published one has a term
/// for how hard an instruction is, whose value comes from a fit over many models; it is left out, as one run has few. φ is held by φ²/2,
/// so that it stays finite where lengths tell all.
/// </summary>
/// <param name="WinRate">The win rate at equal lengths.</param>
/// <param name="LengthEffect">φ: how much a longer answer is preferred, in logits.</param>
sealed record LengthControl(double WinRate, double LengthEffect)
{
    const int MaxSteps = 100;
    const double Enough = 1e-12;

    /// <summary>
    /// Fits it; null: there are no preferences, or all differ by the same length, so that its effect cannot be told from that of the
    /// answers.
    /// </summary>
    public static LengthControl? Of(IReadOnlyList<Preference> preferences)
    {
        if (preferences.Count == 0)
            return null;
        double[] differences = [.. preferences.Select(p => (double)(p.Length - p.ReferenceLength))],
            wins = [.. preferences.Select(p => p.Value)];
        double mean = wins.Average(),
            spread = differences.PopulationStandardDeviation();
        if (mean is 0 or 1 || differences.All(d => d == 0))
            return new(mean, 0);
        return preferences.Count == 1 || spread == 0 ? null : Fitted(Array.ConvertAll(differences, d => Math.Tanh(d / spread)), wins);
    }

    /// <summary>Newton's method, halving steps that do not lower the loss; the loss is strictly convex.</summary>
    static LengthControl Fitted(double[] lengths, double[] wins)
    {
        double theta = SpecialFunctions.Logit(wins.Average()),
            phi = 0,
            loss = Loss(theta, phi);
        for (int step = 0; step < MaxSteps; step++)
        {
            double gradientTheta = 0,
                gradientPhi = phi,
                a = 0,
                b = 0,
                c = 1;
            for (int i = 0; i < wins.Length; i++)
            {
                double p = SpecialFunctions.Logistic(theta + phi * lengths[i]),
                    weight = p * (1 - p);
                gradientTheta += p - wins[i];
                gradientPhi += (p - wins[i]) * lengths[i];
                a += weight;
                b += weight * lengths[i];
                c += weight * lengths[i] * lengths[i];
            }
            double determinant = a * c - b * b;
            if (!(determinant > 0))
                break;
            double byTheta = (c * gradientTheta - b * gradientPhi) / determinant,
                byPhi = (a * gradientPhi - b * gradientTheta) / determinant,
                part = 1;
            while (part > Enough && !(Loss(theta - part * byTheta, phi - part * byPhi) <= loss))
                part /= 2;
            (theta, phi) = (theta - part * byTheta, phi - part * byPhi);
            double before = loss;
            loss = Loss(theta, phi);
            if (part <= Enough || before - loss <= Enough * Math.Max(1, loss))
                break;
        }
        return new(SpecialFunctions.Logistic(theta), phi);

        double Loss(double theta, double phi)
        {
            double sum = phi * phi / 2;
            for (int i = 0; i < wins.Length; i++)
            {
                double x = theta + phi * lengths[i];
                sum += Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x))) - wins[i] * x;
            }
            return sum;
        }
    }
}
