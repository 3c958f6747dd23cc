using System.Globalization;
using DcrDsl.Specs;
using DcrDsl.Tensors;
using DcrDsl.Wording;
using TorchSharp;

namespace DcrDsl.Definition;

/// <summary>An axis of values for one field.</summary>
/// <param name="Path">The field, for example <c>Dcr.Layer</c>.</param>
/// <param name="Parse">Reads a value given on the command line; throws <see cref="InputException"/> saying what would be right.</param>
/// <param name="Values">The declared values.</param>
public sealed record AxisDefinition(string Path, Func<string, AxisValue> Parse, IReadOnlyList<AxisValue> Values)
{
    /// <summary>An axis of whole numbers from <paramref name="minimum"/> to <paramref name="maximum"/>.</summary>
    public static AxisDefinition Integers(string path, int minimum, int maximum, IReadOnlyList<AxisValue> values) =>
        new(
            path,
            text =>
                int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
                && value >= minimum
                && value <= maximum
                    ? new AxisValue(AxisValue.LabelOf(value), value)
                    : throw Wrong(path, text, "a whole number" + Bounds(minimum, maximum, minimum > int.MinValue, maximum < int.MaxValue)),
            values
        );

    /// <summary>An axis of numbers from <paramref name="minimum"/>, which may be excluded, to <paramref name="maximum"/>.</summary>
    public static AxisDefinition Numbers(
        string path,
        double minimum,
        double maximum,
        bool exclusiveMinimum,
        IReadOnlyList<AxisValue> values
    ) =>
        new(
            path,
            text =>
                double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                && (exclusiveMinimum ? value > minimum : value >= minimum)
                && value <= maximum
                    ? new AxisValue(AxisValue.LabelOf(value), value)
                    : throw Wrong(
                        path,
                        text,
                        "a number"
                            + (
                                exclusiveMinimum
                                    ? string.Create(CultureInfo.InvariantCulture, $" above {minimum}")
                                        + (
                                            double.IsInfinity(maximum)
                                                ? ""
                                                : string.Create(CultureInfo.InvariantCulture, $" and at most {maximum}")
                                        )
                                    : Bounds(minimum, maximum, !double.IsInfinity(minimum), !double.IsInfinity(maximum))
                            )
                    ),
            values
        );

    /// <summary>An axis of texts.</summary>
    public static AxisDefinition Texts(string path, IReadOnlyList<AxisValue> values) =>
        new(path, text => text.Length > 0 ? new AxisValue(text, text) : throw Wrong(path, text, "a value after the equals sign"), values);

    /// <summary>An axis whose values are the declared ones only, chosen by label.</summary>
    public static AxisDefinition Choices(string path, IReadOnlyList<AxisValue> values) =>
        new(
            path,
            text =>
                values.FirstOrDefault(v => string.Equals(v.Label, text, StringComparison.OrdinalIgnoreCase))
                ?? throw Wrong(path, text, $"one of {string.Join(", ", values.Select(v => v.Label))}"),
            values
        );

    /// <summary>The axis with "none" as a further value to be given: the option left unset.</summary>
    public AxisDefinition OrNone() =>
        this with
        {
            Parse = text => string.Equals(text, None, StringComparison.OrdinalIgnoreCase) ? new AxisValue(None, null) : Parse(text),
        };

    const string None = "none";

    static InputException Wrong(string path, string text, string wanted) => new($"{path}={text}: give {wanted}.");

    static string Bounds<T>(T minimum, T maximum, bool hasMinimum, bool hasMaximum) =>
        (hasMinimum, hasMaximum) switch
        {
            (true, true) => string.Create(CultureInfo.InvariantCulture, $" from {minimum} to {maximum}"),
            (true, false) => string.Create(CultureInfo.InvariantCulture, $" of at least {minimum}"),
            (false, true) => string.Create(CultureInfo.InvariantCulture, $" of at most {maximum}"),
            _ => "",
        };
}

/// <summary>One value of an axis.</summary>
/// <param name="Label">How it is written in tables and on the command line.</param>
/// <param name="Value">
/// The option's value: a number, true or false, a text, an enum member or a record of the vocabulary; null where none is given.
/// </param>
public sealed record AxisValue(string Label, object? Value)
{
    /// <summary>A choice of which the generated method gets the function that it names.</summary>
    /// <param name="label">How it is written.</param>
    /// <param name="value">The record.</param>
    /// <param name="function">An objective of (embeddings, labels), with the record's options.</param>
    public AxisValue(string label, object value, Func<torch.Tensor, torch.Tensor, torch.Tensor> function)
        : this(label, value) => Argument = function;

    /// <summary>The same of a pooling.</summary>
    /// <param name="label">How it is written.</param>
    /// <param name="value">The record.</param>
    /// <param name="function">A pooling of (hidden states, where the prompts stand), with the record's options.</param>
    public AxisValue(string label, object value, Func<torch.Tensor, TextSpans, torch.Tensor> function)
        : this(label, value) => Argument = function;

    /// <summary>The same of an objective of preference tuning.</summary>
    /// <param name="label">How it is written.</param>
    /// <param name="value">The record.</param>
    /// <param name="function">
    /// An objective of (log-probabilities of the trained model, those of the reference, lengths), with the record's options.
    /// </param>
    public AxisValue(string label, object value, Func<torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor> function)
        : this(label, value) => Argument = function;

    /// <summary>Prompts of a record of the user's, of which the generated method gets what reads them.</summary>
    /// <param name="label">How it is written.</param>
    /// <param name="value">The record.</param>
    /// <param name="prompts">What reads them.</param>
    public AxisValue(string label, object value, PromptSource prompts)
        : this(label, value) => Argument = prompts;

    /// <summary>What the generated method gets in place of <see cref="Value"/>; null: the value itself.</summary>
    public object? Argument { get; }

    /// <summary>The label of a number, a text, an enum member, true or false, or none.</summary>
    public static string LabelOf(object? value) =>
        value switch
        {
            null => "none",
            double number => NumberText.Shortest(number),
            bool flag => flag ? "true" : "false",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
}
