using System.Globalization;
using System.Reflection;
using DcrDsl.Definition;
using DcrDsl.Generators.CSharp;
using DcrDsl.Generators.Emit;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static DcrDsl.Generators.Tests.FlowYaml;

namespace DcrDsl.Generators.Tests;

/// <summary>Laws over the whole vocabulary: they hold for a new record or option without a new test.</summary>
public class VocabularyLawTests
{
    /// <summary>What a kind of stage is declared with beyond the examples of what it requires.</summary>
    static readonly Dictionary<string, Map> Beside = new()
    {
        [nameof(RuleTriggers)] = new() { ["phrases"] = (object[])["kill"] },
        [nameof(ClassifierChain)] = new()
        {
            ["toxic"] = "ToyWorld.RefinementToxic",
            ["harmless"] = "ToyWorld.RefinementSeeminglyToxic",
            ["answerPhrases"] = (object[])["kill"],
        },
        [nameof(EvaluationGrid)] = new() { ["tasks"] = (object[])["ToyWorld.SeeminglyToxic", "ToyWorld.Toxic", "ToyWorld.General"] },
    };

    /// <summary>What stands around a model that no stage behind changes.</summary>
    static readonly Type[] Guards = [typeof(RuleTriggers), typeof(ClassifierChain), typeof(CritiqueAndRevise)];

    /// <summary>Every kind of stage, by property, with what it requires; each can stand alone between base and grid.</summary>
    internal static readonly (string Property, Type Type, Map Options)[] Stages =
    [
        .. Vocabulary
            .ChoicesFor(typeof(Stage))
            .Where(t => StageEmitter.All.Any(e => e.Kind.IsAssignableFrom(t)))
            .OrderBy(t =>
                t == typeof(EvaluationGrid) ? 2
                : Guards.Contains(t) ? 1
                : 0
            )
            .Select(t => (t.Name, t, Required(t).With(Beside.GetValueOrDefault(t.Name) ?? []))),
    ];

    /// <summary>
    /// Options that another one must accompany, or whose other values need other data; the value is what to change instead.
    /// </summary>
    static readonly Dictionary<string, Map> Companions = new()
    {
        ["PromptTask.Comparison"] = new() { ["comparison"] = nameof(ExactMatch) },
        ["ProbeThreshold.Probe"] = new() { ["probe"] = nameof(ReferenceLoss) },
        ["MultipleChoiceTask.Set"] = new() { ["set"] = nameof(PublishedTasks.Mmlu) },
        ["MultipleChoiceTask.Shots"] = new() { ["shots"] = 2, ["shotsPath"] = "shots.csv" },
        ["PreferenceTuning.DisjointFrom"] = new() { ["disjointFrom"] = (object[])[nameof(ContrastiveRefinement)] },
        ["PreferenceTuning.Reference"] = new() { ["reference"] = "Base" },
        ["Scans.Toxic"] = new()
        {
            ["toxic"] = new Map
            {
                ["type"] = nameof(ToyWorldPrompts),
                ["part"] = "Validation",
                ["class"] = "Toxic",
            },
        },
        ["CritiqueAndRevise.Critique"] = new() { ["critique"] = "'Criticise {answer}'" },
        ["CritiqueAndRevise.Revision"] = new() { ["revision"] = "'Again, by {critique}'" },
        ["Combination.Steps"] = new() { ["steps"] = (object[])["Rot13", "Base64"] },
        ["ContrastiveRefinement.General"] = new() { ["generalShare"] = 0.25 },
        ["ContrastiveRefinement.GeneralLabel"] = new() { ["generalShare"] = 0.25, ["generalLabel"] = "SeeminglyToxic" },
        ["ContrastiveRefinement.RetainBatch"] = new() { ["retainBatch"] = 8, ["retain"] = (object[])[nameof(HiddenStateDistance)] },
        ["SupervisedFineTuning.DisjointFrom"] = new() { ["disjointFrom"] = (object[])[nameof(ContrastiveRefinement)] },
    };

