using DcrDsl.Evaluation;
using DcrDsl.Models;

namespace DcrDsl.Definition;

/// <summary>What a stage run leaves.</summary>
abstract record StageProduct : IDisposable
{
    /// <summary>Frees what it holds.</summary>
    public virtual void Dispose() { }
}

/// <summary>A model.</summary>
sealed record ModelProduct(LanguageModel Model) : StageProduct
{
    public override void Dispose() => Model.Dispose();
}

/// <summary>Judged answers.</summary>
sealed record ScoresProduct(Scores Scores) : StageProduct;
