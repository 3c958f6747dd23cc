using DcrDsl.Data.Batches;
using DcrDsl.Models;
using DcrDsl.Specs;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.References;

/// <summary>
/// What a model makes of general texts before it is trained. It is computed once and kept, up to <see cref="MostKept"/>; of more, a copy of
/// the model is kept in its place and asked at each step. Which of the two it is follows from the sizes alone, so that a run that was
/// stopped goes on with the same numbers.
/// </summary>
public sealed class UntouchedModel : IDisposable
{
    /// <summary>The most bytes that are kept.</summary>
    internal const long MostKept = 1L << 30;

    readonly Func<LanguageModel, GeneralBatch, Tensor> ask;
    readonly Tensor? rows;
    readonly LanguageModel? copy;
    readonly long[] starts;

    UntouchedModel(
        LanguageModel model,
        GeneralTexts texts,
        RetainPlaces places,
        long width,
        Func<LanguageModel, GeneralBatch, Tensor> ask,
        long mostKept
    )
    {
        this.ask = ask;
        starts = [0, .. texts.PlacesOf(places).Select(n => (long)n)];
        for (int i = 1; i < starts.Length; i++)
            starts[i] += starts[i - 1];
        if (starts[^1] * width * model.Decoder.Dtype.ElementSize() > mostKept)
        {
            copy = model.Clone();
            return;
        }
        PhaseClock.Enter(Phase.Reference);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var parts = new List<Tensor>();
        foreach (var batch in texts.All())
        {
            using var inner = NewDisposeScope();
            parts.Add(ask(model, batch).MoveToOuterDisposeScope());
        }
        rows = cat(parts, 0).DetachFromDisposeScope();
        PhaseClock.Leave();
    }

    /// <summary>The hidden states after block ℓ.</summary>
    /// <param name="model">The model, before an adapter is attached and before it is trained.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="layer">ℓ, counted from 1.</param>
    /// <param name="places">At which of their places.</param>
    public static UntouchedModel StatesAfter(LanguageModel model, GeneralTexts texts, int layer, RetainPlaces places) =>
        StatesAfter(model, texts, layer, places, MostKept);

    internal static UntouchedModel StatesAfter(LanguageModel model, GeneralTexts texts, int layer, RetainPlaces places, long mostKept) =>
        new(
            model,
            texts,
            places,
            model.Decoder.Config.HiddenSize,
            (asked, batch) => HiddenStates.Rows(asked.Decoder.HiddenAfter(batch.Tokens, layer), batch.At(places)),
            mostKept
        );

    /// <summary>The logarithms of the next token's probabilities.</summary>
    /// <param name="model">The model, before an adapter is attached and before it is trained.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="places">At which of their places.</param>
    public static UntouchedModel Outputs(LanguageModel model, GeneralTexts texts, RetainPlaces places) =>
        Outputs(model, texts, places, MostKept);

    internal static UntouchedModel Outputs(LanguageModel model, GeneralTexts texts, RetainPlaces places, long mostKept) =>
        new(
            model,
            texts,
            places,
            model.Decoder.Config.VocabularySize,
            (asked, batch) =>
            {
                var logits = asked.Decoder.Head(HiddenStates.Rows(asked.Decoder.Forward(batch.Tokens), batch.At(places)));
                return (logits.dtype is ScalarType.Float64 ? logits : logits.to(ScalarType.Float32)).log_softmax(-1);
            },
            mostKept
        );

    /// <summary>What it made of the texts of a batch, place after place.</summary>
    /// <param name="batch">Of the texts it was asked before.</param>
    /// <returns>[N, H], or [N, vocabulary]: a row for each place.</returns>
    public Tensor Of(GeneralBatch batch)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        if (copy is not null)
            return ask(copy, batch).MoveToOuterDisposeScope();
        long[] kept = [.. batch.Texts.SelectMany(i => Enumerable.Range(0, (int)(starts[i + 1] - starts[i])).Select(n => starts[i] + n))];
        return rows!.RowsAt(tensor(kept, device: rows!.device)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        rows?.Dispose();
        copy?.Dispose();
    }
}
