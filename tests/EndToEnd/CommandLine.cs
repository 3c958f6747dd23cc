using System.Diagnostics;
using System.Reflection;

namespace DcrDsl.EndToEnd.Tests;

/// <summary>Runs the experiments' program as a user does: in a process of its own, with its output not on a terminal.</summary>
public static class CommandLine
{
    public static readonly string Repository = typeof(CommandLine)
        .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(a => a.Key == "RepositoryFolder")
        .Value!;

    /// <param name="Code">The exit code.</param>
    /// <param name="Output">The standard output.</param>
    /// <param name="Errors">The standard error.</param>
    public sealed record Answer(int Code, string Output, string Errors);

    public static Task<Answer> Run(params string[] arguments) => RunIn(Repository, arguments);

    public static Task<Answer> RunIn(string folder, params string[] arguments) => AnswerOf(Start(folder, arguments));

    /// <summary>The same with one variable of the environment set.</summary>
    public static Task<Answer> RunWith((string Name, string Value) variable, params string[] arguments) =>
        AnswerOf(Start(Repository, arguments, variable));

    /// <summary>The same in a folder.</summary>
    public static Task<Answer> RunIn(string folder, (string Name, string Value) variable, params string[] arguments) =>
        AnswerOf(Start(folder, arguments, variable));

    static async Task<Answer> AnswerOf(Process started)
    {
        using var process = started;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Answer(process.ExitCode, await output, await errors);
    }

    public static Process Start(string folder, params string[] arguments) => Start(folder, arguments, null);

    static Process Start(string folder, string[] arguments, (string Name, string Value)? variable)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(typeof(Experiments.QuickStart).Assembly.Location);
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        if (variable is var (name, value))
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Waits until a run has finished a stage run, as its folder says; one that ends without fails the test.</summary>
    public static async Task UntilItHasFinishedOne(Process process, string run)
    {
        var stages = new FileInfo(Path.Combine(run, "stages.jsonl"));
        for (stages.Refresh(); !stages.Exists || stages.Length == 0; stages.Refresh())
        {
            Assert.False(process.HasExited, "It came to its end and has finished nothing.");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>A folder that is removed with the test.</summary>
    public sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("dcrdsl-").FullName;

        public string In(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
