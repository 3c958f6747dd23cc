using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DcrDsl.Data.Files;
using DcrDsl.Evaluation.Leaking;
using DcrDsl.FileSystem;

namespace DcrDsl.Results;

/// <summary>
/// The overlaps of a run as JSON Lines: a line that says what was compared, then one for each overlap; nearest neighbours, where they were
/// looked for, in a file of their own.
/// </summary>
static class OverlapFile
{
    /// <summary>The format that is written.</summary>
    public const int Format = 1;

    /// <summary>Writes both files into a run folder, whole or not at all.</summary>
    public static void Write(string folder, FoundLeakage found)
    {
        WriteList(Path.Combine(folder, RunFiles.Leakage), found);
        if (found.Neighbours.Count > 0)
            WholeFile.WriteLines(
                Path.Combine(folder, RunFiles.Neighbours),
                found.Neighbours.Select(n => JsonSerializer.Serialize(n, RunRecordsJson.Default.Neighbour))
            );
    }

    /// <summary>Writes the list of overlaps.</summary>
    public static void WriteList(string path, FoundLeakage found) =>
        WholeFile.WriteLines(
            path,
            found
                .Overlaps.Select(o => JsonSerializer.Serialize(o, RunRecordsJson.Default.Overlap))
                .Prepend(JsonSerializer.Serialize(found.Compared, RunRecordsJson.Default.LeakageRecord))
        );

    /// <summary>Reads them; null: nothing was compared.</summary>
    /// <exception cref="InputException">A file is damaged.</exception>
    public static FoundLeakage? Read(string folder)
    {
        string path = Path.Combine(folder, RunFiles.Leakage),
            near = Path.Combine(folder, RunFiles.Neighbours);
        if (!File.Exists(path))
            return null;
        string[] lines = [.. RegularFile.Lines(path)];
        if (lines.Length == 0)
            throw Damaged(path, 1);
        var compared = Parse(path, 1, lines[0], RunRecordsJson.Default.LeakageRecord);
        if (compared.Format != Format)
            throw new InputException(
                FormattableString.Invariant(
                    $"{path}: its format is {compared.Format}, and this version of DcrDsl reads {Format}; use the version that wrote it."
                )
            );
        return new FoundLeakage(
            compared,
            [.. lines.Skip(1).Select((line, i) => Parse(path, i + 2, line, RunRecordsJson.Default.Overlap))],
            File.Exists(near)
                ? [.. RegularFile.Lines(near).Select((line, i) => Parse(near, i + 1, line, RunRecordsJson.Default.Neighbour))]
                : []
        );
    }

    static T Parse<T>(string path, int number, string line, JsonTypeInfo<T> type)
    {
        try
        {
            JsonText.RequireWholeTexts(path, number, System.Text.Encoding.UTF8.GetBytes(line));
            return JsonSerializer.Deserialize(line, type) ?? throw Damaged(path, number);
        }
        catch (JsonException)
        {
            throw Damaged(path, number);
        }
    }

    static InputException Damaged(string path, int line) =>
        new(FormattableString.Invariant($"{path}, line {line}: this is not what DcrDsl wrote; run the experiment again."));
}
