using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DcrDsl.FileSystem;
using DcrDsl.Results;

namespace DcrDsl.Execution;

/// <summary>Puts the lines of a file, which were written as things were finished, into the order of the plan.</summary>
static class LineOrder
{
    /// <param name="path">The file.</param>
    /// <param name="type">How a record is read.</param>
    /// <param name="id">What a record is about.</param>
    /// <param name="planned">The ids in the order of the plan.</param>
    /// <exception cref="IOException">The file cannot be read or written; it is then as it was.</exception>
    public static void Restore<T>(string path, JsonTypeInfo<T> type, Func<T, string> id, IEnumerable<string> planned)
    {
        var place = planned.Index().ToDictionary(p => p.Item, p => p.Index);
        List<(int Place, string Line)> lines = [];
        using (var stream = File.OpenRead(path))
            foreach (var (_, text, _) in Utf8Lines.Of(stream))
                lines.Add((place[id(JsonSerializer.Deserialize(text, type)!)], Encoding.UTF8.GetString(text)));
        if (lines.Zip(lines.Skip(1)).All(pair => pair.First.Place < pair.Second.Place))
            return;
        WholeFile.WriteLines(path, lines.OrderBy(l => l.Place).Select(l => l.Line));
    }
}
