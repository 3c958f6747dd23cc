using DcrDsl.Evaluation.Statistics;

namespace DcrDsl.Evaluation.Separation;

/// <summary>
/// How much more alike two vectors of one class are than two of different classes: the area under the ROC curve of cosine similarity as a
/// score for "of one class", over all pairs of two. 1: every pair of one class is more alike than every pair of two; ½: no difference.
/// </summary>
static class PairSimilarity
{
    /// <param name="states">The vectors.</param>
    public static double Auc(LabelledStates states)
    {
        var alike = new List<bool>();
        var scores = new List<double>();
        for (int i = 0; i < states.Count; i++)
        for (int j = 0; j < i; j++)
        {
            alike.Add(states.IsSecond(i) == states.IsSecond(j));
            scores.Add(states.Cosine(i, j));
        }
        return RocCurve.Auc(alike, scores).Value;
    }
}
