using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DcrDsl.Data;

namespace DcrDsl.Plans;

/// <summary>A file of JSON records, one a line. Each line reaches the disk whole before the call returns, so a crash can cost the last line only.</summary>
sealed class LineFile<T>(string path, JsonTypeInfo<T> type) : IDisposable
{
    readonly FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
    readonly Lock gate = new();

    public void Append(T record)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(record, type), (byte)'\n'];
        lock (gate)
        {
            file.Write(line);
            file.Flush(flushToDisk: true);
        }
    }

    public void Dispose() => file.Dispose();

    /// <summary>Reads the records of a file; a last line without its end is left out, with a note.</summary>
    /// <exception cref="InputException">A line is damaged.</exception>
    public static IReadOnlyList<T> Read(string path, JsonTypeInfo<T> type, ICollection<string> notes)
    {
        var records = new List<T>();
        string text = RegularFile.Text(path);
        int number = 0;
        foreach (string line in text.Split('\n'))
        {
            number++;
            if (line.Length == 0) continue;
            if (number == text.Count(c => c == '\n') + 1)
            {
                notes.Add($"{path}, line {number}: left out, as the run was cut off while writing it.");
                break;
            }
            records.Add(Parse(line, path, number, type));
        }
        return records;
    }

    static T Parse(string line, string path, int number, JsonTypeInfo<T> type)
    {
        try
        {
            byte[] utf8 = Encoding.UTF8.GetBytes(line);
            JsonText.RequireWholeTexts(path, number, utf8);
            return JsonSerializer.Deserialize(utf8, type) ?? throw new JsonException("null");
        }
        catch (JsonException exception)
        {
            throw new InputException($"{path}, line {number}: this is not a line that DcrDsl wrote; remove the line, or run the experiment again.", exception);
        }
    }
}
