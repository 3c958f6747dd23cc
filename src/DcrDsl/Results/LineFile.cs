using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DcrDsl.Data.Files;
using DcrDsl.FileSystem;

namespace DcrDsl.Results;

/// <summary>
/// A file of JSON records, one a line. Each line reaches the disk whole before the call returns, so a crash can cost the last line only.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="type">How a record is written.</param>
/// <param name="mode">Whether the file is a new one, or goes on.</param>
/// <param name="waits">
/// Whether each line is waited for until it is on the disk; else it survives the process, and a power cut from the next <see cref="Keep"/>.
/// </param>
sealed class LineFile<T>(string path, JsonTypeInfo<T> type, FileMode mode = FileMode.CreateNew, bool waits = true) : IDisposable
{
    // Without a buffer, so that nothing is left to be written when the file is closed.
    readonly FileStream file = new(path, mode, FileAccess.Write, FileShare.Read, bufferSize: 0);
    readonly Lock gate = new();

    /// <exception cref="IOException">The line cannot be written; the file then ends with the line before it.</exception>
    public void Append(T record)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(record, type), (byte)'\n'];
        lock (gate)
        {
            long whole = file.Position;
            try
            {
                FileSizeLimit.Observe(path, () => file.Write(line));
                if (waits)
                    file.Flush(flushToDisk: true);
            }
            catch (IOException)
            {
                CutTo(whole);
                throw;
            }
        }
    }

    /// <summary>Waits until all lines are on the disk.</summary>
    /// <returns>The length of the file.</returns>
    /// <exception cref="IOException">They cannot be written.</exception>
    public long Keep()
    {
        lock (gate)
        {
            file.Flush(flushToDisk: true);
            return file.Position;
        }
    }

    public void Dispose() => file.Dispose();

    void CutTo(long length)
    {
        try
        {
            file.SetLength(length);
        }
        catch (IOException)
        {
            // A reader knows a line without its end and leaves it out.
        }
    }

    /// <summary>Reads the records of a file, each with its line; a last line that was cut off is left out, with a note.</summary>
    /// <param name="path">The file.</param>
    /// <param name="type">How a record is read.</param>
    /// <param name="notes">Gets what the reader of the results must know.</param>
    /// <param name="fault">What is wrong with a record; null: nothing.</param>
    /// <exception cref="InputException">The file is missing or cannot be read, or a line is damaged.</exception>
    public static IReadOnlyList<(int Line, T Record)> Read(
        string path,
        JsonTypeInfo<T> type,
        ICollection<string> notes,
        Func<T, string?>? fault = null
    )
    {
        RegularFile.Require(path);
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            return Read(stream, path, type, notes, fault);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"{path} is missing: restore it, or run the experiment again.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be read: {exception.Message.TrimEnd('.')}.", exception);
        }
    }

    internal static IReadOnlyList<(int Line, T Record)> Read(
        Stream stream,
        string path,
        JsonTypeInfo<T> type,
        ICollection<string> notes,
        Func<T, string?>? fault = null
    )
    {
        var records = new List<(int, T)>();
        foreach (var (number, text, ended) in Utf8Lines.Of(stream))
        {
            if (text.AsSpan().Trim(" \t\r"u8).IsEmpty)
                continue;
            if (Parse(text, path, number, type) is { } record)
            {
                if (fault?.Invoke(record) is { } wrong)
                    throw new InputException($"{path}, line {number}: {wrong}; restore the line, or run the experiment again.");
                records.Add((number, record));
            }
            else if (ended)
                throw new InputException(
                    $"{path}, line {number}: this is not a line that DcrDsl wrote; remove the line, or run the experiment again."
                );
            else
                notes.Add($"{path}, line {number}: left out, as the run was cut off while writing it.");
        }
        return records;
    }

    static T? Parse(byte[] line, string path, int number, JsonTypeInfo<T> type)
    {
        try
        {
            JsonText.RequireWholeTexts(path, number, line);
            return JsonSerializer.Deserialize(line, type);
        }
        catch (JsonException)
        {
            return default;
        }
    }
}
