using DcrDsl.Definition;
using DcrDsl.Planning;

namespace DcrDsl.Cli;

/// <summary>
/// Command lines for the help, about the experiments that the program has: each can be given as it stands, but for the places of files.
/// </summary>
sealed class HelpExamples(Catalog catalog)
{
    // One that needs nothing from the user comes first.
    readonly ExperimentDefinition? any = catalog.Experiments.Where(Plain).MinBy(e => e.PathNames.Count);
    readonly ExperimentDefinition? swept = catalog.Experiments.Where(e => Plain(e) && Setting(e) is not null).MinBy(e => e.PathNames.Count);

    /// <summary><c>show</c>.</summary>
    public IReadOnlyList<string> Show =>
        any is null ? [] : [$"show {any.Name}", $"show {any.Name} --source", $"show {any.Name} --spec > {any.Name}.dcr.yaml"];

    /// <summary><c>plan</c>.</summary>
    public IReadOnlyList<string> Plan =>
        [
            .. any is null ? (string[])[] : [$"plan {any.Name}", $"plan {any.Name} --arm {Arms(any)} --seed 0..4"],
            .. swept is null ? (string[])[] : [$"plan {swept.Name} --set {Setting(swept)}"],
        ];

    /// <summary><c>run</c>.</summary>
    public IReadOnlyList<string> Run =>
        [
            .. any is null ? (string[])[] : [$"run {any.Name}{Places(any)}", $"run {any.Name} --arm {Arms(any)} --seed 0..4{Places(any)}"],
            .. swept is null
                ? (string[])[]
                : [$"run {swept.Name} --set {Setting(swept)} --out results/{swept.Name} --threads 8{Places(swept)}"],
        ];

    /// <summary><c>status</c>.</summary>
    public IReadOnlyList<string> Status => any is null ? [] : [$"status {any.Name} --store {Path.Combine(".dcr", "store")}{Places(any)}"];

    /// <summary><c>report</c>.</summary>
    public IReadOnlyList<string> Report =>
        any is null
            ? ["report"]
            :
            [
                "report",
                $"report {any.Name}",
                $"report {Path.Combine("runs", any.Name, "001")}",
                $"report {Path.Combine("runs", any.Name, "001")} {Path.Combine("runs", any.Name, "002")}",
            ];

    /// <summary><c>judge</c>.</summary>
    public IReadOnlyList<string> Judge =>
        any is null
            ? ["judge"]
            : ["judge", $"judge {any.Name} --judge RefusalJudges.XSTest", $"judge {Path.Combine("runs", any.Name, "001")}"];

    /// <summary><c>label</c>.</summary>
    public IReadOnlyList<string> Label =>
        any is null
            ? ["label"]
            :
            [
                $"label {any.Name} --sample 200",
                $"label {any.Name} --read {Path.Combine("runs", any.Name, "001", "labels", "sample-1.csv")}",
            ];

    // Commas part values, and blanks would have to be quoted.
    static bool Plain(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '+');

    static bool Plain(ExperimentDefinition experiment) =>
        Plain(experiment.Name) && experiment.Arms.Any(a => Plain(a.Name)) && Try(experiment, Selection.Everything);

    static string Arms(ExperimentDefinition experiment) => string.Join(',', experiment.Arms.Select(a => a.Name).Where(Plain).TakeLast(2));

    static string? Setting(ExperimentDefinition experiment) =>
        (
            from axis in experiment.Axes
            let values = axis.Values.Select(v => v.Label).Where(Plain).Take(2).ToArray()
            where
                values.Length > 0
                && Plain(axis.Path)
                && Try(experiment, new Selection { Values = new Dictionary<string, IReadOnlyList<string>> { [axis.Path] = values } })
            select $"{axis.Path}={string.Join(',', values)}"
        ).FirstOrDefault();

    static bool Try(ExperimentDefinition experiment, Selection selection)
    {
        try
        {
            return Planning.Plan.Of(experiment, selection).Cells.Count > 0;
        }
        catch (InputException)
        {
            return false;
        }
    }

    static string Places(ExperimentDefinition experiment) => string.Concat(experiment.PathNames.Select(name => $" --path {name}=PATH"));
}
