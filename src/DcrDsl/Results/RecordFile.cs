using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DcrDsl.Data.Files;
using DcrDsl.FileSystem;

namespace DcrDsl.Results;

/// <summary>A file that holds one JSON record.</summary>
static class RecordFile
{
    /// <exception cref="InputException">The file cannot be read, or is not such a record.</exception>
    public static T Read<T>(string path, JsonTypeInfo<T> type)
    {
        try
        {
            byte[] utf8 = Encoding.UTF8.GetBytes(RegularFile.Text(path));
            JsonText.RequireWholeTexts(path, 1, utf8);
            return JsonSerializer.Deserialize(utf8, type) ?? throw new JsonException("null");
        }
        catch (JsonException exception)
        {
            long line = (exception.LineNumber ?? 0) + 1;
            throw new InputException(
                FormattableString.Invariant($"{path}, line {line}: this is not what DcrDsl wrote; run the experiment again."),
                exception
            );
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be read: {exception.Message.TrimEnd('.')}.", exception);
        }
    }
}
