using DcrDsl.Experiments;
using DcrDsl.Models;
using TorchSharp;

namespace DcrDsl.EndToEnd.Tests;

/// <summary>The real-model experiment from its files to its report, on a checkpoint that is small and knows nothing.</summary>
public sealed class RealModelTests : IDisposable
{
    readonly TinyWorkspace workspace = new();
    readonly CommandLine.TemporaryFolder results = new();

    public void Dispose()
    {
        workspace.Dispose();
        results.Dispose();
    }

    [Fact]
    public async Task It_runs_from_a_model_directory_and_public_files_to_a_report()
    {
        var answer = await CommandLine.Run("run", "real-model", "--path", $"model={workspace.Model}", "--path", $"data={workspace.Data}", "--threads", "1",
            "--precision", "bf16", "--export", "Align,Dcr", "--out", results.In("run"));
        Assert.Equal("", answer.Code == 0 ? "" : answer.Errors);
        var run = RealModelResults.Load(results.In("run"));
        Assert.All([run.Base.Auc.Mean, run.Stl.Auc.Mean, run.StlAug.Auc.Mean, run.Dcr.Auc.Mean], auc => Assert.InRange(auc, 0, 1));
        Assert.Equal(
            ["adapters/seed0-Align", "adapters/seed0-AlignStlAug", "adapters/seed0-Dcr-Align", "models/seed0-Align", "models/seed0-AlignStlAug", "models/seed0-Dcr", "models/seed0-Dcr-Align"],
            new[] { "adapters", "models" }.SelectMany(kind => Directory.GetDirectories(results.In("run", kind)).Select(d => $"{kind}/{Path.GetFileName(d)}")).Order(StringComparer.Ordinal));
        using (var tuned = HuggingFaceModel.Open(new Specs.HuggingFace { Path = results.In("run", "models", "seed0-Dcr-Align") }, seed: 0, torch.CPU))
            Assert.Equal(16, tuned.Decoder.Config.Layers);
        string report = File.ReadAllText(results.In("run", "report.md"));
        foreach (string part in new[] { "Over prompts", "XSTestSafe", "trained on", "--path model=" }) Assert.Contains(part, report);
    }

    [Fact]
    public async Task What_is_missing_is_said_before_anything_is_trained()
    {
        var nowhere = await CommandLine.Run("run", "real-model", "--path", $"model={workspace.Model}");
        Assert.Equal(1, nowhere.Code);
        Assert.Contains("--path data=PATH", nowhere.Errors);

        File.Delete(Path.Combine(workspace.Data, "advbench", "advbench.csv"));
        var missing = await CommandLine.Run("run", "real-model", "--path", $"model={workspace.Model}", "--path", $"data={workspace.Data}", "--out", results.In("missing"));
        Assert.Equal(1, missing.Code);
        Assert.Contains("advbench.csv", missing.Errors);
        Assert.False(Directory.Exists(results.In("missing")));
    }
}
