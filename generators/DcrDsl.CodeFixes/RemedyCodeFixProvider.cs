using System.Collections.Immutable;
using System.Composition;
using DcrDsl.Generators.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace DcrDsl.CodeFixes;

/// <summary>
/// Does what a diagnostic of the generator carries as its remedy. So a rule that knows what would be right says so once, where it reports.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RemedyCodeFixProvider)), Shared]
public sealed class RemedyCodeFixProvider : CodeFixProvider
{
    /// <summary>The diagnostics that can carry a remedy; a test has a case of each.</summary>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } =
    ["DCR001", "DCR005", "DCR006", "DCR008", "DCR012", "DCR018", "DCR019", "DCR021", "DCR024", "DCR028", "DCR060", "DCR069"];

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        foreach (var diagnostic in context.Diagnostics)
            if (root is not null && Remedied(root, diagnostic) is var (title, changed))
                context.RegisterCodeFix(
                    CodeAction.Create(title, _ => Task.FromResult(context.Document.WithSyntaxRoot(changed)), equivalenceKey: title),
                    diagnostic
                );
    }

    /// <summary>What the light bulb says, and the file as it is then; null: the diagnostic carries nothing that can be done here.</summary>
    static (string Title, SyntaxNode Changed)? Remedied(SyntaxNode root, Diagnostic diagnostic)
    {
        string Of(string key) => diagnostic.Properties.TryGetValue(key, out string? value) ? value ?? "" : "";

        var span = diagnostic.Location.SourceSpan;
        string what = Of(RemedyKeys.What),
            value = Of(RemedyKeys.Value);
        if (!root.FullSpan.Contains(span))
            return null;
        var (title, changed) = Of(RemedyKeys.Kind) switch
        {
            RemedyKeys.Rename => ($"Change '{what}' to '{value}'", Edits.Renamed(root, span, what, value)),
            RemedyKeys.Replace => ($"Change to {value}", Edits.Replaced(root, span, value)),
            RemedyKeys.Set => ($"Set {what} = {value}", Edits.Set(root, span, Of(RemedyKeys.At), what, value)),
            RemedyKeys.Modifier => ($"Make it {value}", Edits.Modified(root, span, value)),
            _ => ("", null),
        };
        return changed is null ? null : (title, changed);
    }
}
