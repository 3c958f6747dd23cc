using System.Globalization;

namespace DcrDsl.Evaluation.Separation;

/// <summary>How far the hidden states of two classes of prompts can be told apart after one layer.</summary>
/// <param name="ProbeAccuracy">Accuracy of a linear probe, the mean of the two classes' shares; chance: ½.</param>
/// <param name="ProbeAuc">Its area under the ROC curve, the mean over folds.</param>
/// <param name="ProbeAucError">The standard error of that mean, from its spread over folds.</param>
/// <param name="Silhouette">The mean silhouette under the cosine distance.</param>
/// <param name="PairAuc">The area under the ROC curve of cosine similarity as a score for "of one class".</param>
readonly record struct ClassSeparation(double ProbeAccuracy, double ProbeAuc, double ProbeAucError, double Silhouette, double PairAuc)
{
    /// <param name="states">The states of finite numbers; at least as many of each class as there are folds.</param>
    /// <param name="folds">Parts of which one at a time is kept from the probe.</param>
    /// <param name="ridge">How strongly the probe's weights are held down.</param>
    /// <param name="seed">Deals the states into parts.</param>
    public static ClassSeparation Of(LabelledStates states, int folds, double ridge, ulong seed)
    {
        var (accuracy, auc, error) = LinearProbe.Try(states, states.Folds(folds, seed), ridge);
        return new ClassSeparation(accuracy, auc, error, Separation.Silhouette.Mean(states), PairSimilarity.Auc(states));
    }

    /// <summary>The states of one layer as products of each two.</summary>
    /// <param name="layer">The layer, for the message.</param>
    /// <param name="vectors">[n][H], the first class before the second.</param>
    /// <param name="firstCount">How many are of the first class.</param>
    /// <exception cref="InputException">A state is not finite.</exception>
    public static LabelledStates Finite(int layer, double[][] vectors, int firstCount) =>
        vectors.All(row => row.All(double.IsFinite))
            ? LabelledStates.Of(vectors, firstCount)
            : throw new InputException(
                string.Create(CultureInfo.InvariantCulture, $"The hidden states after layer {layer} are not finite: lower LearningRate.")
            );
}
