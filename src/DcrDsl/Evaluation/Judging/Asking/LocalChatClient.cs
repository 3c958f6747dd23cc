using System.Security.Cryptography;
using System.Text;
using DcrDsl.FileSystem;
using DcrDsl.Models;
using DcrDsl.Specs;
using Microsoft.Extensions.AI;
using TorchSharp;

namespace DcrDsl.Evaluation.Judging.Asking;

/// <summary>
/// A model's directory as a chat client: with its chat template, greedily, one question after the other. What a system message says comes
/// before the question.
/// </summary>
sealed class LocalChatClient(LocalModel spec, string path, torch.Device device) : IChatClient
{
    readonly Lock gate = new();
    LanguageModel? model;

    public static JudgeClient Of(LocalModel spec, JudgingPlace place)
    {
        string path = place.Path(spec.Path);
        RegularFile.RequirePath(path);
        if (!Directory.Exists(path))
            throw new InputException(
                $"There is no model directory {path} for the judge (looked for {Path.GetFullPath(path)}): give one that holds config.json, "
                    + "safetensors and tokenizer.json."
            );
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        return new JudgeClient(
            new LocalChatClient(spec, path, place.Device),
            spec with
            {
                Path = path,
            },
            name,
            () => $"{name} {Digest(path)} {spec.ChatTemplate}".TrimEnd()
        );
    }

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        lock (gate)
        {
            model ??= HuggingFaceModel.Open(new HuggingFace { Path = path, ChatTemplate = spec.ChatTemplate }, 0, device);
            int[] asked = model.Chat.Conversation(Turns([.. messages]));
            int most = options?.MaxOutputTokens ?? 512;
            if (model.Chat.LongestText is { } longest && asked.Length > longest - most)
                throw new InputException(
                    FormattableString.Invariant(
                        $"A question to the judge has {asked.Length} tokens, and with MaxNewTokens = {most} that is "
                    )
                        + FormattableString.Invariant($"more than the {longest} ")
                        + $"that the model in {path} takes: lower MaxNewTokens, shorten the rubric or the completions, or take "
                        + "another model."
                );
            int[] tokens = Generation
                .Complete(model.Decoder, [asked], most, model.Chat.StopTokens, cancellation: cancellationToken)[0]
                .Tokens;
            return Task.FromResult(
                new ChatResponse(new ChatMessage(ChatRole.Assistant, model.Chat.Decode(tokens)))
                {
                    FinishReason = model.Chat.StopTokens.Contains(tokens[^1]) ? ChatFinishReason.Stop : ChatFinishReason.Length,
                    Usage = new UsageDetails { InputTokenCount = asked.Length, OutputTokenCount = tokens.Length },
                }
            );
        }
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages,
        ChatOptions? options = null,
        CancellationToken cancellationToken = default
    ) => throw new NotSupportedException("Judges read whole answers.");

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
        lock (gate)
        {
            model?.Dispose();
            model = null;
        }
    }

    static List<string> Turns(ChatMessage[] messages)
    {
        string before = string.Concat(messages.Where(m => m.Role == ChatRole.System).Select(m => m.Text + "\n\n"));
        List<string> turns = [.. messages.Where(m => m.Role != ChatRole.System).Select(m => m.Text)];
        turns[0] = before + turns[0];
        return turns;
    }

    /// <summary>Of what a model's directory holds: two with the same files answer alike.</summary>
    static string Digest(string path)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string[] endings = [".json", ".safetensors", ".jinja", ".model"];
        foreach (string file in Directory.GetFiles(path).Where(f => endings.Contains(Path.GetExtension(f))).Order(StringComparer.Ordinal))
        {
            using var stream = File.OpenRead(file);
            all.AppendData(Encoding.UTF8.GetBytes(Path.GetFileName(file)));
            all.AppendData(SHA256.HashData(stream));
        }
        return Convert.ToHexStringLower(all.GetHashAndReset())[..16];
    }
}
