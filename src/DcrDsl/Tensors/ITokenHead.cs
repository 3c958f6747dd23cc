using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Tensors;

/// <summary>What turns final states into logits of the next token: a decoder, to losses.</summary>
public interface ITokenHead
{
    /// <summary>Logits of the next token.</summary>
    /// <param name="hidden">[…, H].</param>
    /// <returns>[…, vocabulary].</returns>
    Tensor Head(Tensor hidden);

    /// <summary>The head over states of which no more than so many logits are to exist at once.</summary>
    /// <param name="states">[M, H].</param>
    /// <param name="most">The most logits.</param>
    internal IHeadParts InParts(Tensor states, long most);
}

/// <summary>
/// A head over the rows of hidden states, some rows at a time, so that the logits of all of them never exist. What goes back from the
/// logits goes back at once, or when the same parts are gone through again.
/// </summary>
interface IHeadParts
{
    /// <summary>The most logits that a loss has at once: more of them are gone through in parts. 128 MB in float32.</summary>
    const long MostLogits = 1 << 25;

    /// <summary>Whether there is more than one part.</summary>
    bool Several { get; }

    /// <summary>How many logits all rows have.</summary>
    long LogitCount { get; }

    /// <summary>Whether anything is to get a gradient.</summary>
    bool Records { get; }

    /// <summary>The rows of hidden states, [M, H].</summary>
    Tensor States { get; }

    /// <summary>What the head has that is trained.</summary>
    IReadOnlyList<Tensor> Trained { get; }

    /// <summary>Each part's first row and how many it has, in their order.</summary>
    IEnumerable<(long First, long Count)> Each();

    /// <summary>The logits of a part, in float32 (float64 for float64), the caller's to write over; without a gradient.</summary>
    Tensor Logits(long first, long count);

    /// <summary>The same, and what takes their gradient.</summary>
    /// <param name="first">The part's first row.</param>
    /// <param name="count">How many it has.</param>
    /// <param name="logits">Of the caller, who may write over them.</param>
    LogitsBack LogitsAndBack(long first, long count, out Tensor logits);

    /// <summary>Counts the operations of a pass over all rows.</summary>
    /// <param name="records">Whether one backwards follows.</param>
    void Count(bool records);

    /// <summary>What goes through a pass once more with the dropout masks that come next now.</summary>
    Action<Action> Again();
}

/// <summary>
/// Goes back from the logits of a part: writes the gradient of its states into rows of one tensor and adds that of what is trained to
/// others.
/// </summary>
/// <param name="gradient">Of the logits.</param>
/// <param name="toStates">[M, H]; null: not wanted.</param>
/// <param name="toTrained">As <see cref="IHeadParts.Trained"/>; none: not wanted.</param>
delegate void LogitsBack(Tensor gradient, Tensor? toStates, IReadOnlyList<Tensor> toTrained);
