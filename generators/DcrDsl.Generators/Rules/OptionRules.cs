using System.Collections;
using System.Globalization;
using DcrDsl.Generators.Diagnostics;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Rules;

/// <summary>The rules that hold for every option of every record: it has a value, within its range, and its text is whole.</summary>
static class OptionRules
{
    /// <summary>Checks a record and all that it holds; false: something that is needed is null, so no other rule can look at it.</summary>
    public static bool Check(ArmView arm, string property, object owner)
    {
        bool whole = true;
        foreach (var option in Vocabulary.OptionsOf(owner))
        {
            object? value = option.GetValue(owner);
            if (value is null)
            {
                if (option.TakesNull)
                    continue;
                Missing(arm, property, owner, option, "has no value");
                whole = false;
            }
            else if (Vocabulary.IsRecord(value.GetType()))
                whole &= Check(arm, property, value);
            else if (value is not string && value is IEnumerable items)
            {
                foreach (object? item in items)
                {
                    if (item is null)
                    {
                        Missing(arm, property, owner, option, "holds an item without value");
                        whole = false;
                    }
                    else if (Vocabulary.IsRecord(item.GetType()))
                        whole &= Check(arm, property, item);
                    else
                        Value(arm, property, owner, option, item, alone: false);
                }
            }
            else
                Value(arm, property, owner, option, value);
        }
        return whole;
    }

    static void Missing(ArmView arm, string property, object owner, Option option, string what) =>
        arm.Report(Descriptors.MissingValue, property, owner, option.Name, arm.Notation.Option(option.Name), what, Text.Kind(option));

    static void Value(ArmView arm, string property, object owner, Option option, object value, bool alone = true)
    {
        string name = arm.Notation.Option(option.Name);
        switch (value)
        {
            case double number when double.IsNaN(number) || double.IsInfinity(number):
                arm.Report(Descriptors.ValueOutOfRange, property, owner, option.Name, name, Text.Label(number), "a finite number");
                break;
            case int or double when option.Range is { } range && !Within(range, Convert.ToDouble(value, CultureInfo.InvariantCulture)):
                arm.Report(
                    alone && Nearest(range, value) is { } nearest
                        ? arm.Setting(property, owner, option.Name, option.Name, Text.Label(nearest))
                        : null,
                    Descriptors.ValueOutOfRange,
                    property,
                    owner,
                    option.Name,
                    name,
                    Text.Label(value),
                    Wanted(range)
                );
                break;
            case Enum member when !Enum.IsDefined(member.GetType(), member):
                arm.Report(
                    Descriptors.InvalidValue,
                    property,
                    owner,
                    option.Name,
                    Text.Label(member),
                    $"a {member.GetType().Name}",
                    Suggestion.For("", Enum.GetNames(member.GetType()))
                );
                break;
            case string text when IsBroken(text):
                arm.Report(Descriptors.BrokenText, property, owner, option.Name, name);
                break;
            case string path
                when option.IsRunPath && owner is not MultipleChoiceTask && (string.IsNullOrWhiteSpace(path) || path.IndexOf('\0') >= 0):
                arm.Report(Descriptors.EmptyPath, property, owner, option.Name, name, Vocabulary.NameOf(owner));
                break;
        }
    }

    /// <summary>Whether a text holds half a character, or U+FFFD, which stands where a file's bytes could not be read.</summary>
    static bool IsBroken(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\uFFFD')
                return true;
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                i++;
            else if (char.IsSurrogate(text[i]))
                return true;
        }
        return false;
    }

    public static bool Within(RangeAttribute range, double value) =>
        (range.ExclusiveMinimum ? value > range.Minimum : value >= range.Minimum) && value <= range.Maximum;

    /// <summary>The bound that a value lies beyond; null: it is no value itself, and of fractions none is the next.</summary>
    static object? Nearest(RangeAttribute range, object value)
    {
        bool below = Convert.ToDouble(value, CultureInfo.InvariantCulture) <= range.Minimum;
        double bound = below ? range.Minimum : range.Maximum;
        if (value is not int)
            return below && range.ExclusiveMinimum ? null : bound;
        return below && range.ExclusiveMinimum ? (int)Math.Floor(bound) + 1
            : below ? (int)Math.Ceiling(bound)
            : (int)Math.Floor(bound);
    }

    public static string Wanted(RangeAttribute range)
    {
        string low = Text.Label(range.Minimum),
            high = Text.Label(range.Maximum);
        return double.IsInfinity(range.Maximum)
            ? range.ExclusiveMinimum
                ? $"above {low}"
                : $"at least {low}"
            : range.ExclusiveMinimum
                ? $"above {low} and at most {high}"
                : $"from {low} to {high}";
    }
}
