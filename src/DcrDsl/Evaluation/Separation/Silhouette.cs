namespace DcrDsl.Evaluation.Separation;

/// <summary>
/// The mean silhouette (Rousseeuw, J. Comput. Appl. Math. 20, 1987) of two classes under the cosine distance 1 − cos, as
/// sklearn.metrics.silhouette_score(metric="cosine") has it: s = (b − a) / max(a, b) with a the mean distance to the others of the own
/// class and b that to the other class; 0 for the only vector of a class, and where both are 0. From −1 to 1.
/// </summary>
static class Silhouette
{
    /// <param name="states">The vectors.</param>
    public static double Mean(LabelledStates states)
    {
        double sum = 0;
        for (int i = 0; i < states.Count; i++)
            sum += Of(i);
        return sum / states.Count;

        double Of(int row)
        {
            double within = 0,
                across = 0;
            for (int j = 0; j < states.Count; j++)
                if (j != row)
                {
                    // Rounding may carry the cosine of a vector with its like beyond 1.
                    double distance = Math.Max(0, 1 - states.Cosine(row, j));
                    if (states.IsSecond(j) == states.IsSecond(row))
                        within += distance;
                    else
                        across += distance;
                }
            int own = states.IsSecond(row) ? states.Count - states.FirstCount : states.FirstCount;
            if (own == 1)
                return 0;
            (within, across) = (within / (own - 1), across / (states.Count - own));
            double larger = Math.Max(within, across);
            return larger == 0 ? 0 : (across - within) / larger;
        }
    }
}
