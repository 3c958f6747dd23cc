using DcrDsl.Generators.Model;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>
/// Writes the typed results: a member for every arm, metric, task and axis, so that a renamed arm breaks the build and not the analysis.
/// </summary>
sealed class ResultsEmitter
{
    readonly CodeWriter code = new();
    readonly ExperimentModel experiment;
    readonly Imports imports;
    readonly Dictionary<string, Code> sweptTypes = [];

    ResultsEmitter(ExperimentModel experiment, Surroundings surroundings)
    {
        (this.experiment, imports) = (experiment, new Imports(surroundings));
        var names = new Names([.. ReservedNames.OfResults, experiment.ResultsType, .. experiment.Arms.Select(a => a.Member)]);
        foreach (var arm in experiment.Arms.Where(a => AxesOf(a).Any()))
            sweptTypes[arm.Name] = Code.Name(names.Take(arm.Member + "Arm"));
    }

    Code ArmResults => imports.Of("ArmResults");

    Code RunResults => imports.Of("RunResults");

    public static string Emit(ExperimentModel experiment, Surroundings surroundings) => new ResultsEmitter(experiment, surroundings).Emit();

    string Emit()
    {
        Code type = Code.Name(experiment.ResultsType),
            name = Code.Doc(experiment.Name);
        code.Lines(
            $"/// <summary>Results of experiment \"{name}\": every metric of every arm over its seeds. The difference of two metrics is "
                + $"paired by seed.</summary>",
            $"/// <example><code>",
            $"/// var results = {type}.Load(\"runs/{name}/001\");"
        );
        Example();
        code.Lines(
            $"/// </code></example>",
            $"/// <param name=\"results\">The results of a run.</param>",
            $"{FileHeader.Access(experiment)} sealed class {type}({RunResults} results)"
        );
        using (code.Block())
        {
            code.Lines(
                $"/// <summary>Reads the folder of a run of \"{Code.Doc(experiment.Name)}\".</summary>",
                $"public static {type} Load(string folder) => new({RunResults}.Load(folder, {Code.Text(experiment.Name)}));",
                $"",
                $"/// <summary>Everything the run's folder holds, not typed by this experiment.</summary>",
                $"public {RunResults} Run {{ get; }} = results;"
            );
            foreach (var arm in experiment.Arms)
                Arm(arm);
            Metrics();
            foreach (var arm in experiment.Arms.Where(a => sweptTypes.ContainsKey(a.Name)))
                SweptArm(arm);
        }
        return FileHeader.Before(code, imports, $"The typed results of experiment \"{Code.Comment(experiment.Name)}\".");
    }

    void Arm(ArmModel arm)
    {
        Code summary = arm.Summary.Length > 0 ? $": {Code.Doc(arm.Summary.TrimEnd('.'))}" : default(Code),
            member = Code.Name(arm.Member);
        code.Line();
        code.Line($"/// <summary>Arm \"{Code.Doc(arm.Name)}\"{summary}.</summary>");
        code.Line(
            sweptTypes.TryGetValue(arm.Name, out var swept)
                ? $"public {swept} {member} => new(Run);"
                : (Code)$"public ArmMetrics {member} => new(new {ArmResults}(Run, {Code.Text(arm.Name)}));"
        );
    }

    void Metrics()
    {
        code.Line();
        code.Lines(
            $"/// <summary>The metrics of one arm, over its seeds.</summary>",
            $"/// <param name=\"arm\">The arm's cells.</param>",
            $"public sealed class ArmMetrics({ArmResults} arm)"
        );
        using (code.Block())
        {
            foreach (var metric in experiment.Metrics)
            {
                var member = Code.Member(imports.Spec(nameof(Metric)), metric);
                code.Lines(
                    $"/// <inheritdoc cref=\"{member}\"/>",
                    $"public {imports.Of("SeedEstimate")} {Code.Name(metric.ToString())} => arm[{member}];",
                    $""
                );
            }
            code.Line($"/// <summary>The metrics of each task alone.</summary>");
            code.Line($"public TaskMetrics Tasks => new(arm);");
            code.Line();
            Tasks();
            Attacks();
        }
    }

