using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using DcrDsl.Specs;

namespace DcrDsl.Evaluation.Judging;

/// <summary>
/// Judges as a run writes them down, and made again from that: the record's type and options, and the function that its
/// <see cref="RuntimeCallAttribute"/> names.
/// </summary>
static class StoredJudge
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The record as JSON: <c>{"type":"RefusalOpeners","openers":["sorry"]}</c>.</summary>
    public static JsonObject Written(JudgeSpec spec)
    {
        var written = new JsonObject { ["type"] = spec.GetType().Name };
        var standard = new Lazy<object>(() => Activator.CreateInstance(spec.GetType())!);
        foreach (var option in Options(spec.GetType()))
            if (
                option.GetCustomAttribute<OmittedAtDefaultAttribute>() is null
                || !Equals(option.GetValue(spec), option.GetValue(standard.Value))
            )
                written[Name(option)] = JsonSerializer.SerializeToNode(Value(option.GetValue(spec)), Json);
        return written;
    }

    /// <summary>The record of what <see cref="Written"/> made; null: the program has no such record, or with other options.</summary>
    public static JudgeSpec? Read(JsonObject written)
    {
        string? type = written["type"]?.GetValue<string>();
        var record = AppDomain
            .CurrentDomain.GetAssemblies()
            .Where(a => a == typeof(JudgeSpec).Assembly || a.GetReferencedAssemblies().Any(r => r.Name == "DcrDsl.Specs"))
            .SelectMany(a => a.GetTypes())
            .FirstOrDefault(t => t.Name == type && !t.IsAbstract && t.IsAssignableTo(typeof(JudgeSpec)));
        if (record is null)
            return null;
        var spec = (JudgeSpec)Activator.CreateInstance(record)!;
        var options = Options(record).ToDictionary(Name);
        foreach (var (name, value) in written.Where(w => w.Key != "type"))
        {
            if (!options.TryGetValue(name, out var option))
                return null;
            option.SetValue(
                spec,
                option.PropertyType == typeof(ValueList<string>)
                    ? ValueList.Of(value.Deserialize<string[]>(Json)!)
                    : value.Deserialize(option.PropertyType, Json)
            );
        }
        return spec;
    }

    /// <summary>The judge of a record.</summary>
    /// <exception cref="InputException">The function that the record names is not there.</exception>
    public static IJudge Make(JudgeSpec spec)
    {
        string function = spec.GetType().GetCustomAttribute<RuntimeCallAttribute>()?.Function ?? "";
        string[] parts = function.Split('.');
        var options = Options(spec.GetType()).ToDictionary(Name, o => o.GetValue(spec));
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

    static object? Value(object? value) => value is ValueList<string> texts ? texts.ToArray() : value;

    static IEnumerable<PropertyInfo> Options(Type record) =>
        record.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.SetMethod is { IsPublic: true });

    static string Name(PropertyInfo option) => JsonNamingPolicy.CamelCase.ConvertName(option.Name);
}
