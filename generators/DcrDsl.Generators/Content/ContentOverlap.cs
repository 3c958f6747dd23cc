using DcrDsl.Data.Overlaps;
using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Draft;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;
using Microsoft.CodeAnalysis;

namespace DcrDsl.Generators.Content;

/// <summary>What two files share.</summary>
/// <param name="Files">The files.</param>
/// <param name="Prompts">How many prompts that are measured on overlap.</param>
/// <param name="First">The first of them, with both places.</param>
sealed record ContentOverlap(ComparedFiles Files, int Prompts, string First)
{
    /// <summary>Compares two files; null: they share nothing, or one of them is not there or cannot be read here.</summary>
    public static ContentOverlap? Of(ComparedFiles files, IReadOnlyList<ContentFile> all, CancellationToken cancellation)
    {
        if (Find(files.Evaluated, all) is not { } measured || Find(files.Trained, all) is not { } taught)
            return null;
        if (ContentPrompts.Of(files.Evaluated, measured.Rows!) is not { } evaluated)
            return null;
        if (ContentPrompts.Of(files.Trained, taught.Rows!) is not { } trained)
            return null;
        var found = OverlapFinder.Find(
            [.. evaluated.Select(p => p.Prompt)],
            [.. trained.Select(p => new TrainedText(0, p.Prompt, []))],
            files.Rule.Words,
            files.Rule.CommonIn,
            cancelled: cancellation.ThrowIfCancellationRequested
        );
        if (found.Count == 0)
            return null;
        // The closest first.
        var first = found.OrderBy(o => o.Kind).ThenBy(o => o.Evaluated).First();
        string sign = first.Kind switch
        {
            OverlapKind.Exact => "=",
            OverlapKind.Normalised => "has the words of",
            _ => $"shares {Text.Label(first.Shared)} words in a row with",
        };
        string more = found.Count > 1 ? $", and {Text.Label(found.Count - 1)} more" : "";
        return new ContentOverlap(
            files,
            found.Count,
            $"{measured.Name}, {evaluated[first.Evaluated].Position} {sign} {taught.Name}, {trained[first.Trained].Position}{more}"
        );
    }

    /// <summary>What there is to say of it: a warning, or an error where overlaps are refused.</summary>
    public Diagnostic At(Place place, Compilation compilation) =>
        DiagnosticInfo
            .Of(
                Descriptors.LeakedPrompts,
                place,
                Files.Task,
                Prompts == 1 ? "a prompt" : $"{Text.Label(Prompts)} prompts",
                Files.Source,
                First,
                Files.Remedy
            )
            .ToDiagnostic(compilation, Files.Rule.Overlaps == OverlapUse.Refuse ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning);

    // Of several files that a path can mean, none is known to be it.
    static ContentFile? Find(PromptFile declared, IReadOnlyList<ContentFile> all)
    {
        var same = all.Where(f => DeclaredPath.MayMean(declared.Path, f.Path)).ToList();
        return same.Count == 1 && same[0].Rows is not null ? same[0] : null;
    }
}
