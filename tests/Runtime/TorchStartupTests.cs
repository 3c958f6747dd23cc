using System.Diagnostics;
using DcrDsl.Tensors;
using TorchSharp;

namespace DcrDsl.Runtime.Tests;

public class TorchStartupTests
{
    [Fact]
    public void Fresh_processes_give_the_same_first_bytes()
    {
        string expected = FirstForward(threads: 1);
        Assert.Equal(34, expected.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        for (int process = 0; process < 6; process++)
            Assert.Equal(expected, FirstForward(threads: 2));
    }

    [Fact]
    public void Initialising_again_and_from_several_threads_does_no_harm()
    {
        int before = torch.get_num_threads();
        Parallel.For(0, 8, _ => TorchStartup.Initialize(before));
        TorchStartup.Initialize(before);
        Assert.Equal(before, torch.get_num_threads());
    }

    [Fact]
    public void A_thread_keeps_its_number_when_another_one_sets_its_own()
    {
        int before = torch.get_num_threads();
        int kept = 0;
        try
        {
            OnThread(() =>
            {
                TorchStartup.Initialize(1);
                OnThread(() => TorchStartup.Initialize(2));
                using var sum = torch.ones(1 << 16).sum();
                kept = torch.get_num_threads();
            });
        }
        finally
        {
            TorchStartup.Initialize(before);
        }
        Assert.Equal(1, kept);

        static void OnThread(Action action)
        {
            var thread = new Thread(() => action());
            thread.Start();
            thread.Join();
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Fewer_than_one_thread_is_refused(int threads) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TorchStartup.Initialize(threads));

    static string FirstForward(int threads)
    {
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "DcrDsl.FirstForward.dll"), $"{threads}"]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"DcrDsl.FirstForward ended with {process.ExitCode}: {errors.Result}");
        return output;
    }
}
