using DcrDsl.Cli;
using DcrDsl.Definition;
using DcrDsl.Results;

namespace DcrDsl.Runtime.Tests.Runs;

public class CommandLineTests
{
    [Theory]
    [InlineData("run fak", "There is no experiment 'fak'. Did you mean fake?")]
    [InlineData("run fake --arm DRC", "fake has no arm 'DRC'. Did you mean DCR?")]
    [InlineData("run fake --seed 5..2", "--seed 5..2: this range ends before it begins; give 2..5.")]
    [InlineData(
        "run fake --seed 0..1000000000",
        "--seed 0..1000000000: that makes 1,000,000,001 seeds, and a run takes at most 10,000; give fewer."
    )]
    [InlineData("run fake --seed 0..10000", "--seed 0..10000: that makes 10,001 seeds, and a run takes at most 10,000; give fewer.")]
    [InlineData("run fake --seed 0..9999,20000", "--seed 20000: that makes 10,001 seeds, and a run takes at most 10,000; give fewer.")]
    [InlineData("run fake --seed 2147483648", "--seed 2147483648: the largest seed is 2147483647; give smaller numbers.")]
    [InlineData(
        "run fake --seed 0..99999999999999999999",
        "--seed 0..99999999999999999999: the largest seed is 2147483647; give smaller numbers."
    )]
    [InlineData("run fake --seed -1..3", "--seed -1..3: give whole numbers of at least 0, for example 0,1,2 or 0..4.")]
    [InlineData("run fake --seed 0..", "--seed 0..: give whole numbers of at least 0, for example 0,1,2 or 0..4.")]
    [InlineData("run fake --seed 0..1..2", "--seed 0..1..2: give whole numbers of at least 0, for example 0,1,2 or 0..4.")]
    [InlineData("run fake --seed \u0663", "--seed \u0663: give whole numbers of at least 0, for example 0,1,2 or 0..4.")]
    [InlineData("run fake --seed x", "--seed x: give whole numbers of at least 0, for example 0,1,2 or 0..4.")]
    [InlineData("run fake --set Layer", "--set Layer: give an axis and its values, as in --set AXIS=VALUE,VALUE.")]
    [InlineData(
        "run fake --set A=1",
        "fake has no axes, so there is nothing to set: declare one with [Sweep] in C#, or under 'sweep' in YAML."
    )]
    [InlineData("run fake --threads 0", "--threads: give a whole number of at least 1, or 'measured'.")]
    [InlineData("run fake --threads -1", "--threads: give a whole number of at least 1, or 'measured'.")]
    [InlineData("run fake --side-by-side 0", "--side-by-side: give a whole number of at least 1.")]
    [InlineData(
        "run fake --threads 2 --side-by-side 3",
        "--side-by-side 3: each stage run needs a thread, and there are 2 threads: give fewer, or more --threads."
    )]
    [InlineData(
        "plan fake --threads 1 --side-by-side 2",
        "--side-by-side 2: each stage run needs a thread, and there is 1 thread: give fewer, or more --threads."
    )]
    [InlineData(
        "doctor --threads measured",
        "--threads measured: what is best is measured where a run begins, and this is not that: give the number."
    )]
    [InlineData(
        "run fake --export Algn",
        "--export Algn: fake runs no stage of that name that makes a model. There are: Base, Learn, Align, AlignAug, Dcr."
    )]
    [InlineData(
        "run fake --precision fp8",
        "--precision fp8: give fp32 or bf16, or with the arithmetic chosen bf16-fp32, bf16-bf16 or bf16-mixed."
    )]
    [InlineData("run fake --device gpu", "--device gpu: give cpu, cuda:N (N counts from 0) or mps.")]
    [InlineData("report no/such/folder", "There is no folder no/such/folder: give the folder of a run, or the name of an experiment.")]
    public async Task A_mistake_is_told_in_a_sentence_with_exit_code_1(string line, string sentence)
    {
        var (code, output, error) = await Run(FakeExperiment.Of(), line.Split(' '));

        Assert.Equal(1, code);
        Assert.Equal(sentence, error.Trim());
        Assert.Empty(output);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("run fake --sed 1")]
    [InlineData("rnu fake")]
    [InlineData("run fake --threads many")]
    public async Task A_line_that_cannot_be_read_has_exit_code_2(string line)
    {
        var (code, _, error) = await Run(FakeExperiment.Of(), line.Split(' '));

        Assert.Equal(2, code);
        Assert.Contains("--help", error);
        Assert.DoesNotContain("   at ", error);
    }

