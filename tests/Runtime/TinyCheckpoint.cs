using System.IO.Compression;
using System.Reflection;
using System.Text.Json;
using DcrDsl.Models;
using DcrDsl.Models.Checkpoints;
using DcrDsl.Models.SafeTensors;
using TorchSharp;

namespace DcrDsl.Runtime.Tests;

/// <summary>
/// A complete Hugging Face directory of a small random Llama with the golden templates' tokenizer and a ChatML template; removed with the
/// test.
/// </summary>
sealed class TinyCheckpoint : IDisposable
{
    public const int VocabularySize = 1529;

    static readonly string Templates = Path.Combine(
        typeof(TinyCheckpoint).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == "TestsFolder").Value!,
        "golden",
        "templates"
    );

    public TinyCheckpoint(int layers = 2, int longest = 128)
    {
        using (var zipped = File.OpenRead(Path.Combine(Templates, "tokenizer.json.gz")))
        using (var text = new GZipStream(zipped, CompressionMode.Decompress))
        using (var file = File.Create(In("tokenizer.json")))
            text.CopyTo(file);
        File.Copy(Path.Combine(Templates, "chatml.jinja"), In("chat_template.jinja"));
        Write("tokenizer_config.json", new { eos_token = "<|im_end|>", bos_token = "<|im_start|>" });
        Write("generation_config.json", new { eos_token_id = new[] { 1501, 1502 }, pad_token_id = 1502 });
        Write(
            "config.json",
            new
            {
                architectures = new[] { "LlamaForCausalLM" },
                model_type = "llama",
                vocab_size = VocabularySize,
                hidden_size = 32,
                intermediate_size = 48,
                num_hidden_layers = layers,
                num_attention_heads = 4,
                num_key_value_heads = 2,
                max_position_embeddings = longest,
                rms_norm_eps = 1e-5,
                pad_token_id = 1502,
                rope_theta = 10000.0,
                tie_word_embeddings = true,
                torch_dtype = "float32",
            }
        );
        using var decoder = Decoder.Initialise(HuggingFaceConfig.Read(In("config.json")), seed: 7, torch.CPU);
        SafeTensorsWriter.Write(In("model.safetensors"), decoder.Parameters.Names.Zip(decoder.Parameters));
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("dcrdsl-").FullName;

    public string In(string file) => Path.Combine(Folder, file);

    public void Write(string file, object json) => File.WriteAllText(In(file), JsonSerializer.Serialize(json));

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
