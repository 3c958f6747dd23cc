using System.Text.Json;
using System.Text.RegularExpressions;
using DcrDsl.Models;
using DcrDsl.Models.Checkpoints;
using DcrDsl.Models.LowRank;
using DcrDsl.Models.SafeTensors;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace DcrDsl.Runtime.Tests.Models.Lora;

/// <summary>One adapter of golden/peft on its base, with the reference's outputs.</summary>
sealed class GoldenAdapter : IDisposable
{
    readonly SafeTensorsFile expected,
        batches;
    readonly JsonDocument cases;

    GoldenAdapter(string name, ScalarType dtype)
    {
        string root = Golden.Folder("peft");
        Directory = Path.Combine(root, name);
        expected = SafeTensorsFile.Open(Path.Combine(Directory, "expected.safetensors"));
        batches = SafeTensorsFile.Open(Path.Combine(root, "batches.safetensors"));
        cases = Golden.Json(root, "cases.json");
        Case = cases.RootElement.GetProperty("cases").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
        Decoder = HuggingFaceDirectory.Open(Path.Combine(root, "base"), CPU, dtype);
    }

    public string Directory { get; }

    public JsonElement Case { get; }

    /// <summary>The settings of the training run.</summary>
    public JsonElement Run => cases.RootElement;

    public Decoder Decoder { get; }

    public static TheoryData<string> All()
    {
        var data = new TheoryData<string>();
        if (Golden.TryFolder("peft") is not { } root)
            return data;
        using var json = Golden.Json(root, "cases.json");
        foreach (var one in json.RootElement.GetProperty("cases").EnumerateArray())
            if (one.GetProperty("name").GetString() is { } name && System.IO.Directory.Exists(Path.Combine(root, name)))
                data.Add(name);
        return data;
    }

    public static GoldenAdapter Open(string name, ScalarType dtype = ScalarType.Float32) => new(name, dtype);

    public Tensor Expected(string name) => expected.Load(name);

    public IEnumerable<string> Arrays => expected.Entries.Keys;

    /// <summary>The adapter without its dropout, as the reference's numbers are: in evaluation mode.</summary>
    public LoraAdapter Attach() => Attach("adapter_model.safetensors");

    /// <summary>The adapter as it was at the start of the training run.</summary>
    public LoraAdapter AttachInitial() => Attach("adapter_init.safetensors");

    LoraAdapter Attach(string weights) => Put(Directory, weights, Decoder);

    /// <summary>Puts an adapter of a directory on a decoder, without its dropout.</summary>
    public static LoraAdapter Put(string directory, string weights, Decoder decoder)
    {
        string folder = System.IO.Directory.CreateTempSubdirectory("dcrdsl").FullName;
        try
        {
            string config = File.ReadAllText(Path.Combine(directory, "adapter_config.json"));
            File.WriteAllText(Path.Combine(folder, "adapter_config.json"), Regex.Replace(config, "(?<=\"lora_dropout\": )[0-9.]+", "0"));
            File.Copy(Path.Combine(directory, weights), Path.Combine(folder, "adapter_model.safetensors"));
            return PeftDirectory.Open(folder, decoder);
        }
        finally
        {
            System.IO.Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Logits of batch 0 where there is a token.</summary>
    public Tensor Logits() => Decoder.Head(Decoder.Forward(batches.Load("batch0.input_ids")))[Real];

    public Tensor Real => batches.Load("batch0.attention_mask").to(ScalarType.Bool);

    /// <summary>transformers' loss of a batch.</summary>
    /// <param name="batch">0 or 1.</param>
    /// <param name="rows">First row and number of rows; null: all.</param>
    public Tensor Loss(int batch, (int First, int Count)? rows = null)
    {
        Tensor tokens = batches.Load($"batch{batch}.input_ids"),
            labels = batches.Load($"batch{batch}.labels");
        long all = labels.narrow(1, 1, labels.shape[1] - 1).ne(-100).sum().item<long>();
        var (first, count) = rows ?? (0, (int)tokens.shape[0]);
        (tokens, labels) = (tokens.narrow(0, first, count), labels.narrow(0, first, count));
        long last = tokens.shape[1] - 1;
        var logits = Decoder.Head(Decoder.Forward(tokens)).narrow(1, 0, last).flatten(0, 1);
        return cross_entropy(logits, labels.narrow(1, 1, last).flatten(), ignore_index: -100, reduction: nn.Reduction.Sum) / all;
    }

    public void Dispose()
    {
        Decoder.Dispose();
        expected.Dispose();
        batches.Dispose();
        cases.Dispose();
    }
}
