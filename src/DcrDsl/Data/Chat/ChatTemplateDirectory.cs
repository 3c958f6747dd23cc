using System.Text;
using System.Text.Json;
using DcrDsl.Data.Files;
using DcrDsl.FileSystem;
using DcrDsl.Jinja;
using DcrDsl.Jinja.Chat;
using DcrDsl.Wording;

namespace DcrDsl.Data.Chat;

/// <summary>The chat templates and special tokens of a Hugging Face directory.</summary>
public static class ChatTemplateDirectory
{
    static readonly string[] TokenNames = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

    const int LargestJson = 64 << 20;

    /// <summary>
    /// Reads the template of a Hugging Face directory as transformers does: chat_template.jinja (and additional_chat_templates/*.jinja)
    /// before the key chat_template of tokenizer_config.json; the special tokens from tokenizer_config.json and special_tokens_map.json.
    /// </summary>
    /// <param name="directory">The directory of the model or tokenizer.</param>
    /// <param name="name">
    /// Which of several named templates; null: "default", and "tool_use" for conversations with tools where there is one.
    /// </param>
    /// <exception cref="InputException">
    /// There is no template, or none of that name, it does not parse, or a file cannot be read.
    /// </exception>
    public static ChatTemplate Read(string directory, string? name = null)
    {
        string configFile = Path.Combine(directory, "tokenizer_config.json");
        try
        {
            return SentenceForUser.Of(() => Read(directory, name, configFile));
        }
        catch (InvalidOperationException problem)
        {
            throw new InputException(
                $"{configFile}: a text in it, or in special_tokens_map.json beside it, is no Unicode (half of a pair, "
                    + "such as \\ud83d); correct it there.",
                problem
            );
        }
    }

    static ChatTemplate Read(string directory, string? name, string configFile)
    {
        if (!Directory.Exists(directory))
            throw new InputException($"{directory}: there is no such directory; give the directory that holds the tokenizer.");
        JsonElement? config = ReadJson(configFile);
        Dictionary<string, (string Text, string File)> templates = FromFiles(directory);
        if (templates.Count == 0 && config is { } found)
            templates = FromConfig(found, configFile);
        if (templates.Count == 0)
            throw new InputException(
                $"{configFile}: the tokenizer has no chat template; put one into {Path.Combine(directory, "chat_template.jinja")}, or "
                    + $"use a model tuned for chat."
            );

        string wanted = name ?? (templates.Count == 1 ? templates.Keys.Single() : "default");
        if (!templates.TryGetValue(wanted, out var chosen))
            throw new InputException(
                $"{configFile}: there is no chat template named '{wanted}'; name one of: {string.Join(", ", templates.Keys)}."
            );
        Dictionary<string, string> tokens = SpecialTokens(directory, config, configFile);
        ChatTemplate? forTools =
            name is null && wanted != "tool_use" && templates.TryGetValue("tool_use", out var tools)
                ? ChatTemplate.Parse(tools.Text, tools.File, tokens)
                : null;
        ChatTemplate template = ChatTemplate.Parse(chosen.Text, chosen.File, tokens);
        return forTools is null ? template : template.WithTools(forTools);
    }

    static Dictionary<string, (string, string)> FromFiles(string directory)
    {
        var templates = new Dictionary<string, (string, string)>(StringComparer.Ordinal);
        string main = Path.Combine(directory, "chat_template.jinja"),
            more = Path.Combine(directory, "additional_chat_templates");
        if (File.Exists(main))
            templates["default"] = (ReadTemplate(main), main);
        if (!Directory.Exists(more))
            return templates;
        foreach (string file in Directory.GetFiles(more, "*.jinja").Order(StringComparer.Ordinal))
            templates[Path.GetFileNameWithoutExtension(file)] = (ReadTemplate(file), file);
        return templates;
    }

    static Dictionary<string, (string, string)> FromConfig(JsonElement config, string file)
    {
        var templates = new Dictionary<string, (string, string)>(StringComparer.Ordinal);
        if (!config.TryGetProperty("chat_template", out JsonElement value) || value.ValueKind == JsonValueKind.Null)
            return templates;
        if (value.ValueKind == JsonValueKind.String)
        {
            templates["default"] = (value.GetString()!, file);
            return templates;
        }
        InputException Wrong() =>
            new($"{file}: chat_template must be a string, or a list of objects with 'name' and 'template'; correct it there.");
        if (value.ValueKind != JsonValueKind.Array)
            throw Wrong();
        foreach (JsonElement entry in value.EnumerateArray())
        {
            if (Text(entry, "name") is not { } name || Text(entry, "template") is not { } template)
                throw Wrong();
            templates[name] = (template, file);
        }
        return templates;
    }

    /// <summary>tokenizer_config.json names the special tokens; special_tokens_map.json fills in what it leaves out.</summary>
    static Dictionary<string, string> SpecialTokens(string directory, JsonElement? config, string configFile)
    {
        var tokens = new Dictionary<string, string>(StringComparer.Ordinal);
        string mapFile = Path.Combine(directory, "special_tokens_map.json");
        foreach (var (source, file) in new[] { (config, configFile), (ReadJson(mapFile), mapFile) })
        {
            if (source is not { } json)
                continue;
            foreach (string name in TokenNames)
                if (json.TryGetProperty(name, out JsonElement token))
                    AddToken(tokens, name, token, file);
            if (json.TryGetProperty("extra_special_tokens", out JsonElement extra) && extra.ValueKind == JsonValueKind.Object)
                foreach (JsonProperty property in extra.EnumerateObject())
                    AddToken(tokens, property.Name, property.Value, file);
        }
        return tokens;
    }

    static void AddToken(Dictionary<string, string> tokens, string name, JsonElement token, string file)
    {
        if (token.ValueKind == JsonValueKind.Null)
            return;
        string? text = token.ValueKind == JsonValueKind.String ? token.GetString() : Text(token, "content");
        tokens.TryAdd(
            name,
            text ?? throw new InputException($"{file}: {name} must be a string or an object with 'content'; correct it there.")
        );
    }

    static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement text) && text.ValueKind == JsonValueKind.String
            ? text.GetString()
            : null;

    static JsonElement? ReadJson(string file)
    {
        if (!File.Exists(file))
            return null;
        try
        {
            byte[] bytes = Encoding.UTF8.GetBytes(ReadText(file, LargestJson));
            JsonText.RequireWholeTexts(file, 1, bytes);
            using JsonDocument document = JsonDocument.Parse(bytes);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw new InputException($"{file}: a JSON object is expected; correct the file.");
        }
        catch (JsonException problem)
        {
            throw new InputException($"{file}:{problem.LineNumber + 1}: the file is not JSON; download it again or correct it.", problem);
        }
    }

    static string ReadTemplate(string file) => ReadText(file, 4 * TemplateLimits.Default.TemplateLength);

    /// <summary>The text of a file; one of more bytes is refused before it is read.</summary>
    static string ReadText(string file, int mostBytes)
    {
        try
        {
            RegularFile.Require(file);
            return new FileInfo(file).Length <= mostBytes
                ? TextFile.Read(file)
                : throw new InputException(
                    $"{file}: the file holds more than {English.Size(mostBytes)}, which none that belongs to a model does; fetch it again."
                );
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{file}: the file cannot be read; check its permissions.", problem);
        }
    }
}
