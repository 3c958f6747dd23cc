using DcrDsl.Data;
using DcrDsl.Models;

namespace DcrDsl.Evaluation.Probing;

/// <summary>Reads something off the model beside each completion that cannot be told from the text.</summary>
public interface IProbe
{
    /// <summary>The name under which its values are stored: that of its record.</summary>
    string Name { get; }

    /// <summary>Finds what cannot be probed before any weight is read.</summary>
    /// <param name="model">The model, without values.</param>
    /// <param name="examples">The prompts of a task; at least one.</param>
    /// <exception cref="InputException">The model cannot be probed with these prompts.</exception>
    void Check(LanguageModel model, IReadOnlyList<Example> examples) { }

    /// <summary>Its value where a guard refuses in the model's place, so that nothing can be read; null: it has none then.</summary>
    double? OfGuardedRefusal => null;

    /// <summary>Texts of which it wants to know the likelihood behind a prompt, read in the pass that begins the answer.</summary>
    /// <param name="model">The model.</param>
    /// <param name="example">The prompt.</param>
    /// <param name="asked">The tokens that the model is given.</param>
    internal IReadOnlyList<int[]> Behind(LanguageModel model, Example example, int[] asked) => [];

    /// <summary>The block, counted from 1, after which it wants the state of a prompt's last token; null: none.</summary>
    internal int? Layer(LanguageModel model) => null;

    /// <summary>The values of prompts that were answered together; null where a prompt has none.</summary>
    /// <param name="batch">The prompts.</param>
    /// <param name="cancellation">Looked at before each pass.</param>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    IReadOnlyList<double?> Of(ProbedBatch batch, CancellationToken cancellation);
}

/// <summary>Prompts that were answered together.</summary>
/// <param name="Model">The model.</param>
/// <param name="Examples">The prompts.</param>
/// <param name="Asked">The tokens that the model was given of each, up to where the response begins.</param>
/// <param name="Decoded">What the model said to each, with the logits of its first token.</param>
public sealed record ProbedBatch(
    LanguageModel Model,
    IReadOnlyList<Example> Examples,
    IReadOnlyList<int[]> Asked,
    IReadOnlyList<DecodedRow> Decoded
)
{
    /// <summary>What was read of a prompt in the pass that began its answer; null: nothing.</summary>
    internal ReadBeside? Beside(int prompt) => prompt < Decoded.Count ? Decoded[prompt].Beside : null;
}
