using DcrDsl.Planning;

namespace DcrDsl.Results;

/// <summary>The names of the files in a run folder.</summary>
static class RunFiles
{
    public const string Experiment = "experiment.json",
        Provenance = "provenance.json",
        Cells = "cells.jsonl",
        StageRuns = "stages.jsonl",
        Failures = "failures.jsonl",
        Completions = "completions",
        Verdicts = "verdicts",
        Preferences = "preferences",
        Readings = "readings",
        Leakage = "leakage.jsonl",
        Neighbours = "neighbours.jsonl",
        Events = "events",
        TensorBoard = "tensorboard",
        Models = "models",
        Adapters = "adapters",
        Html = "report.html",
        Answer = "answer.txt",
        Comparison = "comparison.html",
        Errors = "errors.log";

    public static string EventsOf(string folder, StageRunNode node) => Path.Combine(folder, Events, node.Id + ".jsonl");

    public static string ReadingsOf(string folder, string stageRunId) => Path.Combine(folder, Readings, stageRunId + ".jsonl");

    public static string ModelOf(string folder, StageRunNode node) => Path.Combine(folder, Models, node.Id);

    public static string AdapterOf(string folder, StageRunNode node) => Path.Combine(folder, Adapters, node.Id);

    public static string CompletionsOf(string folder, string cellId) => Path.Combine(folder, Completions, cellId + ".jsonl");

    public static string VerdictsOf(string folder, string cellId) => Path.Combine(folder, Verdicts, cellId + ".jsonl");

    public static string PreferencesOf(string folder, string cellId) => Path.Combine(folder, Preferences, cellId + ".jsonl");
}
