using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

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
    /// <param name="path">The file.</param>
    /// <param name="type">How a record is read.</param>
    /// <param name="notes">Gets what the reader of the results must know.</param>
    /// <param name="fault">What is wrong with a record; null: nothing.</param>
    /// <exception cref="InputException">A line is damaged.</exception>
    public static IReadOnlyList<T> Read(string path, JsonTypeInfo<T> type, ICollection<string> notes, Func<T, string?>? fault = null)
    {
        var records = new List<T>();
        string text = File.ReadAllText(path, Encoding.UTF8);
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
            var record = Parse(line, path, number, type);
            if (fault?.Invoke(record) is { } wrong) throw new InputException($"{path}, line {number}: {wrong}; restore the line, or run "
                + "the experiment again.");
            records.Add(record);
        }
        return records;
    }

    static T Parse(string line, string path, int number, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(line, type) ?? throw new JsonException("null");
        }
        catch (JsonException exception)
        {
            throw new InputException($"{path}, line {number}: this is not a line that DcrDsl wrote; remove the line, or run the experiment again.", exception);
        }
    }
}
