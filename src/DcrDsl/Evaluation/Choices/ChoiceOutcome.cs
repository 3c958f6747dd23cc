using System.Text;

namespace DcrDsl.Evaluation.Choices;

/// <summary>What a model thinks of the choices of one question.</summary>
/// <param name="Question">The question, without solved examples.</param>
/// <param name="Category">Its category; empty where none is known.</param>
/// <param name="Choices">The choices.</param>
/// <param name="IsTrue">For each choice whether it is right.</param>
/// <param name="LogLikelihoods">For each choice the natural logarithm of its probability after the question.</param>
/// <param name="IsGreedy">For each choice whether greedy decoding would write exactly it.</param>
/// <param name="HasOneAnswer">Whether finding the one right choice is the task; if not, it is telling true choices from false ones.</param>
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

    /// <summary>Whether the likeliest choice by its length is right; null where several choices are true.</summary>
    public bool? CorrectByLength => HasOneAnswer ? IsTrue[ChosenByLength] : null;

    /// <summary>Whether the likeliest choice by its bytes is right; null where several choices are true.</summary>
    public bool? CorrectByBytes => HasOneAnswer ? IsTrue[ChosenByBytes] : null;

    /// <summary>The true choices' share of the probability of all choices; null where one choice is right.</summary>
    public double? TrueShare => HasOneAnswer ? null : Share();

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

    /// <inheritdoc/>
    public bool Equals(ChoiceOutcome? other) =>
        other is not null
        && Question == other.Question
        && Category == other.Category
        && HasOneAnswer == other.HasOneAnswer
        && Choices.SequenceEqual(other.Choices)
        && IsTrue.SequenceEqual(other.IsTrue)
        && LogLikelihoods.SequenceEqual(other.LogLikelihoods)
        && IsGreedy.SequenceEqual(other.IsGreedy);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(Question, Category, Choices.Count, LogLikelihoods.Count == 0 ? 0 : LogLikelihoods[0]);
}

/// <summary>What a model did with the questions of one multiple-choice task.</summary>
/// <param name="Name">The task's name.</param>
/// <param name="Items">The questions' outcomes, in the task's order; at least one.</param>
/// <param name="InDistribution">Whether the questions were also trained on.</param>
public sealed record ChoiceTaskOutcome(string Name, IReadOnlyList<ChoiceOutcome> Items, bool InDistribution = false)
{
    /// <summary>Share of questions whose likeliest choice is right (<c>acc</c>); null where several choices are true.</summary>
    public double? Accuracy =>
        Items.Average(i =>
            i.Correct is bool correct
                ? correct
                    ? 1.0
                    : 0.0
                : null
        );

    /// <summary>
    /// Share of questions whose likeliest choice by its length in characters is right (<c>acc_norm</c>); null where several choices are
    /// true.
    /// </summary>
    public double? AccuracyByLength =>
        Items.Average(i =>
            i.CorrectByLength is bool correct
                ? correct
                    ? 1.0
                    : 0.0
                : null
        );

    /// <summary>
    /// Share of questions whose likeliest choice by its bytes in UTF-8 is right (<c>acc_bytes</c>); null where several choices are true.
    /// </summary>
    public double? AccuracyByBytes =>
        Items.Average(i =>
            i.CorrectByBytes is bool correct
                ? correct
                    ? 1.0
                    : 0.0
                : null
        );

    /// <summary>
    /// Mean over the questions of the true choices' share of the probability (<c>mc2</c>); null where one choice is right.
    /// </summary>
    public double? TrueShare => Items.Average(i => i.TrueShare);

    /// <summary>What blind guessing gets.</summary>
    public double Chance => Items.Average(i => i.Chance);

    /// <summary>Whether choices differ in length, so that <see cref="AccuracyByLength"/> is a number of its own.</summary>
    public bool LengthMatters => Items.Any(i => i.HasOneAnswer && i.Choices.Select(ChoiceOutcome.Characters).Distinct().Count() > 1);

    /// <summary>
    /// Whether choices have other numbers of bytes than of characters, so that <see cref="AccuracyByBytes"/> is a number of its own.
    /// </summary>
    public bool BytesMatter =>
        Items.Any(i => i.HasOneAnswer && i.Choices.Any(c => Encoding.UTF8.GetByteCount(c) != ChoiceOutcome.Characters(c)));
}
