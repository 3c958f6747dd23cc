using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using DcrDsl.Wording;

namespace DcrDsl.Generators.Values;

/// <summary>Values as text for people, and the names that follow from them. Nothing here depends on the machine's culture.</summary>
static class Text
{
    /// <summary>A value as people write it in tables and on the command line.</summary>
    public static string Label(object? value) =>
        value switch
        {
            null => "none",
            double number => NumberText.Shortest(number),
            int number => number.ToString(CultureInfo.InvariantCulture),
            bool flag => flag ? "true" : "false",
            string text => text,
            Enum member => member.ToString(),
            OwnMember member => member.Name,
            _ when Vocabulary.IsRecord(value.GetType()) => RecordLabel(value),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
        };

    /// <summary>A record as its name and what differs from its defaults.</summary>
    public static string RecordLabel(object record)
    {
        var differing = SpecRecord.Written(record).Select(o => $"{o.Name} {Label(o.Value)}").ToList();
        return differing.Count == 0 ? Vocabulary.NameOf(record) : $"{Vocabulary.NameOf(record)} ({string.Join(", ", differing)})";
    }

    /// <summary>What an option takes, for people.</summary>
    public static string Kind(Option option) => Kind(option.Inner, option.Members);

    /// <summary>What a type takes, for people.</summary>
    public static string Kind(Type type, OwnEnum? members = null) =>
        type == typeof(int) ? "whole numbers"
        : type == typeof(double) ? "numbers"
        : type == typeof(bool) ? "true or false"
        : type == typeof(string) ? "text"
        : type == typeof(OwnMember) ? "one of " + string.Join(", ", members!.Names)
        : type.IsEnum ? "one of " + string.Join(", ", Enum.GetNames(type))
        : Vocabulary.ItemType(type) is { } item ? $"a list of {(item.Namespace == "System" ? Kind(item) : members?.Name ?? item.Name)}"
        : ("AEIOU".Contains(type.Name.Substring(0, 1)) ? "an " : "a ") + type.Name;

    /// <summary>Any text as a C# identifier in Pascal case: "STL-aug" becomes StlAug, "layer sweep 2" LayerSweep2.</summary>
    public static string Pascal(string text)
    {
        var name = new StringBuilder();
        foreach (string word in Regex.Split(text, "[^\\p{L}\\p{Nd}]+").Where(w => w.Length > 0))
        {
            string rest = word.Substring(1);
            name.Append(char.ToUpperInvariant(word[0])).Append(word.Any(char.IsLower) ? rest : rest.ToLowerInvariant());
        }
        if (name.Length == 0 || char.IsDigit(name[0]))
            name.Insert(0, '_');
        return name.ToString();
    }

    /// <summary>A name as that of a parameter, local or YAML key: with a small first letter.</summary>
    public static string Parameter(string name) => char.ToLowerInvariant(name[0]) + name.Substring(1);

    /// <summary>A project's name as a namespace: "my-paper" becomes my_paper, "2024.dcr" becomes _2024.dcr.</summary>
    public static string Namespace(string name) =>
        string.Join(
            ".",
            name.Split('.')
                .Select(part =>
                {
                    string safe = Regex.Replace(part, "[^\\p{L}\\p{Nd}_]", "_");
                    return safe.Length > 0 && char.IsDigit(safe[0]) ? "_" + safe : safe;
                })
                .Where(part => part.Length > 0)
        );
}
