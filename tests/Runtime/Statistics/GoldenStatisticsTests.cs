using System.Text.Json;

namespace DcrDsl.Runtime.Tests.Statistics;

/// <summary>Every row of every topic of golden/stats/cases.json, as scipy and scikit-learn have it, within 1e-9 relative.</summary>
public class GoldenStatisticsTests
{
    const string Missing = "(no golden vectors)";

    public static TheoryData<string, int, string> Rows()
    {
        var rows = new TheoryData<string, int, string>();
        if (Golden.TryFolder("stats") is not { } folder)
        {
            rows.Add(Missing, 0, "");
            return rows;
        }
        using var cases = Golden.Json(folder, "cases.json");
        foreach (var topic in cases.RootElement.EnumerateObject())
        {
            if (!GoldenChecks.OfTopic.ContainsKey(topic.Name))
                rows.Add(topic.Name, 0, "");
            else
            {
                foreach (var (index, row) in topic.Value.EnumerateArray().Index())
                    rows.Add(topic.Name, index, row.TryGetProperty("name", out var name) ? name.GetString()! : "");
            }
        }
        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void The_statistics_equal_the_reference(string topic, int index, string name)
    {
        string folder = Golden.Folder("stats");
        Assert.SkipUnless(GoldenChecks.OfTopic.ContainsKey(topic), $"golden/stats has the topic '{topic}', which no check here knows");

        using var cases = Golden.Json(folder, "cases.json");
        var row = new GoldenRow(cases.RootElement.GetProperty(topic)[index]);
        if (row.Has("name"))
            Assert.Equal(name, row["name"].GetString());
        GoldenChecks.OfTopic[topic](row);

        string unread = string.Join(", ", row.Unread);
        Assert.SkipWhen(unread.Length > 0, $"all else passed, but no check here knows the column {unread} of '{topic}'");
    }
}
