namespace DcrDsl.Specs;

/// <summary>Next-token training of the base model on whole texts: loss on every token.</summary>
public sealed record Pretrain : TrainingStage
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
    /// Batches are padded until their width is a multiple of this (pad_to_multiple_of), so that there are fewer different shapes; no loss
    /// is on padding.
    /// </summary>
    [OmittedAtDefault, Range(1, 65_536), PassedTo("TextBatches.OnEveryToken")]
    public int PadToMultipleOf { get; init; } = 1;

    /// <summary>
    /// Batches are cut from so many batches' worth of shuffled texts, sorted by length, and then shuffled themselves: texts of a batch are
    /// alike in length, and less is spent on padding. 1: batches are drawn without regard to length.
    /// </summary>
    [OmittedAtDefault, Range(1), PassedTo("TextBatches.OnEveryToken")]
    public int LengthWindow { get; init; } = 1;

    /// <summary>Optimiser steps.</summary>
    [Range(1)]
    public int Steps { get; init; } = 600;
}
