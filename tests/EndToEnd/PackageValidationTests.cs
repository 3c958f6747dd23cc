using System.Diagnostics;

namespace DcrDsl.EndToEnd.Tests;

/// <summary>What the first release makes bite: a package that drops what the last one offered does not pack (docs/packages.md).</summary>
public sealed class PackageValidationTests
{
    /// <summary>A project with the settings of this repository, packed as 1.0.0 and then without one of its methods.</summary>
    [Fact]
    public async Task A_public_member_that_the_last_release_had_and_this_one_has_not_is_an_error()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("DCRDSL_PACKAGES") == "1", "It packs twice: set DCRDSL_PACKAGES=1 to run it.");
        using var folder = new CommandLine.TemporaryFolder();
        foreach (string settings in (string[])["Directory.Build.props", "Directory.Build.targets"])
            File.WriteAllText(
                folder.In(settings),
                $"""<Project><Import Project="{Path.Combine(CommandLine.Repository, settings)}" /></Project>"""
            );
        File.WriteAllText(folder.In("PACKAGE.md"), "# Probe");
        File.WriteAllText(
            folder.In("DcrDsl.Probe.csproj"),
            """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <IsPackable>true</IsPackable>
                <IncludeSymbols>false</IncludeSymbols>
                <EnablePackageValidation>true</EnablePackageValidation>
              </PropertyGroup>
            </Project>
            """
        );
        const string both = "public static class Probe { public static int One() => 1; public static int Two() => 2; }",
            one = "public static class Probe { public static int One() => 1; }";
        string source = folder.In("Probe.cs"),
            feed = folder.In("feed");
        File.WriteAllText(source, both);
        Assert.Equal(0, (await Pack("1.0.0", "")).Code);
        Assert.Equal(0, (await Pack("1.1.0", "1.0.0")).Code);
        File.WriteAllText(source, one);
        var (code, said) = await Pack("1.2.0", "1.0.0");
        Assert.Equal(1, code);
        Assert.Contains("error CP0002: Member 'int Probe.Two()' exists on [Baseline]", said, StringComparison.Ordinal);

        async Task<(int Code, string Said)> Pack(string version, string last)
        {
            var start = new ProcessStartInfo(
                "dotnet",
                ["pack", "-c", "Release", "-o", feed, $"-p:Version={version}", $"-p:LastRelease={last}"]
            )
            {
                WorkingDirectory = folder.Path,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
            start.Environment["NUGET_PACKAGES"] = folder.In("packages");
            start.Environment["RestoreAdditionalProjectSources"] = Directory.CreateDirectory(feed).FullName;
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, await output + await errors);
        }
    }
}
