namespace DcrDsl.Specs;

/// <summary>
/// Marks prompts that a stage trains on: no task is evaluated on them unless it says so (<see cref="EvaluationTask.InDistribution"/>).
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TrainedOnAttribute : Attribute
{
    /// <summary>Whether it is their answers that are learnt, so that they must have some, if only the model's own.</summary>
    public bool NeedsAnswers { get; set; }
}
