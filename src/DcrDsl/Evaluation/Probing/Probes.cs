namespace DcrDsl.Evaluation.Probing;

/// <summary>The probes by the names that specs call them by.</summary>
public static class Probes
{
    /// <summary>The probability that the response begins with one of the openers.</summary>
    /// <param name="openers">What a refusal begins with; null: nothing is known of it.</param>
    /// <exception cref="InputException">There are no openers.</exception>
    public static IProbe RefusalProbability(IReadOnlyList<string>? openers = null) => new OpenerProbe(openers ?? []);

    /// <summary>The mean negative log-likelihood of reference answers, in nats.</summary>
    public static IProbe ReferenceLoss() => new ReferenceLossProbe();
}
