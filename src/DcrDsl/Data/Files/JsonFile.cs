using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using DcrDsl.FileSystem;

namespace DcrDsl.Data.Files;

/// <summary>Reads and writes the JSON objects of a model's directory, with errors that name the file.</summary>
static class JsonFile
{
    static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>What <paramref name="read"/> makes of the object in a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="wanted">What the file should be, for messages: "the config.json of a model".</param>
    /// <param name="read">Is given the object.</param>
    /// <exception cref="InputException">The file cannot be read, or holds no JSON object.</exception>
    public static T Read<T>(string path, string wanted, Func<JsonElement, T> read)
    {
        try
        {
            byte[] bytes = RegularFile.Bytes(path);
            if (!Utf8.IsValid(bytes))
                throw new InputException($"{path} is not UTF-8 text; fetch the file again.");
            JsonText.RequireWholeTexts(path, 1, bytes);
            using var document = JsonDocument.Parse(bytes);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new InputException($"{path} is not a JSON object; give {wanted}.");
            return read(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new InputException(
                FormattableString.Invariant($"{path} is not valid JSON, line {e.LineNumber + 1}; fetch the file again."),
                e
            );
        }
        catch (InvalidOperationException e)
        {
            throw new InputException($"{path} has a value of another kind than it should ({e.Message.TrimEnd('.')}); give {wanted}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new InputException($"{path} cannot be read ({e.Message.TrimEnd('.')}); give {wanted}.", e);
        }
    }

    /// <summary>Writes an object with an entry a line; the line end is '\n' on every system.</summary>
    public static void Write(string path, JsonObject value) => File.WriteAllText(path, value.ToJsonString(Indented) + "\n");
}
