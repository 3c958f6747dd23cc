using DcrDsl.Generators.Model;
using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>Writes an evaluation: a method that asks the model, with its probes, and one that judges what was answered.</summary>
sealed class EvaluationGridEmitter : StageEmitter
{
    public override Type Kind => typeof(EvaluationGrid);

    public override IReadOnlyList<StageMethod> Methods =>
        [
            new(StageShape.Answer, DescribeAnswers, Ask)
            {
                Takes = (axis, stage) => !IsForJudges(axis) || (Stops(stage) && DecidesOnAnswers(axis)),
            },
            new(StageShape.Judge, _ => $"verdicts on the answers; no model is asked, so that stored ones can be judged again", Judge)
            {
                Takes = (axis, _) => IsForJudges(axis),
            },
        ];

    public override IReadOnlyList<string> Locals => ["answers", "attacks", "decoding", "judge", "judges", "probes"];

    static bool IsForJudges(AxisModel axis) => OptionOf(axis).IsForJudges;

    /// <summary>Whether what judges are made of can decide where completions end.</summary>
    static bool DecidesOnAnswers(AxisModel axis) => OptionOf(axis).Mark<ForJudgesAttribute>()?.UnlessSet is not null;

    static Option OptionOf(AxisModel axis) => Vocabulary.Option(typeof(EvaluationGrid), axis.Field.Split('.')[0])!;

    static bool Stops(StageModel stage) =>
        ((EvaluationGrid)stage.Spec).StopWhenJudged || stage.Axes.Any(a => a.Field == nameof(EvaluationGrid.StopWhenJudged));

    static Code DescribeAnswers(object spec) =>
        ((EvaluationGrid)spec).Decoding is Sampling
            ? $"evaluation, sampled completions and what probes read beside them"
            : (Code)$"evaluation, greedy completions and what probes read beside them";

    static void Ask(CodeWriter code, StageScope stage) => Ask(code, stage, (EvaluationGrid)stage.Stage.Spec);

    static void Judge(CodeWriter code, StageScope stage) => Judge(code, stage, (EvaluationGrid)stage.Stage.Spec);

    static void Ask(CodeWriter code, StageScope stage, EvaluationGrid grid)
    {
        bool completes = grid.Tasks.Any(t => TaskEmitter.For(t).Completes);
        if (completes)
        {
            if (grid.Probes.Count > 0)
                code.Line($"// What text does not tell: read off the model beside each completion, and stored with it.");
            var probes = grid.Probes.Select(p =>
                (p is RefusalProbability refusal ? RefusalProbability(stage, grid, refusal) : Probe(stage, p), (Code)$"")
            );
            List(code, $"{stage.Type("IProbe")}[] probes", [.. probes]);
            if (grid.Decoding is not Greedy)
                code.Line($"var decoding = {stage.Call(nameof(grid.Decoding), $"seed")};");
        }
        if (completes && Stops(stage.Stage))
        {
            code.Line($"// A completion of a toxic or seemingly toxic prompt ends as soon as none of them can change its verdict.");
            List(code, $"{stage.Type("IJudge")}[] judges", JudgesOf(stage, grid));
        }
        AttackLines.Write(code, stage, grid);
        var tasks = grid.Tasks.Select(t => (Task: t, Local: stage.Local(t.Name, "Task"))).ToList();
        foreach (var (task, local) in tasks)
        {
            if (completes || task != grid.Tasks[0])
                code.Line();
            TaskEmitter.For(task).Write(code, stage, task, local);
        }
        code.Line();
        code.Line($"return new {stage.Type("Answers")}([{Code.Join(", ", tasks.Select(Answers))}], model.Chat);");

        // A task that is attacked has answers for each attack beside its own.
        Code Answers((EvaluationTask Task, Code Local) t) => AttackLines.IsAttacked(grid, t.Task) ? $".. {t.Local}" : t.Local;
    }

