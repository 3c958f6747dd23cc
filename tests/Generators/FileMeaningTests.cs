using Basic.Reference.Assemblies;
using DcrDsl.Generators.CSharp;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DcrDsl.Generators.Tests;

public class FileMeaningTests
{
    /// <summary>Which is half of binding, and what no value depends on.</summary>
    [Fact]
    public void The_compiler_does_not_analyse_what_may_be_null()
    {
        var tree = CSharpSyntaxTree.ParseText(
            "#nullable enable\nclass A { object? x = new(); }",
            cancellationToken: TestContext.Current.CancellationToken
        );
        var compilation = CSharpCompilation.Create("A", [tree], Net100.References.All);
        var value = tree.GetRoot(TestContext.Current.CancellationToken)
            .DescendantNodes()
            .OfType<ImplicitObjectCreationExpressionSyntax>()
            .Single();

        var type = FileMeaning.Of(compilation, tree).GetTypeInfo(value, TestContext.Current.CancellationToken);

        Assert.Equal(SpecialType.System_Object, type.Type!.SpecialType);
        Assert.Equal(NullableFlowState.None, type.Nullability.FlowState);
        Assert.Equal(
            NullableFlowState.NotNull,
            compilation.GetSemanticModel(tree).GetTypeInfo(value, TestContext.Current.CancellationToken).Nullability.FlowState
        );
    }
}
