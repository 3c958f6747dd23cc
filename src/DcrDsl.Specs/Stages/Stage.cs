namespace DcrDsl.Specs;

/// <summary>One step of the pipeline.</summary>
public abstract record Stage : StageSpec;

/// <summary>A stage that changes weights by gradient descent.</summary>
public abstract record TrainingStage : Stage
{
    /// <summary>Optimiser steps, or as many as there can be at most; null: only the data tell.</summary>
    public virtual int? MostSteps => null;

    /// <summary>Peak learning rate.</summary>
    [Range(0, ExclusiveMinimum = true)]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>The learning rate over the steps.</summary>
    public Schedule Schedule { get; init; } = new Cosine { Warmup = 10, FloorShare = 0.1 };

    /// <summary>How gradients become updates.</summary>
    public Optimiser Optimiser { get; init; } = new AdamW();

    /// <summary>Gradients are scaled down to this global norm if theirs is larger; null: never.</summary>
    [Range(0, ExclusiveMinimum = true)]
    public double? ClipNorm { get; init; } = 1;

    /// <summary>Which norm that is.</summary>
    [OmittedAtDefault, PassedTo("Gradients.Clip")]
    public GradientNorm GradientNorm { get; init; } = GradientNorm.L2;

    /// <summary>Examples a step.</summary>
    [Range(1)]
    public int Batch { get; init; } = 32;

    /// <summary>
    /// Of a block only what goes in is kept for the backward pass, which computes the rest again (activation checkpointing): the same
    /// gradients, dropout included, for memory of one block instead of all and about a third more time.
    /// </summary>
    [OmittedAtDefault]
    public bool Recompute { get; init; }

    /// <summary>
    /// What is read off the model before, along and after the stage. It changes neither the model nor anything that follows: the readings
    /// are kept beside the model, with an identity of their own.
    /// </summary>
    [NoEffectOnResult]
    public ValueList<WatchSpec> Watch { get; init; } = ValueList<WatchSpec>.Empty;

    /// <summary>Steps between two lines of the training log.</summary>
    [NoEffectOnResult, Range(1)]
    public int LogEvery { get; init; } = 10;
}

/// <summary>
/// A training stage whose loss is a mean over tokens or pairs of answers, so that it comes to the same whether a batch goes through the
/// model whole or in parts.
/// </summary>
public abstract record TextTraining : TrainingStage
{
    /// <summary>
    /// A batch goes through the model in so many parts, one after the other, whose gradients add up to that of the whole (gradient
    /// accumulation): the same <see cref="TrainingStage.Batch"/> and steps for memory of a part. Dropout masks are other ones.
    /// </summary>
    [OmittedAtDefault, Range(1)]
    public int Accumulate { get; init; } = 1;
}
