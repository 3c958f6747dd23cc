using DcrDsl.Models.Interventions;

namespace DcrDsl.Models.Attachments;

/// <summary>
/// Something that stands beside the weights of a model and has a part in what the model computes: an adapter, an intervention in the
/// residual stream. It is given to a model with <see cref="LanguageModel.Attach"/>, goes into copies of the model, is saved and opened with
/// it, and is the model's to free. One that is merged, or taken off, can still be saved.
/// </summary>
public abstract class Attachment : IDisposable
{
    private protected Attachment() { }

    /// <summary>What it is, as its directory says it: <c>lora</c>, <c>direction-ablation</c>, …</summary>
    public abstract string Kind { get; }

    /// <summary>Whether a decoder computes with it.</summary>
    public abstract bool IsAttached { get; }

    /// <summary>A sentence: why it cannot be folded into the weights as things are; null: it can.</summary>
    public abstract string? MergeObstacle { get; }

    /// <summary>Whether it has become a part of the weights.</summary>
    internal bool IsMerged { get; private set; }

    /// <summary>Forward passes that an answer to a prompt costs beyond those that write it.</summary>
    public virtual int ExtraPassesAPrompt => 0;

    /// <summary>By what its directions, or its classifier, were found and chosen; null: it has none that were.</summary>
    public virtual AttachmentFindings? Findings => null;

    /// <summary>Whether the model's own weights are frozen as long as it is attached.</summary>
    internal virtual bool FreezesWeights => false;

    /// <summary>Folds it into the weights and takes it off. Its own tensors stay, for example to be saved.</summary>
    /// <exception cref="InvalidOperationException">It cannot be merged: see <see cref="MergeObstacle"/>.</exception>
    public void Merge()
    {
        if (MergeObstacle is { } obstacle)
            throw new InvalidOperationException(obstacle);
        Fold();
        IsMerged = true;
    }

    /// <summary>Takes it off; the weights are what they were without it.</summary>
    /// <exception cref="InvalidOperationException">It is not attached.</exception>
    public abstract void Detach();

    /// <summary>Writes it into a directory from which <see cref="AttachmentDirectory.Open(string, LanguageModel)"/> opens it.</summary>
    /// <param name="directory">A directory that is not there, or is empty; it is written aside and renamed.</param>
    /// <param name="baseModel">
    /// The directory, or the name, of the model that it belongs to, where its form has room for that; null: it is left open.
    /// </param>
    /// <exception cref="InputException">The directory has files, or cannot be written.</exception>
    public abstract void Save(string directory, string? baseModel = null);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Lets a decoder compute with it; nothing is done where it does so already.</summary>
    internal abstract void PutOn(Decoder decoder);

    /// <summary>A copy that is attached to a copy of the decoder's weights.</summary>
    internal abstract Attachment CloneOnto(Decoder copy);

    /// <summary>Merges where nothing stands in the way.</summary>
    private protected abstract void Fold();

    private protected const string NotAttached = "It is not attached, so there is nothing to merge it into.";
}
