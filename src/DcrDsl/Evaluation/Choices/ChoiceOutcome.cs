using System.Text;

namespace DcrDsl.Evaluation.Choices;

/// <summary>What a model thinks of the choices of one question.</summary>
/// <param name="Question">The question, without solved examples.</param>
/// <param name="Category">Its category; empty where none is known.</param>
/// <param name="Choices">The choices.</param>
/// <param name="IsTrue">For each choice whether it is right.</param>
/// <param name="LogLikelihoods">For each choice the natural logarithm of its probability after the question.</param>
/// <param name="IsGreedy">For each choice whether greedy decoding would write exactly it.</param>
/// <param name="HasOneAnswer">
/// Whether finding the right choice, or one of them, is the task; if not, it is telling true choices from false ones.
/// </param>
public sealed record ChoiceOutcome(
    string Question,
    string Category,
    IReadOnlyList<string> Choices,
    IReadOnlyList<bool> IsTrue,
    IReadOnlyList<double> LogLikelihoods,
    IReadOnlyList<bool> IsGreedy,
    bool HasOneAnswer = true
)
{
    /// <summary>The likeliest choice; of equally likely ones the first.</summary>
    public int Chosen => Largest(LogLikelihoods);

    /// <summary>
    /// The likeliest choice by its length: log-likelihood divided by the choice's characters (code points), without what stands before it;
    /// never an empty one.
    /// </summary>
    public int ChosenByLength => Largest(Per(Characters));

    /// <summary>
    /// The likeliest choice by its bytes: log-likelihood divided by the choice's bytes in UTF-8, without what stands before it; never an
    /// empty one.
    /// </summary>
    public int ChosenByBytes => Largest(Per(Encoding.UTF8.GetByteCount));

    /// <summary>Whether the likeliest choice is right; null where several choices are true.</summary>
    public bool? Correct => HasOneAnswer ? IsTrue[Chosen] : null;

    /// <summary>
    /// Whether the likeliest choice by its length is right; null where several choices are true, or what follows them is scored.
    /// </summary>
    public bool? CorrectByLength => HasOneAnswer && !ScoresWhatFollows ? IsTrue[ChosenByLength] : null;

    /// <summary>
    /// Whether the likeliest choice by its bytes is right; null where several choices are true, or what follows them is scored.
    /// </summary>
    public bool? CorrectByBytes => HasOneAnswer && !ScoresWhatFollows ? IsTrue[ChosenByBytes] : null;

    /// <summary>The true choices' share of the probability of all choices; null where one choice is right.</summary>
    public double? TrueShare => HasOneAnswer ? null : Share();

    /// <summary>1 or 0, whether the likeliest choice is right, in contexts of a kind; null: the question's is of the other.</summary>
    internal double? AccuracyWhere(bool ambiguous) => Bias?.IsAmbiguous == ambiguous ? Shares.Of(Correct) : null;

    /// <summary>What the question adds to the bias score of contexts of a kind; null: nothing.</summary>
    internal double? BiasWhere(bool ambiguous) => Bias?.IsAmbiguous == ambiguous ? Bias.Score(Chosen) : null;

    /// <summary>What blind guessing gets: the share of true choices.</summary>
    public double Chance => (double)IsTrue.Count(t => t) / IsTrue.Count;

    double Share()
    {
        double largest = LogLikelihoods.Max(),
            all = 0,
            right = 0; // the largest is taken out, so that unlikely choices do not all become 0
        for (int i = 0; i < LogLikelihoods.Count; i++)
        {
            double mass = Math.Exp(LogLikelihoods[i] - largest);
            all += mass;
            if (IsTrue[i])
                right += mass;
        }
        return right / all;
    }

    IReadOnlyList<double> Per(Func<string, int> length) => [.. LogLikelihoods.Zip(Choices, (log, choice) => log / length(choice))];

    /// <summary>The length of a text as Python counts it: in code points.</summary>
    internal static int Characters(string text) => text.EnumerateRunes().Count();

    static int Largest(IReadOnlyList<double> values)
    {
        int largest = 0;
        for (int i = 1; i < values.Count; i++)
            if (values[i] > values[largest])
                largest = i;
        return largest;
    }

    /// <summary>
    /// Whether the question, with its solved examples, was longer than the model takes, so that it was cut from the left.
    /// </summary>
    public bool Cut { get; init; }

    /// <summary>
    /// Whether the same text was scored behind each choice (partial evaluation), so that the choices' lengths say nothing.
    /// </summary>
    public bool ScoresWhatFollows { get; init; }

    /// <summary>Which choices follow a stereotype; null: that is not known.</summary>
    public ChoiceBias? Bias { get; init; }

    /// <inheritdoc/>
    public bool Equals(ChoiceOutcome? other) =>
        other is not null
        && Question == other.Question
        && Category == other.Category
        && HasOneAnswer == other.HasOneAnswer
        && ScoresWhatFollows == other.ScoresWhatFollows
        && Equals(Bias, other.Bias)
        && Choices.SequenceEqual(other.Choices)
        && IsTrue.SequenceEqual(other.IsTrue)
        && LogLikelihoods.SequenceEqual(other.LogLikelihoods)
        && IsGreedy.SequenceEqual(other.IsGreedy);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(Question, Category, Choices.Count, LogLikelihoods.Count == 0 ? 0 : LogLikelihoods[0]);
}
