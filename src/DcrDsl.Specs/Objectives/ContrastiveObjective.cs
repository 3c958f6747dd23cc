namespace DcrDsl.Specs;

/// <summary>
/// What the refinement minimises over pairs of pooled hidden states: same class = positive pair, different class = negative.
/// A new one is a record, here or in your own project, naming its function with <see cref="RuntimeCallAttribute"/>; the generator needs no
/// change.
/// </summary>
public abstract record ContrastiveObjective;

/// <summary>An objective that averages terms of its own: anchors, pairs or triplets.</summary>
public abstract record ReducedObjective : ContrastiveObjective
{
    /// <summary>
    /// How the terms are averaged; null: as pytorch-metric-learning does by default, the mean over the terms above 0 unless the objective
    /// says otherwise.
    /// </summary>
    public LossReducer? Reducer { get; init; }
}

/// <summary>An objective that averages terms of its own over pairs of prompts: all of a batch, unless a miner chooses among them.</summary>
public abstract record MinedObjective : ReducedObjective
{
    /// <summary>Which pairs of a batch count; null: all. Where none is left, the loss is 0 and so is its gradient.</summary>
    [OmittedAtDefault]
    public PairMiner? Mining { get; init; }
}

/// <summary>How the terms of an objective become one number.</summary>
public enum LossReducer
{
    /// <summary>The mean over the terms above 0.</summary>
    MeanOfNonZero,

    /// <summary>The mean over all terms.</summary>
    Mean,
}

/// <summary>How far two representations are apart.</summary>
public enum PairDistance
{
    /// <summary>The Euclidean distance of the two, each divided by its length; from 0 to 2.</summary>
    Euclidean,

    /// <summary>Their cosine, the larger the nearer.</summary>
    Cosine,
}
