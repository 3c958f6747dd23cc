using DcrDsl.Specs;
using TorchSharp;

namespace DcrDsl.Evaluation.Judging.Asking;

/// <summary>
/// Where judges work that need more than text: what they keep, where paths lie, the clock. It goes along with whoever judges, so that a
/// judge of text alone, and whoever calls it, needs not know of it.
/// </summary>
sealed record JudgingPlace
{
    static readonly AsyncLocal<JudgingPlace?> current = new();

    /// <summary>The place of whoever asks now.</summary>
    public static JudgingPlace Current => current.Value ?? new();

    /// <summary>What was answered before; null: nothing is kept.</summary>
    public JudgeAnswers? Answers { get; init; }

    /// <summary>A declared path with its names replaced.</summary>
    public Func<string, string> Path { get; init; } = path => path;

    /// <summary>Where models that judge live.</summary>
    public torch.Device Device { get; init; } = torch.CPU;

    /// <summary>The clock of pauses and time limits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The environment's variables.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Whether nothing is asked yet, so that what is missing is found before it is needed.</summary>
    public bool IsRehearsal { get; init; }

    /// <summary>Is told how far a judge is that asks somebody; null: nobody is.</summary>
    public Action<TaskProgress>? Told { get; init; }

    /// <summary>Models that are open already, by what declares them, so that cells of one run share them.</summary>
    public Dictionary<JudgeBackend, JudgeClient> Clients { get; } = [];

    /// <summary>Judges that are made here until the result is disposed are at this place.</summary>
    public IDisposable Enter()
    {
        var before = current.Value;
        current.Value = this;
        return new Leaving(this, before);
    }

    sealed class Leaving(JudgingPlace place, JudgingPlace? before) : IDisposable
    {
        public void Dispose()
        {
            current.Value = before;
            foreach (var client in place.Clients.Values)
                client.Chat.Dispose();
            place.Clients.Clear();
        }
    }
}