    [Theory]
    [InlineData("0..0", new[] { 0 })]
    [InlineData("1,1,0", new[] { 1, 0 })]
    [InlineData("2147483646..2147483647", new[] { 2147483646, 2147483647 })]
    [InlineData("2..3,1..2", new[] { 2, 3, 1 })]
    public void Seeds_are_read(string text, int[] seeds) => Assert.Equal(seeds, SeedList.Read(text.Split(',')));

    [Theory]
    [InlineData("--help")]
    [InlineData("run --help")]
    [InlineData("report --help")]
    public async Task Help_has_examples_and_the_exit_codes(string line)
    {
        var (code, output, _) = await Run(FakeExperiment.Of(), line.Split(' '));

        Assert.Equal(0, code);
        Assert.Contains("Examples:", output);
        Assert.Contains("130  stopped with Ctrl-C", output);
    }

    [Fact]
    public async Task An_interval_that_is_none_is_a_mistake()
    {
        var (code, _, error) = await Run(FakeExperiment.Of(), ["run", "fake", "--checkpoint-every", "5d"]);
        Assert.Equal(
            (1, "--checkpoint-every 5d: give a number of steps, or a time such as 30s, 5m or 2h."),
            (code, error.Trim().ReplaceLineEndings(" "))
        );
    }

    /// <summary>An experiment of which nothing is left is told apart, and the others are listed.</summary>
    [Fact]
    public async Task An_experiment_that_cannot_be_planned_takes_no_other_with_it_from_the_list()
    {
        var empty = FakeExperiment.Of() with
        {
            Name = "empty",
            Exclusions = [.. FakeExperiment.Of().Arms.Select(a => new Dictionary<string, string> { ["arm"] = a.Name })],
        };
        StringWriter output = new(),
            error = new();
        int code = await DcrCommandLine.RunAsync(
            [empty, FakeExperiment.Of()],
            ["list"],
            new Terminal(InProcess.Console(output), InProcess.Console(error), Live: false)
        );
        Assert.Equal(0, code);
        Assert.Contains("empty: nothing is left to run", output.ToString());
        Assert.Matches(@"fake .* 9 │", output.ToString());
    }

    [Fact]
    public async Task A_run_leaves_its_report_and_exit_code_0()
    {
        using var folder = new TemporaryFolder();
        string results = Path.Combine(folder.Path, "results");

        var (code, output, error) = await Run(FakeExperiment.Of(), "run", "fake", "--seed", "0..1", "--arm", "STL,DCR", "--out", results);

        Assert.Equal(0, code);
        Assert.Contains("4 cells, 18 stage runs; run apart they would be 22, so 4 are shared.", error);
        Assert.Contains("2 seeds are too few for a claim.", output);
        Assert.True(File.Exists(Path.Combine(results, "report.html")));
        string command = RunResults.Load(results).Experiment.Command;
        Assert.EndsWith("run fake --seed 0..1 --arm STL,DCR", command);

        var (again, same, _) = await Run(FakeExperiment.Of(), "report", results);
        Assert.Equal((0, output), (again, same));
    }

    /// <summary>The run's files keep the choice, so that a later report makes it too; a report may make another.</summary>
    [Fact]
    public async Task The_arms_that_are_compared_can_be_chosen()
    {
        using var folder = new TemporaryFolder();
        string results = Path.Combine(folder.Path, "results");

        var (code, output, _) = await Run(FakeExperiment.Of(), "run", "fake", "--seed", "0", "--reference", "STL-aug", "--out", results);
        Assert.Equal(0, code);
        Assert.Contains("Differences to STL-aug at one seed", output);
        Assert.EndsWith("run fake --seed 0 --reference STL-aug", RunResults.Load(results).Experiment.Command);
        Assert.Contains("Differences to STL-aug at one seed", (await Run(FakeExperiment.Of(), "report", results)).Output);

        var (_, other, _) = await Run(FakeExperiment.Of(), "report", results, "--reference", "DCR", "--subject", "STL");
        Assert.Contains("Differences to DCR at one seed", other);
        Assert.Contains($"report {results} --reference DCR --subject STL", File.ReadAllText(Path.Combine(results, "report.md")));

        var (wrong, _, error) = await Run(FakeExperiment.Of(), "run", "fake", "--reference", "SLT", "--out", results + "2");
        Assert.Equal((1, false), (wrong, Directory.Exists(results + "2")));
        Assert.Contains("There is no arm 'SLT' to be the reference of the comparison. Did you mean STL?", error);
    }

