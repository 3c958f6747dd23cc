using System.Text;
using System.Text.Json;
using DcrDsl.FileSystem;
using DcrDsl.Planning;
using DcrDsl.Results;

namespace DcrDsl.Execution;

/// <summary>Puts the lines of <c>cells.jsonl</c>, which were written as cells were finished, into the order of the plan.</summary>
static class CellOrder
{
    /// <exception cref="IOException">The file cannot be read or written; it is then as it was.</exception>
    public static void Restore(string path, Plan plan)
    {
        var place = plan.Cells.Index().ToDictionary(c => c.Item.Id, c => c.Index);
        List<(int Place, string Line)> lines = [];
        using (var stream = File.OpenRead(path))
            foreach (var (_, text, _) in Utf8Lines.Of(stream))
                lines.Add((place[JsonSerializer.Deserialize(text, RunRecordsJson.Default.CellRecord)!.Id], Encoding.UTF8.GetString(text)));
        if (lines.Zip(lines.Skip(1)).All(pair => pair.First.Place < pair.Second.Place))
            return;
        WholeFile.WriteLines(path, lines.OrderBy(l => l.Place).Select(l => l.Line));
    }
}
