using DcrDsl.Generators.Values;

namespace DcrDsl.Generators.Emit;

/// <summary>How one variant of a stage differs from another.</summary>
static class SpecDifference
{
    /// <summary>The options that differ, with the values of the second: "Augmentation = ToyWorld.Augmentation".</summary>
    public static IEnumerable<string> Between(object from, object to, string path = "")
    {
        foreach (var (name, value) in SpecRecord.All(to))
        {
            string place = path.Length == 0 ? name : $"{path}.{name}";
            object? before = Vocabulary.OptionOf(from, name)?.GetValue(from);
            if (Equals(before, value))
                continue;
            if (
                before is not null
                && value is not null
                && Vocabulary.AreAlike(before, value)
                && Vocabulary.IsRecord(value.GetType())
                && Vocabulary.StaticMemberName(value) is null
            )
                foreach (string inner in Between(before, value, place))
                    yield return inner;
            else
                yield return $"{place} = {Words(value)}";
        }
    }

    static string Words(object? value) =>
        value is null ? "none"
        : value is string ? $"\"{value}\""
        : Vocabulary.IsRecord(value.GetType()) ? Vocabulary.StaticMemberName(value) ?? Text.RecordLabel(value)
        : value is System.Collections.IEnumerable items ? $"[{string.Join(", ", items.Cast<object?>().Select(Words))}]"
        : Text.Label(value);
}
