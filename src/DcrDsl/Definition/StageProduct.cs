using DcrDsl.Evaluation;
using DcrDsl.Models;
using DcrDsl.Models.Attachments;

namespace DcrDsl.Definition;

/// <summary>What a stage run leaves.</summary>
abstract record StageProduct : IDisposable
{
    /// <summary>How many prompts and questions it is about; null: none.</summary>
    public virtual int? Count => null;

    /// <summary>Frees what it holds.</summary>
    public virtual void Dispose() { }
}

/// <summary>A model.</summary>
sealed record ModelProduct(LanguageModel Model) : StageProduct
{
    /// <summary>
    /// What the stage has added to the model that it began with, attached or merged, where it has not trained the weights themselves;
    /// null: it has, or made the model.
    /// </summary>
    public IReadOnlyList<Attachment>? Added { get; init; }

    public override void Dispose() => Model.Dispose();
}

/// <summary>Answers that are not judged yet.</summary>
sealed record AnswersProduct(Answers Answers) : StageProduct
{
    public override int? Count => Answers.Count;
}

/// <summary>Judged answers.</summary>
sealed record ScoresProduct(Scores Scores) : StageProduct
{
    public override int? Count => Scores.Count;
}
