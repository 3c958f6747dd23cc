namespace DcrDsl.Tool.Tests;

/// <summary>The arrow of docs/architecture.md: the tool stands beside programs and knows nothing that they are made of.</summary>
public class ArrowTests
{
    [Fact]
    public void The_tool_knows_nobody_of_ours_and_nothing_of_torch() =>
        Assert.DoesNotContain(
            typeof(DcrTool).Assembly.GetReferencedAssemblies(),
            a => a.Name!.StartsWith("DcrDsl", StringComparison.Ordinal) || a.Name.Contains("Torch", StringComparison.OrdinalIgnoreCase)
        );
}
