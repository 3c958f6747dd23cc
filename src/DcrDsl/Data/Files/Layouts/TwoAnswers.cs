using DcrDsl.Wording;

namespace DcrDsl.Data.Files.Layouts;

/// <summary>Reads two answers and which of them is better.</summary>
static class TwoAnswers
{
    static readonly (string First, string Second, string Label)[] Names =
    [
        ("answer_a", "answer_b", "label"),
        ("response_0", "response_1", "better_response_id"),
    ];

    /// <summary>The columns of the answers, and that which says which is better.</summary>
    public static readonly string[] Columns = [.. Names.SelectMany(names => new[] { names.First, names.Second, names.Label })];

    /// <summary>The better or the worse answer.</summary>
    /// <exception cref="InputException">There are no two answers, or the row does not say which is better.</exception>
    public static string Of(TableRow row, bool better)
    {
        var (first, second, label) = Names.FirstOrDefault(names => row.Find(names.First) is not null && row.Find(names.Second) is not null);
        if (first is null)
            throw new InputException(
                $"{row.Place}: there are no two answers, {English.List(Names.Select(n => $"'{n.First}' and '{n.Second}'"), "or")}: "
                    + $"add them "
                    + "or delete the row."
            );
        string said = (row.OptionalText(label) ?? "").Trim();
        bool isFirst = said.ToUpperInvariant() is "A" or "0" || said == first,
            isSecond = said.ToUpperInvariant() is "B" or "1" || said == second;
        if (!isFirst && !isSecond)
            throw new InputException(
                $"{row.Place}: '{label}' is '{said}' and says of neither answer that it is better: write {first[^1..]} or {second[^1..]}, "
                    + "or delete the row."
            );
        return row.Text(isFirst == better ? first : second);
    }
}
