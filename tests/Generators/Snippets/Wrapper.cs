namespace DcrDsl.Generators.Tests.Snippets;

/// <summary>
/// What stands around a block that does not say by itself what it is a part of, known by its page and how it begins. A row that no block
/// needs is red.
/// </summary>
sealed record Wrapper(string Page, string Begins, string Before, string After)
{
    const string Diagnostics = "docs/diagnostics.md",
        OwnLoss = "[RuntimeCall(\"L.F\")] public sealed record R : ContrastiveObjective {";

    public static readonly Wrapper[] All =
    [
        new(Diagnostics, "public partial record QuickStart", "[DcrExperiment(\"x\")]", "{ $experiment " + Arms("QuickStart") + " }"),
        new(
            Diagnostics,
            "[RuntimeCall(\"MyLosses.Hinge\")]",
            "",
            "; static class MyLosses { public static Tensor Hinge(Tensor z, Tensor labels) => z; }"
        ),
        new(
            Diagnostics,
            "public ValueList<double>",
            OwnLoss,
            "} static class L { public static Tensor F(Tensor z, Tensor labels, IReadOnlyList<double> weights) => z; }"
        ),
        new(
            Diagnostics,
            "public double Margin",
            OwnLoss,
            "} static class L { public static Tensor F(Tensor z, Tensor labels, double margin, int? most = null) => z; }"
        ),
        new("docs/extending.md", "var loss", Method("Tensor z, Tensor labels"), "}}"),
        new("docs/guards.md", "var account", Method("RunResults run"), "}}"),
        new("docs/steering.md", "var selection", Method("RunResults run"), "}}"),
        new("docs/evaluation.md", "var task", Method("DcrDsl.Experiments.RealModelResults results"), "}}"),
        new("docs/models.md", "using var decoder", "using AdamW = DcrDsl.Training.AdamW;\n" + Method("int steps"), "}}"),
        new("docs/chat-templates.md", "ChatTemplate template", Method("IReadOnlyList<(int Start, int End)> tokenOffsets"), "}}"),
        new(
            "docs/runs.md",
            "using DcrDsl.Execution;",
            Method("IProgress<RunProgress> progress, Microsoft.Extensions.Logging.ILogger logger, CancellationToken cancellation"),
            "}}"
        ),
        new("docs/reproducing.md", "[Fact]", "sealed class FactAttribute : Attribute; class Tests(string folder) {", "}"),
        new(
            "docs/reproducing.md",
            "VerifierSettings",
            """
            // The little of Verify that it calls.
            record CompareResult
            {
                public static CompareResult Equal => new();
                public static CompareResult NotEqual(string message) => new();
            }
            static class VerifierSettings
            {
                public static void RegisterStringComparer(
                    string extension, Func<string, string, IReadOnlyDictionary<string, object>, Task<CompareResult>> compare) { }
            }
            static class Program
            {
                static Task Verify(string text, string extension) => Task.CompletedTask;
                static async Task Main(RunResults results) {
            """,
            "}}"
        ),
    ];

    /// <summary>Whether it makes a program of the block, rather than a declaration.</summary>
    public bool IsProgram =>
        Before.Contains("class Program", StringComparison.Ordinal) || Before.Contains("class Tests", StringComparison.Ordinal);

    public static Wrapper? Of(Block block) => All.FirstOrDefault(w => w.IsOf(block));

    public bool IsOf(Block block) => block.Page == Page && block.Text.StartsWith(Begins, StringComparison.Ordinal);

    static string Method(string given) => $"static class Program {{ static async Task Main({given}) {{ await Task.Yield();";

    static string Arms(string record) =>
        $"[Arm(\"STL\", Role = ArmRole.Reference)] public static {record} Stl => new() {{ Dcr = ContrastiveRefinement.None }};"
        + $"[Arm(\"DCR\", Role = ArmRole.Subject)] public static {record} Full => new();";
}
