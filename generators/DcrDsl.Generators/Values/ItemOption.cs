using System.Collections;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Values;

/// <summary>
/// The record of a kind in a list of a record, as if it were an option of its own: <c>Retain.HiddenStateDistance</c>. So an option of an
/// item can be named in a path, for as long as the list has one item of the kind.
/// </summary>
sealed record ItemOption(Option List, string Kind) : Option
{
    public override string Name => $"{List.Name}.{Kind}";

    public override Type Type => Vocabulary.ItemType(List.Type)!;

    public override bool TakesNull => false;

    public override RangeAttribute? Range => null;

    public override bool IsRunPath => false;

    public override bool HasEffect => List.HasEffect;

    public override bool IsOf(object record) => List.IsOf(record) && Find(record) >= 0;

    public override object? GetValue(object record) => Find(record) is >= 0 and var at ? Items(record)[at] : null;

    public override void SetValue(object record, object? value)
    {
        var items = Items(record);
        items[Find(record)] = value!;
        List.SetValue(record, Vocabulary.List(List.Type, items));
    }

    List<object> Items(object record) => [.. ((IEnumerable?)List.GetValue(record) ?? Array.Empty<object>()).Cast<object>()];

    /// <summary>The place of the only item of the kind; −1: there is none, or there are several.</summary>
    int Find(object record)
    {
        var items = Items(record);
        int at = items.FindIndex(IsOfKind);
        return at >= 0 && items.FindIndex(at + 1, IsOfKind) < 0 ? at : -1;
    }

    bool IsOfKind(object item) => Vocabulary.NameOf(item) == Kind;
}
