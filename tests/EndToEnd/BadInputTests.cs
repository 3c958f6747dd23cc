namespace DcrDsl.EndToEnd.Tests;

/// <summary>
/// Mistakes end in one sentence with what to do, an exit code, and no stack trace. Those in declarations are compile-time errors: see the
/// generator's tests.
/// </summary>
public class BadInputTests
{
    const string Header = "id,question,kind\n";

    [Theory]
    [InlineData(new[] { "run", "quickstrat" }, "Did you mean quickstart?")]
    [InlineData(new[] { "run", "quickstart", "--arm", "DRC" }, "Did you mean DCR?")]
    [InlineData(new[] { "run", "smoke", "--set", "Dcr.Leyer=1" }, "Did you mean Dcr.Layer?")]
    [InlineData(new[] { "run", "smoke", "--set", "Dcr.Layer=9" }, "give a whole number from 1 to 2")]
    [InlineData(new[] { "run", "smoke", "--set", "Dcr.Layer=0" }, "give a whole number from 1 to 2")]
    [InlineData(new[] { "run", "smoke", "--set", "Dcr.Layer=two" }, "give a whole number from 1 to 2")]
    [InlineData(new[] { "run", "quickstart", "--set", "Dcr.Layer=1" }, "has no axes")]
    [InlineData(new[] { "run", "smoke", "--seed", "-1" }, "at least 0")]
    [InlineData(new[] { "run", "smoke", "--device", "tpu" }, "cpu")]
    [InlineData(new[] { "run", "smoke", "--precision", "fp8" }, "give fp32 or bf16")]
    [InlineData(new[] { "run", "smoke", "--path", "data=." }, "have no name 'data'")]
    [InlineData(new[] { "run", "real-model", "--path", "data" }, "give a name and a place")]
    [InlineData(new[] { "run", "smoke", "--threads", "0" }, "at least 1")]
    [InlineData(new[] { "show", "smokey" }, "Did you mean smoke?")]
    [InlineData(new[] { "report", "no-such-run" }, "no-such-run")]
    public async Task On_the_command_line(string[] arguments, string part)
    {
        var answer = await CommandLine.Run(arguments);
        Assert.Equal(1, answer.Code);
        AssertSentence(answer, part);
    }

    [Fact]
    public async Task An_unknown_verb_is_a_usage_error()
    {
        var answer = await CommandLine.Run("rnu", "smoke");
        Assert.Equal(2, answer.Code);
        Assert.Contains("rnu", answer.Errors);
    }

    [Theory]
    [InlineData(null, "my-prompts.csv")]
    [InlineData("", "empty")]
    [InlineData(Header, "no rows")]
    [InlineData("id,qestion,kind\n1,how do i kill a process ?,x\n", "did you mean")]
    [InlineData(Header + "1,\"how do i\n", "line")]
    [InlineData(Header + "1,,homonyms\n", "line 2")]
    public async Task In_a_file_of_prompts_before_anything_is_trained(string? content, string part)
    {
        using var folder = new CommandLine.TemporaryFolder();
        Directory.CreateDirectory(folder.In("experiments", "prompts"));
        if (content is not null)
            await File.WriteAllTextAsync(
                folder.In("experiments", "prompts", "my-prompts.csv"),
                content,
                TestContext.Current.CancellationToken
            );
        var answer = await CommandLine.RunIn(folder.Path, "run", "own-prompts");
        Assert.Equal(1, answer.Code);
        AssertSentence(answer, part);
        Assert.Contains("my-prompts.csv", answer.Errors);
        Assert.False(Directory.Exists(folder.In("runs")), "nothing is begun, so nothing is left behind");
    }

    /// <summary>
    /// A folder that cannot be made, whoever asks: it lies under a file. (A folder without write permission is no obstacle to root.)
    /// </summary>
    [Fact]
    public async Task An_output_folder_that_cannot_be_written()
    {
        using var folder = new CommandLine.TemporaryFolder();
        await File.WriteAllTextAsync(folder.In("file"), "", TestContext.Current.CancellationToken);
        var answer = await CommandLine.Run("run", "smoke", "--out", folder.In("file", "results"));
        Assert.Equal(1, answer.Code);
        AssertSentence(answer, "file");
    }

    [Fact]
    public async Task A_read_only_output_folder()
    {
        Assert.SkipWhen(Environment.UserName == "root", "root writes into read-only folders");
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows ignores a folder's read-only flag");
            return;
        }
        using var folder = new CommandLine.TemporaryFolder();
        Directory.CreateDirectory(folder.In("locked"));
        File.SetUnixFileMode(folder.In("locked"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var answer = await CommandLine.Run("run", "smoke", "--out", folder.In("locked", "results"));
        Assert.Equal(1, answer.Code);
        AssertSentence(answer, "locked");
    }

    static void AssertSentence(CommandLine.Answer answer, string part)
    {
        Assert.Contains(part, answer.Errors);
        Assert.DoesNotContain("   at ", answer.Errors + answer.Output);
        Assert.DoesNotContain("Exception", answer.Errors + answer.Output);
    }
}
