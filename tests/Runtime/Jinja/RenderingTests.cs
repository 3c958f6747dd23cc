using System.Text.Json;
using DcrDsl.Jinja;
using DcrDsl.Jinja.Chat;

namespace DcrDsl.Runtime.Tests.Jinja;

public class RenderingTests
{
    public static TheoryData<string> Names => GoldenTemplates.Names();

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_conversation_is_rendered_as_transformers_renders_it(string name)
    {
        GoldenTemplates.Entry entry = GoldenTemplates.Read(name);
        DateTime now = GoldenTemplates.Now();
        var problems = new List<string>();
        int cases = 0;
        foreach (JsonElement golden in GoldenTemplates.Lines("cases.jsonl", name))
        {
            cases++;
            JsonElement kwargs = golden.GetProperty("kwargs");
            Conversation conversation = GoldenTemplates.Conversation(golden.GetProperty("messages"), kwargs, now);
            if (GoldenTemplates.Problem(golden, () => entry.Template.Render(conversation).Text) is { } problem)
                problems.Add($"{golden.GetProperty("conversation")} {kwargs.GetRawText()}: {problem}");
        }
        Assert.True(cases > 0, "the golden file has no case of this template");
        GoldenTemplates.AllHold(problems, cases);
    }

    [Fact]
    public void Every_expression_prints_what_Jinja_prints()
    {
        using JsonDocument json = Golden.Json(Golden.Folder(GoldenTemplates.FolderName), "expressions.json");
        JsonElement root = json.RootElement;
        var variables = root.GetProperty("variables").EnumerateObject().ToDictionary(p => p.Name, p => p.Value);
        var conversation = new Conversation
        {
            Messages = root.GetProperty("messages"),
            Variables = variables,
            Now = GoldenTemplates.Now(root),
        };
        JsonElement[] cases = [.. root.GetProperty("cases").EnumerateArray()];
        var problems = new List<string>();
        foreach (JsonElement golden in cases)
        {
            string template = golden.GetProperty("template").GetString()!;
            if (GoldenTemplates.Problem(golden, () => ChatTemplate.Parse(template, "expression").Render(conversation).Text) is { } problem)
                problems.Add($"{template}: {problem}");
        }
        Assert.NotEmpty(cases);
        GoldenTemplates.AllHold(problems, cases.Length);
    }
}
