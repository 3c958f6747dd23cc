using System.Globalization;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;
using Microsoft.CodeAnalysis;
using static DcrDsl.Generators.Tests.FlowYaml;

namespace DcrDsl.Generators.Tests;

/// <summary>
/// What options say of themselves to the rules: that each says it, that what it says fits, and that it is obeyed. A new kind of stage that
/// forgets a mark is red here.
/// </summary>
public class OptionMarkTests
{
    /// <summary>Files that nothing is measured or trained on.</summary>
    static readonly string[] OnlyShown =
    [
        "MultipleChoiceTask.ShotsPath",
        "MultipleChoiceTask.LabelsPath",
        "RuleTriggers.File",
        "LocalModel.Path",
        "RecordedAnswers.Path",
        "WinRate.Answers",
        "ManyShot.Path",
        "Suffix.Path",
        "Translated.Path",
    ];

    static readonly IReadOnlyList<Type> Kinds = Vocabulary.ChoicesFor(typeof(Stage));

    [Fact]
    public void Data_of_a_stage_are_trained_on_evaluated_or_watched()
    {
        var data = Kinds
            .SelectMany(Within)
            .Where(o => typeof(PromptSource).IsAssignableFrom(o.Option.Inner) || o.Option.IsRunPath)
            .Select(o => (Name: $"{o.Record.Name}.{o.Option.Name}", o.Option))
            .Distinct()
            .ToList();
        Assert.Contains(data, d => d.Name == "MultipleChoiceTask.Path");
        Assert.Contains(data, d => d.Name == "Pretrain.Data");
        Assert.Empty(
            data.Where(d => !Has<TrainedOnAttribute>(d.Option) && !Has<EvaluatedAttribute>(d.Option) && !Has<WatchedAttribute>(d.Option))
                .Select(d => d.Name)
                .Except(OnlyShown)
        );
        Assert.All(data.Where(d => Has<TrainedOnAttribute>(d.Option)), d => Assert.Equal(typeof(PromptSource), d.Option.Inner));
    }

    /// <summary>The rule asks tasks alone what they are measured on.</summary>
    [Fact]
    public void Only_tasks_are_measured_on_data() =>
        Assert.All(
            Kinds.SelectMany(Within).Where(o => Has<EvaluatedAttribute>(o.Option)),
            o => Assert.True(typeof(EvaluationTask).IsAssignableFrom(o.Record), o.Record.Name)
        );

    [Fact]
    public void Every_example_of_what_is_required_is_a_value_of_the_option()
    {
        var required = Kinds.SelectMany(Within).Where(o => Has<RequiredAttribute>(o.Option)).Select(o => o.Option).ToList();
        Assert.True(required.Count >= 6);
        foreach (var option in required)
        {
            string example = option.Mark<RequiredAttribute>()!.Example;
            var item = Vocabulary.ItemType(option.Inner);
            Assert.Equal(item is not null, example.StartsWith('['));
            Assert.All(
                example.Trim('[', ']').Split(", "),
                name => Assert.Contains(name, Vocabulary.StaticMembers(item ?? option.Inner).Keys)
            );
        }
    }

    [Fact]
    public void The_options_that_marks_name_are_there()
    {
        foreach (var (record, option) in Kinds.SelectMany(Within))
        {
            foreach (string other in option.Mark<ApartFromAttribute>()?.Options ?? [])
                Assert.Equal(typeof(PromptSource), Vocabulary.Option(record, other)?.Inner);
            if (option.Mark<RequiredAttribute>()?.UnlessZero is { } number)
                Assert.Contains(Vocabulary.Option(record, number)?.Inner, new[] { typeof(int), typeof(double) });
            if (Has<LayerAttribute>(option))
                Assert.Contains(option.Inner, new[] { typeof(int), typeof(ValueList<int>) });
        }
    }

