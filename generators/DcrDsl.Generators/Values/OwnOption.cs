using DcrDsl.Specs;

namespace DcrDsl.Generators.Values;

/// <summary>An option of a record in the user's own project, which has no loaded type here: its value lies in a list.</summary>
/// <param name="Record">The full name of its record.</param>
/// <param name="Index">Its place among the record's options.</param>
/// <param name="Called">Its name.</param>
/// <param name="Holds">What it takes.</param>
/// <param name="Default">The value of its initialiser.</param>
/// <param name="Bounds">Its range.</param>
/// <param name="Summary">Its documentation, on one line.</param>
/// <param name="IsPath">Whether it holds a path.</param>
/// <param name="ChangesResults">Whether it can change a result.</param>
sealed record OwnOption(
    string Record,
    int Index,
    string Called,
    OwnKind Holds,
    object? Default,
    RangeAttribute? Bounds,
    string Summary,
    bool IsPath,
    bool ChangesResults
) : Option
{
    public override string Name => Called;

    public override Type Type => Holds.Type;

    public override OwnEnum? Members => Holds.Members;

    public override bool TakesNull => Holds.TakesNull;

    public override RangeAttribute? Range => Bounds;

    public override bool IsRunPath => IsPath;

    public override bool HasEffect => ChangesResults;

    public override bool IsOf(object record) => record is IOwn own && own.Own.Type.FullName == Record;

    public override object? GetValue(object record) => ((IOwn)record).Own.Values[Index];

    public override void SetValue(object record, object? value)
    {
        var own = (IOwn)record;
        own.Own = own.Own with { Values = own.Own.Values.Select((v, i) => i == Index ? value : v).ToEquatableArray() };
    }
}

/// <summary>What an option of a record of the user's takes.</summary>
/// <param name="Item">The basic type or, for members of an enumeration of the user's, nothing.</param>
/// <param name="Enumeration">The full name of an enumeration of the vocabulary.</param>
/// <param name="Members">The members of an enumeration of the user's.</param>
/// <param name="IsList">Whether it takes a list of these.</param>
/// <param name="TakesNull">Whether it can be none.</param>
sealed record OwnKind(TypeCode Item, string? Enumeration, OwnEnum? Members, bool IsList, bool TakesNull)
{
    public Type Type
    {
        get
        {
            var item =
                Members is not null ? typeof(OwnMember)
                : Enumeration is not null ? Vocabulary.Find(Enumeration)!
                : Item switch
                {
                    TypeCode.Int32 => typeof(int),
                    TypeCode.Double => typeof(double),
                    TypeCode.Boolean => typeof(bool),
                    _ => typeof(string),
                };
            return IsList ? typeof(ValueList<>).MakeGenericType(item)
                : TakesNull && item.IsValueType ? typeof(Nullable<>).MakeGenericType(item)
                : item;
        }
    }
}

/// <summary>An enumeration in the user's own project.</summary>
/// <param name="FullName">Its name with namespace and containing types, separated by dots.</param>
/// <param name="Names">Its members in order.</param>
sealed record OwnEnum(string FullName, EquatableArray<string> Names)
{
    public string Name => FullName.Substring(FullName.LastIndexOf('.') + 1);
}

/// <summary>A member of an enumeration in the user's own project.</summary>
sealed record OwnMember(OwnEnum Enum, string Name)
{
    public override string ToString() => Name;
}
