using System.Globalization;
using DcrDsl.Data;
using DcrDsl.Models.Interventions;
using DcrDsl.Wording;

namespace DcrDsl.Evaluation.Steering;

/// <summary>The prompts of one class from which steering is made: some to learn from, others to choose by.</summary>
public sealed class SteeringPrompts
{
    // A mean of one prompt's states is that prompt.
    const int Fewest = 2;

    internal SteeringPrompts(string name, string sample, IReadOnlyList<int[]> training, IReadOnlyList<int[]> validation, int given) =>
        (Name, Sample, Training, Validation, Given) = (name, sample, training, validation, given);

    /// <summary>Whose prompts they are, for messages and tables.</summary>
    public string Name { get; }

    /// <summary>The tokens of the prompts to learn from.</summary>
    public IReadOnlyList<int[]> Training { get; }

    /// <summary>The tokens of the prompts to choose by.</summary>
    public IReadOnlyList<int[]> Validation { get; }

    /// <summary>How many there were to learn from, before any were left out.</summary>
    internal int Given { get; }

    /// <summary>
    /// The states of the prompts to learn from, as the model had them that said which these are; null: nobody has read them.
    /// </summary>
    internal StateSums? States { get; private init; }

    /// <summary>One of the prompts, as text.</summary>
    internal string Sample { get; }

    internal KeptPrompts Kept => new(Name, Given, Training.Count);

    /// <summary>Divides prompts: the first are learnt from, those behind them are chosen by. No prompt is in both.</summary>
    /// <param name="name">Whose prompts they are.</param>
    /// <param name="prompts">The prompts, in order; of equal ones the first counts.</param>
    /// <param name="chat">The model's tokenizer.</param>
    /// <param name="training">How many are learnt from.</param>
    /// <param name="validation">How many are chosen by.</param>
    /// <param name="heldOut">Prompts to choose by; null: those behind the ones that are learnt from.</param>
    /// <exception cref="InputException">There are fewer, or the vocabulary lacks a word.</exception>
    public static SteeringPrompts Of(
        string name,
        IReadOnlyList<Example> prompts,
        IChatTokenizer chat,
        int training,
        int validation = 0,
        IReadOnlyList<Example>? heldOut = null
    )
    {
        Example[] different = [.. prompts.DistinctBy(e => e.Prompt)],
            learnt = [.. different.Take(training)],
            rest = [.. (heldOut ?? different).DistinctBy(e => e.Prompt).ExceptBy(learnt.Select(e => e.Prompt), e => e.Prompt)];
        Require(learnt.Length, training, "to learn from");
        Require(rest.Length, validation, "to choose by that are not learnt from");
        return new(
            name,
            learnt[0].Prompt,
            [.. learnt.Select(e => e.Encoded(() => chat.Prompt(e.Prompt)))],
            [.. rest.Take(validation).Select(e => e.Encoded(() => chat.Prompt(e.Prompt)))],
            learnt.Length
        );

        void Require(int found, int wanted, string what)
        {
            if (found < wanted)
                throw new InputException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{name}: {English.Count(wanted, "prompt")} {what} are wanted, and there are {found} different ones; give more, or "
                            + $"ask for fewer."
                    )
                );
        }
    }

    /// <summary>
    /// How many tokens all prompts end with, the template's behind what the user says: at least 1, and fewer than any prompt has.
    /// </summary>
    public static int CommonEnd(params SteeringPrompts[] classes)
    {
        int[][] all = [.. classes.SelectMany(c => c.Training.Concat(c.Validation))];
        int shared = all.Min(p => p.Length - 1);
        foreach (int[] prompt in all)
        {
            int same = 0;
            while (same < shared && prompt[^(same + 1)] == all[0][^(same + 1)])
                same++;
            shared = same;
        }
        return Math.Max(1, shared);
    }

    /// <summary>The same with some of the prompts to learn from.</summary>
    /// <param name="kept">Which.</param>
    /// <param name="states">Their states.</param>
    /// <param name="what">What the model does with them, for the message.</param>
    /// <param name="otherwise">What to do where it does that with too few.</param>
    /// <exception cref="InputException">Too few are left.</exception>
    internal SteeringPrompts Keeping(IReadOnlyList<bool> kept, StateSums states, string what, string otherwise)
    {
        int[][] left = [.. Training.Where((_, i) => kept[i])];
        return left.Length >= Fewest
            ? new(Name, Sample, left, Validation, Given) { States = states }
            : throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Name}: of {English.Count(Training.Count, "prompt")} the model {what} {left.Length}, and at least {Fewest} are needed"
                        + $"; {otherwise}."
                )
            );
    }
}
