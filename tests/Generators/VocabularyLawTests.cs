using System.Globalization;
using System.Reflection;
using DcrDsl.Generators.CSharp;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;
using Microsoft.CodeAnalysis;
using static DcrDsl.Generators.Tests.FlowYaml;

namespace DcrDsl.Generators.Tests;

/// <summary>Laws over the whole vocabulary: they hold for a new record or option without a new test.</summary>
public class VocabularyLawTests
{
    /// <summary>Stages as they are declared here, by property; each can stand alone between base and grid.</summary>
    internal static readonly (string Property, Type Type, Map Options)[] Stages =
    [
        ("Learn", typeof(Pretrain), new() { ["data"] = "ToyWorld.Pretraining" }),
        (
            "Dcr",
            typeof(ContrastiveRefinement),
            new() { ["seeminglyToxic"] = "ToyWorld.RefinementSeeminglyToxic", ["toxic"] = "ToyWorld.RefinementToxic" }
        ),
        (
            "Align",
            typeof(SupervisedFineTuning),
            new() { ["general"] = "ToyWorld.AlignmentGeneral", ["refusals"] = "ToyWorld.AlignmentRefusals" }
        ),
        (
            "Score",
            typeof(EvaluationGrid),
            new() { ["tasks"] = (object[])["ToyWorld.SeeminglyToxic", "ToyWorld.Toxic", "ToyWorld.General"] }
        ),
    ];

    /// <summary>
    /// Options that another one must accompany, or whose other values need other data; the value is what to change instead.
    /// </summary>
    static readonly Dictionary<string, Map> Companions = new()
    {
        ["SupervisedFineTuning.DisjointFrom"] = new() { ["disjointFrom"] = (object[])["Dcr"] },
    };

    /// <summary>Options that no method takes: the runtime reads them from the stage's record.</summary>
    static readonly string[] ReadFromTheRecord = ["EvaluationGrid.MatchedDefence"];

    public static TheoryData<string, string> Options =>
        [.. Stages.SelectMany(s => Vocabulary.Options(s.Type).Select(o => (s.Property, o.Name)))];

    [Theory, MemberData(nameof(Options))]
    public void An_option_changes_what_is_generated_or_says_that_it_does_not(string property, string option)
    {
        var stage = Stages.Single(s => s.Property == property);
        var info = Vocabulary.Option(stage.Type, option)!;
        string before = Generated(Stages);
        bool effect = info.HasEffect && !ReadFromTheRecord.Contains($"{stage.Type.Name}.{option}");
        foreach (object? value in Others(info, Vocabulary.Default(stage.Type)))
        {
            Map changed = Companions.GetValueOrDefault($"{stage.Type.Name}.{option}") ?? new() { [Key(option)] = value };
            string after = Generated([.. Stages.Select(s => s.Property == property ? (s.Property, s.Type, s.Options.With(changed)) : s)]);
            if (effect)
                Assert.True(before != after, $"{stage.Type.Name}.{option}: {Text(value)} generates what the default does");
        }
    }

    /// <summary>Each record that can be chosen somewhere, with where: "Dcr", "objective", "CircleLoss".</summary>
    public static TheoryData<string, string, string> Choices =>
        [
            .. from stage in Stages
            from option in Vocabulary.Options(stage.Type)
            where Vocabulary.IsRecord(option.Type) && option.Type != typeof(PromptSource)
            from choice in Vocabulary.ChoicesFor(option.Type)
            select (stage.Property, option.Name, choice.Name),
        ];

    /// <summary>The compiler itself says whether the function that a record names exists and takes its options.</summary>
    [Theory, MemberData(nameof(Choices))]
    public void A_choice_compiles_with_each_of_its_options(string property, string option, string choice)
    {
        var type = Vocabulary.ChoicesFor(typeof(object)).Single(t => t.Name == choice);
        Map asDeclared = Filled(type);
        string before = With(asDeclared);
        foreach (var own in Vocabulary.Options(type).Where(o => o.HasEffect))
        foreach (object? value in Others(own, Vocabulary.Default(type)))
        {
            string after = With(asDeclared.With(new() { [Key(own.Name)] = value }));
            Assert.True(before != after, $"{choice}.{own.Name}: {Text(value)} generates what the default does");
        }

        string With(Map record) =>
            Generated([
                .. Stages.Select(s => s.Property == property ? (s.Property, s.Type, s.Options.With(new() { [Key(option)] = record })) : s),
            ]);
    }

    [Fact]
    public void Every_objective_compiles_in_a_sweep()
    {
        string choices = string.Join(", ", Vocabulary.ChoicesFor(typeof(ContrastiveObjective)).Select(t => t.Name));
        var run = GeneratorRun.Of("", ("law.dcr.yaml", Declaration.Yaml(name: "law", rest: $"sweep: {{ Dcr.objective: [{choices}] }}")));
        Assert.Empty(run.Diagnostics.Where(d => d.Severity > DiagnosticSeverity.Info).Select(d => d.ToString()));
        Assert.Empty(run.CompilerDiagnostics.Select(d => d.ToString()));
    }

    [Fact]
    public void A_reducer_that_may_be_none_reaches_the_loss_from_a_sweep()
    {
        var run = GeneratorRun.Of(
            "",
            ("law.dcr.yaml", Declaration.Yaml(name: "law", rest: "sweep: { Dcr.objective.reducer: [none, Mean] }"))
        );
        Assert.Empty(run.Diagnostics.Where(d => d.Severity > DiagnosticSeverity.Info).Select(d => d.ToString()));
        Assert.Empty(run.CompilerDiagnostics.Select(d => d.ToString()));
        Assert.Contains("reducer: reducer)", run.File("Law.Program.g.cs"));
    }

