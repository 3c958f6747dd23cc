using DcrDsl.Generators.Model;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes a declaration in normal form: YAML with every option written out, the same for both front ends.</summary>
static class SpecText
{
    public static string Emit(ExperimentModel experiment)
    {
        var code = new CodeWriter();
        code.Line($"experiment: {experiment.Name}");
        if (experiment.Summary.Length > 0) code.Line($"summary: {Scalar(experiment.Summary)}");
        code.Line("stages:");
        foreach (var stage in experiment.Stages)
        {
            code.Line($"  {stage.Name}:  # {string.Join(", ", stage.Arms)}");
            Record(code, stage.Spec, "    ", stage.Axes.ToDictionary(a => a.Field, a => a), "");
        }
        code.Line("arms:");
        foreach (var arm in experiment.Arms) code.Line($"  {Scalar(arm.Name)}: [{string.Join(", ", arm.Stages)}]");
        if (experiment.Axes.Count > 0)
        {
            code.Line("sweep:");
            foreach (var axis in experiment.Axes) code.Line($"  {axis.Path}: [{string.Join(", ", axis.Values.Select(v => Scalar(Text.Label(v))))}]");
        }
        foreach (var zip in experiment.Zips) code.Line($"zip: [{string.Join(", ", zip)}]");
        foreach (var exclusion in experiment.Exclusions)
            code.Line($"exclude: {{ {string.Join(", ", exclusion.Select(c => $"{c.Field}: {Scalar(c.Label)}"))} }}");
        code.Line($"seeds: [{string.Join(", ", experiment.Seeds.Select(s => Text.Label(s)))}]");
        return code.ToString();
    }

    static void Record(CodeWriter code, object record, string indent, IReadOnlyDictionary<string, AxisModel> swept, string path)
    {
        code.Line($"{indent}type: {record.GetType().Name}");
        foreach (var (name, value) in SpecRecord.All(record))
        {
            string key = Text.Parameter(name).TrimStart('@');
            string field = path.Length == 0 ? name : path + "." + name;
            if (swept.ContainsKey(field)) code.Line($"{indent}{key}: swept");
            else Value(code, key, value, indent, swept, field);
        }
    }

    static void Value(CodeWriter code, string key, object? value, string indent, IReadOnlyDictionary<string, AxisModel> swept, string field)
    {
        if (value is not null && Vocabulary.IsRecord(value.GetType()))
        {
            code.Line($"{indent}{key}:");
            Record(code, value, indent + "  ", swept, field);
        }
        else if (value is not string && value is System.Collections.IEnumerable sequence)
        {
            object?[] items = [.. sequence.Cast<object?>()];
            if (items.All(i => i is null || !Vocabulary.IsRecord(i.GetType())))
            {
                code.Line($"{indent}{key}: [{string.Join(", ", items.Select(i => Scalar(Text.Label(i))))}]");
                return;
            }
            code.Line($"{indent}{key}:");
            foreach (object? item in items)
            {
                code.Line($"{indent}  -");
                Record(code, item!, indent + "    ", new Dictionary<string, AxisModel>(), "");
            }
        }
        else
            code.Line($"{indent}{key}: {Scalar(Text.Label(value))}");
    }

    static string Scalar(string text) =>
        text.Length > 0 && text.All(c => char.IsLetterOrDigit(c) || c is ' ' or '_' or '.' or '/' or '+' or '-' or '(' or ')') && char.IsLetterOrDigit(text[0]) && text.Trim() == text
            ? text : "\"" + text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n").Replace("\r", "\\r").Replace("\t", "\\t") + "\"";
}
