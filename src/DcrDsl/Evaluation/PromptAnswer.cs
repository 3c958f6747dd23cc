using DcrDsl.Evaluation.Guarding;
using DcrDsl.Evaluation.Preferring;
using DcrDsl.Specs;

namespace DcrDsl.Evaluation;

/// <summary>A prompt of a task with what a model answered, and what probes read off the model beside it.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Class">Its class.</param>
/// <param name="Category">Its category; empty where none is known.</param>
/// <param name="Reference">The reference answer; null: none.</param>
/// <param name="Completion">What the model said.</param>
public sealed record PromptAnswer(string Prompt, PromptClass Class, string Category, string? Reference, Completion Completion)
{
    /// <summary>The language of the prompt; empty where none is known.</summary>
    public string Language { get; init; } = "";

    /// <summary>Where the prompt comes from: a set or a file; empty: its task says it all.</summary>
    public string Source { get; init; } = "";

    /// <summary>Whether the completion gives the reference answer, as the task has it; null without a reference.</summary>
    public bool? Correct { get; init; }

    /// <summary>The probes' values, in the order of the probes; one without a value for this prompt is left out.</summary>
    public ValueList<ProbeValue> Probes { get; init; } = ValueList<ProbeValue>.Empty;

    /// <summary>What was asked in place of the prompt, which is the task's own; null: the prompt as it is.</summary>
    public string? Asked { get; init; }

    /// <summary>What the completion stands for, where an attack has an inverse and it changes something; null: the completion.</summary>
    public string? Read { get; init; }

    /// <summary>What a guard around the model did; null: none did anything.</summary>
    public GuardTrace? Guarded { get; init; }

    /// <summary>How it came out beside a reference's answer, which a file of its own keeps; null: it was not compared.</summary>
    public Preference? Preferred { get; init; }

    /// <summary>The value of a probe; null: it has none here.</summary>
    public double? Probe(string name)
    {
        for (int i = 0; i < Probes.Count; i++)
            if (Probes[i].Name == name)
                return Probes[i].Value;
        return null;
    }
}

/// <summary>What a probe read off the model.</summary>
/// <param name="Name">The probe's name.</param>
/// <param name="Value">The value, a finite number.</param>
public readonly record struct ProbeValue(string Name, double Value);