    /// <summary>The check that records of the user's must pass holds for ours: the function is there and takes their options.</summary>
    [Fact]
    public void Every_function_that_the_vocabulary_names_takes_its_options()
    {
        var compilation = GeneratorRun.Of("").Input;
        var problems = new List<string>();
        int held = 0;
        foreach (var type in Vocabulary.ChoicesFor(typeof(object)).Where(t => !typeof(ModelSpec).IsAssignableFrom(t)))
        {
            var symbol = compilation.GetTypeByMetadataName(type.FullName!)!;
            if (!OwnTypeReader.IsMarked(symbol))
                continue;
            held++;
            string name = type.GetCustomAttribute<RuntimeCallAttribute>()!.Function;
            void Report(DiagnosticDescriptor descriptor, Diagnostics.Place place, string[] arguments) =>
                problems.Add($"{type.Name}: {string.Join(" ", arguments)}");
            RuntimeFunction.Find(compilation, symbol, SymbolTypes.FamilyOf(symbol), name, Report);
        }
        Assert.True(problems.Count == 0, string.Join("\n", problems));
        Assert.True(held > 25, $"only {held} records name functions");
    }

    /// <summary>Members of enumerations and models name functions too; these take other things than options.</summary>
    [Fact]
    public void Every_other_function_that_the_vocabulary_names_is_there()
    {
        var runtime = RuntimeTypes.Of(GeneratorRun.Of("").Input);
        var named = typeof(Stage)
            .Assembly.GetExportedTypes()
            .SelectMany(t => t.GetFields().Cast<MemberInfo>().Append(t))
            .Select(m => m.GetCustomAttribute<RuntimeCallAttribute>(inherit: false)?.Function)
            .OfType<string>()
            .Where(f => f.Contains('.', StringComparison.Ordinal))
            .ToList();
        Assert.NotEmpty(named);
        Assert.All(named, f => Assert.NotEmpty(runtime.Find(f.Split('.')[0])!.GetMembers(f.Split('.')[1])));
    }

    /// <summary>A record with every list that must not be empty filled.</summary>
    static Map Filled(Type type)
    {
        var map = new Map { ["type"] = type.Name };
        foreach (
            var list in Vocabulary
                .Options(type)
                .Where(o => o.Type == typeof(ValueList<string>) && ((ValueList<string>)o.GetValue(Vocabulary.Default(type))!).Count == 0)
        )
            map[Key(list.Name)] = (object[])["sorry"];
        return map;
    }

    /// <summary>Values of an option other than its default, valid ones: one for a number or text, every other one for a choice.</summary>
    static IEnumerable<object?> Others(Option option, object defaults)
    {
        object? now = option.GetValue(defaults);
        var type = option.Inner;
        var range = option.Range;
        if (type == typeof(int))
            return [(now as int? ?? (int)(range?.Minimum ?? 0)) + 1];
        if (type == typeof(double))
            return [now is double and not 0 ? (double)now / 2 : Math.Min(0.25, range?.Maximum ?? 0.25)];
        if (type == typeof(bool))
            return [!(bool)(now ?? false)];
        if (type == typeof(string))
            return ["other"];
        if (type.IsEnum)
            return Enum.GetValues(type).Cast<object>().Where(v => !v.Equals(now)).Select(v => (object)v.ToString()!);
        if (type == typeof(ValueList<int>))
            return [(object[])[2]];
        if (type == typeof(ValueList<string>))
            return [(object[])["q_proj"]];
        if (type == typeof(ValueList<EvaluationTask>))
            return [(object[])["ToyWorld.SeeminglyToxic", "ToyWorld.Toxic"]];
        if (type == typeof(ValueList<JudgeSpec>))
            return [(object[])[Filled(typeof(RefusalOpeners))]];
        if (type == typeof(ValueList<ProbeSpec>))
            return [(object[])[Filled(typeof(ReferenceLoss))], (object[])["RefusalProbability"]];
        if (typeof(PromptSource).IsAssignableFrom(type))
            return
            [
                new Map
                {
                    ["type"] = nameof(ToyWorldPrompts),
                    ["part"] = "Validation",
                    ["answers"] = "Tip",
                    ["take"] = 17,
                },
            ];
        if (Vocabulary.IsRecord(type))
            return Vocabulary.ChoicesFor(type).Where(t => t != now?.GetType()).Select(t => (object)Filled(t));
        throw new InvalidOperationException($"{option.Name}: the law has no other value for a {type.Name}; add one.");
    }

    /// <summary>Everything generated but the declaration's own text.</summary>
    static string Generated((string Property, Type Type, Map Options)[] stages)
    {
        var map = new Map
        {
            ["experiment"] = "law",
            ["base"] = "ToyLlama",
            ["stages"] = Of(stages),
            ["arms"] = new Map { ["DCR"] = null },
            ["seeds"] = (object[])[0],
        };
        string yaml = Text(map);
        var run = GeneratorRun.Of("", ("law.dcr.yaml", yaml));
        Assert.True(run.Diagnostics.All(d => d.Severity <= DiagnosticSeverity.Info), $"{string.Join("\n", run.Diagnostics)}\n{yaml}");
        Assert.Empty(run.CompilerDiagnostics.Select(d => d.ToString()));
        return run.File("Law.Program.g.cs");
    }

    static Map Of((string Property, Type Type, Map Options)[] stages)
    {
        var map = new Map();
        foreach (var (property, type, options) in stages)
            map[property] = new Map { ["type"] = type.Name }.With(options);
        return map;
    }

    static string Key(string option) => char.ToLower(option[0], CultureInfo.InvariantCulture) + option[1..];
}