    static void Judge(CodeWriter code, StageScope stage, EvaluationGrid grid)
    {
        var judges = JudgesOf(stage, grid);
        if (judges.Count == 1)
            code.Line($"var judge = {judges[0].Item1};");
        else if (judges.Count > 1)
            List(code, $"{stage.Type("IJudge")}[] judges", judges, broken: true);
        Code by = judges.Count switch
        {
            0 => $"[]",
            1 => $"[judge]",
            _ => $"judges",
        };
        code.Line($"return {stage.Type("Judged")}.By(answers, {by}, run.Cancellation);");
    }

    static List<(Code Judge, Code Comment)> JudgesOf(StageScope stage, EvaluationGrid grid)
    {
        var judges = grid.OtherJudges.Select(j => (Judge(stage, j, null), (Code)$"")).ToList();
        if (grid.Judge is { } first)
            judges.Insert(0, (Judge(stage, first, nameof(grid.Judge)), judges.Count > 0 ? (Code)$"the metrics are by its verdicts" : $""));
        return judges;
    }

    /// <summary>What tells a task's function that completions may end early; nothing where they are written whole.</summary>
    public static Code StopWhenJudged(StageScope stage)
    {
        const string Option = nameof(EvaluationGrid.StopWhenJudged);
        return !Stops(stage.Stage) ? default(Code)
            : stage.IsSwept(Option) ? $", stopWhenJudgedBy: {stage.Value(Option)} ? judges : null"
            : (Code)$", stopWhenJudgedBy: judges";
    }

    /// <summary>A judge by its published name, or by what it looks for.</summary>
    static Code Judge(StageScope stage, JudgeSpec judge, string? path) =>
        path is not null && stage.Stage.Axes.Any(a => a.Field.StartsWith(path + ".", StringComparison.Ordinal)) ? stage.Call(path)
        : Vocabulary.StaticMemberName(judge) is { } name ? $"{stage.Type("Judges")}.Of({stage.Spec(name)})"
        : stage.Call(judge);

    /// <summary>A probe; prompts that it is made of are loaded.</summary>
    static Code Probe(StageScope stage, ProbeSpec probe)
    {
        var given =
            from option in Vocabulary.OptionsOf(probe)
            let value = option.GetValue(probe)
            where value is not null && option.HasEffect
            let written = value is PromptSource ? $"run.Load({stage.Literal(value)}, model.Chat)" : stage.Literal(value)
            select (Code)$"{StageScope.Argument(option.Name)}: {written}";
        return $"{stage.Function(probe)}({Code.Join(", ", given)})";
    }

    /// <summary>The probe of a refusal's openers: those of a published judge by its name.</summary>
    static Code RefusalProbability(StageScope stage, EvaluationGrid grid, RefusalProbability probe)
    {
        foreach (var judge in grid.OtherJudges.Prepend(grid.Judge).OfType<JudgeSpec>())
            if (Vocabulary.StaticMemberName(judge) is { } name)
                foreach (var (option, value) in SpecRecord.All(judge))
                    if (Equals(value, probe.Openers))
                        return $"{stage.Function(probe)}(openers: {stage.Spec(name)}.{Code.Name(option)})";
        return stage.Call(probe);
    }

    /// <summary>A list as a local: on one line where it fits and has no comments, or an item a line.</summary>
    static void List(CodeWriter code, Code local, IReadOnlyList<(Code Item, Code Comment)> items, bool broken = false)
    {
        Code line = $"{local} = [{Code.Join(", ", items.Select(i => i.Item))}];";
        if (!broken && code.Fits(line))
        {
            code.Line(line);
            return;
        }
        code.Lines($"{local} =", $"[");
        using (code.Indent())
            for (int i = 0; i < items.Count; i++)
            {
                Code item = $"{items[i].Item}{(i + 1 < items.Count ? (Code)$"," : $"")}";
                code.Line(items[i].Comment.IsEmpty ? item : $"{item} // {items[i].Comment}");
            }
        code.Line($"];");
    }
}
