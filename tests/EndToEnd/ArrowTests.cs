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

    /// <summary>Folders of the runtime, each with those that it may use: data flows down this list.</summary>
    [Fact]
    public void The_runtimes_folders_use_each_other_in_the_order_in_which_data_flows()
    {
        string[] order = ["Data", "Models", "Objectives", "Training", "Evaluation", "Plans", "Reports"];
        var files = Directory
            .EnumerateFiles(Path.Combine(CommandLine.Repository, "src", "DcrDsl"), "*.cs", SearchOption.AllDirectories)
            .Select(f =>
                (
                    Parts: Path.GetRelativePath(Path.Combine(CommandLine.Repository, "src", "DcrDsl"), f)
                        .Split(Path.DirectorySeparatorChar),
                    Text: File.ReadAllText(f)
                )
            )
            .Where(f => Array.IndexOf(order, f.Parts[0]) >= 0)
            .ToList();
        Assert.NotEmpty(files);
        var wrong =
            from file in files
            let place = Array.IndexOf(order, file.Parts[0])
            from later in order.Skip(place + 1)
            where file.Text.Contains($"using DcrDsl.{later};", StringComparison.Ordinal)
            select $"{string.Join('/', file.Parts)} uses {later}";
        Assert.Empty(wrong);
    }
}
