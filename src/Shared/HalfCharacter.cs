using System.Text.Json;

namespace DcrDsl.Shared;

/// <summary>
/// "\ud83d" alone is legal JSON, but no text: reading it as a string would fail later, far from its place. Compiled into each project that
/// reads JSON of others.
/// </summary>
static class HalfCharacter
{
    // What a reader of JSON goes down to by default.
    const int Deepest = 64;

    /// <summary>The line, from 1, of the first string or name with half a character in it; null: there is none.</summary>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static int? Line(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IndexOf("\\u"u8) < 0)
            return null;
        var reader = new Utf8JsonReader(utf8, new() { MaxDepth = Deepest });
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName) || !reader.ValueIsEscaped)
                continue;
            try
            {
                reader.GetString();
            }
            catch (InvalidOperationException)
            {
                return 1 + utf8[..(int)reader.TokenStartIndex].Count((byte)'\n');
            }
        }
        return null;
    }
}
