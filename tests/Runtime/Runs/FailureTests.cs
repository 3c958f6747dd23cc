using DcrDsl.Data;
using DcrDsl.Definition;
using DcrDsl.Execution;
using DcrDsl.Models;
using DcrDsl.Planning;
using DcrDsl.Specs;
using TorchSharp;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>A stage run that fails says where and what to do; the others go on, or stop in order.</summary>
public sealed class FailureTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("dcrdsl").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Theory]
    [InlineData(
        "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 3221225472 bytes.",
        " (3 GB more were asked for)"
    )]
    [InlineData("[enforce fail] DefaultCPUAllocator: not enough memory: you tried to allocate 99 bytes.", " (99 B more were asked for)")]
    [InlineData(
        "CUDA out of memory. Tried to allocate 20.50 GiB. GPU 0 has a total capacity of 79.10 GiB of which 3.00 GiB is free.",
        " (20.50 GiB more were asked for)"
    )]
    [InlineData("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`", "")]
    [InlineData("std::bad_alloc", "")]
    public void Memory_that_is_not_there_is_told_with_place_and_remedy(string message, string wanted)
    {
        var definition = Failing("Align", atStep: 7, () => throw new System.Runtime.InteropServices.ExternalException(message));
        var failure = Assert.Single(Run(definition).Failed).Failure;
        Assert.Equal(
            $"Align, seed 0, step 6: out of memory{wanted}; lower Batch, leave out the longest texts or run fewer stage runs side by side "
                + "with --threads.",
            failure.Reason
        );
    }

    [Fact]
    public void Memory_of_dotnet_is_told_alike_also_as_the_cause_of_another_error() =>
        Assert.StartsWith(
            "Align, seed 0, step 1: out of memory; lower Batch",
            Assert
                .Single(Run(Failing("Align", 2, () => throw new InvalidOperationException("x", new OutOfMemoryException()))).Failed)
                .Failure.Reason
        );

    /// <summary>What libtorch really says on this machine.</summary>
    [Fact]
    public void A_tensor_that_has_no_room_is_such_an_error()
    {
        var definition = Failing("Align", 1, () => torch.empty(1L << 58, torch.uint8));
        Assert.StartsWith(
            $"Align, seed 0: out of memory (256 PB more were asked for); ",
            Assert.Single(Run(definition).Failed).Failure.Reason.Replace("262144 TB", "256 PB")
        );
    }

    [Fact]
    public void Beside_an_adapter_and_in_an_evaluation_other_things_are_lowered()
    {
        var tuning = new SupervisedFineTuning { General = ToyWorld.AlignmentGeneral, Adapter = new Lora() };
        string training = Reason(Failing("Align", 1, () => throw new OutOfMemoryException()).With(("Align", tuning)));
        string evaluation = Reason(Failing("Score", 1, () => throw new OutOfMemoryException()));

        Assert.Contains("lower Batch, hold the frozen matrices in half the room with --precision bf16, leave out", training);
        Assert.StartsWith("Score, seed 0: out of memory; lower Batch, lower MaxNewTokens, leave out the longest texts or run", evaluation);

        string Reason(ExperimentDefinition definition) => Assert.Single(Run(definition).Failed).Failure.Reason;
    }

    /// <summary>A file that was there when the run was planned, and is gone when a stage reads it.</summary>
    [Fact]
    public async Task A_file_that_vanishes_fails_the_stage_that_reads_it_and_no_other()
    {
        string file = Path.Combine(root, "a.csv");
        await File.WriteAllTextAsync(file, "prompt\nhow do i kill a process ?\n", TestContext.Current.CancellationToken);
        var source = new PromptFile { Path = file, Class = PromptClass.SeeminglyToxic };
        var definition = FakeExperiment.Of(
            during: (stage, run) =>
            {
                if (stage == "Learn" && run.Device.type != DeviceType.META)
                    File.Delete(file);
                if (stage == "Dcr")
                    run.Load(source, ToyWorldModelChat.Of);
            }
        );
        var ended = await ExperimentRun.StartAsync(
            definition,
            Settings("run") with
            {
                Selection = new() { Seeds = [0] },
            },
            cancellation: TestContext.Current.CancellationToken
        );

        Assert.Equal(["stl-seed0", "stl-aug-seed0"], ended.Outcome.Finished.Select(c => c.Id));
        string reason = Assert.Single(ended.Outcome.Failed).Failure.Reason;
        Assert.Contains(file, reason);
        Assert.DoesNotContain("Unexpected", reason);
    }

    /// <summary>The second run does what failed and what the first did not come to, and nothing else.</summary>
    [Fact]
    public async Task Fail_fast_stops_the_others_with_a_checkpoint_and_the_same_command_goes_on()
    {
        using var begun = new ManualResetEventSlim();
        using var failed = new ManualResetEventSlim();
        bool fails = true;
        int steps = 0;
        var definition = FakeExperiment.Of(
            during: (stage, run) =>
            {
                if (run.Device.type == DeviceType.META)
                    return;
                // AlignAug is in the middle of its training when Align fails.
                if (stage == "AlignAug" && ++steps == 10 && fails)
                {
                    begun.Set();
                    run.Cancellation.WaitHandle.WaitOne(TimeSpan.FromMinutes(1));
                }
                if (stage == "Align" && fails)
                {
                    begun.Wait(TimeSpan.FromMinutes(1));
                    throw new InputException("no.");
                }
            }
        );
        var settings = Settings("first") with
        {
            Selection = new() { Arms = ["STL", "STL-aug"], Seeds = [0] },
            Threads = 2,
            FailFast = true,
        };
        var first = await ExperimentRun.StartAsync(definition, settings, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(
            (0, "stl-seed0", "stl-aug-seed0"),
            (first.Outcome.Finished.Count, Only(first.Outcome.Failed).Cell.Id, Only(first.Outcome.NotRun).Id)
        );
        Assert.Equal(10, steps);

        fails = false;
        var log = new RecordingLogger();
        var second = await ExperimentRun.StartAsync(
            definition,
            settings with
            {
                Folder = Path.Combine(root, "second"),
            },
            logger: log,
            cancellation: TestContext.Current.CancellationToken
        );
        Assert.Equal(2, second.Outcome.Finished.Count);
        Assert.Equal(40, steps);
        Assert.Contains(log.All, l => l.Line == "seed0-Learn-AlignAug goes on after step 10 of 40.");
        Assert.True(second.Results.StageRuns.Single(r => r.Id == "seed0-Learn").Stored);

        static T Only<T>(IReadOnlyList<T> all) => Assert.Single(all);
    }

    RunSettings Settings(string folder) =>
        new()
        {
            Folder = Path.Combine(root, folder),
            Store = Path.Combine(root, "store"),
            Threads = 1,
        };

    static ExperimentDefinition Failing(string stage, int atStep, Action fail)
    {
        int step = 0;
        return FakeExperiment.Of(
            during: (at, _) =>
            {
                if (at == stage && ++step == atStep)
                    fail();
            }
        );
    }

    static RunOutcome Run(ExperimentDefinition definition) =>
        Executor.Run(
            Plan.Of(definition, new Selection { Arms = ["STL"], Seeds = [0] }),
            new ExecutionOptions(torch.CPU, 1),
            new RecordingObserver(),
            TestContext.Current.CancellationToken
        );

    static class ToyWorldModelChat
    {
        public static IChatTokenizer Of { get; } =
            ToyWorldModel
                .Create(
                    new ToyLlama
                    {
                        Layers = 1,
                        Width = 16,
                        Heads = 2,
                        KeyValueHeads = 1,
                    },
                    1,
                    torch.CPU
                )
                .Chat;
    }
}
