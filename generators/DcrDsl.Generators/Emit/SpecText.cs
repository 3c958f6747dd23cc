using DcrDsl.Generators.Model;
using DcrDsl.Generators.Values;

namespace DcrDsl.Generators.Emit;

/// <summary>
/// Writes a declaration in normal form, the same for both front ends: YAML as docs/yaml.md describes it, every option of every stage
/// written out, arms by
/// what they change. The YAML front end makes the same program of it.
/// </summary>
sealed class SpecText
{
    const string Base = "Base";

    readonly YamlWriter yaml = new();
    readonly ExperimentModel experiment;
    readonly string baseProperty;
    readonly IReadOnlyDictionary<string, StageModel> stages;

    SpecText(ExperimentModel experiment)
    {
        this.experiment = experiment;
        stages = experiment.Stages.ToDictionary(s => s.Name);
        baseProperty = stages[experiment.Arms[0].Stages[0]].Property;
    }

    public static string Emit(ExperimentModel experiment) => new SpecText(experiment).Emit();

    string Emit()
    {
        using (yaml.Mapping())
        {
            yaml.Key("experiment").Text(experiment.Name);
            if (experiment.Summary.Length > 0)
                yaml.Key("summary").Text(experiment.Summary);
            yaml.Key("base");
            Value(experiment.Declared.First(d => d.Property == baseProperty).Spec);
            yaml.Key("stages");
            using (yaml.Mapping())
                foreach (var (property, spec) in Declared())
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
                    yaml.Plain(Text.Label(seed));
        }
        return yaml.ToString();
    }

    IEnumerable<(string Property, object? Spec)> Declared() => experiment.Declared.Where(d => d.Property != baseProperty);

    void Arm(ArmModel arm)
    {
        var own = arm.Stages.Select(s => stages[s]).ToList();
        var order = own.Skip(1).Select(s => s.Property).ToList();
        bool ordered = !order.SequenceEqual(Declared().Select(d => d.Property).Where(order.Contains));
        yaml.Key(arm.Name);
        using var mapping = yaml.Mapping();
        if (arm.Summary.Length > 0)
            yaml.Key("summary").Text(arm.Summary);
        if (ordered)
        {
            yaml.Key("order");
            using (yaml.Sequence(flow: true))
                foreach (string property in order)
                    yaml.Text(property);
        }
        foreach (var (property, declared) in experiment.Declared)
        {
            object? spec = own.FirstOrDefault(s => s.Property == property)?.Spec;
            // A stage that an order does not name is left out by that.
            if (Equals(spec, declared) || spec is null && ordered)
                continue;
            yaml.Key(property == baseProperty ? Base : property);
            Change(declared, spec);
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
            foreach (object? value in axis.Values)
                Value(value, flow: true);
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
                // The label of a value says which of the axis's values it is.
                if (experiment.Axes.FirstOrDefault(a => a.Path == field) is { } axis)
                    Value(axis.Values.First(v => Text.Label(v) == label), flow: true);
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
        return string.Join(".", parts.Select((part, i) => i == 0 ? part : Text.Parameter(part)));
    }

    /// <summary>What makes one value of another: of two records of one type, the options that differ.</summary>
    void Change(object? from, object? to)
    {
        if (from is null || to is null || !Vocabulary.IsRecord(to.GetType()) || !Vocabulary.AreAlike(from, to))
        {
            Value(to);
            return;
        }
        using var mapping = yaml.Mapping();
        foreach (var (name, value) in SpecRecord.All(to))
        {
            object? before = Vocabulary.OptionOf(from, name)!.GetValue(from);
            if (Equals(before, value))
                continue;
            yaml.Key(Text.Parameter(name));
            Change(before, value);
        }
    }

    void Value(object? value, bool flow = false)
    {
        if (value is null)
            yaml.Plain("none");
        else if (value is string text)
            yaml.Text(text);
        else if (Vocabulary.IsRecord(value.GetType()))
            Record(value, flow);
        else if (value is System.Collections.IEnumerable items)
        {
            var list = items.Cast<object?>().ToList();
            using var sequence = yaml.Sequence(flow || list.All(i => i is null || !Vocabulary.IsRecord(i.GetType())));
            foreach (object? item in list)
                Value(item, flow);
        }
        else
            yaml.Plain(Text.Label(value));
    }

    void Record(object record, bool flow)
    {
        // A name of the user's is written in full: it stays right whatever else is declared.
        string name = record is IOwn own ? own.Own.Type.FullName : record.GetType().Name;
        if (Vocabulary.OptionsOf(record).Count == 0)
        {
            yaml.Plain(name);
            return;
        }
        using var mapping = yaml.Mapping(flow);
        yaml.Key("type").Plain(name);
        foreach (var (option, value) in SpecRecord.All(record))
        {
            yaml.Key(Text.Parameter(option));
            Value(value, flow);
        }
    }
}
