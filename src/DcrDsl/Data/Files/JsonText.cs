using System.Text;
using System.Text.Json;
using DcrDsl.Shared;

namespace DcrDsl.Data.Files;

/// <summary>Parses JSON as data files need it: nothing nested too deep, no property twice in one object, no half characters.</summary>
static class JsonText
{
    const int Deepest = 64;

    /// <param name="path">The file, for messages.</param>
    /// <param name="firstLine">The line on which the text begins, from 1.</param>
    /// <param name="text">The text.</param>
    /// <param name="wanted">What to write instead, to end messages.</param>
    /// <exception cref="InputException">The text is not JSON, or JSON that cannot be used.</exception>
    public static JsonElement Parse(string path, int firstLine, string text, string wanted)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        try
        {
            RequireWholeTexts(path, firstLine, utf8);
            return JsonDocument.Parse(utf8, new() { MaxDepth = Deepest, AllowDuplicateProperties = false }).RootElement;
        }
        catch (JsonException e)
        {
            throw new InputException($"{path}, line {firstLine + (e.LineNumber ?? 0)}: {WhatIsWrong(utf8, e, wanted)}", e);
        }
    }

    /// <summary>That every string and name of a JSON document is text.</summary>
    /// <exception cref="InputException">One has half a character in it.</exception>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static void RequireWholeTexts(string path, int firstLine, ReadOnlySpan<byte> utf8)
    {
        if (HalfCharacter.Line(utf8) is { } line)
            throw new InputException(
                $"{path}, line {firstLine + line - 1}: a string with half a character (one of two \\u escapes that only count "
                    + $"together), so it is no text: repair or delete it."
            );
    }

    // The exceptions of the three mistakes differ in nothing but their English, so the text is read again.
    static string WhatIsWrong(byte[] utf8, JsonException e, string wanted)
    {
        var reader = new Utf8JsonReader(utf8, new() { MaxDepth = int.MaxValue });
        try
        {
            while (reader.Read())
                if (reader.CurrentDepth >= Deepest)
                    return $"nested more than {Deepest} deep: {wanted}";
            return "a property stands twice in one object: keep one of the two.";
        }
        catch (JsonException)
        {
            return $"not JSON, from character {e.BytePositionInLine + 1} on: {wanted}";
        }
    }
}
