using System.Numerics;

namespace DcrDsl.Jinja;

/// <summary>What a template gave. One of the properties that may be null is not, where the value is of that type.</summary>
public sealed class TemplateValue
{
    readonly Value value;

    internal TemplateValue(Value value) => this.value = value;

    /// <summary>The name of the Python type: str, int, list, ….</summary>
    public string TypeName => value.TypeName;

    /// <summary>A string; null: it is none.</summary>
    public string? Text => (value as TextValue)?.Text;

    /// <summary>An integer; null: it is none. True and false are none.</summary>
    public BigInteger? Integer => (value as IntegerValue)?.Number;

    /// <summary>True or false; null: it is neither.</summary>
    public bool? Truth => (value as BooleanValue)?.Truth;

    /// <summary>Whether it is a number with a fraction.</summary>
    public bool IsFloat => value is FloatValue;

    /// <summary>The elements of a list or tuple; null: it is none.</summary>
    public IReadOnlyList<TemplateValue>? Items =>
        value is SequenceValue sequence ? [.. sequence.Items.Select(item => new TemplateValue(item))] : null;

    /// <summary>What Python's str makes of it.</summary>
    /// <exception cref="TemplateException">Writing it needs more than the default limits.</exception>
    public override string ToString()
    {
        try
        {
            return PythonText.Str(new Budget(TemplateLimits.Default), value);
        }
        catch (TemplateFault fault)
        {
            throw fault.OfTemplate("value");
        }
    }
}
