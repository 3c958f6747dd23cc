using DcrDsl.Data;
using DcrDsl.Evaluation.Guarding;
using DcrDsl.Models;

namespace DcrDsl.Evaluation.Probing;

public static partial class Probes
{
    /// <summary>The probability of a refusal by a logistic regression on the model's state where its answer begins.</summary>
    /// <param name="refused">Prompts that are to be refused.</param>
    /// <param name="answered">Prompts that are to be answered.</param>
    /// <param name="layer">ℓ, counted from 1; null: the block in the middle.</param>
    /// <param name="ridge">λ, above 0.</param>
    /// <param name="batch">Prompts read side by side.</param>
    /// <exception cref="InputException">A class has fewer than two different prompts.</exception>
    public static IProbe LinearRefusal(
        IReadOnlyList<Example> refused,
        IReadOnlyList<Example> answered,
        int? layer = null,
        double ridge = 1e-2,
        int batch = 100
    ) => new LinearRefusalProbe(refused, answered, layer, ridge, batch);
}

/// <summary>
/// 1/(1 + exp(−(w·x + b))) of the state x after a block at the last prompt token, with w and b of a <see cref="LogisticRegression"/> on the
/// same state of other prompts. It is fitted once, to the model that answers, before the first value is read.
/// </summary>
sealed class LinearRefusalProbe : IProbe
{
    /// <summary>The probe's name.</summary>
    public const string Key = nameof(Specs.LinearRefusal);

    // A class of one prompt is that prompt.
    const int Fewest = 2;

    readonly IReadOnlyList<Example> refused,
        answered;
    readonly int? layer;
    readonly double ridge;
    readonly int batch;
    LogisticRegression? fitted;

    public LinearRefusalProbe(IReadOnlyList<Example> refused, IReadOnlyList<Example> answered, int? layer, double ridge, int batch)
    {
        this.refused = Different(refused, "to be refused");
        this.answered = Different(answered, "to be answered");
        (this.layer, this.ridge, this.batch) = (layer, ridge, batch);
    }

    public string Name => Key;

    /// <summary>A guard's refusal is certain.</summary>
    public double? OfGuardedRefusal => 1;

    public void Check(LanguageModel model, IReadOnlyList<Example> examples)
    {
        PromptStates.Layer(Key, model, layer);
        Tokens(model, refused);
        Tokens(model, answered);
    }

    int? IProbe.Layer(LanguageModel model) => PromptStates.Layer(Key, model, layer);

    public IReadOnlyList<double?> Of(ProbedBatch batch, CancellationToken cancellation)
    {
        var (model, at) = (batch.Model, PromptStates.Layer(Key, batch.Model, layer));
        fitted ??= LogisticRegression.Fit(Read(Tokens(model, refused)), Read(Tokens(model, answered)), ridge);
        double[]?[] states = [.. batch.Asked.Select((_, i) => batch.Beside(i)?.State(at))];
        double[][] known = states.Contains(null) ? Read(batch.Asked) : [.. states.OfType<double[]>()];
        return [.. fitted.Scores(known).Select(logOdds => (double?)(1 / (1 + Math.Exp(-logOdds))))];

        double[][] Read(IReadOnlyList<int[]> prompts) => PromptStates.Read(model, prompts, at, this.batch, cancellation);
    }

    static int[][] Tokens(LanguageModel model, IReadOnlyList<Example> prompts) =>
        [.. prompts.Select(e => e.Encoded(() => model.Chat.Prompt(e.Prompt)))];

    static Example[] Different(IReadOnlyList<Example> prompts, string what)
    {
        Example[] different = [.. prompts.DistinctBy(e => e.Prompt)];
        return different.Length >= Fewest
            ? different
            : throw new InputException(
                FormattableString.Invariant(
                    $"{Key}: it is fitted to at least {Fewest} different prompts {what}, and there are {different.Length}; give it more."
                )
            );
    }
}
