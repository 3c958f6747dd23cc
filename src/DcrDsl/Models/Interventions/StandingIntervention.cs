using DcrDsl.Models.Attachments;
using static TorchSharp.torch;

namespace DcrDsl.Models.Interventions;

/// <summary>An intervention that can stay beside a model's weights.</summary>
public abstract class StandingIntervention : Attachment, IIntervention
{
    IDisposable? place;

    private protected StandingIntervention() { }

    /// <inheritdoc/>
    public override bool IsAttached => Decoder is not null;

    /// <summary>The decoder that it is attached to; null: none.</summary>
    private protected Decoder? Decoder { get; private set; }

    /// <inheritdoc/>
    public virtual bool TellsRowsApart => false;

    /// <inheritdoc/>
    public abstract bool StandsAt(StreamSite site, int block);

    /// <inheritdoc/>
    public abstract Tensor Apply(Tensor states, StreamVisit visit);

    bool IIntervention.StandsInThreads => true;

    IIntervention IIntervention.ForPrompts(Decoder decoder, IReadOnlyList<int[]> prompts) => ForPrompts(decoder, prompts);

    /// <inheritdoc cref="IIntervention.ForPrompts"/>
    private protected virtual IIntervention ForPrompts(Decoder decoder, IReadOnlyList<int[]> prompts) => this;

    internal override void PutOn(Decoder decoder)
    {
        if (ReferenceEquals(Decoder, decoder))
            return;
        if (Decoder is not null)
            throw new InvalidOperationException("It is attached to another model: take it off there, or give a copy.");
        place = decoder.Intervene(this);
        Decoder = decoder;
    }

    /// <inheritdoc/>
    public override void Detach()
    {
        if (Decoder is null)
            throw new InvalidOperationException("It is not attached.");
        place!.Dispose();
        Decoder = null;
    }

    internal override Attachment CloneOnto(Decoder copy)
    {
        var clone = Copied();
        clone.PutOn(copy);
        return clone;
    }

    /// <summary>A copy with tensors of its own that is not attached.</summary>
    private protected abstract StandingIntervention Copied();

    /// <summary>Frees its tensors; one that is attached is taken off first.</summary>
    public override void Dispose()
    {
        if (IsAttached)
            Detach();
    }
}
