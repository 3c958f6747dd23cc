using DcrDsl.Data;

namespace DcrDsl.Evaluation.Attacking;

/// <summary>
/// A transform of prompts. It is a function of what it is given and of nothing else; what it draws, it draws from <see
/// cref="AttackedPrompt.Drawn"/>.
/// </summary>
public interface IAttack
{
    /// <summary>What is asked in place of a prompt.</summary>
    /// <param name="prompt">The prompt, as the task or the attack before has it.</param>
    /// <exception cref="InputException">There is nothing to ask for this prompt; the sentence says what to do.</exception>
    string Ask(AttackedPrompt prompt);

    /// <summary>A completion as judges are to read it: where the attack has an inverse, what it stands for.</summary>
    /// <param name="completion">What the model wrote.</param>
    string Read(string completion) => completion;

    /// <summary>
    /// Whether judges read completions as they are written (<see cref="Read"/> changes none), so that one can end as soon as they have
    /// decided.
    /// </summary>
    bool KeepsCompletions => false;
}

/// <summary>A prompt that is attacked.</summary>
/// <param name="Text">The prompt, as the task or the attack before has it.</param>
/// <param name="Example">The prompt as the task has it, with its place for messages.</param>
/// <param name="Seed">The seed of the cell.</param>
/// <param name="Purpose">What tells the draws of this attack on this task from others.</param>
/// <param name="Place">Which prompt of the task it is, from 0.</param>
public sealed record AttackedPrompt(string Text, Example Example, ulong Seed, string Purpose, int Place)
{
    /// <summary>
    /// Different numbers below <paramref name="bound"/> in a random order, a function of seed, task, attack and place alone: fewer where
    /// there are not so many.
    /// </summary>
    /// <param name="count">How many are wanted.</param>
    /// <param name="bound">What they are below, at least 0.</param>
    public IReadOnlyList<int> Drawn(int count, int bound) => [.. new RandomStream(Seed, Purpose, Place).Permutation(bound).Take(count)];
}

/// <summary>An attack with the name that tables and results have for it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Attack">What it does.</param>
public sealed record NamedAttack(string Name, IAttack Attack)
{
    /// <summary>What stands beside the attacks for asking a prompt as it is.</summary>
    public const string None = "none";

    /// <summary>Stands for all attacks together.</summary>
    public const string Best = "best of attacks";
}