    /// <summary>Of two kinds that must not share prompts one can take the other's out, which is where the rule is told.</summary>
    [Fact]
    public void Of_two_kinds_whose_prompts_are_kept_apart_one_excludes_the_others()
    {
        string? Group(Type kind, bool excluding) =>
            Vocabulary
                .Options(kind)
                .Select(o => excluding ? o.Mark<ExcludesAttribute>()?.Group : o.Mark<KeptApartAttribute>()?.Group)
                .SingleOrDefault(g => g is not null);

        var groups = Kinds.GroupBy(k => Group(k, excluding: false)).Where(g => g.Key is not null).ToList();
        Assert.NotEmpty(groups);
        foreach (var group in groups)
            Assert.True(group.Count(kind => Group(kind, excluding: true) != group.Key) <= 1, group.Key);
        foreach (var kind in Kinds.Where(k => Group(k, excluding: true) is not null))
        {
            Assert.Equal(Group(kind, excluding: false), Group(kind, excluding: true));
            Assert.All(Vocabulary.Options(kind).Where(Has<ExcludesAttribute>), o => Assert.Equal(typeof(ValueList<string>), o.Type));
        }
    }

    public static TheoryData<string, string> Required => Marked<RequiredAttribute>();

    [Theory, MemberData(nameof(Required))]
    public void A_stage_without_what_it_requires_is_refused(string property, string option)
    {
        var stage = VocabularyLawTests.Stages.Single(s => s.Property == property);
        var mark = Vocabulary.Option(stage.Type, option)!.Mark<RequiredAttribute>()!;
        var without = new Map().With(stage.Options).With(Busy(Vocabulary.Option(stage.Type, option)!));
        without.Remove(Key(option));
        var missing = Assert.Single(Of("DCR011", Diagnostics((property, without))));
        Assert.Equal(
            $"Stage '{property}' has no {Key(option)}; set {property}.{Key(option)} to a prompt source, for example {mark.Example}",
            missing
        );
        if (mark.UnlessZero is { } number)
            Assert.Empty(Of("DCR011", Diagnostics((property, without.With(new() { [Key(number)] = 0 })))));
    }

    public static TheoryData<string, string> TrainedOn => Marked<TrainedOnAttribute>();

    [Theory, MemberData(nameof(TrainedOn))]
    public void What_a_stage_trains_on_is_not_evaluated_unless_the_task_says_so(string property, string option)
    {
        var stage = VocabularyLawTests.Stages.Single(s => s.Property == property);
        var trained = stage.Options.With(new() { [Key(option)] = Prompts(Vocabulary.Option(stage.Type, option)!) });
        Map prompts =
                new()
                {
                    ["name"] = "Seen",
                    ["prompts"] = new Map { ["type"] = nameof(PromptFile), ["path"] = "seen.csv" },
                },
            questions =
                new()
                {
                    ["type"] = nameof(MultipleChoiceTask),
                    ["name"] = "Seen",
                    ["path"] = "seen.csv",
                };
        foreach (var task in new[] { prompts, questions })
        {
            IReadOnlyList<string> With(Map task) =>
                Of("DCR021", Diagnostics((property, trained), (nameof(EvaluationGrid), new() { ["tasks"] = (object[])[task] })));

            Assert.Contains($"Task 'Seen' evaluates on prompts that stage '{property}' trains on", Assert.Single(With(task)));
            Assert.Empty(With(task.With(new() { ["inDistribution"] = true })));
            Assert.Empty(
                With(
                    task.With(
                        task == prompts
                            ? new()
                            {
                                ["prompts"] = new Map { ["type"] = nameof(PromptFile), ["path"] = "other.csv" },
                            }
                            : new() { ["path"] = "other.csv" }
                    )
                )
            );
        }
    }

    [Theory, MemberData(nameof(TrainedOn))]
    public void Answers_are_needed_where_they_are_learnt_and_a_model_gives_its_own_only_there(string property, string option)
    {
        var stage = VocabularyLawTests.Stages.Single(s => s.Property == property);
        var info = Vocabulary.Option(stage.Type, option)!;
        bool needed = info.Mark<TrainedOnAttribute>()!.NeedsAnswers;
        var prompts = Prompts(info);
        prompts.Remove("responseColumn");
        Assert.Equal(needed ? 1 : 0, Of("DCR031", Diagnostics((property, stage.Options.With(new() { [Key(option)] = prompts })))).Count);
        var own = new Map { ["type"] = nameof(SelfAnswered), ["prompts"] = prompts };
        Assert.Equal(needed ? 0 : 1, Of("DCR049", Diagnostics((property, stage.Options.With(new() { [Key(option)] = own })))).Count);
    }

    /// <summary>What gives an option something to do that has nothing to do while a number is 0.</summary>
    static Map Busy(Option option) => option.Mark<RequiredAttribute>()?.UnlessZero is { } number ? new() { [Key(number)] = 0.25 } : [];

