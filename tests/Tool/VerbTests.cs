using System.Text.Json;

namespace DcrDsl.Tool.Tests;

public sealed class VerbTests : IDisposable
{
    readonly ToolRun.Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("dcr", "MyLab", "dcr", "MyLab")]
    [InlineData("dcr-loss", "My.Lab_2", "dcr-loss", "My.Lab_2")]
    [InlineData(null, "MyLab", "dcr", "MyLab")]
    public void A_template_and_a_name_are_read(string? template, string name, string wantedTemplate, string wantedName) =>
        Assert.Equal((wantedTemplate, wantedName), NewVerb.Read(template is null ? [name] : [template, name]));

    [Theory]
    [InlineData("dcr-modle MyLab", "Did you mean dcr-model?")]
    [InlineData("dcr-model", "give the project a name")]
    [InlineData("dcr 1lab", "cannot be a project's name")]
    [InlineData("dcr ../lab", "cannot be a project's name")]
    public void What_cannot_be_made_is_told(string words, string sentence) =>
        Assert.Contains(sentence, Assert.Throws<InputException>(() => NewVerb.Read(words.Split(' '))).Message, StringComparison.Ordinal);

    [Fact]
    public void Templates_are_those_of_the_tools_version()
    {
        const string Listed = "Currently installed items:\n   DcrDsl.Templates\n      Version: 0.2.0\n      Details:\n         Author: x\n";
        Assert.True(NewVerb.IsInstalled(Listed, "0.2.0"));
        Assert.False(NewVerb.IsInstalled(Listed, "0.1.0"));
        Assert.False(NewVerb.IsInstalled("   Other.Templates\n      Version: 0.2.0\n", "0.2.0"));
    }

    [Fact]
    public async Task A_folder_that_has_something_is_left_alone()
    {
        folder.Write("MyLab/kept.txt", "kept");
        var (code, _, errors) = await ToolRun.In(folder.Path, "new", "MyLab");
        Assert.Equal(1, code);
        Assert.Contains("is not empty", errors, StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(Path.Combine(folder.Path, "MyLab")));
    }

    [Theory]
    [InlineData("run", "first", "--out", "x")]
    [InlineData("init-data")]
    [InlineData("doctor", "--device", "cpu")]
    public async Task Without_a_project_a_programs_verb_says_what_to_do(params string[] arguments)
    {
        var (code, output, errors) = await ToolRun.In(folder.Path, arguments);
        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith("There is no project of DcrDsl in", errors, StringComparison.Ordinal);
    }

    /// <summary>What follows a program's verb reaches the program as it was given, and its exit code comes back.</summary>
    [Fact]
    public async Task Arguments_and_exit_code_pass_through()
    {
        folder.Write(
            "Lab.csproj",
            """
            <Project Sdk="Microsoft.NET.Sdk">
              <!-- DcrDsl.Cli -->
              <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework></PropertyGroup>
            </Project>
            """
        );
        folder.Write("Program.cs", """System.Console.WriteLine(string.Join("|", args)); return 42;""");
        var (code, output, _) = await ToolRun.In(folder.Path, "run", "first", "--help", "--set", "A=1 2", "--", "--version");
        Assert.Equal((42, "run|first|--help|--set|A=1 2|--|--version"), (code, output.Trim()));
    }

    [Fact]
    public async Task The_schema_of_the_vocabulary_needs_no_project()
    {
        var (code, output, _) = await ToolRun.In(folder.Path, "schema");
        Assert.Equal(0, code);
        Assert.Equal(File.ReadAllText(Path.Combine(ToolRun.Repository, "docs", "dcr.schema.json")), output);
        (code, _, _) = await ToolRun.In(folder.Path, "schema", "--vocabulary", "--out", "s.json");
        Assert.Equal(0, code);
        using var schema = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.Path, "s.json")));
        var (wrong, _, errors) = await ToolRun.In(folder.Path, "schema", "--out", Path.Combine("no", "such", "s.json"));
        Assert.Equal(1, wrong);
        Assert.StartsWith("--out ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Words_are_completed()
    {
        var (_, output, _) = await ToolRun.In(folder.Path, "[suggest:7]", "dcr doc");
        Assert.Equal("doctor", output.Trim());
        (_, output, _) = await ToolRun.In(folder.Path, "[suggest:8]", "dcr new ");
        Assert.Superset(new HashSet<string> { "dcr", "dcr-model", "dcr-loss" }, output.Split('\n').ToHashSet());
    }

    /// <summary>bash asks its function as it would after the Tab key.</summary>
    [Fact]
    public async Task The_script_for_bash_completes()
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
        {
            Assert.Skip("bash is another system's.");
            return;
        }
        var (_, script, _) = await ToolRun.In(folder.Path, "completion", "bash");
        string dcr = folder.Write("dcr", $"#!/bin/sh\nexec dotnet '{typeof(DcrTool).Assembly.Location}' \"$@\"\n");
        File.SetUnixFileMode(dcr, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        string test = folder.Write(
            "test.sh",
            script
                + $"\nCOMP_LINE='dcr doc' COMP_POINT=7 COMP_WORDS=({dcr} doc) COMP_CWORD=1\n_dcr_complete\n"
                + "printf '%s\\n' \"${COMPREPLY[@]}\"\n"
        );
        using var bash = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("bash", [test]) { RedirectStandardOutput = true }
        )!;
        Assert.Equal("doctor", (await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Trim());
    }

    [Theory]
    [InlineData("zsh", "compdef _dcr_complete dcr")]
    [InlineData("fish", "complete -c dcr")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    public async Task Each_shell_has_a_script(string shell, string line)
    {
        var (code, output, _) = await ToolRun.In(folder.Path, "completion", shell);
        Assert.Equal(0, code);
        Assert.Contains(line, output, StringComparison.Ordinal);
        Assert.Contains("[suggest:", output, StringComparison.Ordinal);
    }
}
