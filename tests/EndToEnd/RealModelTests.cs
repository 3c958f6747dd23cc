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
        var answer = await CommandLine.Run(
            "run",
            "real-model",
            "--path",
            $"model={workspace.Model}",
            "--path",
            $"data={workspace.Data}",
            "--threads",
            "1",
            "--precision",
            "bf16",
            "--export",
            "Align,Dcr",
            "--out",
            results.In("run")
        );
        Assert.Equal("", answer.Code == 0 ? "" : answer.Errors);
        var run = RealModelResults.Load(results.In("run"));
        Assert.All([run.Base.Auc.Mean, run.Stl.Auc.Mean, run.StlAug.Auc.Mean, run.Dcr.Auc.Mean], auc => Assert.InRange(auc, 0, 1));
        Assert.Equal(
            [
                "adapters/seed0-Align",
                "adapters/seed0-AlignStlAug",
                "adapters/seed0-Dcr-Align",
                "models/seed0-Align",
                "models/seed0-AlignStlAug",
                "models/seed0-Dcr",
                "models/seed0-Dcr-Align",
            ],
            new[] { "adapters", "models" }
                .SelectMany(kind => Directory.GetDirectories(results.In("run", kind)).Select(d => $"{kind}/{Path.GetFileName(d)}"))
                .Order(StringComparer.Ordinal)
        );
        using (
            var tuned = HuggingFaceModel.Open(
                new Specs.HuggingFace { Path = results.In("run", "models", "seed0-Dcr-Align") },
                seed: 0,
                torch.CPU
            )
        )
            Assert.Equal(16, tuned.Decoder.Config.Layers);
        var read = DcrDsl.Results.RunResults.Load(results.In("run")).Provenance!.Files.ToDictionary(f => f.Path);
        foreach (
            string file in new[]
            {
                Path.Combine(workspace.Model, "config.json"),
                Path.Combine(workspace.Model, "model.safetensors"),
                Path.Combine(workspace.Data, "xstest/xstest_prompts.csv"),
            }
        )
            Assert.Equal(
                Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))),
                read[file].Sha256
            );
        string report = File.ReadAllText(results.In("run", "report.md"));
        foreach (string part in new[] { "Over prompts", "XSTestSafe", "trained on", "--path model=" })
            Assert.Contains(part, report);
    }

    [Fact]
    public async Task The_papers_table_and_the_ablations_can_be_planned()
    {
        foreach (string name in new[] { "paper-table", "layers", "steps", "objectives", "ratio", "retain", "order", "source" })
        {
            var plan = await CommandLine.Run(
                "plan",
                $"real-{name}",
                "--path",
                $"model={workspace.Model}",
                "--path",
                $"data={workspace.Data}"
            );
            Assert.Equal((name, 0, ""), (name, plan.Code, plan.Errors));
        }
    }

    [Fact]
    public async Task What_is_missing_is_said_before_anything_is_trained()
    {
        var nowhere = await CommandLine.Run("run", "real-model", "--path", $"model={workspace.Model}");
        Assert.Equal(1, nowhere.Code);
        Assert.Contains("--path data=PATH", nowhere.Errors);

        File.Delete(Path.Combine(workspace.Data, "advbench", "advbench.csv"));
        var missing = await CommandLine.Run(
            "run",
            "real-model",
            "--path",
            $"model={workspace.Model}",
            "--path",
            $"data={workspace.Data}",
            "--out",
            results.In("missing")
        );
        Assert.Equal(1, missing.Code);
        Assert.Contains("advbench.csv", missing.Errors);
        Assert.False(Directory.Exists(results.In("missing")));
    }

    /// <summary>The refinement is declared after layer 15.</summary>
    [Fact]
    public async Task A_layer_beyond_the_models_depth_is_found_by_plan_and_run()
    {
        using var shallow = new DcrDsl.Runtime.Tests.TinyCheckpoint(layers: 8, longest: 512);
        string sentence =
            $"Stage Dcr: layer 15 (Dcr.Layer) does not exist: the model of {Path.Combine(shallow.Folder, "config.json")} has 8 blocks, "
            + $"so choose a layer from 1 to 8.";

        var planned = await CommandLine.Run("plan", "real-model", "--path", $"model={shallow.Folder}");
        var run = await CommandLine.Run(
            "run",
            "real-model",
            "--path",
            $"model={shallow.Folder}",
            "--path",
            $"data={workspace.Data}",
            "--out",
            results.In("shallow")
        );
        var unknown = await CommandLine.Run("plan", "real-model");
        var right = await CommandLine.Run("plan", "real-model", "--path", $"model={workspace.Model}");

        Assert.Equal((1, sentence), (planned.Code, OneLine(planned.Errors)));
        Assert.Equal((1, sentence), (run.Code, OneLine(run.Errors)));
        Assert.False(Directory.Exists(results.In("shallow")));
        Assert.Equal(
            (
                0,
                "To check the layers against the model too, say where it is with --path model=PATH. "
                    + "To compare what is measured on with what is trained on, say where the prompts are with --path data=PATH."
            ),
            (unknown.Code, OneLine(unknown.Errors))
        );
        Assert.Equal(
            (0, "To compare what is measured on with what is trained on, say where the prompts are with --path data=PATH."),
            (right.Code, OneLine(right.Errors))
        );
    }

    // Long sentences are folded.
    static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();
}
