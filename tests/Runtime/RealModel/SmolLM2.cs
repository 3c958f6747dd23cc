using System.Diagnostics;
using DcrDsl.Models;
using TorchSharp;

namespace DcrDsl.Runtime.Tests.RealModel;

/// <summary>
/// SmolLM2-135M-Instruct. Its directory is DCRDSL_SMOLLM2, or what ../shared/tools/unpack-smollm2.sh writes into the folder for temporary
/// files; tests skip, with the reason, where there is neither.
/// </summary>
public sealed class SmolLM2 : IDisposable
{
    static readonly Lazy<string?> Found = new(Find);
    readonly Lazy<LanguageModel> model = new(() => HuggingFaceModel.Open(new Specs.HuggingFace { Path = Folder() }, seed: 0, torch.CPU));

    /// <summary>The model's directory.</summary>
    public static string Folder()
    {
        Assert.SkipWhen(Found.Value is null, "SmolLM2-135M-Instruct is not here: set DCRDSL_SMOLLM2 to its directory");
        return Found.Value!;
    }

    /// <summary>The model in float32; tests share it and leave it as it is.</summary>
    public LanguageModel Model => model.Value;

    public void Dispose()
    {
        if (model.IsValueCreated)
            model.Value.Dispose();
    }

    static string? Find()
    {
        if (Environment.GetEnvironmentVariable("DCRDSL_SMOLLM2") is { Length: > 0 } given)
            return given;
        string tool = Path.GetFullPath(Path.Combine(Golden.Own(""), "..", "..", "..", "shared", "tools", "unpack-smollm2.sh"));
        if (!File.Exists(tool) || OperatingSystem.IsWindows())
            return null;
        string folder = Path.Combine(Path.GetTempPath(), "dcrdsl-smollm2");
        using var unpack = Process.Start(
            new ProcessStartInfo("bash", [tool, folder]) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        unpack.StandardOutput.ReadToEnd();
        unpack.WaitForExit();
        return unpack.ExitCode == 0 ? folder : null;
    }
}