    [Fact]
    public async Task A_run_writes_the_models_of_the_stages_asked_for()
    {
        using var folder = new TemporaryFolder();
        string results = Path.Combine(folder.Path, "results");

        var (code, _, _) = await Run(
            FakeExperiment.Of(),
            "run",
            "fake",
            "--seed",
            "0",
            "--arm",
            "STL,DCR",
            "--export",
            "Dcr,align",
            "--out",
            results
        );

        Assert.Equal(0, code);
        Assert.Equal(
            ["seed0-Learn-Align", "seed0-Learn-Dcr", "seed0-Learn-Dcr-Align"],
            Directory.GetDirectories(Path.Combine(results, "models")).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal)
        );
        Assert.False(Directory.Exists(Path.Combine(results, "adapters")));
        Assert.EndsWith("--export Dcr,align", RunResults.Load(results).Experiment.Command);
    }

    [Fact]
    public async Task Failed_cells_are_named_with_exit_code_3()
    {
        using var folder = new TemporaryFolder();
        var definition = FakeExperiment.Of(
            during: (stage, run) =>
            {
                if (stage == "Dcr" && run.Seed == 1)
                    throw new InputException("prompts.csv, line 3: no prompt.");
            }
        );

        var (code, _, error) = await Run(definition, "run", "fake", "--out", Path.Combine(folder.Path, "results"));

        Assert.Equal(3, code);
        Assert.Contains("seed1-Learn-Dcr failed, and with it dcr-seed1: prompts.csv, line 3: no prompt.", error);
    }

    [Fact]
    public async Task With_fail_fast_the_cells_that_were_not_run_are_counted_and_the_exit_code_is_3()
    {
        using var folder = new TemporaryFolder();
        var definition = FakeExperiment.Of(
            during: (stage, run) =>
            {
                if (stage == "Learn" && run.Seed == 1)
                    throw new InputException("no.");
            }
        );
        string[] line = ["run", "fake", "--fail-fast", "--threads", "1", "--out", Path.Combine(folder.Path, "results")];

        var (code, _, error) = await Run(definition, line);

        Assert.Equal(3, code);
        Assert.Contains("seed1-Learn failed: no.", error);
        Assert.Contains("Stopped at the first failure: 3 cells were not run; what is finished is in ", error);
    }

    [Fact]
    public async Task TensorBoard_files_go_where_they_are_wanted()
    {
        using var folder = new TemporaryFolder();
        string results = Path.Combine(folder.Path, "results"),
            board = Path.Combine(folder.Path, "board");
        string[] line = ["run", "fake", "--seed", "0", "--arm", "STL", "--out"];

        Assert.Equal(0, (await Run(FakeExperiment.Of(), [.. line, results, "--tensorboard"])).Code);
        Assert.True(Directory.Exists(Path.Combine(results, "tensorboard", "fake", "Learn", "seed0")));
        Assert.Equal(0, (await Run(FakeExperiment.Of(), [.. line, results + "2", "--tensorboard", board])).Code);
        Assert.True(Directory.Exists(Path.Combine(board, "fake", "Learn", "seed0")));
        Assert.False(Directory.Exists(Path.Combine(results + "2", "tensorboard")));

        File.WriteAllText(board + ".txt", "");
        var (code, _, error) = await Run(FakeExperiment.Of(), [.. line, results + "3", "--tensorboard", board + ".txt"]);
        Assert.Equal((1, $"--tensorboard {board}.txt: this is a file; give a folder."), (code, error.Trim()));
    }

    [Fact]
    public async Task An_unexpected_error_is_told_in_a_sentence_and_kept_in_a_file()
    {
        using var folder = new TemporaryFolder();
        string results = Path.Combine(folder.Path, "results");
        var definition = FakeExperiment.Of(
            during: (stage, _) =>
            {
                if (stage == "Align")
                    throw new NullReferenceException("boom");
            }
        );

        var (code, _, error) = await Run(definition, "run", "fake", "--seed", "0", "--out", results);

        Assert.Equal(3, code);
        Assert.DoesNotContain("   at ", error);
        Assert.Contains($"The details are in {Path.Combine(results, "errors.log")}.", error);
        Assert.Contains("   at ", File.ReadAllText(Path.Combine(results, "errors.log")));
    }

    [Fact]
    public async Task The_verbs_that_only_look_run_nothing()
    {
        var definition = FakeExperiment.Of(during: (_, _) => throw new InvalidOperationException("ran"));

        Assert.Contains("STL, STL-aug, DCR", (await Run(definition, "list")).Output);
        Assert.Contains("36 stage runs; run apart they would be 48, so 12 are shared.", (await Run(definition, "plan", "fake")).Output);
        Assert.Equal("static class Fake;\n", (await Run(definition, "show", "fake", "--source")).Output);
        Assert.StartsWith("experiment: fake\nsummary: ", (await Run(definition, "show", "fake", "--spec")).Output);
        Assert.StartsWith("stl-seed0      STL", (await Run(definition, "show", "fake", "--cells")).Output);
    }

    [Theory]
    [InlineData("/home/u/p/experiments/bin/Release/net10.0/", "/home/u/p", "/home/u/p/experiments")]
    public void The_command_that_repeats_a_run_goes_through_the_project(string binaries, string current, string project)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Path + project);
        File.WriteAllText(folder.Path + project + "/Experiments.csproj", "");

        Assert.Equal("dotnet run -c Release --project experiments --", RepeatCommand.Find(folder.Path + binaries, folder.Path + current));
        Assert.Equal("dotnet run -c Release --", RepeatCommand.Find(folder.Path + binaries, folder.Path + project));
    }

    [Fact]
    public void The_command_that_repeats_a_run_leaves_its_folder_out_and_quotes_for_the_shell()
    {
        Assert.Equal(["run", "x", "--seed", "0"], RepeatCommand.WithoutFolder(["run", "x", "--out", "a b", "--seed", "0"]));
        Assert.Equal(["run", "x"], RepeatCommand.WithoutFolder(["run", "x", "--out=there"]));
        Assert.EndsWith(
            " run x --arm 'My arm' --set 'A.B=it'\\''s'",
            RepeatCommand.For(["run", "x", "--arm", "My arm", "--set", "A.B=it's"])
        );
    }

    [Theory]
    [
        InlineData("plain-1.0_x/y:z=a+b@c%d,e", "plain-1.0_x/y:z=a+b@c%d,e"),
        InlineData("", "''"),
        InlineData("a b", "'a b'"),
        InlineData("$(rm x) `ls` \"q\" !h", "'$(rm x) `ls` \"q\" !h'")
    ]
    [
        InlineData("it's", "'it'\\''s'"),
        InlineData(@"a\,b", @"'a\,b'"),
        InlineData("two\nlines'\\\t\u2028", @"$'two\nlines\'\\\u0009\u2028'"),
        InlineData("~/x;y&z|<>*?#", "'~/x;y&z|<>*?#'")
    ]
    public async Task An_argument_is_quoted_so_that_the_shell_gives_it_back(string argument, string quoted)
    {
        Assert.Equal(quoted, RepeatCommand.Quote(argument, windows: false));
        Assert.SkipUnless(File.Exists("/bin/bash"), "there is no bash");
        var start = new System.Diagnostics.ProcessStartInfo("/bin/bash")
        {
            RedirectStandardOutput = true,
            ArgumentList = { "-c", "export LC_ALL=C.UTF-8; printf %s " + quoted },
        };
        using var shell = System.Diagnostics.Process.Start(start)!;
        Assert.Equal(argument, await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(@"a\b,c", @"'a\b,c'"), InlineData(@"C:\x", @"C:\x"), InlineData("it's", "'it''s'")]
    public void On_Windows_it_is_quoted_for_PowerShell(string argument, string quoted) =>
        Assert.Equal(quoted, RepeatCommand.Quote(argument, windows: true));

    [Fact]
    public async Task An_arm_or_value_with_a_comma_is_chosen_with_a_backslash_before_the_comma()
    {
        var experiment = FakeExperiment.Of();
        experiment = experiment with
        {
            Arms = [.. experiment.Arms.Select(a => a with { Name = a == experiment.Arms[0] ? "a, b" : a.Name })],
        };
        string other = experiment.Arms[1].Name;

        var (code, output, _) = await Run(experiment, "plan", experiment.Name, "--arm", $@"a\, b,{other}");
        Assert.Equal(
            (0, true, true),
            (code, output.Contains("a, b", StringComparison.Ordinal), output.Contains(other, StringComparison.Ordinal))
        );

        var (wrong, _, error) = await Run(experiment, "plan", experiment.Name, "--arm", "a, b");
        Assert.Equal(1, wrong);
        Assert.Contains(@"--arm 'a\, b'", error);
        Assert.Contains(@"A comma within a name is written \,.", (await Run(experiment, "run", "--help")).Output);
        Assert.Equal([@"x, y", @"C:\z", "1"], CommaList.Parts("--set", [@"x\, y, C:\z,", "1"], []));
    }

    static Task<(int Code, string Output, string Error)> Run(ExperimentDefinition definition, params string[] arguments) =>
        InProcess.Run(definition, arguments);

    sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("dcrdsl").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
