using DcrDsl.Evaluation.Probing;
using DcrDsl.Models;

namespace DcrDsl.Evaluation.Watching;

/// <summary>The watches by the names that specs call them by; each function stands beside the watch that it makes.</summary>
public static partial class Watches
{
    /// <summary>The mean refusal probability of each class of prompts.</summary>
    /// <param name="prompts">The prompts.</param>
    /// <param name="openers">What a refusal begins with.</param>
    /// <param name="batch">Prompts read side by side.</param>
    /// <exception cref="InputException">There are no openers, or a class has no prompts.</exception>
    public static IWatch RefusalAlong(WatchedPrompts prompts, IReadOnlyList<string>? openers = null, int batch = 100) =>
        new RefusalWatch(prompts, openers ?? [], batch);
}

/// <summary>The mean refusal probability of each class of prompts, by the probe that an evaluation asks.</summary>
sealed class RefusalWatch : IWatch
{
    /// <summary>The measure's name.</summary>
    public const string Measure = "refusalProbability";

    readonly WatchedPrompts prompts;
    readonly OpenerProbe probe;
    readonly int batch;

    public RefusalWatch(WatchedPrompts prompts, IReadOnlyList<string> openers, int batch)
    {
        prompts.Require(1, "The refusal probability along tuning");
        (this.prompts, this.batch) = (prompts, batch);
        probe = new OpenerProbe(openers);
    }

    public void Check(LanguageModel model)
    {
        foreach (var (_, examples) in prompts.Classes)
        {
            probe.Check(model, examples);
            WatchedPrompts.Asked(examples, model);
        }
    }

    public IReadOnlyList<WatchedValue> Read(LanguageModel model, CancellationToken cancellation) =>
        [
            .. prompts.Classes.Select(c => new WatchedValue(
                Measure,
                c.Class.ToString(),
                probe.Of(model, c.Prompts, WatchedPrompts.Asked(c.Prompts, model), batch, cancellation).Average()
            )),
        ];
}
