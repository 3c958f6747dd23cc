using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using DcrDsl.Definition;
using DcrDsl.Planning;

namespace DcrDsl.Cli;

/// <summary>The argument and options that say what is to be run of which experiment; the same for <c>plan</c> and <c>run</c>.</summary>
sealed class SelectionOptions
{
    readonly Catalog catalog;
    readonly Argument<string> name;
    readonly Option<string[]> arms,
        seeds,
        values;

    public SelectionOptions(Catalog catalog)
    {
        this.catalog = catalog;
        name = new Argument<string>("NAME") { Description = "The experiment." };
        name.CompletionSources.Add(_ => catalog.Names.Select(n => new CompletionItem(n)));
        arms = Many("--arm", "ARM", "Only these arms. Separate several with commas, or repeat the option. " + CommaList.Help);
        arms.CompletionSources.Add(context =>
            Chosen(context).SelectMany(e => e.Arms).Select(a => new CompletionItem(CommaList.Escape(a.Name)))
        );
        seeds = Many("--seed", "SEED", "These seeds in place of the declared ones, for example 0,1,2 or 0..4.");
        values = Many("--set", "AXIS=VALUE[,VALUE]", "These values of an axis in place of the declared ones. " + CommaList.Help);
        values.CompletionSources.Add(context => Chosen(context).SelectMany(e => e.Axes).Select(a => new CompletionItem(a.Path + "=")));
    }

    public void AddTo(Command command)
    {
        command.Arguments.Add(name);
        command.Options.Add(arms);
        AddValuesTo(command);
    }

    /// <summary>Adds only the options that bring stage runs into being which are not declared.</summary>
    public void AddValuesTo(Command command)
    {
        command.Options.Add(seeds);
        command.Options.Add(values);
    }

    /// <exception cref="InputException">The experiment or something of the selection is not known or not allowed.</exception>
    public Plan Plan(ParseResult parsed) => Of(parsed).Plan;

    /// <summary>What is selected, and the plan of it.</summary>
    /// <exception cref="InputException">The experiment or something of the selection is not known or not allowed.</exception>
    public (Plan Plan, Selection Selection) Of(ParseResult parsed)
    {
        var experiment = catalog.Find(parsed.GetRequiredValue(name));
        var selected = ValuesOf(parsed, experiment) with
        {
            Arms = [.. CommaList.Parts("--arm", parsed.GetValue(arms), experiment.Arms.Select(a => a.Name))],
        };
        return (Planning.Plan.Of(experiment, selected), selected);
    }

    /// <summary>The seeds and values given, of all arms.</summary>
    /// <exception cref="InputException">What is given is none.</exception>
    public Selection ValuesOf(ParseResult parsed, ExperimentDefinition experiment) =>
        new()
        {
            Seeds = SeedList.Read(CommaList.Parts("--seed", parsed.GetValue(seeds), [])),
            Values = Values(parsed.GetValue(values) ?? [], experiment),
        };

    /// <summary>The options again, for a command line.</summary>
    public static IEnumerable<string> Repeated(Selection selected) =>
        [.. selected.Arms.SelectMany(a => new[] { "--arm", CommaList.Escape(a) }), .. RepeatedValues(selected)];

    /// <summary>The options for seeds and values again.</summary>
    public static IEnumerable<string> RepeatedValues(Selection selected) =>
        [
            .. selected.Seeds.Count == 0
                ? Array.Empty<string>()
                : ["--seed", string.Join(',', selected.Seeds.Select(s => s.ToString(CultureInfo.InvariantCulture)))],
            .. selected.Values.SelectMany(v => new[] { "--set", $"{v.Key}={string.Join(',', v.Value.Select(CommaList.Escape))}" }),
        ];

    // What is being completed does not parse yet, so the experiment is looked for among the words given.
    public IEnumerable<ExperimentDefinition> Chosen(CompletionContext context)
    {
        var given = context.ParseResult.Tokens.Select(t => t.Value).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return catalog.Experiments.Where(e => given.Contains(e.Name));
    }

    static Option<string[]> Many(string name, string helpName, string description) =>
        new(name)
        {
            HelpName = helpName,
            Description = description,
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
        };

    static Dictionary<string, IReadOnlyList<string>> Values(string[] given, ExperimentDefinition experiment)
    {
        var values = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (string text in given)
        {
            string[] parts = text.Split('=', 2);
            if (parts.Length != 2 || parts[0].Length == 0 || parts[1].Length == 0)
                throw new InputException($"--set {text}: give an axis and its values, as in --set AXIS=VALUE,VALUE.");
            var axis = experiment.Axes.FirstOrDefault(a => string.Equals(a.Path, parts[0], StringComparison.OrdinalIgnoreCase));
            CommaList.Check("--set", parts[0] + "=", parts[1], axis?.Values.Select(v => v.Label) ?? []);
            string[] added = [.. CommaList.Split(parts[1])];
            values[parts[0]] = values.TryGetValue(parts[0], out var before) ? [.. before, .. added] : added;
        }
        return values;
    }
}
