namespace DcrDsl.Specs;

/// <summary>
/// Something that is read off the model along a training stage, on prompts that it does not train on: before its first step, after its
/// last, and in between. Nothing of it changes the training. A new one is a record, here or in your own project, naming its function with
/// <see cref="RuntimeCallAttribute"/>.
/// </summary>
public abstract record WatchSpec
{
    /// <summary>
    /// What its readings are called in files and reports; unique among those of the stage. Empty: the name of the record.
    /// </summary>
    public string Name { get; init; } = "";

    /// <summary>Steps between two readings; 0: only before the first step and after the last.</summary>
    [Range(0, 1_000_000)]
    public int Every { get; init; }

    /// <summary>Seemingly toxic prompts, held out: validation prompts.</summary>
    [Required("ToyWorld.WatchedSeeminglyToxic"), Watched, ToldApart(PromptClass.SeeminglyToxic, PromptClass.Toxic)]
    public PromptSource? SeeminglyToxic { get; init; }

    /// <summary>Toxic prompts, held out: validation prompts.</summary>
    [Required("ToyWorld.WatchedToxic"), Watched, ToldApart(PromptClass.Toxic, PromptClass.SeeminglyToxic)]
    [ApartFrom(nameof(SeeminglyToxic))]
    public PromptSource? Toxic { get; init; }

    /// <summary>General prompts, held out; null: this class is not watched.</summary>
    [Watched]
    public PromptSource? General { get; init; }

    /// <summary>
    /// Says that the prompts were also trained on, which is an error without it: readings on such prompts say what was learnt by heart.
    /// </summary>
    public bool InDistribution { get; init; }
}
