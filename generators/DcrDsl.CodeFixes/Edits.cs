using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace DcrDsl.CodeFixes;

/// <summary>The changes to a file; each gives null where what it is about is not written there.</summary>
static class Edits
{
    /// <summary>
    /// Texts within the span that say a name, or beside it in the attributes of the declaration that it stands in, say another.
    /// </summary>
    public static SyntaxNode? Renamed(SyntaxNode root, TextSpan span, string name, string other)
    {
        var node = root.FindNode(span);
        var texts = Texts(node, name);
        if (texts.Count == 0 && node.FirstAncestorOrSelf<MemberDeclarationSyntax>() is { } member)
            texts = [.. member.AttributeLists.SelectMany(list => Texts(list, name))];
        return texts.Count == 0 ? null : root.ReplaceNodes(texts, (text, _) => Text(other).WithTriviaFrom(text));
    }

    /// <summary>The expression of the span is another.</summary>
    public static SyntaxNode? Replaced(SyntaxNode root, TextSpan span, string value) =>
        Expression(root, span) is { } expression
            ? root.ReplaceNode(expression, SyntaxFactory.ParseExpression(value).WithTriviaFrom(expression))
            : null;

    /// <summary>An option is set in the record whose option, or which itself, the span marks.</summary>
    /// <param name="root">The file.</param>
    /// <param name="span">The marked expression.</param>
    /// <param name="at">The option whose value it is; empty: it is the record.</param>
    /// <param name="option">The option to be set.</param>
    /// <param name="value">Its value.</param>
    public static SyntaxNode? Set(SyntaxNode root, TextSpan span, string at, string option, string value)
    {
        if (Expression(root, span) is not { } marked)
            return null;
        var written = SyntaxFactory.ParseExpression(value);
        var setting = SyntaxFactory.AssignmentExpression(
            SyntaxKind.SimpleAssignmentExpression,
            SyntaxFactory.IdentifierName(option).WithTrailingTrivia(SyntaxFactory.Space),
            SyntaxFactory.Token(SyntaxKind.EqualsToken).WithTrailingTrivia(SyntaxFactory.Space),
            written
        );
        if (at.Length == 0)
            return marked switch
            {
                BaseObjectCreationExpressionSyntax { Initializer: { } own } => With(root, own, setting),
                BaseObjectCreationExpressionSyntax creation => root.ReplaceNode(creation, Initialised(creation, setting)),
                WithExpressionSyntax { Initializer: var own } => With(root, own, setting),
                _ => null,
            };
        return
            marked.Parent is AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax initialiser } assignment
            && Sets(assignment, at)
            ? With(root, initialiser, setting)
            : null;
    }

    /// <summary>The type whose name the span marks has a modifier more.</summary>
    public static SyntaxNode? Modified(SyntaxNode root, TextSpan span, string modifier)
    {
        if (root.FindNode(span).FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } type)
            return null;
        var token = SyntaxFactory.ParseToken(modifier).WithTrailingTrivia(SyntaxFactory.Space);
        // The modifier stands right before the keyword, which has the comments of a type without any other.
        return type.Modifiers.Count > 0
            ? root.ReplaceNode(type, type.AddModifiers(token))
            : root.ReplaceNode(
                type,
                type.WithKeyword(type.Keyword.WithLeadingTrivia()).AddModifiers(token.WithLeadingTrivia(type.Keyword.LeadingTrivia))
            );
    }

    static SyntaxNode With(SyntaxNode root, InitializerExpressionSyntax initialiser, AssignmentExpressionSyntax setting)
    {
        var all = initialiser.Expressions;
        if (all.OfType<AssignmentExpressionSyntax>().FirstOrDefault(a => Sets(a, Name(setting))) is { } old)
            return root.ReplaceNode(old.Right, setting.Right.WithTriviaFrom(old.Right));
        if (all.Count == 0)
            return root.ReplaceNode(initialiser, initialiser.AddExpressions(setting.WithTrailingTrivia(SyntaxFactory.Space)));
        // On a line of its own where the others have one, behind the last: its comma and what follows it stay.
        var last = all[all.Count - 1];
        var margin = last.GetLeadingTrivia().Reverse().TakeWhile(t => t.IsKind(SyntaxKind.WhitespaceTrivia)).ToList();
        setting = setting.WithLeadingTrivia(margin);
        bool endsWithComma = all.SeparatorCount == all.Count;
        var separator = SyntaxFactory.Token(SyntaxKind.CommaToken);
        separator = endsWithComma
            ? separator.WithTrailingTrivia(all.GetSeparator(all.Count - 1).TrailingTrivia)
            : separator.WithTrailingTrivia(margin.Count > 0 ? EndOfLine(root) : SyntaxFactory.Space);
        if (endsWithComma)
        {
            var nodes = all.GetWithSeparators().Add(setting).Add(separator);
            return root.ReplaceNode(initialiser, initialiser.WithExpressions(SyntaxFactory.SeparatedList<ExpressionSyntax>(nodes)));
        }
        var list = all.GetWithSeparators()
            .Replace(last, last.WithTrailingTrivia())
            .Add(separator)
            .Add(setting.WithTrailingTrivia(last.GetTrailingTrivia()));
        return root.ReplaceNode(initialiser, initialiser.WithExpressions(SyntaxFactory.SeparatedList<ExpressionSyntax>(list)));
    }

    static BaseObjectCreationExpressionSyntax Initialised(
        BaseObjectCreationExpressionSyntax creation,
        AssignmentExpressionSyntax setting
    ) =>
        creation
            .WithInitializer(
                SyntaxFactory.InitializerExpression(
                    SyntaxKind.ObjectInitializerExpression,
                    SyntaxFactory
                        .Token(SyntaxKind.OpenBraceToken)
                        .WithLeadingTrivia(SyntaxFactory.Space)
                        .WithTrailingTrivia(SyntaxFactory.Space),
                    SyntaxFactory.SingletonSeparatedList<ExpressionSyntax>(setting.WithTrailingTrivia(SyntaxFactory.Space)),
                    SyntaxFactory.Token(SyntaxKind.CloseBraceToken)
                )
            )
            .WithTrailingTrivia(creation.GetTrailingTrivia());

    /// <summary>As the file ends its lines.</summary>
    static SyntaxTrivia EndOfLine(SyntaxNode root) =>
        root.DescendantTrivia().FirstOrDefault(t => t.IsKind(SyntaxKind.EndOfLineTrivia)) is { RawKind: not 0 } found
            ? found
            : SyntaxFactory.LineFeed;

    static string Name(AssignmentExpressionSyntax assignment) =>
        assignment.Left is IdentifierNameSyntax name ? name.Identifier.ValueText : "";

    static bool Sets(AssignmentExpressionSyntax assignment, string option) => Name(assignment) == option;

    /// <summary>The outermost expression of exactly this span.</summary>
    static ExpressionSyntax? Expression(SyntaxNode root, TextSpan span) =>
        root.FindNode(span, getInnermostNodeForTie: true).AncestorsAndSelf().OfType<ExpressionSyntax>().LastOrDefault(e => e.Span == span);

    static List<LiteralExpressionSyntax> Texts(SyntaxNode node, string text) =>
        [
            .. node.DescendantNodesAndSelf()
                .OfType<LiteralExpressionSyntax>()
                .Where(l => l.IsKind(SyntaxKind.StringLiteralExpression) && l.Token.ValueText == text),
        ];

    static LiteralExpressionSyntax Text(string text) =>
        SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(text));
}
