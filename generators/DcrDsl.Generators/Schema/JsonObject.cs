using System.Collections;
using System.Globalization;
using System.Text;
using DcrDsl.Wording;

namespace DcrDsl.Generators.Schema;

/// <summary>A JSON object whose members keep their order, and its text.</summary>
sealed class JsonObject : IEnumerable<KeyValuePair<string, object?>>
{
    readonly List<KeyValuePair<string, object?>> members = [];

    public IEnumerable<string> Keys => members.Select(m => m.Key);

    /// <summary>A member; what is set again stays where it was.</summary>
    public object? this[string key]
    {
        get => members.FirstOrDefault(m => m.Key == key).Value;
        set
        {
            int at = members.FindIndex(m => m.Key == key);
            if (at < 0)
                members.Add(new(key, value));
            else
                members[at] = new(key, value);
        }
    }

    /// <summary>The same with the members of another behind.</summary>
    public JsonObject With(JsonObject other)
    {
        var all = new JsonObject();
        foreach (var member in members.Concat(other.members))
            all[member.Key] = member.Value;
        return all;
    }

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => members.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The text, in ASCII and with '\n' at the ends of its lines; what holds only plain values stands on one.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Write(text, this, "");
        return text.Append('\n').ToString();
    }

    static void Write(StringBuilder text, object? value, string margin)
    {
        switch (value)
        {
            case JsonObject { members: var members }:
                Many(
                    text,
                    '{',
                    '}',
                    members.Count,
                    members.All(m => IsPlain(m.Value)) && members.Count < 3,
                    margin,
                    (i, inner) =>
                    {
                        Quoted(text, members[i].Key);
                        text.Append(": ");
                        Write(text, members[i].Value, inner);
                    }
                );
                break;
            case IEnumerable items and not string:
                var list = items.Cast<object?>().ToList();
                Many(text, '[', ']', list.Count, list.All(IsPlain) && list.Count < 5, margin, (i, inner) => Write(text, list[i], inner));
                break;
            case string word:
                Quoted(text, word);
                break;
            case bool flag:
                text.Append(flag ? "true" : "false");
                break;
            case null:
                text.Append("null");
                break;
            case double number:
                text.Append(NumberText.Shortest(number));
                break;
            default:
                text.Append(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    static void Many(StringBuilder text, char open, char close, int count, bool onOneLine, string margin, Action<int, string> write)
    {
        string inner = margin + "  ";
        text.Append(open);
        for (int i = 0; i < count; i++)
        {
            text.Append(i > 0 ? "," : "")
                .Append(
                    onOneLine
                        ? i > 0 || open == '{'
                            ? " "
                            : ""
                        : "\n" + inner
                );
            write(i, inner);
        }
        if (count > 0)
            text.Append(
                !onOneLine ? "\n" + margin
                : open == '{' ? " "
                : ""
            );
        text.Append(close);
    }

    static bool IsPlain(object? value) => value is null or (not IEnumerable and not JsonObject) or string { Length: < 60 };

    static void Quoted(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (char c in value)
            if (c is '"' or '\\')
                text.Append('\\').Append(c);
            else if (c is >= ' ' and <= '~')
                text.Append(c);
            else
                text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
        text.Append('"');
    }
}
