using DcrDsl.Models;

namespace DcrDsl.Evaluation.Watching;

/// <summary>Reads something off a model while it is trained, which stays as it is.</summary>
public interface IWatch
{
    /// <summary>Finds what cannot be read before any weight is.</summary>
    /// <param name="model">The model, without values.</param>
    /// <exception cref="InputException">The model cannot be read with these prompts.</exception>
    void Check(LanguageModel model) { }

    /// <summary>Reads it, with no gradients recorded. The same model gives the same values.</summary>
    /// <param name="model">The model.</param>
    /// <param name="cancellation">Looked at before each pass.</param>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    IReadOnlyList<WatchedValue> Read(LanguageModel model, CancellationToken cancellation);
}

/// <summary>A number that was read.</summary>
/// <param name="Measure">What it is, for example <c>refusalProbability</c>.</param>
/// <param name="Of">Of what, for example a class of prompts; empty where that goes without saying.</param>
/// <param name="Value">The number.</param>
/// <param name="Layer">The layer, counted from 1; null: of the model as a whole.</param>
public readonly record struct WatchedValue(string Measure, string Of, double Value, int? Layer = null)
{
    /// <summary>A row of numbers that belongs to it, for example of a matrix over prompts; null: there is none.</summary>
    public IReadOnlyList<double>? Row { get; init; }
}
