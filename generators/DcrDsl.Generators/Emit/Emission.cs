using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Model;
using DcrDsl.Generators.Values;
using Microsoft.CodeAnalysis;

namespace DcrDsl.Generators.Emit;

/// <summary>What the programs of one experiment are written from.</summary>
sealed record Emission(ExperimentModel Experiment, CatalogEntry Entry, Surroundings Surroundings)
{
    /// <summary>Null where there is no experiment, or another has its name, or the project its types.</summary>
    public static Emission? Of(Compiled compiled, EquatableArray<CatalogEntry> catalog, Survey survey)
    {
        if (
            compiled.Experiment is null
            || catalog.FirstOrDefault(e => e.IsOf(compiled.Entry)) is not { Clash: null } entry
            || survey.Taken(entry) is not null
        )
            return null;
        return new Emission(compiled.Experiment, entry, survey.Of(entry.Namespace));
    }
}

/// <summary>The files of one experiment, or why there are none.</summary>
sealed record Emitted(CatalogEntry Entry, EquatableArray<(string Hint, string Text)> Files, string? Failure)
{
    /// <summary>Writes the files; an exception that left the generator would take every other experiment with it.</summary>
    public static Emitted Of(Emission emission)
    {
        try
        {
            var (experiment, entry, surroundings) = emission;
            string program = ProgramEmitter.Emit(experiment, surroundings);
            return new Emitted(
                entry,
                new EquatableArray<(string, string)>([
                    (entry.Hint + ".Program.g.cs", program),
                    (entry.Hint + ".Definition.g.cs", DefinitionEmitter.Emit(experiment, program, surroundings)),
                    (entry.Hint + ".Results.g.cs", ResultsEmitter.Emit(experiment, surroundings)),
                ]),
                null
            );
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return Failed(emission, e);
        }
    }

    public static Emitted Failed(Emission emission, Exception exception) =>
        new(emission.Entry, EquatableArray<(string, string)>.Empty, Compiled.Sentence(exception));
}

/// <summary>A declaration for which nothing is written, though it is valid by itself.</summary>
sealed record Refused(CatalogEntry Entry, DiagnosticDescriptor Descriptor, EquatableArray<string> Arguments)
{
    public static IEnumerable<Refused> All(EquatableArray<CatalogEntry> catalog, Survey survey, EquatableArray<Emitted> emitted)
    {
        foreach (var entry in catalog)
            if (entry.Clash is not null)
                yield return Of(entry, Descriptors.DuplicateExperiment, entry.Clash);
            else if (entry.IsValid && survey.Taken(entry) is { } type)
                yield return Of(entry, Descriptors.TypeTaken, type);
        foreach (var failed in emitted)
            if (failed.Failure is not null)
                yield return Of(failed.Entry, Descriptors.InternalError, failed.Entry.Name, failed.Failure);
    }

    static Refused Of(CatalogEntry entry, DiagnosticDescriptor descriptor, params string[] arguments) =>
        new(entry, descriptor, arguments.ToEquatableArray());
}
