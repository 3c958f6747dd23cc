using DcrDsl.Data;
using DcrDsl.Evaluation.Statistics;

namespace DcrDsl.Evaluation.Separation;

/// <summary>
/// By how much the AUC of pairs (<see cref="PairSimilarity"/>) grew between two readings of the same prompts, and what the choice of
/// prompts makes of that: a paired bootstrap over prompts, each class by itself. A prompt that is drawn twice makes no pair with itself.
/// </summary>
static class PairAucGain
{
    const int Resamples = 1000;

    /// <summary>The 95 % percentile interval of the gain.</summary>
    /// <param name="before">The states before.</param>
    /// <param name="after">The states of the same prompts after.</param>
    /// <param name="seed">Draws the prompts.</param>
    public static Interval Of(LabelledStates before, LabelledStates after, ulong seed)
    {
        Pair[] earlier = Sorted(before),
            later = Sorted(after);
        var gains = new List<double>();
        for (int i = 0; i < Resamples; i++)
        {
            int[] drawn = Drawn(before, new RandomStream(seed, "Discernment.bootstrap", i));
            // Where each class is one prompt many times over, there is no pair of one class.
            double gain = Auc(later, drawn) - Auc(earlier, drawn);
            if (double.IsFinite(gain))
                gains.Add(gain);
        }
        gains.Sort();
        return gains.Count == 0 ? Interval.Undefined : new Interval(At(0.025), At(0.975));

        double At(double share) => gains[(int)Math.Round(share * (gains.Count - 1))];
    }

    /// <summary>How often each prompt is drawn.</summary>
    static int[] Drawn(LabelledStates states, RandomStream random)
    {
        int[] counts = new int[states.Count];
        for (int i = 0; i < states.Count; i++)
            counts[
                i < states.FirstCount ? random.Next(states.FirstCount) : states.FirstCount + random.Next(states.Count - states.FirstCount)
            ]++;
        return counts;
    }

    static Pair[] Sorted(LabelledStates states) =>
        [
            .. from i in Enumerable.Range(0, states.Count)
            from j in Enumerable.Range(0, i)
            let pair = new Pair(i, j, states.IsSecond(i) == states.IsSecond(j), states.Cosine(i, j))
            orderby pair.Cosine
            select pair,
        ];

    /// <summary>How often a pair of one class is more alike than one of two, ties half, each counted as often as drawn.</summary>
    static double Auc(Pair[] sorted, int[] drawn)
    {
        double alike = 0,
            apart = 0,
            above = 0;
        for (int first = 0; first < sorted.Length; )
        {
            double tiedAlike = 0,
                tiedApart = 0;
            double cosine = sorted[first].Cosine;
            for (; first < sorted.Length && sorted[first].Cosine == cosine; first++)
            {
                var pair = sorted[first];
                double weight = (double)drawn[pair.One] * drawn[pair.Other];
                if (pair.Alike)
                    tiedAlike += weight;
                else
                    tiedApart += weight;
            }
            above += tiedAlike * (apart + tiedApart / 2);
            alike += tiedAlike;
            apart += tiedApart;
        }
        return above / (alike * apart);
    }

    readonly record struct Pair(int One, int Other, bool Alike, double Cosine);
}
