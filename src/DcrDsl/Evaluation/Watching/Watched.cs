using System.Text.Json.Serialization;

namespace DcrDsl.Evaluation.Watching;

/// <summary>A watch and when it reads.</summary>
/// <param name="Name">What its readings are called.</param>
/// <param name="Every">Steps between two readings; 0: only before the first step and after the last.</param>
/// <param name="Watch">Reads.</param>
public sealed record Watched(string Name, int Every, IWatch Watch)
{
    /// <summary>Whether it reads when so many steps are made.</summary>
    /// <param name="done">Steps made.</param>
    /// <param name="steps">Steps of the stage.</param>
    public bool IsDue(int done, int steps) => done == 0 || done == steps || (Every > 0 && done % Every == 0);
}

/// <summary>A number that was read off the model along a stage: a line of <c>readings/STAGE-RUN.jsonl</c>.</summary>
/// <param name="Watch">What its readings are called.</param>
/// <param name="Step">Steps made by then; 0: before the first.</param>
/// <param name="Measure">What it is, for example <c>refusalProbability</c>.</param>
/// <param name="Of">Of what, for example a class of prompts; empty where that goes without saying.</param>
/// <param name="Layer">The layer, counted from 1; null: of the model as a whole.</param>
/// <param name="Value">The number.</param>
public readonly record struct Reading(string Watch, int Step, string Measure, string Of, int? Layer, double Value)
{
    /// <summary>A row of numbers that belongs to it, for example of a matrix over prompts; null: there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? Row { get; init; }
}
