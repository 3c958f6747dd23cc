using DcrDsl.Specs;

namespace DcrDsl.Generators.Values;

/// <summary>
/// An option of a record, whether the record is one of ours or of the user's own: both front ends fill it by this, and rules and emitters
/// read it back.
/// </summary>
abstract record Option
{
    public abstract string Name { get; }

    /// <summary>The type of its values as they are held here.</summary>
    public abstract Type Type { get; }

    public abstract bool TakesNull { get; }

    public abstract RangeAttribute? Range { get; }

    /// <summary>Whether it holds a path, as <see cref="RunPathAttribute"/> says.</summary>
    public abstract bool IsRunPath { get; }

    /// <summary>Whether it can change a result; <see cref="NoEffectOnResultAttribute"/> denies it.</summary>
    public abstract bool HasEffect { get; }

    /// <summary>Whether it says nothing to what a model answers, as <see cref="ForJudgesAttribute"/> says.</summary>
    public virtual bool IsForJudges => false;

    /// <summary>
    /// What the option says of itself to the rules, by an attribute: that it is required, trained on, a layer … Options of the user's own
    /// records say nothing.
    /// </summary>
    public virtual T? Mark<T>()
        where T : Attribute => null;

    /// <summary>How a generated method takes a swept value; null: it cannot be swept.</summary>
    public AxisKind? Axis => AxisKinds.Of(Inner);

    /// <summary>The members it takes, where these are of an enumeration of the user's.</summary>
    public virtual OwnEnum? Members => null;

    /// <summary>The type without what makes it nullable.</summary>
    public Type Inner => Nullable.GetUnderlyingType(Type) ?? Type;

    /// <summary>Whether a record has this option.</summary>
    public abstract bool IsOf(object record);

    public abstract object? GetValue(object record);

    public abstract void SetValue(object record, object? value);

    /// <summary>The value in the option's type where C# converts implicitly; otherwise null and false.</summary>
    public bool TryConvert(object? value, out object? converted) => Vocabulary.TryConvert(value, Type, out converted);
}
