namespace DcrDsl.EndToEnd.Tests;

public class VerbTests
{
    [Fact]
    public async Task List_names_every_experiment()
    {
        var answer = await CommandLine.Run("list");
        Assert.Equal(0, answer.Code);
        foreach (string name in new[] { "quickstart", "own-prompts", "controls", "layers", "smoke" })
            Assert.Contains(name, answer.Output);
    }

    [Fact]
    public async Task Show_prints_the_declaration_the_cells_and_the_generated_program()
    {
        var answer = await CommandLine.Run("show", "quickstart");
        Assert.Equal(0, answer.Code);
        foreach (
            string part in new[]
            {
                "experiment: quickstart",
                "dcr-seed2",
                "var loss   = ContrastiveLoss.Circle(z, labels, margin: 0.25, scale: 80.0);",
            }
        )
            Assert.Contains(part, answer.Output);
    }

    [Fact]
    public async Task Show_prints_the_very_file_that_was_compiled()
    {
        string generated = await File.ReadAllTextAsync(
            Path.Combine(CommandLine.Repository, "experiments", "Generated", "Smoke.Program.g.cs"),
            TestContext.Current.CancellationToken
        );
        var answer = await CommandLine.Run("show", "smoke", "--source");
        Assert.Contains(generated.Replace("\r\n", "\n").Trim(), answer.Output.Replace("\r\n", "\n"));
    }

    [Fact]
    public async Task Schema_is_the_one_beside_the_experiments()
    {
        string path = Path.Combine(CommandLine.Repository, "experiments", "dcr.schema.json"),
            expected = (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).Replace("\r\n", "\n");
        var printed = await CommandLine.Run("schema");
        Assert.Equal((0, ""), (printed.Code, printed.Errors));
        Assert.Equal(expected, printed.Output.Replace("\r\n", "\n"));

        using var folder = new CommandLine.TemporaryFolder();
        var written = await CommandLine.RunIn(folder.Path, "schema", "--out", "dcr.schema.json");
        Assert.Equal(0, written.Code);
        Assert.Equal(
            expected,
            await File.ReadAllTextAsync(Path.Combine(folder.Path, "dcr.schema.json"), TestContext.Current.CancellationToken)
        );
        var nowhere = await CommandLine.RunIn(folder.Path, "schema", "--out", Path.Combine("no", "dcr.schema.json"));
        Assert.Equal(1, nowhere.Code);
        Assert.StartsWith("--out ", nowhere.Errors);
    }

    [Fact]
    public async Task Plan_says_what_would_run_and_writes_nothing()
    {
        using var folder = new CommandLine.TemporaryFolder();
        var answer = await CommandLine.RunIn(folder.Path, "plan", "quickstart", "--arm", "STL,DCR");
        Assert.Equal(0, answer.Code);
        Assert.Contains("10 cells", answer.Output);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("list")]
    [InlineData("show")]
    [InlineData("plan")]
    [InlineData("run")]
    [InlineData("report")]
    [InlineData("judge")]
    [InlineData("label")]
    [InlineData("status")]
    [InlineData("stage")]
    [InlineData("store")]
    public async Task Every_verb_has_help(string verb)
    {
        var answer = await CommandLine.Run(verb, "--help");
        Assert.Equal(0, answer.Code);
        Assert.Contains("Usage", answer.Output);
    }

    [Fact]
    public async Task The_help_documents_the_exit_codes() => Assert.Contains("130", (await CommandLine.Run("--help")).Output);

    /// <summary>Ctrl-C ends the run at its next step, keeps what is finished and says so with the exit code.</summary>
    [Fact]
    public async Task An_interrupt_stops_cleanly_and_keeps_what_is_finished()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signal to send to another process");
        using var folder = new CommandLine.TemporaryFolder();
        using var process = CommandLine.Start(CommandLine.Repository, "run", "quickstart", "--out", folder.In("q"));
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        // The base models of two seeds are finished long before the first pretraining is.
        await CommandLine.UntilItHasFinishedOne(process, folder.In("q"));
        using var kill = System.Diagnostics.Process.Start(
            "kill",
            ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]
        );
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(130, process.ExitCode);
        Assert.Contains("Stopped", await errors);
        Assert.DoesNotContain("   at ", await output + await errors);
        Assert.NotEmpty(DcrDsl.Results.RunResults.Load(folder.In("q")).StageRuns);
    }
}
