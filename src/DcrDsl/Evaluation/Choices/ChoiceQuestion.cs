namespace DcrDsl.Evaluation.Choices;

/// <summary>A multiple-choice question as a model is asked it.</summary>
/// <param name="Context">What the model reads: description, solved examples and the question.</param>
/// <param name="Question">The question alone, without description and examples.</param>
/// <param name="Delimiter">What stands between context and choice; it is scored with the choice.</param>
/// <param name="Choices">The choices; at least two.</param>
/// <param name="IsTrue">For each choice whether it is right.</param>
/// <param name="HasOneAnswer">
/// Whether exactly one choice is right and finding it is the task; if not, the true choices' share of the probability is measured.
/// </param>
/// <param name="Category">A category, such as a subject; empty where none is known.</param>
/// <param name="Origin">Where the question comes from, for messages: file and line.</param>
public sealed record ChoiceQuestion(
    string Context,
    string Question,
    string Delimiter,
    IReadOnlyList<string> Choices,
    IReadOnlyList<bool> IsTrue,
    bool HasOneAnswer,
    string Category,
    string Origin
)
{
    /// <summary>
    /// What follows every choice alike and is scored behind it, the choice then being the end of the context; null: the choices themselves
    /// are scored.
    /// </summary>
    public string? Following { get; init; }

    /// <summary>Which choices follow a stereotype; null: that is not asked.</summary>
    public ChoiceBias? Bias { get; init; }

    /// <summary>What a choice is read behind.</summary>
    public string ContextOf(int choice) => Following is null ? Context : Context + Choices[choice];

    /// <summary>What is scored of a choice.</summary>
    public string Continuation(int choice) => Delimiter + (Following ?? Choices[choice]);
}
