using DcrDsl.Evaluation.Likelihoods;
using DcrDsl.Evaluation.Probing;
using DcrDsl.Models;
using DcrDsl.Specs;

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

/// <summary>The mean refusal probability of each class of prompts, by the openers of the probe that an evaluation asks.</summary>
sealed class RefusalWatch : IWatch
{
    /// <summary>The measure's name.</summary>
    public const string Measure = "refusalProbability";

    readonly WatchedPrompts prompts;
    readonly OpenerProbe probe;
    readonly int batch;
    IReadOnlyList<EncodedClass>? encoded;

    public RefusalWatch(WatchedPrompts prompts, IReadOnlyList<string> openers, int batch)
    {
        prompts.Require(1, "The refusal probability along tuning");
        (this.prompts, this.batch) = (prompts, batch);
        probe = new OpenerProbe(openers);
    }

    public void Check(LanguageModel model)
    {
        foreach (var (_, examples) in prompts.Classes)
            probe.Check(model, examples);
        encoded = Encode(model);
    }

    public IReadOnlyList<WatchedValue> Read(LanguageModel model, CancellationToken cancellation) =>
        [
            .. (encoded ??= Encode(model)).Select(c => new WatchedValue(
                Measure,
                c.Class.ToString(),
                OpenerProbability.OfEach(model.Decoder, c.Asked, c.Openers, batch, cancellation).Average()
            )),
        ];

    // Texts become tokens once: the tokenizer stays the same along a stage.
    EncodedClass[] Encode(LanguageModel model) =>
        [
            .. prompts.Classes.Select(c => new EncodedClass(
                c.Class,
                WatchedPrompts.Asked(c.Prompts, model),
                probe.Written(model.Chat, [.. c.Prompts.Select(p => p.Prompt)])
            )),
        ];

    sealed record EncodedClass(PromptClass Class, int[][] Asked, IReadOnlyList<IReadOnlyList<int[]>> Openers);
}
