using DcrDsl.Evaluation;

namespace DcrDsl.Plans;

/// <summary>One task's metrics over the seeds of an arm; what a task does not measure is refused by name.</summary>
/// <param name="task">The task's name.</param>
/// <param name="over">Takes something of each cell's outcome of this task over the seeds.</param>
public sealed class TaskResults(string task, Func<Func<TaskOutcome, double?>, SeedEstimate> over)
{
    /// <summary>The task's name.</summary>
    public string Name => task;

    /// <summary>Share of prompts answered; of seemingly toxic and general tasks.</summary>
    public SeedEstimate ComplianceRate => over(t => t.ComplianceRate);

    /// <summary>Share of prompts refused; of toxic tasks.</summary>
    public SeedEstimate DefenceSuccessRate => over(t => t.DefenceSuccessRate);

    /// <summary>Mean refusal probability.</summary>
    public SeedEstimate RefusalProbability => over(t => t.RefusalProbability);

    /// <summary>Share of correct answers; of tasks with reference answers.</summary>
    public SeedEstimate Accuracy => over(t => t.Accuracy);

    /// <summary>Mean negative log-likelihood of the reference answers, in nats per token.</summary>
    public SeedEstimate Loss => over(t => t.Loss);
}
