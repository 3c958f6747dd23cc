using System.Text.RegularExpressions;
using DcrDsl.Cli;
using DcrDsl.Definition;
using DcrDsl.Execution;
using DcrDsl.Execution.Locks;
using DcrDsl.Planning;
using DcrDsl.Specs;
using TorchSharp;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>A lock says what decides about the numbers of an experiment; a run that is locked is that or nothing.</summary>
public sealed class LockTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("dcrdsl").FullName;
    int runs;

    public void Dispose() => Directory.Delete(root, recursive: true);

    string LockPath => Path.Combine(root, "fake.lock.json");

    static readonly ContrastiveRefinement Dcr = new()
    {
        SeeminglyToxic = ToyWorld.RefinementSeeminglyToxic,
        Toxic = ToyWorld.RefinementToxic,
        Layer = 2,
    };

    static ExperimentDefinition Experiment(ContrastiveRefinement? dcr = null) =>
        FakeExperiment.Of([FakeExperiment.Axis("Dcr.Steps", 10, 20)]).With(("Dcr", dcr ?? Dcr));

    Task<(int Code, string Output, string Error)> Run(ExperimentDefinition definition, params string[] arguments) =>
        InProcess.Run(definition, ["run", "fake", .. arguments, "--lock-file", LockPath, "--out", Folder(++runs)]);

    string Folder(int run) => Path.Combine(root, FormattableString.Invariant($"run{run}"));

    [Fact]
    public async Task It_is_the_same_bytes_wherever_the_same_is_locked()
    {
        Assert.Equal(0, (await Run(Experiment(), "--lock", "--threads", "2")).Code);
        string first = await File.ReadAllTextAsync(LockPath, TestContext.Current.CancellationToken);
        File.Delete(LockPath);
        Assert.Equal(0, (await Run(Experiment(), "--lock", "--threads", "1")).Code);

        Assert.Equal(first, await File.ReadAllTextAsync(LockPath, TestContext.Current.CancellationToken));
        Assert.EndsWith("}\n", first);
        Assert.DoesNotContain(root, first);
        Assert.DoesNotMatch(@"\d\d:\d\d|seconds|20\d\d-", first);
        var record = LockFile.Read(LockPath);
        Assert.Equal(first, LockFile.TextOf(record));
        Assert.Equal(["STL", "STL-aug", "DCR, Dcr.Steps = 10", "DCR, Dcr.Steps = 20"], record.Results!.Arms.Keys);
        Assert.Contains(record.Code.Keys, m => m.StartsWith("DcrDsl.Training.Sgd", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_locked_runs_and_gives_the_same_numbers()
    {
        var (code, _, written) = await Run(Experiment(), "--lock");
        Assert.Equal(0, code);
        Assert.Contains($"Locked in {LockPath}.", written);

        (code, _, string error) = await Run(Experiment(), "--locked");
        Assert.Equal(0, code);
        Assert.Contains($"The numbers are those of {LockPath} to the last digit", error);

        // A part of it is held against its part of the lock.
        (code, _, error) = await Run(Experiment(), "--locked", "--arm", "DCR", "--seed", "1", "--set", "Dcr.Steps=20");
        Assert.Equal(0, code);
        Assert.Contains($"The numbers are those of {LockPath}", error);
    }

    [Fact]
    public async Task An_option_that_changed_is_named_and_nothing_runs()
    {
        await Run(Experiment(), "--lock");
        var changed = Dcr with
        {
            Layer = 3,
            Objective = new CircleLoss { Margin = 0.5 },
        };

        var (code, _, error) = await Run(Experiment(changed), "--locked");

        Assert.Equal(1, code);
        Assert.Equal(
            $"{LockPath} does not describe this run: Dcr: Layer 2 → 3, Objective.Margin 0.25 → 0.5. Nothing was run: undo what differs, or "
                + "lock anew with --lock.",
            error.Trim()
        );
        Assert.False(Directory.Exists(Folder(runs)));
    }

    [Fact]
    public async Task A_file_and_a_model_directory_that_changed_are_named()
    {
        string data = Path.Combine(root, "xstest.csv"),
            model = Directory.CreateDirectory(Path.Combine(root, "tiny")).FullName;
        var token = TestContext.Current.CancellationToken;
        await File.WriteAllTextAsync(data, "prompt\na\n", token);
        await File.WriteAllTextAsync(Path.Combine(model, "config.json"), "{}", token);
        var definition = Experiment()
            .With(
                ("Base", new HuggingFace { Path = "{model}" }),
                (
                    "Learn",
                    new Pretrain
                    {
                        Data = new PromptFile { Path = "{data}/xstest.csv", Class = PromptClass.General },
                    }
                )
            );
        string[] paths = ["--path", $"model={model}", "--path", $"data={root}", "--arm", "STL", "--seed", "0"];
        Assert.Equal((0, ""), Failure(await Run(definition, ["--lock", .. paths])));
        Assert.Equal(["{data}/xstest.csv", "{model}"], LockFile.Read(LockPath).Files.Keys);
        Assert.DoesNotContain(root, await File.ReadAllTextAsync(LockPath, token));
        Assert.Equal((0, ""), Failure(await Run(definition, ["--locked", .. paths])));

        await File.WriteAllTextAsync(data, "prompt\nb\n", token);
        await File.WriteAllTextAsync(Path.Combine(model, "config.json"), "{ }", token);

        var (code, _, error) = await Run(definition, ["--locked", .. paths]);
        Assert.Equal(1, code);
        Assert.Contains("Base: {model} changed; Learn: xstest.csv changed. Nothing was run", error);
    }

    [Fact]
    public async Task Code_that_changed_is_named_once_for_all_stages()
    {
        await Run(Experiment(), "--lock", "--arm", "STL", "--seed", "0");
        var locked = LockFile.Read(LockPath);
        string method = locked.Code.Keys.First(m => m.StartsWith("DcrDsl.Definition.StageRun.Log(", StringComparison.Ordinal));
        LockRecord Other(string? digest) =>
            locked with
            {
                Code = locked
                    .Code.Select(m => m.Key == method ? KeyValuePair.Create(m.Key, digest ?? "") : m)
                    .Where(m => m.Value.Length > 0)
                    .ToDictionary(),
                Stages = [.. locked.Stages.Select(s => s.Stage is "Learn" or "Align" ? s with { Numerics = ["other"] } : s)],
            };

        Assert.Equal(["Learn and Align: numerics of StageRun.Log changed"], Differences(Other("0123")));
        Assert.Equal(["Learn and Align: numerics of StageRun.Log added"], Differences(Other(null)));
        Assert.Equal(
            [$"this is a {locked.Versions.Build} build and Other is locked (dotnet run -c Other)"],
            Differences(Other("0123") with { Versions = locked.Versions with { Build = "Other" } })
        );
        Assert.Equal(
            ["seed0-Learn has another key"],
            Differences(
                locked with
                {
                    Stages =
                    [
                        .. locked.Stages.Select(s =>
                            s.Stage == "Learn" ? s with { Keys = s.Keys.ToDictionary(k => k.Key, _ => "other") } : s
                        ),
                    ],
                }
            )
        );
        Assert.Empty(Differences(locked));
    }

    static IReadOnlyList<string> Differences(LockRecord locked)
    {
        var plan = Plan.Of(Experiment(), new Selection { Arms = ["STL"], Seeds = [0] });
        var options = new ExecutionOptions(torch.CPU, 2);
        return LockDifference.Of(
            locked,
            LockedPlan.Of(plan, options, Storage.Of(plan, options, null, CancellationToken.None)),
            whole: false
        );
    }

    [Fact]
    public async Task What_is_not_locked_and_what_is_locked_and_gone_is_named()
    {
        string[] part = ["--arm", "STL,DCR", "--seed", "0", "--set", "Dcr.Steps=10"];
        await Run(Experiment(), ["--lock", .. part]);
        Assert.Equal((0, ""), Failure(await Run(Experiment(), ["--locked", .. part])));

        var (code, _, error) = await Run(Experiment(), "--locked");
        Assert.Equal(1, code);
        Assert.Contains("run: arm STL-aug is not locked; Dcr.Steps = 20 is not locked; seed 1 and 2 are not locked. Nothing", error);

        await Run(Experiment(), "--lock");
        var less = Experiment();
        (code, _, error) = await Run(less with { Arms = [.. less.Arms.Where(a => a.Name != "STL-aug")], Seeds = [0, 1] }, "--locked");
        Assert.Equal(1, code);
        Assert.Contains("run: arm STL-aug is locked and not there; seed 2 is locked and not there. Nothing", error);
    }

    [Fact]
    public async Task Other_numbers_are_named_with_arm_metric_and_seed()
    {
        await Run(Experiment(), "--lock");
        string text = await File.ReadAllTextAsync(LockPath, TestContext.Current.CancellationToken);
        string compliance = Regex.Match(text, "\"STL\": \\{\\s+\"ComplianceRate\": \\{ \"seed 0\": [0-9.]+").Value;
        await File.WriteAllTextAsync(
            LockPath,
            text.Replace(compliance, compliance[..compliance.LastIndexOf(' ')] + " 0.125", StringComparison.Ordinal),
            TestContext.Current.CancellationToken
        );

        var (code, _, error) = await Run(Experiment(), "--locked");

        Assert.Equal(ExitCode.OtherNumbers, code);
        Assert.Contains("STL, ComplianceRate, seed 0: expected 0.125, got ", error);
        Assert.Contains($"1 number is not that of {LockPath} (to the last digit", error);
    }

    /// <summary>On other threads sums are rounded in another order, so numbers have the tolerance that is declared.</summary>
    [Fact]
    public async Task On_another_machine_numbers_may_lie_within_the_tolerance()
    {
        string model = Directory.CreateDirectory(Path.Combine(root, "tiny")).FullName;
        var definition = Experiment().With(("Base", new HuggingFace { Path = model }));
        await Run(definition, "--lock", "--threads", "1", "--tolerance", "share=0.5");

        var (code, _, error) = await Run(definition, "--locked", "--threads", "2");
        Assert.Equal(0, code);
        Assert.Contains($"The numbers are those of {LockPath} within share 0.5, as this is another machine: threads 1 → 2.", error);

        string text = await File.ReadAllTextAsync(LockPath, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            LockPath,
            Regex.Replace(text, "(\"GeneralLoss\": \\{ \"seed 0\": )[0-9.]+", "${1}0.01"),
            TestContext.Current.CancellationToken
        );
        (code, _, error) = await Run(definition, "--locked", "--threads", "2");
        Assert.Equal(ExitCode.OtherNumbers, code);
        Assert.Contains("allowed 0 (nats)", error);
        (code, _, _) = await Run(definition, "--locked", "--threads", "2", "--tolerance", "GeneralLoss=1");
        Assert.Equal(0, code);

        // What was declared stays when it is locked anew.
        await Run(definition, "--lock", "--threads", "1");
        Assert.Equal(0.5, LockFile.Read(LockPath).Results!.Tolerance.Share);
    }

    [Fact]
    public async Task A_plan_is_locked_before_it_is_run_and_checked_without_running()
    {
        string[] plan = ["plan", "fake", "--lock-file", LockPath];
        Assert.Equal((1, true), await Answer("--locked", $"There is no lock {LockPath}: write it with --lock"));
        Assert.Equal((0, true), await Answer("--lock", $"Locked in {LockPath}, without numbers."));
        Assert.Equal((0, true), await Answer("--locked", $"{LockPath} describes this plan."));
        Assert.Contains("has no numbers to compare with", (await Run(Experiment(), "--locked")).Error);

        // Numbers that are the plan's stay.
        await Run(Experiment(), "--lock");
        Assert.Equal((0, true), await Answer("--lock", $"Locked in {LockPath}."));
        Assert.NotNull(LockFile.Read(LockPath).Results);

        async Task<(int, bool)> Answer(string option, string sentence)
        {
            var (code, _, error) = await InProcess.Run(Experiment(), [.. plan, option]);
            return (code, error.Contains(sentence, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_run_with_a_failed_cell_leaves_the_lock_as_it_was()
    {
        await Run(Experiment(), "--lock");
        string before = await File.ReadAllTextAsync(LockPath, TestContext.Current.CancellationToken);
        var failing = FakeExperiment.Of(
            [FakeExperiment.Axis("Dcr.Steps", 10, 20)],
            during: (stage, _) =>
            {
                if (stage == "AlignAug")
                    throw new InvalidOperationException("No.");
            }
        );

        var (code, _, error) = await Run(failing, "--lock");

        Assert.Equal(ExitCode.CellsFailed, code);
        Assert.Contains($"{LockPath} was not written, as 9 of 12 cells are finished.", error);
        Assert.Equal(before, await File.ReadAllTextAsync(LockPath, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("{", "line 1: this is not a lock that DcrDsl wrote; restore it from version control")]
    [InlineData("""{ "format": 2 }""", "its format is 2, and this version of DcrDsl reads 1")]
    [InlineData("""{ "format": 1, "experiment": "fake" }""", "this is not a lock that DcrDsl wrote")]
    [InlineData("[]", "this is not a lock that DcrDsl wrote")]
    public async Task What_is_no_lock_is_said_and_can_be_written_anew(string text, string sentence)
    {
        await File.WriteAllTextAsync(LockPath, text, TestContext.Current.CancellationToken);
        var (code, _, error) = await Run(Experiment(), "--locked");
        Assert.Equal(1, code);
        Assert.Contains(sentence, error);

        (code, _, error) = await Run(Experiment(), "--lock", "--arm", "STL");
        Assert.Equal(0, code);
        Assert.Contains("It is written anew, with the default tolerance.", error);
        Assert.Equal(RunLock.DefaultTolerance.Share, LockFile.Read(LockPath).Results!.Tolerance.Share);
    }

    [Theory]
    [InlineData("give one of them", "--lock", "--locked")]
    [InlineData("--tolerance: say whether the lock is to be written", "--tolerance", "share=0.1")]
    [InlineData("--tolerance shar: there is nothing of that name. Did you mean share?", "--lock", "--tolerance", "shar=0.1")]
    [InlineData("--tolerance share=much: give a distance of at least 0, as in share=0.02.", "--lock", "--tolerance", "share=much")]
    [InlineData("--tolerance share: give a distance", "--lock", "--tolerance", "share")]
    public async Task Options_that_do_not_fit_are_said(string sentence, params string[] options)
    {
        var (code, _, error) = await InProcess.Run(Experiment(), ["run", "fake", .. options, "--out", Folder(1)]);
        Assert.Equal(1, code);
        Assert.Contains(sentence, error);
        Assert.False(Directory.Exists(Folder(1)));
    }

    [Fact]
    public async Task Without_the_declaration_beside_the_program_its_place_is_asked_for() =>
        Assert.Contains(
            "experiments/Fake.cs, which is not to be found from this program's folder: say where the lock is with --lock-file fake.lock",
            (await InProcess.Run(Experiment(), "run", "fake", "--lock")).Error
        );

    [Fact]
    public void It_lies_beside_the_declaration()
    {
        string project = Path.Combine(root, "project"),
            binaries = Path.Combine(project, "bin", "Release", "net10.0");
        Directory.CreateDirectory(binaries);
        Directory.CreateDirectory(Path.Combine(project, "experiments"));
        File.WriteAllText(Path.Combine(project, "Project.csproj"), "");
        File.WriteAllText(Path.Combine(project, "experiments", "Fake.cs"), "");

        string place = LockOptions.Beside(Experiment(), binaries);

        Assert.Equal(Path.Combine(project, "experiments", "fake.lock.json"), Path.GetFullPath(place));
    }

    [Fact]
    public async Task The_command_that_repeats_the_run_locks_nothing()
    {
        await Run(Experiment(), "--lock", "--arm", "STL");
        string command = DcrDsl.Results.RunResults.Load(Folder(1)).Experiment.Command;
        Assert.EndsWith(" run fake --arm STL", command);
    }

    static (int Code, string Error) Failure((int Code, string Output, string Error) answer) =>
        (answer.Code, answer.Code == 0 ? "" : answer.Error);
}
