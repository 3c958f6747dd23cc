using System.Reflection;
using System.Text.Json.Nodes;
using DcrDsl.Specs;

namespace DcrDsl.Evaluation.Judging;

/// <summary>
/// Judges as a run writes them down, and made again from that: the record's type and options, and the function that its
/// <see cref="RuntimeCallAttribute"/> names.
/// </summary>
static class StoredJudge
{
    /// <summary>The record as JSON: <c>{"type":"RefusalOpeners","openers":["sorry"]}</c>.</summary>
    public static JsonObject Written(JudgeSpec spec) => (JsonObject)StoredRecord.Written(spec)!;

    /// <summary>The record of what <see cref="Written"/> made; null: the program has no such record, or with other options.</summary>
    public static JudgeSpec? Read(JsonObject written)
    {
        try
        {
            return StoredRecord.Read<JudgeSpec>(written);
        }
        catch (InputException)
        {
            return null;
        }
    }

    /// <summary>The judge of a record.</summary>
    /// <exception cref="InputException">The function that the record names is not there.</exception>
    public static IJudge Make(JudgeSpec spec)
    {
        string function = spec.GetType().GetCustomAttribute<RuntimeCallAttribute>()?.Function ?? "";
        string[] parts = function.Split('.');
        var options = SpecOptions.Options(spec.GetType()).ToDictionary(StoredRecord.Name, o => o.GetValue(spec));
        var method = new[] { typeof(IJudge).Assembly, spec.GetType().Assembly }
            .SelectMany(a => a.GetExportedTypes())
            .Where(t => parts.Length == 2 && t.Name == parts[0])
            .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Static))
            .FirstOrDefault(m =>
                m.Name == parts[1]
                && m.ReturnType.IsAssignableTo(typeof(IJudge))
                && m.GetParameters().All(p => options.ContainsKey(p.Name!) || p.HasDefaultValue)
            );
        if (method is null)
            throw new InputException($"The judge {spec.GetType().Name} cannot be made: the program has no function {function} for it.");
        try
        {
            return (IJudge)
                method.Invoke(
                    null,
                    [.. method.GetParameters().Select(p => Argument(p, options.GetValueOrDefault(p.Name!, p.DefaultValue)))]
                )!;
        }
        catch (TargetInvocationException exception) when (exception.InnerException is InputException mistake)
        {
            throw new InputException(mistake.Message, exception);
        }
    }

    static object? Argument(ParameterInfo parameter, object? value) =>
        parameter.ParameterType == typeof(string[]) && value is ValueList<string> texts ? texts.ToArray() : value;
}
