using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DcrDsl.Data.Files;
using DcrDsl.FileSystem;

namespace DcrDsl.Execution.Locks;

/// <summary>Reads and writes a lock.</summary>
static class LockFile
{
    // Text stays readable: the file is no part of a web page.
    static readonly LockJson Json = new(
        new JsonSerializerOptions(LockJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
    );

    /// <summary>The lock as text; it ends with a line break.</summary>
    public static string TextOf(LockRecord record) => JsonSerializer.Serialize(record, Json.LockRecord) + "\n";

    /// <exception cref="IOException">The file cannot be written; it is then as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static void Write(string path, LockRecord record) => WholeFile.WriteText(path, TextOf(record));

    /// <exception cref="InputException">There is none, or it cannot be read.</exception>
    public static LockRecord Read(string path)
    {
        RegularFile.Require(path);
        if (!File.Exists(path))
            throw new InputException($"There is no lock {path}: write it with --lock, or say where it is with --lock-file.");
        try
        {
            byte[] utf8 = Encoding.UTF8.GetBytes(RegularFile.Text(path));
            JsonText.RequireWholeTexts(path, 1, utf8);
            // The format first: what else a later version has written is its own affair.
            using (var document = JsonDocument.Parse(utf8))
                if (document.RootElement.GetProperty("format").GetInt32() is not LockRecord.CurrentFormat and var format)
                    throw new InputException(
                        FormattableString.Invariant(
                            $"{path}: its format is {format}, and this version of DcrDsl reads {LockRecord.CurrentFormat}: check it with "
                        ) + "the version that wrote it, or lock anew with --lock."
                    );
            return JsonSerializer.Deserialize(utf8, Json.LockRecord) ?? throw new JsonException("null");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            string line = exception is JsonException { LineNumber: { } number } ? FormattableString.Invariant($", line {number + 1}") : "";
            throw new InputException(
                $"{path}{line}: this is not a lock that DcrDsl wrote; restore it from version control, or lock anew with --lock.",
                exception
            );
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be read: {exception.Message.TrimEnd('.')}.", exception);
        }
    }
}
