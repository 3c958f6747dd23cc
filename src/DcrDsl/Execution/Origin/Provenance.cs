using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using DcrDsl.Planning;
using DcrDsl.Results;
using DcrDsl.Store;
using TorchSharp;

namespace DcrDsl.Execution.Origin;

/// <summary>Finds out where the numbers of a run come from. Nothing of it can keep the run from going on.</summary>
static class Provenance
{
    /// <summary>The state of machine, libraries, repository and files now.</summary>
    /// <param name="plan">What is going to run.</param>
    /// <param name="options">With how many threads.</param>
    /// <param name="inputs">The files and directories that it reads, as <see cref="Preflight"/> has found them.</param>
    /// <param name="cancellation">Ends the reading of files.</param>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static ProvenanceRecord Of(
        Plan plan,
        ExecutionOptions options,
        IReadOnlyCollection<string> inputs,
        CancellationToken cancellation
    )
    {
        var (workers, each) = options.Split(plan.Definition.ThreadsPerRun);
        var watch = Stopwatch.StartNew();
        var files = FileDigests.Of(FileDigests.FilesOf(inputs), options.Threads, cancellation);
        double seconds = watch.Elapsed.TotalSeconds;
        return new ProvenanceRecord(
            ProvenanceRecord.CurrentFormat,
            Processor.Describe(Environment.GetEnvironmentVariable),
            new LibrariesRecord(
                Version(typeof(Plan).Assembly),
                Version(typeof(torch).Assembly),
                torch.__version__,
                NativeLibraries.Blas(),
                RuntimeInformation.FrameworkDescription,
                RuntimeInformation.OSDescription
            ),
            new ThreadsRecord(options.Threads, workers, each),
            NativeLibraries.Variables(Environment.GetEnvironmentVariables()),
            GitState.Around(AppContext.BaseDirectory, Built()),
            files,
            files.Count == 0 ? 0 : seconds
        );
    }

    /// <summary>
    /// The record with the digests of what was read beside the files that it has, say because a path was swept; null if there is nothing to
    /// add.
    /// </summary>
    /// <param name="before">The record.</param>
    /// <param name="places">All files and directories that were read.</param>
    /// <param name="threads">How many files are read at a time.</param>
    public static ProvenanceRecord? WithMore(ProvenanceRecord before, IReadOnlyCollection<string> places, int threads)
    {
        var known = before.Files.Select(f => f.Path).ToHashSet(StringComparer.Ordinal);
        string[] more = [.. FileDigests.FilesOf(places).Where(f => !known.Contains(f))];
        if (more.Length == 0)
            return null;
        var watch = Stopwatch.StartNew();
        var files = FileDigests.Of(more, threads, CancellationToken.None);
        return before with
        {
            Files = [.. before.Files.Concat(files).OrderBy(f => f.Path, StringComparer.Ordinal)],
            DigestSeconds = before.DigestSeconds + watch.Elapsed.TotalSeconds,
        };
    }

    /// <summary>The bytes of the files behind what a run reads.</summary>
    public static long Size(IReadOnlyCollection<string> inputs) =>
        FileDigests.FilesOf(inputs).Select(f => new FileInfo(f)).Where(f => f.Exists).Sum(f => f.Length);

    /// <summary>The version of an assembly, without the commit that the SDK adds behind a plus sign.</summary>
    public static string Version(Assembly assembly) => Informational(assembly)?.Split('+')[0] ?? assembly.GetName().Version!.ToString();

    static string? Built() =>
        Assembly.GetEntryAssembly() is { } program && Informational(program)?.Split('+') is [_, var commit, ..] ? commit : null;

    static string? Informational(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
}
