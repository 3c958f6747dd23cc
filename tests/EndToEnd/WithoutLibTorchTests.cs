using System.Diagnostics;

namespace DcrDsl.EndToEnd.Tests;

/// <summary>A program for machines that have a Python PyTorch and no .NET: published without libtorch, started with that one's.</summary>
public sealed class WithoutLibTorchTests : IDisposable
{
    readonly CommandLine.TemporaryFolder folder = new();

    public WithoutLibTorchTests()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("It is published for Linux.");
    }

    public void Dispose() => folder.Dispose();

    /// <summary>The script that starts it, beside a program that only says what it was given.</summary>
    [Fact]
    public async Task The_script_finds_libtorch_or_says_what_to_do()
    {
        string script = Program();
        var (code, said) = await Run(script, folder.In("nowhere"));
        Assert.Equal((1, true), (code, said.StartsWith("There is no libtorch in ", StringComparison.Ordinal)));
        Assert.Contains("DCR_LIBTORCH", said, StringComparison.Ordinal);

        string lib = Torch("2.10.0+cu128");
        Assert.Equal((7, $"{lib}|run smoke\n"), await Run(script, lib, "run", "smoke"));
        lib = Torch("2.13.0");
        (code, said) = await Run(script, lib);
        Assert.Equal(7, code);
        Assert.Contains("is 2.13.0; this program is built for 2.10", said, StringComparison.Ordinal);

        // Without the variable it is python3's, which this one has not.
        File.WriteAllText(folder.In("python3"), "#!/bin/sh\nexit 1\n");
        MakeExecutable(folder.In("python3"));
        (code, said) = await Run(script, null);
        Assert.Equal((1, true), (code, said.StartsWith("There is no libtorch: python3 has no torch", StringComparison.Ordinal)));
    }

    /// <summary>The whole of it with the libtorch of the package: see docs/gpu.md.</summary>
    [Fact]
    public async Task The_published_program_has_no_libtorch_and_runs_with_another()
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("DCRDSL_PACKAGES") == "1",
            "It takes minutes: set DCRDSL_PACKAGES=1 to run it."
        );
        string packages =
            Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        string libtorch = Path.Combine(packages, "libtorch-cpu-linux-x64", "2.10.0", "runtimes", "linux-x64", "native"),
            output = folder.In("published");
        var (code, said) = await Run(Path.Combine(CommandLine.Repository, "scripts", "publish-without-libtorch.sh"), null, output);
        Assert.True(code == 0, said);
        Assert.DoesNotContain(
            Directory.GetFiles(output, "*", SearchOption.AllDirectories).Select(f => Path.GetFileName(f)),
            f => f.StartsWith("libtorch", StringComparison.Ordinal) || f.StartsWith("libc10", StringComparison.Ordinal)
        );
        Assert.InRange(new FileInfo(output + ".tar.xz").Length, 1, 60_000_000);
        (code, said) = await Run(Path.Combine(output, "with-libtorch.sh"), libtorch, "doctor", "--device", "cpu", "--quick");
        Assert.True(code == 0, said);
        Assert.Contains("cpu computes what it should", said, StringComparison.Ordinal);
    }

    string Program()
    {
        Directory.CreateDirectory(folder.In("app"));
        File.WriteAllText(folder.In("program"), "Lab\n");
        File.WriteAllText(folder.In("app", "Lab"), "#!/bin/sh\nprintf '%s|%s\\n' \"$LD_LIBRARY_PATH\" \"$*\"\nexit 7\n");
        MakeExecutable(folder.In("app", "Lab"));
        string script = folder.In("with-libtorch.sh");
        File.Copy(Path.Combine(CommandLine.Repository, "scripts", "with-libtorch.sh"), script);
        return script;
    }

    string Torch(string version)
    {
        string lib = folder.In(version, "lib");
        Directory.CreateDirectory(lib);
        File.WriteAllText(Path.Combine(lib, "libtorch_cpu.so"), "");
        File.WriteAllText(folder.In(version, "version.py"), $"__all__ = ['__version__']\n__version__ = '{version}'\n");
        return lib;
    }

    static void MakeExecutable(string file)
    {
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    async Task<(int Code, string Said)> Run(string script, string? libtorch, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [script, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("LD_LIBRARY_PATH");
        start.Environment.Remove("DCR_LIBTORCH");
        if (libtorch is not null)
            start.Environment["DCR_LIBTORCH"] = libtorch;
        start.Environment["PATH"] = $"{folder.Path}:{Environment.GetEnvironmentVariable("PATH")}";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await errors);
    }
}
