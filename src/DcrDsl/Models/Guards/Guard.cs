using System.Text.Json.Nodes;
using DcrDsl.Models.Attachments;
using DcrDsl.Specs;
using static TorchSharp.torch;

namespace DcrDsl.Models.Guards;

/// <summary>
/// Something that stands around a model and not in it: it looks at a prompt before the model is asked and at the answer behind it, and can
/// put another text in its place. It has no part in a forward pass; who asks the model for answers to prompts asks its guards too.
/// </summary>
public abstract class Guard : Attachment
{
    Decoder? decoder;

    private protected Guard() { }

    /// <summary>Phrases for which a prompt is refused before the model is asked; null: none.</summary>
    internal virtual GuardPhrases? OnPrompt => null;

    /// <summary>By what the state of a prompt is refused before anything is written; null: states are not looked at.</summary>
    internal virtual PromptClassifier? OnState => null;

    /// <summary>Phrases for which an answer is withdrawn; null: none.</summary>
    internal virtual GuardPhrases? OnAnswer => null;

    /// <summary>How the model is asked to think again; null: it is not.</summary>
    internal virtual RevisionTurns? Revision => null;

    /// <summary>What is said where it refuses; empty for one that never does.</summary>
    public virtual string Refusal => "";

    /// <inheritdoc/>
    public override bool IsAttached => decoder is not null;

    /// <summary>Weights do not hold what stands around them.</summary>
    public override string? MergeObstacle => "What stands around a model cannot be folded into its weights.";

    internal override void PutOn(Decoder decoder)
    {
        if (this.decoder is not null && !ReferenceEquals(this.decoder, decoder))
            throw new InvalidOperationException("It is attached to another model: take it off there, or give a copy.");
        this.decoder = decoder;
    }

    /// <inheritdoc/>
    public override void Detach() => decoder = decoder is null ? throw new InvalidOperationException("It is not attached.") : null;

    internal override Attachment CloneOnto(Decoder copy)
    {
        var clone = Copied();
        clone.PutOn(copy);
        return clone;
    }

    /// <inheritdoc/>
    public override void Save(string directory, string? baseModel = null) =>
        AttachmentDirectory.Write(directory, StoredAs, Options, Tensors);

    /// <inheritdoc/>
    public override void Dispose() => decoder = null;

    private protected override void Fold() => throw new InvalidOperationException(MergeObstacle);

    /// <inheritdoc/>
    public override string Kind => StoredAs.Name;

    /// <summary>The form that it is kept in.</summary>
    private protected abstract AttachmentKind StoredAs { get; }

    /// <summary>What <c>attachment.json</c> says of it.</summary>
    private protected abstract JsonObject Options { get; }

    /// <summary>What <c>attachment.safetensors</c> has of it.</summary>
    private protected virtual IEnumerable<(string Name, Tensor Value)> Tensors => [];

    /// <summary>A copy with tensors of its own that is not attached.</summary>
    private protected abstract Guard Copied();
}
