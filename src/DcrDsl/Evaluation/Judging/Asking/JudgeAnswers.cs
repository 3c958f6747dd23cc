using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DcrDsl.FileSystem;
using Microsoft.Extensions.AI;

namespace DcrDsl.Evaluation.Judging.Asking;

/// <summary>
/// What judges were answered, a file an answer, found by all that decided about it. Files are written aside, brought to the disk and
/// renamed, so that processes share them; one that is not as it was written counts as not there. Neither prompt nor completion stands in
/// them, only the digest of the question.
/// </summary>
/// <param name="folder">The folder; made when there is something to keep.</param>
/// <param name="disk">The file system.</param>
/// <param name="tell">Is told, once, that nothing can be kept.</param>
sealed class JudgeAnswers(string folder, Disk disk, Action<string> tell)
{
    /// <summary>The folder's name in a store.</summary>
    public const string FolderName = "judge-answers";

    const int Format = 1;

    static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    int told;

    /// <summary>Those of a store; null: there is none.</summary>
    public static JudgeAnswers? Of(string? store, Disk disk, Action<string> tell) =>
        store is null ? null : new(Path.Combine(store, FolderName), disk, tell);

    /// <summary>Whether any were kept.</summary>
    public bool AreThere => Directory.Exists(folder);

    /// <summary>The answer to a question; null: it is not known.</summary>
    public string? Find(JudgeQuestion question)
    {
        string path = PathOf(question);
        try
        {
            return
                File.Exists(path)
                && JsonSerializer.Deserialize<Line>(RegularFile.Text(path), Json) is { } line
                && line.Format == Format
                && line.Question == question.Digest
                && line.Sha256 == Sha(line.Answer)
                ? line.Answer
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException or InputException)
        {
            return null; // it is asked again
        }
    }

    /// <summary>Keeps an answer.</summary>
    public void Keep(JudgeQuestion question, ChatResponse response)
    {
        string path = PathOf(question),
            aside = AsideName.Of(path);
        byte[] line = JsonSerializer.SerializeToUtf8Bytes(
            new Line(
                Format,
                question.Digest,
                question.Rubric,
                question.Model,
                response.ModelId,
                response.Text,
                Sha(response.Text),
                response.FinishReason?.Value,
                response.Usage?.InputTokenCount,
                response.Usage?.OutputTokenCount
            ),
            Json
        );
        try
        {
            string parent = Path.GetDirectoryName(path)!;
            disk.Make(parent);
            disk.Write(aside, stream => stream.Write(line));
            disk.Replace(aside, path);
            disk.Flush(parent);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InputException)
        {
            if (Interlocked.Exchange(ref told, 1) == 0)
                tell(
                    $"Answers of judges cannot be kept in {folder} ({exception.Message.TrimEnd('.')}): judging again asks for them again; "
                        + "free space or name a store with --store."
                );
            Drop(aside);
        }
    }

    string PathOf(JudgeQuestion question) => Path.Combine(folder, question.Digest[..2], question.Digest + ".json");

    static string Sha(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    static void Drop(string aside)
    {
        try
        {
            File.Delete(aside);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What keeps it from being written was told.
        }
    }

    sealed record Line(
        int Format,
        string Question,
        string Rubric,
        string Model,
        string? AnsweredBy,
        string Answer,
        string Sha256,
        string? Ended,
        long? InputTokens,
        long? OutputTokens
    );
}

/// <summary>All that decides about an answer.</summary>
sealed class JudgeQuestion
{
    public JudgeQuestion(string rubric, string model, int maxNewTokens, ChatOptions options, IReadOnlyList<ChatMessage> messages)
    {
        (Rubric, Model) = (rubric, model);
        byte[] all = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                rubric,
                model,
                maxNewTokens,
                options.Temperature,
                options.Seed,
                messages = messages.Select(m => new[] { m.Role.Value, m.Text }),
            }
        );
        Digest = Convert.ToHexStringLower(SHA256.HashData(all));
    }

    /// <summary>The rubric's name and version.</summary>
    public string Rubric { get; }

    /// <summary>The model.</summary>
    public string Model { get; }

    /// <summary>Of rubric, model, decoding and the texts.</summary>
    public string Digest { get; }
}