    public static TheoryData<string, string> Apart => Marked<ApartFromAttribute>();

    [Theory, MemberData(nameof(Apart))]
    public void Prompts_of_two_options_that_must_be_apart_are_not_the_same(string property, string option)
    {
        var stage = VocabularyLawTests.Stages.Single(s => s.Property == property);
        var info = Vocabulary.Option(stage.Type, option)!;
        foreach (string other in info.Mark<ApartFromAttribute>()!.Options)
        {
            var same = new Map { [Key(option)] = Prompts(info), [Key(other)] = Prompts(Vocabulary.Option(stage.Type, other)!) }.With(
                Busy(info)
            );
            string found = Assert.Single(Of("DCR043", Diagnostics((property, stage.Options.With(same)))));
            Assert.StartsWith($"'{property}.{Key(option)}' and '{property}.{Key(other)}' are", found);
        }
    }

    /// <summary>An enumeration whose members are functions is no value that a method could take.</summary>
    [Fact]
    public void A_way_to_sample_is_not_swept()
    {
        string yaml = Declaration.Yaml(rest: "sweep: { Dcr.sampling: [Balanced, Matched] }");
        string found = Assert.Single(Of("DCR008", GeneratorRun.Of("", ("test.dcr.yaml", yaml)).Diagnostics));
        Assert.EndsWith("cannot be swept; declare an arm for each of its values", found);
    }

    /// <summary>Options of a record and of every record that can be chosen within it, without the prompts themselves.</summary>
    static IEnumerable<(Type Record, Option Option)> Within(Type record)
    {
        // Some records hold their own kind, as the attacks that a combination lists.
        HashSet<Type> reached = [record];
        Queue<Type> left = new(reached);
        while (left.TryDequeue(out var next))
        {
            foreach (var option in Vocabulary.Options(next))
            {
                yield return (next, option);
                var held = Vocabulary.ItemType(option.Inner) ?? option.Inner;
                if (typeof(PromptSource).IsAssignableFrom(held))
                    continue;
                foreach (var choice in Vocabulary.ChoicesFor(held).Where(Vocabulary.IsRecord).Where(reached.Add))
                    left.Enqueue(choice);
            }
        }
    }

    static bool Has<T>(Option option)
        where T : Attribute => option.Mark<T>() is not null;

    static TheoryData<string, string> Marked<T>()
        where T : Attribute =>
        [.. VocabularyLawTests.Stages.SelectMany(s => Vocabulary.Options(s.Type).Where(Has<T>).Select(o => (s.Property, o.Name)))];

    /// <summary>Prompts with answers, of the class that the option is for.</summary>
    static Map Prompts(Option option) =>
        new()
        {
            ["type"] = nameof(PromptFile),
            ["path"] = "seen.csv",
            ["class"] = (option.Mark<ToldApartAttribute>()?.Right ?? PromptClass.General).ToString(),
            ["responseColumn"] = "answer",
        };

    /// <summary>What is said of the stages with other options in one or some of them.</summary>
    static IReadOnlyList<Diagnostic> Diagnostics(params (string Property, Map Options)[] changed)
    {
        var stages = new Map();
        foreach (var (property, type, options) in VocabularyLawTests.Stages)
            stages[property] = new Map { ["type"] = type.Name }.With(
                changed.Where(c => c.Property == property).Select(c => c.Options).FirstOrDefault(options)
            );
        string yaml = Text(
            new Map
            {
                ["experiment"] = "law",
                ["base"] = "ToyLlama",
                ["stages"] = stages,
                ["arms"] = new Map { ["DCR"] = null },
                ["seeds"] = (object[])[0],
            }
        );
        var diagnostics = GeneratorRun.Of("", ("law.dcr.yaml", yaml)).Diagnostics;
        // What cannot be read is not checked by any rule.
        Assert.Empty(diagnostics.Where(d => d.Id is "DCR013" or "DCR014" or "DCR015").Select(d => $"{d}\n{yaml}"));
        return diagnostics;
    }

    static IReadOnlyList<string> Of(string id, IEnumerable<Diagnostic> diagnostics) =>
        [.. diagnostics.Where(d => d.Id == id).Select(d => d.GetMessage(CultureInfo.InvariantCulture))];

    static string Key(string option) => char.ToLower(option[0], CultureInfo.InvariantCulture) + option[1..];
}
