using System.Runtime.InteropServices;
using System.Text.Json;
using DcrDsl.Tool.Doctor;

namespace DcrDsl.Tool.Tests;

/// <summary>What the doctor makes of what it finds, and that it ends with 1 where a run would fail.</summary>
public sealed class DoctorTests : IDisposable
{
    const long GiB = 1L << 30;
    static readonly string[] Wide = ["avx512f", "avx512_bf16"];
    readonly ToolRun.Folder folder = new();

    public void Dispose() => folder.Dispose();

    // Written as text, as the enumeration is internal.
    [Theory]
    [InlineData("10.0.401 [/usr/share/dotnet/sdk]\n", "Works")]
    [InlineData("8.0.100 [/a b]\n11.0.100 [/c]\n", "Works")]
    [InlineData("8.0.100 [/usr/share/dotnet/sdk]\n", "Fails")]
    [InlineData("", "Fails")]
    public void An_sdk_of_ten_is_needed(string listed, string state) => Assert.Equal(state, Sdk.Read(listed).State.ToString());

    [Theory]
    [InlineData(29, "Fails")]
    [InlineData(30, "Works")]
    [InlineData(33, "Works")]
    public void A_libstdcxx_before_what_is_used_fails(int latest, string state) =>
        Assert.Equal(state, SystemLibraries.Cxx(latest).State.ToString());

    [Theory]
    [InlineData("NVIDIA H100 80GB HBM3, 550.54.15, 9.0, 81559 MiB\n", "Works", true)]
    [InlineData("Tesla P100, 550.54.15, 6.0, 16384 MiB\n", "Warns", true)]
    [InlineData("NVIDIA A100, 470.82.01, 8.0, 40960 MiB\nNVIDIA A100, 470.82.01, 8.0, 40960 MiB\n", "Warns", true)]
    [InlineData("", "Warns", false)]
    public void A_gpu_is_read_from_what_its_driver_lists(string listed, string state, bool there)
    {
        var gpu = Gpu.Read(listed);
        Assert.Equal((state, there), (gpu.Finding.State.ToString(), gpu.IsThere));
    }

    [Fact]
    public void A_gpu_and_a_libtorch_of_the_processor_are_told_apart()
    {
        var gpu = Gpu.Read("NVIDIA H100, 550.54.15, 9.0, 81559 MiB");
        Assert.Contains("DcrTorch=cuda", Assert.Single(LibTorch.ForGpu(cuda: false, gpu)).ToDo, StringComparison.Ordinal);
        Assert.Equal(State.Works, Assert.Single(LibTorch.ForGpu(cuda: true, gpu)).State);
        Assert.Equal(State.Warns, Assert.Single(LibTorch.ForGpu(cuda: true, Gpu.Read(""))).State);
        Assert.Empty(LibTorch.ForGpu(cuda: false, Gpu.Read("")));
    }

    [Fact]
    public void A_processor_is_judged_by_what_libtorch_makes_of_it()
    {
        Assert.Equal(State.Fails, Machine.Processor(4, Architecture.X86, true, new HashSet<string>()).State);
        Assert.Equal(State.Warns, Machine.Processor(4, Architecture.X64, false, new HashSet<string>()).State);
        var plain = Machine.Processor(1, Architecture.X64, true, new HashSet<string>());
        Assert.Equal((State.Works, "1 thread, AVX2, no AVX-512, no AVX512-BF16, no AMX"), (plain.State, plain.Found));
        Assert.Null(plain.ToDo);
        Assert.Contains("--precision bf16", Machine.Processor(2, Architecture.X64, true, Wide.ToHashSet()).ToDo, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(GiB / 2, "Fails", "Warns")]
    [InlineData(2 * GiB, "Warns", "Warns")]
    [InlineData(64 * GiB, "Works", "Works")]
    public void Memory_and_room_are_counted(long bytes, string memory, string room)
    {
        Assert.Equal(memory, Machine.Memory(bytes).State.ToString());
        Assert.Equal(room, StoreDisk.Room("/store", bytes).State.ToString());
        Assert.Equal(State.Fails, StoreDisk.Room("/store", GiB / 8).State);
    }

    [Fact]
    public void A_place_that_is_no_folder_cannot_be_a_store()
    {
        Assert.Equal(State.Works, StoreDisk.Renames(folder.Path).State);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
        Assert.Equal(State.Fails, StoreDisk.Renames(folder.Write("file", "")).State);
        Assert.Empty(StoreDisk.Look("none"));
    }

    [Fact]
    public void The_packages_of_a_libtorch_are_read_without_their_parts() =>
        Assert.Equal(
            "libtorch-cpu-linux-x64 2.10.0, TorchSharp 0.107.0",
            LibTorch.Versions(
                """{"libraries":{"libtorch-cpu-linux-x64/2.10.0":{},"libtorch-cuda-linux-part1-fragment1/2":{},"TorchSharp/0.107.0":{}}}"""
            )
        );

    /// <summary>A library that is none: the loader says why, in a process of its own.</summary>
    [Fact]
    public void A_library_that_does_not_load_is_told_and_nothing_else_ends()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("What is said is the Linux loader's.");
        string library = folder.Write("libLibTorchSharp.so", "no library");
        Assert.Contains("libLibTorchSharp.so", NativeLoad.InAProcess(library), StringComparison.Ordinal);
    }

    [Fact]
    public void A_program_without_libtorch_fails()
    {
        string project = folder.Write("Lab.csproj", "<Project>DcrDsl.Cli</Project>");
        folder.Write("bin/Release/net10.0/Lab.deps.json", """{"libraries":{}}""");
        var finding = Assert.Single(LibTorch.Look(true, BuiltProgram.Of(project), Gpu.Read("")));
        Assert.Equal(State.Fails, finding.State);
        Assert.Equal(State.Warns, Assert.Single(LibTorch.Look(true, null, Gpu.Read(""))).State);
        Assert.Empty(LibTorch.Look(false, null, Gpu.Read("")));
    }

    [Fact]
    public async Task The_exit_code_says_whether_a_run_would_fail()
    {
        var (code, output, errors) = await ToolRun.In(folder.Path, "doctor", "--json");
        using var said = JsonDocument.Parse(output);
        bool fails = said.RootElement.GetProperty("findings").EnumerateArray().Any(f => f.GetProperty("state").GetString() == "Fails");
        Assert.Equal((fails ? 1 : 0, ""), (code, errors));

        string store = folder.Write("no-folder", "");
        folder.Write("Lab.csproj", "<Project>DcrDsl.Cli</Project>");
        folder.Write("bin/Release/net10.0/Lab.deps.json", """{"libraries":{}}""");
        (code, output, _) = await ToolRun.In(folder.Path, "doctor", "--store", Path.Combine(store, "store"));
        Assert.Equal(1, code);
        Assert.Contains("A run would fail here", output, StringComparison.Ordinal);
    }
}
