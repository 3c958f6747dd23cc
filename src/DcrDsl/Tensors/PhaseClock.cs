using System.Diagnostics;
using DcrDsl.Specs;

namespace DcrDsl.Tensors;

/// <summary>What a stage run spends its time on.</summary>
enum Phase
{
    /// <summary>What is none of the others: opening models, encoding texts, logs, checkpoints.</summary>
    Other,

    /// <summary>Drawing batches and laying them out.</summary>
    Data,

    /// <summary>From the batch to the loss.</summary>
    Forward,

    /// <summary>From the loss to the gradients.</summary>
    Backward,

    /// <summary>Clipping and the optimiser's step.</summary>
    Optimiser,

    /// <summary>What a model that is not trained makes of texts, for losses that compare with it.</summary>
    Reference,

    /// <summary>What is read off the model along training.</summary>
    Watching,

    /// <summary>Reading prompts, up to the first token of their answers.</summary>
    Prefill,

    /// <summary>Writing answers from the second token on.</summary>
    Decode,

    /// <summary>The likelihood of given continuations.</summary>
    Likelihoods,

    /// <summary>Verdicts on answers.</summary>
    Judging,
}

/// <summary>
/// Where the time of this thread's stage run goes. The functions that generated programs call say which phase begins; whoever runs a stage
/// may let that be measured. Nothing is, and a call costs a look at a field, where nobody does.
/// </summary>
sealed class PhaseClock : IDisposable
{
    [ThreadStatic]
    static PhaseClock? current;

    readonly PhaseClock? before;
    readonly Phase beginning;
    readonly TimeSpan[] times = new TimeSpan[Enum.GetValues<Phase>().Length];
    Phase phase;
    long since = Stopwatch.GetTimestamp();

    PhaseClock(Phase beginning) => (before, this.beginning, phase) = (current, beginning, beginning);

    /// <summary>Real tokens of the batches drawn, those that stand there once for several texts counted for each.</summary>
    public long RealTokens { get; private set; }

    /// <summary>Tokens that passes over these batches computed.</summary>
    public long ComputedTokens { get; private set; }

    /// <summary>Tokens that rows padded to the longest text would have had.</summary>
    public long PaddedTokens { get; private set; }

    /// <summary>Measures this thread until disposed.</summary>
    /// <param name="beginning">The phase that it is in while nothing else is said.</param>
    public static PhaseClock Start(Phase beginning) => current = new PhaseClock(beginning);

    /// <summary>A phase begins, and the one before it ends.</summary>
    [NoEffectOnResult]
    public static void Enter(Phase next) => current?.Switch(next);

    /// <summary>The phase ends that was entered last.</summary>
    [NoEffectOnResult]
    public static void Leave()
    {
        if (current is { } clock)
            clock.Switch(clock.beginning);
    }

    /// <summary>A batch was drawn; the pass over it begins.</summary>
    [NoEffectOnResult]
    public static void Drawn(PackedTokens tokens) => current?.Add(tokens);

    void Add(PackedTokens tokens)
    {
        RealTokens += tokens.Count;
        ComputedTokens += tokens.Tokens.shape[0];
        PaddedTokens += tokens.Padded;
        Switch(Phase.Forward);
    }

    void Switch(Phase next)
    {
        long now = Stopwatch.GetTimestamp();
        times[(int)phase] += Stopwatch.GetElapsedTime(since, now);
        (phase, since) = (next, now);
    }

    /// <summary>The time so far, by phases that had some.</summary>
    public IReadOnlyDictionary<Phase, TimeSpan> Read()
    {
        Switch(phase);
        return Enum.GetValues<Phase>().Where(p => times[(int)p] > TimeSpan.Zero).ToDictionary(p => p, p => times[(int)p]);
    }

    /// <summary>Measures no longer.</summary>
    public void Dispose() => current = before;
}
