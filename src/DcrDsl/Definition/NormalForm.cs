using System.Collections;
using DcrDsl.Specs;

namespace DcrDsl.Definition;

/// <summary>
/// Writes an experiment in normal form, the same for both front ends: YAML as docs/yaml.md describes it, every option of every stage
/// written out, arms by what they change. The YAML front end makes the same program of it.
/// </summary>
sealed class NormalForm
{
    const string Base = "Base";

    readonly YamlWriter yaml = new();
    readonly ExperimentDefinition experiment;
    readonly string baseProperty;
    readonly IReadOnlyList<(string Property, StageSpec Spec)> declared;

    NormalForm(ExperimentDefinition experiment)
    {
        this.experiment = experiment;
        baseProperty = experiment.Arms[0].Stages[0].Property;
        // What an arm does not say is as the first arm that runs the stage has it.
        declared =
        [
            .. experiment
                .Properties.Select(p => experiment.Stages.FirstOrDefault(s => s.Property == p))
                .OfType<StageDefinition>()
                .Select(s => (s.Property, s.Spec)),
        ];
    }

    public static string Of(ExperimentDefinition experiment) => new NormalForm(experiment).Write();

    string Write()
    {
        using (yaml.Mapping())
        {
            yaml.Key("experiment").Text(experiment.Name);
            if (experiment.Summary.Length > 0)
                yaml.Key("summary").Text(experiment.Summary);
            yaml.Key("base");
            Value(declared.First(d => d.Property == baseProperty).Spec);
            yaml.Key("stages");
            using (yaml.Mapping())
                foreach (var (property, spec) in declared.Where(d => d.Property != baseProperty))
                {
                    yaml.Key(property);
                    Value(spec);
                }
            yaml.Key("arms");
            using (yaml.Mapping())
                foreach (var arm in experiment.Arms)
                    Arm(arm);
            if (experiment.Axes.Count > 0)
                Sweep();
            if (experiment.Zips.Count > 0)
                Zips();
            if (experiment.Exclusions.Count > 0)
                Exclusions();
            yaml.Key("seeds");
            using (yaml.Sequence(flow: true))
                foreach (int seed in experiment.Seeds)
                    yaml.Plain(AxisValue.LabelOf(seed));
        }
        return yaml.ToString();
    }

    void Arm(ArmDefinition arm)
    {
        var order = arm.Stages.Skip(1).Select(s => s.Property).Distinct().ToList();
        bool ordered = !order.SequenceEqual(declared.Select(d => d.Property).Where(order.Contains));
        yaml.Key(arm.Name);
        using var mapping = yaml.Mapping();
        if (arm.Summary.Length > 0)
            yaml.Key("summary").Text(arm.Summary);
        if (arm.Role != ArmRole.None)
            yaml.Key("role").Plain(arm.Role.ToString());
        if (ordered)
        {
            yaml.Key("order");
            using (yaml.Sequence(flow: true))
                foreach (string property in order)
                    yaml.Text(property);
        }
        foreach (var (property, before) in declared)
        {
            var spec = arm.Stages.FirstOrDefault(s => s.Property == property)?.Spec;
            // A stage that an order does not name is left out by that.
            if (Equals(spec, before) || spec is null && ordered)
                continue;
            yaml.Key(property == baseProperty ? Base : property);
            Change(before, spec);
        }
    }

    void Sweep()
    {
        yaml.Key("sweep");
        using var mapping = yaml.Mapping();
        foreach (var axis in experiment.Axes)
        {
            yaml.Key(Path(axis.Path));
            using var values = yaml.Sequence(flow: true);
            foreach (var value in axis.Values)
                Value(value.Value, flow: true);
        }
    }

    void Zips()
    {
        yaml.Key("zip");
        using var zips = yaml.Sequence(flow: true);
        foreach (var zip in experiment.Zips)
        {
            using var paths = yaml.Sequence(flow: true);
            foreach (string path in zip)
                yaml.Text(Path(path));
        }
    }

    void Exclusions()
    {
        yaml.Key("exclude");
        using var exclusions = yaml.Sequence();
        foreach (var exclusion in experiment.Exclusions)
        {
            using var combination = yaml.Mapping(flow: true);
            foreach (var (field, label) in exclusion)
            {
                yaml.Key(Path(field));
                if (experiment.Axes.FirstOrDefault(a => a.Path == field) is { } axis)
                    Value(axis.Values.First(v => v.Label == label).Value, flow: true);
                else
                    yaml.Text(label);
            }
        }
    }

    /// <summary>A path as YAML spells it: <c>Dcr.Objective.Margin</c> becomes <c>Dcr.objective.margin</c>.</summary>
    string Path(string path)
    {
        string[] parts = path.Split('.');
        if (parts.Length > 1 && parts[0] == baseProperty)
            parts[0] = Base;
        return string.Join(".", parts.Select((part, i) => i == 0 ? part : Option(part)));
    }

    /// <summary>What makes one value of another: of two records of one type, the options that differ.</summary>
    void Change(object? from, object? to)
    {
        if (from is null || to is null || from.GetType() != to.GetType() || !SpecOptions.Is(to))
        {
            Value(to);
            return;
        }
        using var mapping = yaml.Mapping();
        foreach (var option in SpecOptions.Options(to.GetType()))
        {
            object? before = option.GetValue(from),
                value = option.GetValue(to);
            if (Equals(before, value))
                continue;
            yaml.Key(Option(option.Name));
            Change(before, value);
        }
    }

    void Value(object? value, bool flow = false)
    {
        if (value is null)
            yaml.Plain("none");
        else if (value is string text)
            yaml.Text(text);
        else if (SpecOptions.Is(value))
            Record(value, flow);
        else if (value is IEnumerable items)
        {
            object?[] list = [.. items.Cast<object?>()];
            using var sequence = yaml.Sequence(flow || !list.Any(SpecOptions.Is));
            foreach (object? item in list)
                Value(item, flow);
        }
        else
            yaml.Plain(AxisValue.LabelOf(value));
    }

    void Record(object record, bool flow)
    {
        // A name of the user's is written in full: it stays right whatever else is declared.
        var type = record.GetType();
        string name = type.Assembly == typeof(StageSpec).Assembly ? type.Name : type.FullName!.Replace('+', '.');
        var options = SpecOptions.Options(type);
        if (options.Count == 0)
        {
            yaml.Plain(name);
            return;
        }
        using var mapping = yaml.Mapping(flow);
        yaml.Key("type").Plain(name);
        foreach (var option in options)
        {
            yaml.Key(Option(option.Name));
            Value(option.GetValue(record), flow);
        }
    }

    static string Option(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