    /// <summary>One member for each attack, beside those of the prompts as they are and of all attacks together.</summary>
    void Attacks()
    {
        var grids = experiment.Stages.Select(s => s.Spec).OfType<EvaluationGrid>().ToList();
        var attacks = grids
            .SelectMany(g => g.Attacks.Where(a => g.Tasks.Any(a.IsOn)))
            .Select(a => a.Label)
            .Distinct(StringComparer.Ordinal)
            .ToList();
        if (attacks.Count == 0)
            return;
        var names = new Names([.. ReservedNames.OfObject, "AttackMetrics", "None", "Best", "arm"]);
        code.Lines(
            $"",
            $"/// <summary>Defence and compliance under attacks.</summary>",
            $"public AttackMetrics Attacks => new(arm);",
            $"",
            $"/// <summary>One member for each attack.</summary>",
            $"/// <param name=\"arm\">The arm's cells.</param>",
            $"public sealed class AttackMetrics({ArmResults} arm)"
        );
        using (code.Block())
        {
            Member($"The attacked prompts as they are.", $"None", $"{imports.Of("NamedAttack")}.None");
            foreach (string attack in attacks)
            {
                code.Line();
                Member($"Attack \"{Code.Doc(attack)}\".", Code.Name(names.Take(attack, "Attack")), Code.Text(attack));
            }
            code.Line();
            Member($"All attacks together: what holds as it is and under each.", $"Best", $"{imports.Of("NamedAttack")}.Best");
        }

        void Member(Code summary, Code name, Code attack) =>
            code.Lines($"/// <summary>{summary}</summary>", $"public {imports.Of("AttackResults")} {name} => arm.Attack({attack});");
    }

    void Tasks()
    {
        var names = new Names([.. ReservedNames.OfObject, "TaskMetrics", "arm"]);
        var tasks = experiment
            .Stages.Select(s => s.Spec)
            .OfType<EvaluationGrid>()
            .SelectMany(g => g.Tasks)
            .Select(t => t.Name)
            .Distinct()
            .ToList();
        code.Lines(
            $"/// <summary>One member for each task.</summary>",
            $"/// <param name=\"arm\">The arm's cells.</param>",
            $"public sealed class TaskMetrics({ArmResults} arm)"
        );
        using (code.Block())
            foreach (string task in tasks)
            {
                if (task != tasks[0])
                    code.Line();
                code.Lines(
                    $"/// <summary>Task \"{Code.Doc(task)}\".</summary>",
                    $"public {imports.Of("TaskResults")} {Code.Name(names.Take(task, "Task"))} => arm.Task({Code.Text(task)});"
                );
            }
    }

    void SweptArm(ArmModel arm)
    {
        var names = new Names(["run"]);
        var axes = AxesOf(arm).ToList();
        // The field's own name, or with its stage's where two stages sweep fields of one name.
        string Wanted(AxisModel axis) =>
            axes.Count(b => b.Parameter == axis.Parameter) == 1 ? axis.Parameter : Text.Parameter(axis.Path.Replace(".", ""));
        var parameters = axes.Select(a => (Axis: a, Name: Code.Name(names.Take(Wanted(a), "Choice")))).ToList();
        code.Line();
        code.Lines(
            $"/// <summary>Arm \"{Code.Doc(arm.Name)}\" at every value of what is swept.</summary>",
            $"/// <param name=\"run\">The run's results.</param>",
            $"public sealed class {sweptTypes[arm.Name]}({RunResults} run)"
        );
        using (code.Block())
        {
            code.Line($"/// <summary>The metrics at one value of every axis.</summary>");
            foreach (var (axis, name) in parameters)
                code.Line(
                    $"/// <param name=\"{Code.Doc(name.ToString().TrimStart('@'))}\">{Code.Doc(axis.Path)}: "
                        + $"{Code.Doc(string.Join(", ", axis.Values.Select(Text.Label)))}.</param>"
                );
            var values = Code.Join(
                "",
                parameters.Select(p => (Code)$".At({Code.Text(p.Axis.Path)}, {imports.Of("AxisValue")}.LabelOf({p.Name}))")
            );
            code.Line(
                $"public ArmMetrics At({Code.Join(", ", parameters.Select(p => (Code)$"{Type(p.Axis)} {p.Name}"))}) => new(new "
                    + $"{ArmResults}(run, {Code.Text(arm.Name)}){values});"
            );
        }
    }

    /// <summary>Axes of records are chosen by label.</summary>
    Code Type(AxisModel axis)
    {
        Code type = axis.Kind switch
        {
            AxisKind.Integer => $"int",
            AxisKind.Number => $"double",
            AxisKind.Boolean => $"bool",
            AxisKind.Enum => imports.TypeOf(axis.Values.First(v => v is not null)!),
            _ => (Code)$"string",
        };
        return axis.HasNone ? $"{type}?" : type;
    }

    IEnumerable<AxisModel> AxesOf(ArmModel arm) =>
        experiment.Axes.Where(a => experiment.Stages.Any(s => arm.Stages.Contains(s.Name) && s.Axes.Contains(a)));

    void Example()
    {
        var plain = experiment.Arms.Where(a => !sweptTypes.ContainsKey(a.Name)).Select(a => Code.Doc(a.Member)).ToList();
        if (plain.Count < 2 || experiment.Metrics.Count == 0)
            return;
        var metric = Code.Name(experiment.Metrics[0].ToString());
        code.Line($"/// Console.WriteLine((results.{plain[plain.Count - 1]}.{metric} - results.{plain[0]}.{metric}).Interval);");
    }
}
