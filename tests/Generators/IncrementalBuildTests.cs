using System.Diagnostics;
using System.Reflection;
using System.Text;

namespace DcrDsl.Generators.Tests;

/// <summary>Real builds of a small project: the second one sees what was taken away since the first.</summary>
public class IncrementalBuildTests
{
    static readonly string Targets = Path.GetFullPath(
        Path.Combine(
            typeof(IncrementalBuildTests)
                .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
                .First(a => a.Key == "ProjectFolder")
                .Value!,
            "..",
            "..",
            "src",
            "DcrDsl",
            "buildTransitive",
            "DcrDsl.targets"
        )
    );

    [Fact]
    public async Task An_experiment_whose_file_was_deleted_is_gone_after_the_next_build()
    {
        var folder = Directory.CreateTempSubdirectory("dcrdsl-");
        try
        {
            string In(string name) => Path.Combine(folder.FullName, name);
            string Dll(string name) => $"<Reference Include=\"{Path.Combine(AppContext.BaseDirectory, name)}\" Private=\"false\" />";
            string Analyzer(string name) => $"<Analyzer Include=\"{Path.Combine(AppContext.BaseDirectory, name)}\" />";
            File.WriteAllText(
                In("Lab.csproj"),
                $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <TargetFramework>net10.0</TargetFramework>
                    <Nullable>enable</Nullable>
                    <ImplicitUsings>enable</ImplicitUsings>
                    <DcrWeakenLibTorchSharp>off</DcrWeakenLibTorchSharp>
                    <UseSharedCompilation>false</UseSharedCompilation>
                  </PropertyGroup>
                  <ItemGroup>
                    {Dll("DcrDsl.dll")}{Dll("DcrDsl.Specs.dll")}{Dll("TorchSharp.dll")}
                    {Analyzer("DcrDsl.Generators.dll")}{Analyzer("DcrDsl.Specs.dll")}{Analyzer("YamlDotNet.dll")}
                    <AdditionalFiles Include="**/*.dcr.yaml" Exclude="bin/**;obj/**" />
                  </ItemGroup>
                  <Import Project="{Targets}" />
                </Project>
                """
            );
            File.WriteAllText(In("kept.dcr.yaml"), Declaration.Yaml(name: "kept"));
            File.WriteAllText(In("gone.dcr.yaml"), Declaration.Yaml(name: "gone"));
            string[] first = await Build(folder.FullName);
            File.Delete(In("gone.dcr.yaml"));
            string[] second = await Build(folder.FullName);
            Assert.Equal(["GoneProgram", "KeptProgram"], first);
            Assert.Equal(["KeptProgram"], second);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The programs that the built assembly holds.</summary>
    static async Task<string[]> Build(string folder)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in new[] { "build", "-nologo", "-v", "q", "-nodeReuse:false", "-o", "out" })
            start.ArgumentList.Add(argument);
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken) + await error;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output);
        string assembly = Encoding.Latin1.GetString(
            await File.ReadAllBytesAsync(Path.Combine(folder, "out", "Lab.dll"), TestContext.Current.CancellationToken)
        );
        return [.. new[] { "GoneProgram", "KeptProgram" }.Where(p => assembly.Contains(p, StringComparison.Ordinal))];
    }
}
