namespace DcrDsl.Specs;

/// <summary>
/// Questions with given choices, scored as lm-evaluation-harness scores them: each choice is taken as the continuation of the question, and
/// the model's log-likelihood of it decides. Nothing is generated and no chat format is used, so what is measured is ability and not
/// manners.
/// </summary>
public sealed record MultipleChoiceTask : EvaluationTask
{
    /// <summary>
    /// The questions, in a published layout: CSV, JSON, JSON Lines or Parquet, plain or gzipped. For MMLU also the folder of its subjects'
    /// files; the subject is then the category.
    /// </summary>
    [RunPath, Evaluated]
    public string Path { get; init; } = "";

    /// <summary>How a question is put, and what is measured.</summary>
    public ChoiceFormat Format { get; init; } = ChoiceFormat.Arc;

    /// <summary>
    /// Solved examples before each question: the first so many of <see cref="ShotsPath"/> besides the question itself; for a folder, of the
    /// subject's own file.
    /// </summary>
    [Range(0)]
    public int Shots { get; init; }

    /// <summary>Where the solved examples come from: a file, or a folder with the same subjects; null: there are none.</summary>
    [RunPath]
    public string? ShotsPath { get; init; }

    /// <summary>
    /// The right choices, one a line, where the questions' file does not hold them (PIQA's <c>valid-labels.lst</c>); null: it does.
    /// </summary>
    [RunPath]
    public string? LabelsPath { get; init; }

    /// <summary>At most so many questions, from the front; of a folder, from the front of every file. Null: all.</summary>
    [Range(1)]
    public int? Take { get; init; }

    /// <summary>
    /// The published set that the questions are, by its name in <see cref="PublishedTasks"/>: how many there are is held against it. Null:
    /// none.
    /// </summary>
    [OmittedAtDefault]
    public string? Set { get; init; }

    /// <summary>The same task on a file or folder that lies elsewhere, as of one of <see cref="PublishedTasks"/>.</summary>
    /// <param name="path">The file or folder.</param>
    public MultipleChoiceTask At(string path) => this with { Path = path };
}
