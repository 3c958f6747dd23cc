using System.Reflection;

namespace DcrDsl.EndToEnd.Tests;

/// <summary>The arrows of docs/architecture.md: what may know what.</summary>
public class ArrowTests
{
    static readonly Assembly Specs = typeof(Specs.Stage).Assembly,
        Jinja = typeof(DcrDsl.Jinja.Template).Assembly,
        Tokenizers = typeof(DcrDsl.Tokenizers.HuggingFaceTokenizer).Assembly,
        Runtime = typeof(DcrDsl.Planning.Plan).Assembly,
        Cli = typeof(Cli.DcrCommandLine).Assembly;

    static IEnumerable<string> Ours(Assembly assembly) =>
        assembly.GetReferencedAssemblies().Select(a => a.Name!).Where(n => n.StartsWith("DcrDsl", StringComparison.Ordinal));

    [Fact]
    public void The_vocabulary_knows_nobody() => Assert.Empty(Ours(Specs));

    [Fact]
    public void Jinja_and_the_tokenizers_know_nobody()
    {
        Assert.Empty(Ours(Jinja));
        Assert.Empty(Ours(Tokenizers));
    }

    [Fact]
    public void The_runtime_knows_the_vocabulary_and_what_knows_nobody() =>
        Assert.Equal(["DcrDsl.Jinja", "DcrDsl.Specs", "DcrDsl.Tokenizers"], Ours(Runtime).Order(StringComparer.Ordinal));

    [Fact]
    public void The_command_line_knows_the_runtime_and_the_vocabulary_only() =>
        Assert.Subset(new HashSet<string> { "DcrDsl", "DcrDsl.Specs" }, Ours(Cli).ToHashSet());
}
