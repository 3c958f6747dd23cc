using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using DcrDsl.Definition;
using DcrDsl.Specs;

namespace DcrDsl.Planning;

/// <summary>How numbers are computed, as far as it changes them: sums are rounded in another order with other threads.</summary>
/// <param name="Device">Where tensors live.</param>
/// <param name="Threads">Threads of one operation.</param>
/// <param name="FrozenBase">The number formats of matrices that stay frozen beside an adapter.</param>
sealed record Arithmetic(string Device, int Threads, string FrozenBase);

/// <summary>
/// What decides about the result of a stage run: two stage runs of the same identity give the same numbers. Options that have no effect are
/// left out of it, the seed where it decides nothing, and the formats of frozen matrices where there are none.
/// </summary>
static class StageIdentity
{
    /// <summary>The identity as a digest in lower-case hexadecimal.</summary>
    public static string Of(StageRunNode node, Arithmetic arithmetic)
    {
        var text = new StringBuilder();
        text.Append(node.Parent is { } parent ? Of(parent, arithmetic) : "").Append('\n');
        text.Append(node.Stage.Property).Append('\n');
        text.Append(node.Seed?.ToString(CultureInfo.InvariantCulture)).Append('\n');
        Write(node.Spec, text, o => IsReadBy(node.Stage.Body, o));
        Write(node.Stage.Excluded, text);
        text.Append('\n').Append(arithmetic.Device).Append(' ').Append(arithmetic.Threads.ToString(CultureInfo.InvariantCulture));
        if (SpecOptions.Within<LowRankAdapter>(node.Spec).Any())
            text.Append(' ').Append(arithmetic.FrozenBase);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>Answers do not depend on who judges them, and verdicts on nothing else than answers and judges.</summary>
    static bool IsReadBy(StageBody body, PropertyInfo option) =>
        body switch
        {
            Answer => !option.IsDefined(typeof(ForJudgesAttribute), inherit: true),
            Judge => option.IsDefined(typeof(ForJudgesAttribute), inherit: true),
            _ => true,
        };

    static void Write(object? value, StringBuilder text, Func<PropertyInfo, bool>? reads = null)
    {
        if (value is string words)
            text.Append('"')
                .Append(words.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal))
                .Append('"');
        else if (SpecOptions.Is(value))
        {
            text.Append(value!.GetType().FullName).Append('{');
            foreach (
                var option in SpecOptions
                    .Options(value.GetType())
                    .Where(o => !o.IsDefined(typeof(NoEffectOnResultAttribute), inherit: true) && reads?.Invoke(o) != false)
            )
            {
                text.Append(option.Name).Append('=');
                Write(option.GetValue(value), text);
                text.Append(';');
            }
            text.Append('}');
        }
        else if (value is IEnumerable items)
        {
            text.Append('[');
            foreach (object? item in items)
            {
                Write(item, text);
                text.Append(',');
            }
            text.Append(']');
        }
        else
            text.Append(AxisValue.LabelOf(value));
    }
}
