namespace DcrDsl.Specs;

/// <summary>Next-token training of the base model on whole texts: loss on every token.</summary>
public sealed record Pretrain : TextTraining
{
    /// <summary>
    /// Pre-training with the defaults of its class: peak rate 4e-3, 50 steps of warm-up, cosine to 5 %, weight decay 0.01.
    /// </summary>
    public Pretrain()
    {
        LearningRate = 4e-3;
        Schedule = new Cosine { Warmup = 50, FloorShare = 0.05 };
        Optimiser = new AdamW { WeightDecay = 0.01 };
    }

    /// <inheritdoc/>
    public override string Kind => "pretraining";

    /// <summary>Leaves the stage out of an arm.</summary>
    public static Pretrain None => null!;

    /// <inheritdoc/>
    public override int? MostSteps => Steps;

    /// <summary>The texts.</summary>
    [Required("ToyWorld.Pretraining"), TrainedOn]
    public PromptSource? Data { get; init; }

    /// <summary>
    /// Batches are cut from so many batches' worth of shuffled texts, sorted by length, and then shuffled themselves: texts of a batch are
    /// alike in length, and attention reads more of them at once. 1: batches are drawn without regard to length.
    /// </summary>
    [OmittedAtDefault, Range(1), PassedTo("TextBatches.OnEveryToken")]
    public int LengthWindow { get; init; } = 1;

    /// <summary>Optimiser steps.</summary>
    [Range(1)]
    public int Steps { get; init; } = 600;
}
