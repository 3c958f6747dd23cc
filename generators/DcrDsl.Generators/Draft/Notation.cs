using System.Text.RegularExpressions;
using DcrDsl.Generators.Values;

namespace DcrDsl.Generators.Draft;

/// <summary>How a front end writes things, so that what a diagnostic advises can be typed where it is read.</summary>
sealed class Notation
{
    public static readonly Notation CSharp = new(false),
        Yaml = new(true);

    readonly bool yaml;

    Notation(bool yaml) => this.yaml = yaml;

    /// <summary>An option's name: <c>Batch</c>, <c>batch</c>.</summary>
    public string Option(string name) => yaml && name.Length > 0 ? Text.Parameter(name).TrimStart('@') : name;

    /// <summary>A field's path: <c>Dcr.Objective.Margin</c>, <c>Dcr.objective.margin</c>; what does not begin with a stage's name is left
    /// as it is.</summary>
    public string Path(string path)
    {
        string[] parts = path.Split('.');
        return yaml ? string.Join(".", parts.Select((p, i) => i == 0 || p.Length == 0 ? p : Option(p))) : path;
    }

    /// <summary>An option with a value: <c>Batch = 4</c>, <c>batch: 4</c>.</summary>
    public string Setting(string option, string value) => yaml ? $"{Option(option)}: {value}" : $"{option} = {value}";

    /// <summary>A sentence that names options of a record as C# does, in this notation's words.</summary>
    public string Sentence(string text, Type record) =>
        !yaml
            ? text
            : Vocabulary
                .Options(record)
                .Aggregate(
                    text,
                    (all, option) => Regex.Replace(all, $@"\b{option.Name}\b", Option(option.Name), RegexOptions.CultureInvariant)
                );

    public string Model =>
        yaml ? "name one under 'base', for example 'base: ToyLlama'" : "declare one property of type ModelSpec, for example new ToyLlama()";

    public string Evaluation => yaml ? "declare a last stage of type EvaluationGrid" : "declare a last property of type EvaluationGrid";

    public string Arm =>
        yaml
            ? "name at least one under 'arms', for example 'arms: { all: none }'"
            : "mark at least one static property with [Arm(\"name\")]";

    public string Seeds =>
        yaml
            ? "list them, at least three for an interval, for example 'seeds: [0, 1, 2]'"
            : "mark a static int[] property with [Seeds], with at least three for an interval";

    public string TaskName =>
        yaml
            ? "use letters, digits and underscores, not beginning with a digit, because the results have a member of that name"
            : "give it a C# identifier, because the results have a member of that name";

    public string SecondRun => yaml ? "declare a second stage for a second run" : "declare a second property for a second run";
}
