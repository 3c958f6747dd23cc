using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using DcrDsl.Execution;
using DcrDsl.Execution.Origin;
using DcrDsl.Planning;
using DcrDsl.Reports;
using DcrDsl.Results;
using DcrDsl.Store;
using DcrDsl.Tensors;
using TorchSharp;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>What a run says about where its numbers come from.</summary>
public sealed class ProvenanceTests : IDisposable
{
    const string Commit = "0123456789abcdef0123456789abcdef01234567";

    readonly string folder = Directory.CreateTempSubdirectory("dcrdsl").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("avx512vl avx512bw avx512dq fma avx2", null, "AVX512")]
    [InlineData("avx2 fma", null, "AVX2")]
    [InlineData("avx512f avx2 fma", null, "AVX2")]
    [InlineData("avx2", null, "DEFAULT")]
    [InlineData("neon dotprod", null, "DEFAULT")]
    [InlineData("avx512vl avx512bw avx512dq fma avx2", "avx2", "AVX2")]
    [InlineData("avx512vl avx512bw avx512dq fma avx2", "default", "DEFAULT")]
    [InlineData("avx2 fma", "nonsense", "AVX2")]
    public void The_kernels_are_those_that_libtorch_takes(string features, string? asked, string kernels) =>
        Assert.Equal(kernels, Processor.Kernels(features.Split(' '), asked));

    /// <summary>
    /// libtorch's own answer, from a function of it that has no C interface: <c>at::get_cpu_capability()</c>, a std::string by its address.
    /// </summary>
    [Fact]
    public void Libtorch_names_the_same_kernels()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64,
            "the function's name and string are those of Linux on x64"
        );
        TorchStartup.Initialize(1);
        string library = Process
            .GetCurrentProcess()
            .Modules.Cast<ProcessModule>()
            .First(m => m.ModuleName.StartsWith("libtorch_cpu", StringComparison.Ordinal))
            .FileName;
        var capability = Marshal.GetDelegateForFunctionPointer<ReturnsString>(
            NativeLibrary.GetExport(NativeLibrary.Load(library), "_ZN2at18get_cpu_capabilityB5cxx11Ev")
        );
        nint text = Marshal.AllocHGlobal(4 * nint.Size);
        try
        {
            capability(text);
            string named = Marshal.PtrToStringUTF8(Marshal.ReadIntPtr(text), (int)Marshal.ReadIntPtr(text, nint.Size));
            Assert.Equal(named, Processor.Describe(Environment.GetEnvironmentVariable).Kernels);
        }
        finally
        {
            Marshal.FreeHGlobal(text);
        }
    }

    [Fact]
    public void Processor_libraries_and_threads_are_named()
    {
        var plan = Plan.Of(FakeExperiment.Of(), Selection.Everything);
        TorchStartup.Initialize(1);

        var provenance = Provenance.Of(plan, new ExecutionOptions(torch.CPU, 3), [], CancellationToken.None);

        Assert.Equal((1, 3, 3, 1), (provenance.Format, provenance.Threads.Total, provenance.Threads.StageRuns, provenance.Threads.Each));
        Assert.Equal(Environment.ProcessorCount, provenance.Processor.Logical);
        Assert.NotEqual("", provenance.Processor.Name);
        if (RuntimeInformation.ProcessArchitecture == Architecture.X64)
            Assert.Matches(@"^\w+, family \d+, model \d+, stepping \d+$", provenance.Processor.Version);
        if (OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64)
        {
            Assert.Contains("Math Kernel Library", provenance.Libraries.Blas);
            Assert.Equal(
                File.ReadLines("/proc/cpuinfo")
                    .First(l => l.StartsWith("flags", StringComparison.Ordinal))
                    .Split(' ')
                    .Contains("avx512_bf16"),
                provenance.Processor.Features.Contains("avx512_bf16")
            );
        }
        Assert.Equal(torch.__version__, provenance.Libraries.Libtorch);
        Assert.Contains(".NET 10", provenance.Libraries.Runtime);
    }

    [Fact]
    public void Variables_that_the_libraries_obey_are_kept_and_no_others()
    {
        var variables = NativeLibraries.Variables(
            new System.Collections.Hashtable
            {
                ["MKL_CBWR"] = "AVX2",
                ["HOME"] = "/home/user",
                ["ATEN_CPU_CAPABILITY"] = "avx2",
                ["HF_TOKEN"] = "secret",
            }
        );

        Assert.Equal([KeyValuePair.Create("ATEN_CPU_CAPABILITY", "avx2"), KeyValuePair.Create("MKL_CBWR", "AVX2")], variables);
    }

    [Fact]
    public void Digests_are_those_of_the_files_and_of_the_files_in_directories()
    {
        string data = Write("data.csv", "abc"),
            empty = Write("empty.csv", "");
        string config = Write("model/config.json", "{}"),
            weights = Write("model/model.safetensors", new string('w', 3_000_000));
        Write("model/pytorch_model.bin", "not read");
        Write("model/.gitattributes", "not read");
        Write("model/nested/other.json", "not read");
        string missing = In("missing.csv");

        var digests = FileDigests.Of(FileDigests.FilesOf([data, empty, missing, In("model"), data]), threads: 3, CancellationToken.None);

        Assert.Equal([data, empty, missing, config, weights], digests.Select(d => d.Path));
        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", digests[0].Sha256);
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", digests[1].Sha256);
        Assert.Null(digests[2].Sha256);
        Assert.Equal(
            (3_000_000, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(weights)))),
            (digests[4].Bytes, digests[4].Sha256!)
        );
    }

    [Fact]
    public void Files_that_only_a_stage_run_knew_of_are_added()
    {
        string first = Write("b.csv", "b"),
            second = Write("a.csv", "abc");
        var before = Provenance.Of(
            Plan.Of(FakeExperiment.Of(), Selection.Everything),
            new ExecutionOptions(torch.CPU, 1),
            [first],
            CancellationToken.None
        );

        Assert.Null(Provenance.WithMore(before, [first], threads: 1));
        Assert.Equal([second, first], Provenance.WithMore(before, [first, second], threads: 1)!.Files.Select(f => f.Path));
    }

    [Fact]
    public void The_commit_is_read_wherever_git_keeps_it()
    {
        Write("loose/.git/HEAD", "ref: refs/heads/main\n");
        Write("loose/.git/refs/heads/main", Commit + "\n");
        Write("packed/.git/HEAD", "ref: refs/heads/topic/one\n");
        Write(
            "packed/.git/packed-refs",
            $"# pack-refs with: peeled\n{new string('f', 40)} refs/heads/topic\n{Commit} refs/heads/topic/one\n"
        );
        Write("detached/.git/HEAD", Commit + "\n");
        Write("tree/.git", "gitdir: ../loose/.git/worktrees/tree\n");
        Write("loose/.git/worktrees/tree/HEAD", "ref: refs/heads/main\n");
        Write("loose/.git/worktrees/tree/commondir", "../..\n");
        Directory.CreateDirectory(In("loose", "experiments", "bin"));

        foreach (string place in new[] { "loose", "packed", "detached", "tree", "loose/experiments/bin" })
            Assert.Equal(Commit, GitState.Around(In(place), "built")?.Commit);
        Assert.Equal(In("loose"), GitState.Around(In("loose", "experiments", "bin"), null)!.Folder);
    }

    [Fact]
    public void A_folder_without_a_commit_has_none()
    {
        Write("new/.git/HEAD", "ref: refs/heads/main\n");
        Write("broken/.git/HEAD", "ref: refs/heads/main\n");
        Write("broken/.git/refs/heads/main", "no commit\n");
        Write("odd/.git", "x");

        Assert.All(new[] { "new", "broken", "odd" }, place => Assert.Null(GitState.Around(In(place), null)));
    }

    [Fact]
    public void Changes_are_counted_where_git_is_there()
    {
        Directory.CreateDirectory(In("repository"));
        Assert.SkipUnless(Git("init", "-q"), "git is not installed");
        Write("repository/a.cs", "1");
        Git("add", "a.cs");
        Git("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false", "commit", "-q", "-m", "first");
        var clean = GitState.Around(In("repository"), null)!;
        Write("repository/a.cs", "2");
        Write("repository/b.cs", "3");
        Write("repository/runs/1", "4");
        var changed = GitState.Around(In("repository"), null)!;

        Assert.Equal((0, 0), (clean.Changed, clean.Untracked));
        Assert.Equal((1, 2), (changed.Changed, changed.Untracked));
        Assert.Equal(clean.Commit, changed.Commit);
    }

    [Fact]
    public void The_report_says_where_its_numbers_come_from()
    {
        using var run = new FakeRun(FakeExperiment.Of(), new Selection { Seeds = [0] });
        var written = new ProvenanceRecord(
            1,
            new ProcessorRecord("Example 9000", "Maker, family 6, model 1, stepping 2", "x64", 8, ["avx2", "fma"], "AVX2"),
            new LibrariesRecord("0.1.0", "0.107.0", "2.10.0", "oneMKL 2024.2", ".NET 10.0.1", "Linux 6"),
            new ThreadsRecord(8, 4, 2),
            new Dictionary<string, string> { ["MKL_CBWR"] = "AVX2" },
            new RepositoryRecord("/home/user/paper", Commit, 1, 2, Commit),
            [new FileDigest("/data/a.csv", 3, "ba78")],
            0.25
        );
        ProvenanceFile.Write(run.Folder, written);

        var results = run.Results;
        string markdown = MarkdownReport.Of(ReportModel.Of(results)),
            html = HtmlReport.Of(ReportModel.Of(results));

        Assert.Equivalent(written, results.Provenance);
        foreach (
            string part in new[]
            {
                "Example 9000",
                "AVX2",
                "oneMKL 2024.2",
                "MKL_CBWR=AVX2",
                Commit,
                "1 file changed and 2 not under version control",
                "/data/a.csv",
                "ba78",
            }
        )
        {
            Assert.Contains(part, markdown.Replace("\\", "", StringComparison.Ordinal));
            Assert.Contains(part, html);
        }
    }

    [Fact]
    public void A_record_of_a_later_format_is_refused_and_one_that_is_missing_is_not()
    {
        using var run = new FakeRun(FakeExperiment.Of(), new Selection { Seeds = [0] });
        Assert.Null(run.Results.Provenance);
        File.WriteAllText(
            Path.Combine(run.Folder, "provenance.json"),
            """
            {"format":2,"processor":{"name":"","version":"","architecture":"","logical":1,"features":[],"kernels":""},
                "libraries":{"dcrDsl":"","torchSharp":"","libtorch":"","blas":"","runtime":"","system":""},
            "threads":{"total":1,"stageRuns":1,"each":1},"variables":{},"repository":null,"files":[],"digestSeconds":0}
            """
        );

        Assert.EndsWith(
            "its format is 2, and this version of DcrDsl reads 1; report with the version that ran it.",
            Assert.Throws<InputException>(() => run.Results).Message
        );
    }

    delegate void ReturnsString(nint text);

    string In(params string[] parts) => Path.Combine([folder, .. parts]);

    string Write(string file, string text)
    {
        string path = In(file.Split('/'));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text, new UTF8Encoding(false));
        return path;
    }

    bool Git(params string[] arguments)
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", ["-C", In("repository"), .. arguments]))!;
            git.WaitForExit();
            return git.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
