using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace DcrDsl.Evaluation;

/// <summary>How lines of answers and verdicts are written and read.</summary>
static class EvaluationJson
{
    static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { NameKinds } },
    };

    /// <summary>The lines of all kinds of tasks there are, by the names that they give themselves.</summary>
    static void NameKinds(JsonTypeInfo info)
    {
        if (info.Type != typeof(AnswerLine))
            return;
        info.PolymorphismOptions = new() { TypeDiscriminatorPropertyName = "kind" };
        foreach (var line in typeof(AnswerLine).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(AnswerLine))))
            info.PolymorphismOptions.DerivedTypes.Add(new(line, line.GetCustomAttribute<LineKindAttribute>()!.Name));
    }

    public static string Text<T>(T line) => JsonSerializer.Serialize(line, Options);

    /// <exception cref="InputException">The line is another one.</exception>
    public static T Parse<T>(string text, string path, int number)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(text, Options) ?? throw Wrong(path, number, "the line is null");
        }
        // The serialiser's own messages speak of .NET types and count lines from 0 within the line.
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw Wrong(
                path,
                number,
                (e as JsonException)?.Path is ['$', '.', .. var field]
                    ? $"'{field}' is unknown, given twice or of the wrong kind"
                    : "this is not a line that DcrDsl wrote",
                e
            );
        }
    }

    public static InputException Wrong(string path, int number, string what, Exception? inner = null) =>
        new(FormattableString.Invariant($"{path}, line {number}: {what}; restore the line or run the evaluation again."), inner);
}
