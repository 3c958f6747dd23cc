using DcrDsl.Specs;

namespace DcrDsl.Data;

/// <summary>Prompts of a source that the runtime does not know: a record of the user's own project, and the function behind it.</summary>
/// <param name="Declared">The record.</param>
/// <param name="Read">Its prompts for the seed of a cell; class and number are seen to by the record's own options.</param>
public sealed record OwnPrompts(PromptSource Declared, Func<ulong, IReadOnlyList<Example>> Read) : PromptSource
{
    /// <inheritdoc/>
    public override bool HasAnswers => Declared.HasAnswers;

    /// <inheritdoc/>
    public override bool MayOverlap(PromptSource other) => Declared.MayOverlap(other is OwnPrompts own ? own.Declared : other);

    /// <summary>The prompts that the record declares, the first ones where it says how many, each of its class.</summary>
    /// <param name="seed">The seed of the cell.</param>
    /// <exception cref="InputException">There are none, or one lacks the answer that the record promises.</exception>
    internal IReadOnlyList<Example> Load(ulong seed)
    {
        string name = Declared.GetType().Name;
        var examples = Read(seed).Take(Declared.Take ?? int.MaxValue).Select(e => e with { Class = Declared.Class }).ToList();
        if (examples.Count == 0)
            throw new InputException($"{name} gives no prompts: let its function return at least one.");
        if (Declared.HasAnswers && examples.FirstOrDefault(e => e.Response is null) is { } bare)
            throw new InputException(
                $"{name}, {bare.Origin}: the prompt comes without an answer, and HasAnswers says that all have one: give it a Response."
            );
        return examples;
    }
}
