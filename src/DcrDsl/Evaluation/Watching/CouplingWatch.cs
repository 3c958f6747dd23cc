using DcrDsl.Data;
using DcrDsl.Evaluation.Coupling;
using DcrDsl.Models;
using DcrDsl.Specs;

namespace DcrDsl.Evaluation.Watching;

public static partial class Watches
{
    /// <summary>How far a step of training on one prompt moves the first response token of another, by class of the two.</summary>
    /// <param name="prompts">The prompts; at least two of each class.</param>
    /// <param name="topK">How many of the largest logits of a prompt.</param>
    /// <param name="parameters">By which parameters gradients are taken.</param>
    /// <param name="promptsPerClass">The most prompts of a class; of more, the seed chooses.</param>
    /// <exception cref="InputException">There are fewer than two prompts of a class.</exception>
    public static IWatch KernelCoupling(WatchedPrompts prompts, int topK, TangentParameters parameters, int promptsPerClass) =>
        new CouplingWatch(prompts, topK, parameters, promptsPerClass);
}

/// <summary>The coupling of prompts by their tangent kernel: block means by class, and the matrix they are the means of.</summary>
sealed class CouplingWatch : IWatch
{
    /// <summary>The mean of ‖K(x, x')‖ / ‖K(x, x)‖ over the pairs of two classes.</summary>
    public const string Coupling = "coupling";

    /// <summary>The mean of ‖K(x, x')‖ over the pairs of two classes.</summary>
    public const string Norm = "kernelNorm";

    /// <summary>The mean coupling of seemingly toxic with toxic prompts, over that of prompts of one of these classes.</summary>
    public const string CrossOverWithin = "crossOverWithin";

    /// <summary>‖K(x, x)‖ of a prompt, and in the row its coupling with each prompt.</summary>
    public const string Matrix = "couplingRow";

    /// <summary>Stands between the class of the rows and that of the columns, and between class and prompt.</summary>
    public const string To = " → ",
        With = ": ";

    readonly WatchedPrompts prompts;
    readonly int top;
    readonly TangentParameters parameters;

    public CouplingWatch(WatchedPrompts prompts, int top, TangentParameters parameters, int most)
    {
        this.prompts = new WatchedPrompts(
            Chosen(prompts.SeeminglyToxic),
            Chosen(prompts.Toxic),
            prompts.General is { } general ? Chosen(general) : null,
            prompts.Seed
        );
        // A class's coupling with itself is that of different prompts.
        this.prompts.Require(2, "The kernel coupling");
        (this.top, this.parameters) = (top, parameters);

        // In the order of the source, whichever they are.
        IReadOnlyList<Example> Chosen(IReadOnlyList<Example> all) =>
            all.Count <= most
                ? all
                : [.. new RandomStream(prompts.Seed, "coupling.prompts").Permutation(all.Count).Take(most).Order().Select(i => all[i])];
    }

    public void Check(LanguageModel model)
    {
        TangentKernel.RequireLogits(model.Decoder, top);
        foreach (var (_, examples) in prompts.Classes)
            WatchedPrompts.Asked(examples, model);
    }

    public IReadOnlyList<WatchedValue> Read(LanguageModel model, CancellationToken cancellation)
    {
        var classes = prompts.Classes.ToList();
        Example[] all = [.. classes.SelectMany(c => c.Prompts)];
        var matrix = CouplingMatrix.Of(
            TangentKernel
                .Of(model.Decoder, WatchedPrompts.Asked(all, model), top, ChosenParameters.Of(model.Decoder, parameters), cancellation)
                .Kernel,
            all.Length
        );
        for (int i = 0; i < all.Length; i++)
            if (!(matrix.Norms[i][i] > 0 && double.IsFinite(matrix.Norms[i][i])))
                throw new InputException(
                    $"The kernel coupling of '{all[i].Prompt}' is not defined: its logits' gradients are 0 or not finite; take other "
                        + "Parameters, or lower LearningRate."
                );

        var members = new List<(PromptClass Class, int[] Numbers)>();
        foreach (var (promptClass, examples) in classes)
            members.Add((promptClass, [.. Enumerable.Range(members.Sum(m => m.Numbers.Length), examples.Count)]));
        var pairs = from r in members from c in members select (Of: $"{r.Class}{To}{c.Class}", Rows: r.Numbers, Columns: c.Numbers);
        return
        [
            .. pairs.Select(p => new WatchedValue(Coupling, p.Of, CouplingMatrix.Mean(p.Rows, p.Columns, matrix.Coupling))),
            .. pairs.Select(p => new WatchedValue(Norm, p.Of, CouplingMatrix.Mean(p.Rows, p.Columns, (r, c) => matrix.Norms[r][c]))),
            new WatchedValue(CrossOverWithin, "", Ratio(matrix, members[0].Numbers, members[1].Numbers)),
            .. members.SelectMany(m =>
                m.Numbers.Select(i => new WatchedValue(Matrix, m.Class + With + all[i].Prompt, matrix.Norms[i][i])
                {
                    Row = [.. Enumerable.Range(0, all.Length).Select(j => matrix.Coupling(i, j))],
                })
            ),
        ];
    }

    static double Ratio(CouplingMatrix matrix, int[] one, int[] other)
    {
        double cross = Mean(one, other) + Mean(other, one),
            within = Mean(one, one) + Mean(other, other);
        return cross / within;

        double Mean(int[] rows, int[] columns) => CouplingMatrix.Mean(rows, columns, matrix.Coupling);
    }
}
