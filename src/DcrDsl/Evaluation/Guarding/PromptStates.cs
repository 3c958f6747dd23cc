using DcrDsl.Evaluation.Steering;
using DcrDsl.Evaluation.Watching;
using DcrDsl.Models;
using DcrDsl.Tensors;
using static TorchSharp.torch;

namespace DcrDsl.Evaluation.Guarding;

/// <summary>
/// The states of one class's prompts after a block at their last token, as the model has them when it is about to answer: of prompts to fit
/// to and of others to measure by, [n][H] each.
/// </summary>
public sealed class PromptStates
{
    PromptStates(double[][] training, double[][] validation) => (Training, Validation) = (training, validation);

    internal double[][] Training { get; }

    internal double[][] Validation { get; }

    /// <summary>The block that is meant: the one in the middle unless one is named.</summary>
    /// <param name="name">The stage, for messages.</param>
    /// <param name="model">The model.</param>
    /// <param name="layer">ℓ, counted from 1; null: the middle.</param>
    /// <exception cref="InputException">The model has no such block.</exception>
    public static int Layer(string name, LanguageModel model, int? layer = null)
    {
        int layers = model.Decoder.Config.Layers,
            chosen = layer ?? (layers + 1) / 2;
        return chosen >= 1 && chosen <= layers
            ? chosen
            : throw new InputException(
                FormattableString.Invariant($"{name}: there is no layer {chosen} in a model of {layers}; choose one from 1 to {layers}.")
            );
    }

    /// <summary>Reads them.</summary>
    /// <param name="model">The model, with whatever changes its states.</param>
    /// <param name="prompts">The prompts.</param>
    /// <param name="layer">ℓ, counted from 1.</param>
    /// <param name="batch">Prompts read side by side.</param>
    /// <param name="cancellation">Looked at before each pass.</param>
    public static PromptStates Of(
        LanguageModel model,
        SteeringPrompts prompts,
        int layer,
        int batch,
        CancellationToken cancellation = default
    ) => new(Read(model, prompts.Training, layer, batch, cancellation), Read(model, prompts.Validation, layer, batch, cancellation));

    internal static double[][] Read(LanguageModel model, IReadOnlyList<int[]> prompts, int layer, int batch, CancellationToken cancellation)
    {
        using var frozen = no_grad();
        return PooledStates.Of(model, prompts, [layer], HiddenStates.LastPromptToken, batch, cancellation)[layer];
    }
}
