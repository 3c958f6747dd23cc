using System.Diagnostics;
using System.Reflection;

namespace DcrDsl.Tool.Tests;

/// <summary>The tool as somebody starts it, and folders for it.</summary>
static class ToolRun
{
    public static string Repository { get; } =
        typeof(ToolRun).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == "RepositoryFolder").Value!;

    public static async Task<(int Code, string Output, string Errors)> In(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(DcrTool).Assembly.Location, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment.Remove("DCR_STORE");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await errors);
    }

    /// <summary>A folder that is removed with the test.</summary>
    public sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("dcr-tool-").FullName;

        public string Write(string file, string text)
        {
            string path = System.IO.Path.Combine(Path, file);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
            return path;
        }

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
