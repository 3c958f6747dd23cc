using System.Globalization;
using System.Text.Json;
using DcrDsl.Evaluation.Watching;
using DcrDsl.FileSystem;

namespace DcrDsl.Results;

/// <summary>A file of readings, one a line, in the order in which they were read.</summary>
static class ReadingsFile
{
    /// <summary>Writes the file, whole or not at all.</summary>
    public static void Write(string path, IReadOnlyList<Reading> readings) =>
        WholeFile.WriteLines(path, readings.Select(r => JsonSerializer.Serialize(r, RunRecordsJson.Default.Reading)));

    /// <summary>Reads it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="count">How many readings it has.</param>
    /// <exception cref="InputException">It is missing or damaged.</exception>
    public static IReadOnlyList<Reading> Read(string path, int count)
    {
        Reading[] readings = [.. LineFile<Reading>.Read(path, RunRecordsJson.Default.Reading, []).Select(l => l.Record)];
        return readings.Length == count
            ? readings
            : throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{path} has {readings.Length:#,0} readings instead of {count:#,0}; restore it, or run the experiment again."
                )
            );
    }
}