    /// <summary>Options that no method takes: the runtime reads them from the stage's record.</summary>
    static readonly string[] ReadFromTheRecord = ["EvaluationGrid.MatchedDefence"];

    [Fact]
    public void Every_kind_of_stage_has_one_emitter() =>
        Assert.All(Vocabulary.ChoicesFor(typeof(StageSpec)), kind => Assert.Single(StageEmitter.All, e => e.Kind.IsAssignableFrom(kind)));

    [Fact]
    public void Every_kind_of_task_has_one_emitter() =>
        Assert.All(
            Vocabulary.ChoicesFor(typeof(EvaluationTask)),
            kind => Assert.Single(TaskEmitter.All, e => e.Kind.IsAssignableFrom(kind))
        );

    /// <summary>The signature of a generated method is that of the delegate that its body holds.</summary>
    [Fact]
    public void Every_body_that_the_runtime_knows_has_a_shape()
    {
        var shapes = typeof(StageShape)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(f => (StageShape)f.GetValue(null)!)
            .Select(s => (s.Body, Takes: s.Parameter?.Type, s.Returns));
        var bodies = typeof(StageBody)
            .Assembly.GetExportedTypes()
            .Where(t => t.IsSubclassOf(typeof(StageBody)))
            .Select(t => (Body: t.Name, Method: t.GetConstructors().Single().GetParameters()[0].ParameterType.GetMethod("Invoke")!))
            .Select(b =>
                (
                    b.Body,
                    Takes: b.Method.GetParameters().Select(p => p.ParameterType).FirstOrDefault(p => p != typeof(StageRun))?.Name,
                    Returns: b.Method.ReturnType == typeof(void) ? null : b.Method.ReturnType.Name
                )
            );
        Assert.Equal(bodies.Order(), shapes.Order());
        Assert.Equal("model.Attach(AttachSteer(model, run));", StageShape.Attach.Statement($"AttachSteer(model, run)").ToString());
    }

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
            Map changed = Companions.GetValueOrDefault($"{choice}.{own.Name}") ?? new() { [Key(own.Name)] = value };
            string after = With(asDeclared.With(changed));
            Assert.True(before != after, $"{choice}.{own.Name}: {Text(value)} generates what the default does");
        }

        string With(Map record) =>
            Generated([
                .. Stages.Select(s => s.Property == property ? (s.Property, s.Type, s.Options.With(new() { [Key(option)] = record })) : s),
            ]);
    }

    /// <summary>The same of what stands in lists: tasks, probes, judges.</summary>
    public static TheoryData<string, string, string> Items =>
        [
            .. from stage in Stages
            from option in Vocabulary.Options(stage.Type)
            let item = Vocabulary.ItemType(option.Type)
            where item is not null && Vocabulary.IsRecord(item)
            from choice in Vocabulary.ChoicesFor(item)
            where item != typeof(EvaluationTask) || TaskEmitter.All.Any(e => e.Kind.IsAssignableFrom(choice))
            select (stage.Property, option.Name, choice.Name),
        ];

    [Theory, MemberData(nameof(Items))]
    public void An_item_of_a_list_compiles_with_each_of_its_options(string property, string list, string choice)
    {
        var type = Vocabulary.ChoicesFor(typeof(object)).Single(t => t.Name == choice);
        string before = With(Filled(type));
        foreach (var own in Vocabulary.Options(type).Where(o => o.HasEffect))
        foreach (object? value in Others(own, Vocabulary.Default(type)))
        {
            Map changed = Companions.GetValueOrDefault($"{choice}.{own.Name}") ?? new() { [Key(own.Name)] = value };
            Assert.True(before != With(Filled(type).With(changed)), $"{choice}.{own.Name}: {Text(value)} generates what the default does");
        }

        string With(Map item) =>
            Generated([
                .. Stages.Select(s =>
                    s.Property == property ? (s.Property, s.Type, s.Options.With(new() { [Key(list)] = (object[])[item] })) : s
                ),
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

    /// <summary>Of the records that name functions, the options that are omitted at their default.</summary>
    static IEnumerable<(object? Default, Option Option, string[] Function)> Omitted =>
        from type in Vocabulary.ChoicesFor(typeof(object))
        let function = type.GetCustomAttribute<RuntimeCallAttribute>()?.Function.Split('.')
        where function is not null
        from option in Vocabulary.Options(type)
        where option.Mark<OmittedAtDefaultAttribute>() is not null
        select (option.GetValue(Vocabulary.Default(type)), option, function);

    /// <summary>The same of options of choices; an empty list stands for no list.</summary>
    [Fact]
    public void An_option_that_is_omitted_at_its_default_has_that_of_its_argument()
    {
        var omitted = Omitted.ToList();
        Assert.NotEmpty(omitted);
        Assert.All(
            omitted,
            o =>
            {
                var type = typeof(StageBody).Assembly.GetExportedTypes().Single(t => t.Name == o.Function[0]);
                MethodBase method = o.Function.Length > 1 ? type.GetMethod(o.Function[1])! : Assert.Single(type.GetConstructors());
                var argument = Assert.Single(method.GetParameters(), p => p.Name == Key(o.Option.Name));
                object? given = o.Default is System.Collections.IEnumerable and not string ? null : o.Default;
                Assert.Equal(given, argument.DefaultValue);
            }
        );
    }

    /// <summary>An option at its default is not passed, so the argument's own must be the same.</summary>
    [Fact]
    public void An_option_that_is_passed_to_a_function_has_the_default_of_its_argument()
    {
        var passed = (
            from stage in Stages
            from option in Vocabulary.Options(stage.Type)
            let function = option.Mark<PassedToAttribute>()?.Function.Split('.')
            where function is not null
            select (Default: option.GetValue(Vocabulary.Default(stage.Type)), Name: Key(option.Name), function)
        ).ToList();
        Assert.NotEmpty(passed);
        Assert.All(
            passed,
            o =>
            {
                var method = typeof(StageBody).Assembly.GetExportedTypes().Single(t => t.Name == o.function[0]).GetMethod(o.function[1])!;
                var argument = Assert.Single(method.GetParameters(), p => p.Name == o.Name);
                Assert.Equal(o.Default, argument.DefaultValue);
            }
        );
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
            // The prompts of a probe are loaded for it; that it compiles is the law of items.
            if (typeof(ProbeSpec).IsAssignableFrom(type) && Vocabulary.Options(type).Any(o => o.Type == typeof(PromptSource)))
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

    /// <summary>A record with everything filled that must not be empty: lists of words, names, paths, prompts.</summary>
    static Map Filled(Type type)
    {
        var map = new Map { ["type"] = type.Name };
        foreach (var option in Vocabulary.Options(type))
            if (Needed(option, option.GetValue(Vocabulary.Default(type))) is { } value)
                map[Key(option.Name)] = value;
        return map;
    }

    static object? Needed(Option option, object? now) =>
        IsOfAttack(option) && option.Name == nameof(Attack.Tasks) ? (object[])["Toxic"]
        : option.Type == typeof(ValueList<string>) && now is null or ValueList<string> { Count: 0 } ? (object[])["sorry"]
        : option.Name == nameof(EvaluationTask.Name) ? "Named"
        : IsOfAttack(option) && option.Name == nameof(TemplateAttack.Text) && now is "" ? "'so : {prompt}'"
        : option.Name == nameof(Translated.Language) ? "Zulu"
        : IsOfAttack(option) && option.Name == nameof(Combination.Steps) ? (object[])["Base64", "Rot13"]
        : option.IsRunPath && now is "" ? "some.csv"
        : option.Mark<WatchedAttribute>() is not null ? option.Mark<RequiredAttribute>()?.Example ?? $"ToyWorld.Watched{option.Name}"
        : option.Mark<PairsOfAnswersAttribute>() is not null ? Pairs("Evaluation")
        : option.Type == typeof(PromptSource) ? "ToyWorld.GeneralPrompts"
        : option.Name == nameof(RateFactor.Modules) ? "q_proj"
        : option.Name == nameof(LoraPattern.Rank) && now is null ? 4
        : null;

    static bool IsOfAttack(Option option) => typeof(Attack).IsAssignableFrom(((ReflectedOption)option).Property.DeclaringType);

    static bool IsTemplate(string option) => option is nameof(TemplateAttack.Text) or nameof(ManyShot.Shot) or nameof(ManyShot.Last);

    /// <summary>Pairs of answers to a part of ToyWorld's general prompts.</summary>
    static Map Pairs(string part) =>
        new()
        {
            ["type"] = nameof(ToyWorldPrompts),
            ["part"] = part,
            ["answers"] = nameof(ToyWorldAnswers.Pairs),
        };

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
            return [IsOfAttack(option) && IsTemplate(option.Name) ? "'other {prompt} {response}'" : "other"];
        if (type.IsEnum)
            return Enum.GetValues(type).Cast<object>().Where(v => !v.Equals(now)).Select(v => (object)v.ToString()!);
        if (type == typeof(ValueList<int>))
            return [(object[])[2]];
        if (type == typeof(ValueList<string>))
            return [(object[])[option.Name == nameof(Attack.Tasks) ? "SeeminglyToxic" : "q_proj"]];
        if (type == typeof(ValueList<EvaluationTask>))
            return [(object[])["ToyWorld.SeeminglyToxic", "ToyWorld.Toxic"]];
        if (Vocabulary.ItemType(type) is { } item && Vocabulary.IsRecord(item))
            return Vocabulary.ChoicesFor(item).Select(choice => (object)(object[])[Filled(choice)]);
        if (option.Mark<PairsOfAnswersAttribute>() is not null)
            return [Pairs("Validation")];
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
            // Parameters of an adapter need one, which these stages do not train: WatchDiagnosticsTests.
            return Vocabulary
                .ChoicesFor(type)
                .Where(t => t != now?.GetType() && t != typeof(LoraParameters))
                .Select(t => (object)Filled(t));
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
        string program = run.File("Law.Program.g.cs");
        AssertLocals(program);
        return program;
    }

    /// <summary>
    /// A name that a method declares and that its emitter does not hold is one that a swept option or a task of the user's could have.
    /// </summary>
    static void AssertLocals(string program)
    {
        var methods = CSharpSyntaxTree.ParseText(program).GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>().ToList();
        foreach (var (property, type, _) in Stages)
        {
            var emitter = StageEmitter.All.Single(e => e.Kind.IsAssignableFrom(type));
            var own = emitter.Methods.Select(m => m.Shape.Method(property)).ToList();
            var declared = methods
                .Where(m => own.Contains(m.Identifier.ValueText))
                .SelectMany(m => m.DescendantNodes())
                .Select(n =>
                    n switch
                    {
                        VariableDeclaratorSyntax local => local.Identifier.ValueText,
                        SingleVariableDesignationSyntax local => local.Identifier.ValueText,
                        ForEachStatementSyntax loop => loop.Identifier.ValueText,
                        _ => null,
                    }
                )
                .OfType<string>();
            Assert.Empty(
                declared.Except(emitter.Locals).Except(Allocated).Select(name => $"{emitter.GetType().Name} does not hold '{name}'")
            );
        }
    }

    /// <summary>Names that emitters ask the allocator for, which gives none twice.</summary>
    static readonly string[] Allocated = ["seeminglyToxic", "toxic", "general", "refined", "named", "other"];

    static Map Required(Type stage)
    {
        var map = new Map();
        foreach (var option in Vocabulary.Options(stage))
            if (option.Mark<RequiredAttribute>()?.Example is { } example)
                map[Key(option.Name)] = example.StartsWith('[') ? example.Trim('[', ']').Split(", ").ToArray<object>() : example;
        return map;
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
