using System.Globalization;
using System.Text.Json;
using DcrDsl.Jinja;
using DcrDsl.Jinja.Chat;

namespace DcrDsl.Runtime.Tests.Jinja;

/// <summary>The golden folder "templates": the templates with their special tokens, and the cases made with transformers.</summary>
static class GoldenTemplates
{
    public const string FolderName = "templates";

    /// <summary>One template of templates.json.</summary>
    public sealed record Entry(ChatTemplate Template, string EndOfTurn, bool HasGenerationBlocks);

    /// <summary>
    /// The names in templates.json; a single empty name where the folder is missing, for the test to skip with the reason.
    /// </summary>
    public static TheoryData<string> Names()
    {
        if (Golden.TryFolder(FolderName) is not { } folder)
            return [""];
        using JsonDocument json = Golden.Json(folder, "templates.json");
        return [.. json.RootElement.GetProperty("templates").EnumerateArray().Select(t => t.GetProperty("template").GetString()!)];
    }

    public static Entry Read(string name)
    {
        string folder = Golden.Folder(FolderName);
        using JsonDocument json = Golden.Json(folder, "templates.json");
        JsonElement entry = json
            .RootElement.GetProperty("templates")
            .EnumerateArray()
            .Single(t => t.GetProperty("template").GetString() == name);
        string file = entry.GetProperty("file").GetString()!;
        var tokens = entry.GetProperty("special_tokens").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!);
        return new(
            ChatTemplate.Parse(File.ReadAllText(Path.Combine(folder, file)), file, tokens),
            entry.GetProperty("end_of_turn").GetString()!,
            entry.GetProperty("has_generation_blocks").GetBoolean()
        );
    }

    /// <summary>The frozen clock of all cases.</summary>
    public static DateTime Now(JsonElement root) => DateTime.Parse(root.GetProperty("now").GetString()!, CultureInfo.InvariantCulture);

    public static DateTime Now()
    {
        using JsonDocument json = Golden.Json(Golden.Folder(FolderName), "templates.json");
        return Now(json.RootElement);
    }

    /// <summary>The lines of a .jsonl file, plain or gzipped, of one template.</summary>
    public static IEnumerable<JsonElement> Lines(string file, string template)
    {
        using var reader = new StreamReader(Golden.Open(Golden.Folder(FolderName), file));
        while (reader.ReadLine() is { } line)
        {
            JsonElement json = JsonDocument.Parse(line).RootElement;
            if (json.GetProperty("template").GetString() == template)
                yield return json;
        }
    }

    /// <summary>The conversation of a case; its kwargs become what they are in apply_chat_template.</summary>
    public static Conversation Conversation(JsonElement messages, JsonElement? kwargs, DateTime now)
    {
        var conversation = new Conversation { Messages = messages, Now = now };
        var variables = new Dictionary<string, JsonElement>();
        foreach (JsonProperty argument in kwargs?.EnumerateObject().ToArray() ?? [])
            switch (argument.Name)
            {
                case "add_generation_prompt":
                    conversation = conversation with { AddGenerationPrompt = argument.Value.GetBoolean() };
                    break;
                case "continue_final_message":
                    conversation = conversation with { ContinueFinalMessage = argument.Value.GetBoolean() };
                    break;
                case "tools":
                    conversation = conversation with { Tools = argument.Value };
                    break;
                case "documents":
                    conversation = conversation with { Documents = argument.Value };
                    break;
                default:
                    variables[argument.Name] = argument.Value;
                    break;
            }
        return conversation with { Variables = variables };
    }

    /// <summary>What is wrong with <paramref name="render"/>, or null: the text and the message of raise_exception must be exact.</summary>
    public static string? Problem(JsonElement expected, Func<string> render)
    {
        string? text = null;
        TemplateException? failure = null;
        try
        {
            text = render();
        }
        catch (TemplateException caught)
        {
            failure = caught;
        }
        if (expected.TryGetProperty("rendered", out JsonElement wanted))
            return text == wanted.GetString()
                ? null
                : $"expected {wanted.GetRawText()}\n     got {(text is null ? failure!.Message : JsonSerializer.Serialize(text))}";
        JsonElement error = expected.GetProperty("error");
        string message = error.GetProperty("message").GetString()!;
        if (failure is null)
            return $"expected the error {message}\n     got {JsonSerializer.Serialize(text)}";
        bool isRaised = error.GetProperty("type").GetString() == "TemplateError";
        return !isRaised || failure.Kind == FaultKind.Raised && failure.Reason == message
            ? null
            : $"expected the error {message}\n     got {failure.Message}";
    }

    /// <summary>Fails with the first of the problems that the cases have.</summary>
    public static void AllHold(IReadOnlyList<string> problems, int cases) =>
        Assert.True(problems.Count == 0, $"{problems.Count} of {cases} cases differ:\n{string.Join('\n', problems.Take(25))}");
}
