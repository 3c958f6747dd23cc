using DcrDsl.Generators.Values;

namespace DcrDsl.Generators.Emit;

/// <summary>
/// What an objective's documentation says of it, in a line above the one that computes it: its formula, or its first sentence.
/// </summary>
static class ObjectiveFormula
{
    public static IEnumerable<(Code, Code)> Of(object objective)
    {
        string words = Vocabulary.Formula(objective) ?? Documentation.Summary(objective).Split(new[] { ". " }, StringSplitOptions.None)[0];
        return words.Length == 0 ? [] : [($"// {Code.Comment(words.TrimEnd('.'))}", default)];
    }
}
