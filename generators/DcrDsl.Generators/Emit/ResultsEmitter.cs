using DcrDsl.Generators.Model;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes the typed results: a member for every arm, metric, task and axis, so that a renamed arm breaks the build and not the analysis.</summary>
static class ResultsEmitter
{
    public static string Emit(ExperimentModel experiment)
    {
        var code = new CodeWriter();
        FileHeader.Write(code, $"// The typed results of experiment \"{experiment.Name}\".");
        code.Lines("using DcrDsl.Plans;", "using Specs = DcrDsl.Specs;", "");
        if (experiment.Namespace.Length > 0) code.Lines($"namespace {experiment.Namespace};", "");

        string type = $"{experiment.TypeName}Results";
        code.Lines(
            $"/// <summary>Results of experiment \"{experiment.Name}\": every metric of every arm over its seeds. The difference of two metrics is paired by seed.</summary>",
            "/// <example><code>",
            $"/// var results = {type}.Load(\"runs/{experiment.Name}/001\");");
        if (Example(experiment) is { } example) code.Line($"/// {example}");
        code.Lines("/// </code></example>", "/// <param name=\"results\">The results of a run.</param>", $"{FileHeader.Access(experiment)} sealed class {type}(RunResults results)");
        using (code.Block())
        {
            code.Lines(
                $"/// <summary>Reads the folder of a run of \"{experiment.Name}\".</summary>",
                $"public static {type} Load(string folder) => new(RunResults.Load(folder, {Text.StringLiteral(experiment.Name)}));",
                "",
                "/// <summary>Everything the run's folder holds, not typed by this experiment.</summary>",
                "public RunResults Run { get; } = results;");
            foreach (var arm in experiment.Arms) Arm(code, experiment, arm);
            Metrics(code, experiment);
            foreach (var arm in experiment.Arms.Where(a => AxesOf(experiment, a).Any())) SweptArm(code, experiment, arm);
        }
        return code.ToString();
    }

    static void Arm(CodeWriter code, ExperimentModel experiment, ArmModel arm)
    {
        code.Line();
        code.Line($"/// <summary>Arm \"{Text.Xml(arm.Name)}\"{(arm.Summary.Length > 0 ? ": " + Text.Xml(arm.Summary) : "")}.</summary>".Replace("..<", ".<"));
        code.Line(AxesOf(experiment, arm).Any()
            ? $"public {arm.Member}Arm {arm.Member} => new(Run);"
            : $"public ArmMetrics {arm.Member} => new(new ArmResults(Run, {Text.StringLiteral(arm.Name)}));");
    }

    static void Metrics(CodeWriter code, ExperimentModel experiment)
    {
        code.Line();
        code.Lines(
            "/// <summary>The metrics of one arm, over its seeds.</summary>",
            "/// <param name=\"arm\">The arm's cells.</param>",
            "public sealed class ArmMetrics(ArmResults arm)");
        using (code.Block())
        {
            foreach (var metric in experiment.Metrics)
                code.Lines($"/// <inheritdoc cref=\"Specs.Metric.{metric}\"/>", $"public SeedEstimate {metric} => arm[Specs.Metric.{metric}];", "");
            var tasks = experiment.Stages.Select(s => s.Spec).OfType<EvaluationGrid>().SelectMany(g => g.Tasks).Select(t => t.Name).Distinct().ToList();
            code.Line("/// <summary>The metrics of each task alone.</summary>");
            code.Line("public TaskMetrics Tasks => new(arm);");
            code.Line();
            code.Lines("/// <summary>One member for each task.</summary>", "/// <param name=\"arm\">The arm's cells.</param>", "public sealed class TaskMetrics(ArmResults arm)");
            using (code.Block())
                foreach (string task in tasks)
                {
                    if (task != tasks[0]) code.Line();
                    code.Lines($"/// <summary>Task \"{task}\".</summary>", $"public TaskResults {task} => arm.Task({Text.StringLiteral(task)});");
                }
        }
    }

    static void SweptArm(CodeWriter code, ExperimentModel experiment, ArmModel arm)
    {
        var axes = AxesOf(experiment, arm).ToList();
        string parameters = string.Join(", ", axes.Select(a => $"{Type(a)} {Parameter(a, axes)}"));
        string values = string.Concat(axes.Select(a => $".At({Text.StringLiteral(a.Path)}, AxisValue.LabelOf({Parameter(a, axes)}))"));
        code.Line();
        code.Lines(
            $"/// <summary>Arm \"{Text.Xml(arm.Name)}\" at every value of what is swept.</summary>",
            "/// <param name=\"run\">The run's results.</param>",
            $"public sealed class {arm.Member}Arm(RunResults run)");
        using (code.Block())
        {
            code.Line("/// <summary>The metrics at one value of every axis.</summary>");
            foreach (var axis in axes)
                code.Line($"/// <param name=\"{Parameter(axis, axes).TrimStart('@')}\">{axis.Path}: {Text.Xml(string.Join(", ", axis.Values.Select(Text.Label)))}.</param>");
            code.Line($"public ArmMetrics At({parameters}) => new(new ArmResults(run, {Text.StringLiteral(arm.Name)}){values});");
        }
    }

    /// <summary>The field's own name, or with its stage's where two stages sweep fields of one name.</summary>
    static string Parameter(AxisModel axis, IReadOnlyList<AxisModel> all) =>
        all.Count(a => a.Parameter == axis.Parameter) == 1 ? axis.Parameter : Text.Parameter(axis.Path.Replace(".", ""));

    /// <summary>Axes of records are chosen by label.</summary>
    static string Type(AxisModel axis) => axis.Kind switch
    {
        AxisKind.Integer => "int",
        AxisKind.Number => "double",
        AxisKind.Enum or AxisKind.Pooling => $"Specs.{axis.Values[0].GetType().Name}",
        _ => "string",
    };

    static IEnumerable<AxisModel> AxesOf(ExperimentModel experiment, ArmModel arm) =>
        experiment.Axes.Where(a => experiment.Stages.Any(s => arm.Stages.Contains(s.Name) && s.Axes.Contains(a)));

    static string? Example(ExperimentModel experiment)
    {
        string? Metrics(ArmModel arm) => AxesOf(experiment, arm).Any() ? null : $"results.{arm.Member}";
        var plain = experiment.Arms.Select(Metrics).OfType<string>().ToList();
        return plain.Count < 2 || experiment.Metrics.Count == 0 ? null
            : $"Console.WriteLine(({plain[plain.Count - 1]}.{experiment.Metrics[0]} - {plain[0]}.{experiment.Metrics[0]}).Interval);";
    }
}
