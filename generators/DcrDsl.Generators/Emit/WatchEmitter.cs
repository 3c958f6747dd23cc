using DcrDsl.Generators.Values;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Emit;

/// <summary>
/// Writes what is watched along a training stage: a method of its own that says it, and the calls in the loop that let it be read. A stage
/// that is not watched has neither.
/// </summary>
static class WatchEmitter
{
    /// <summary>Options that are not handed to the function behind a watch: those of every watch.</summary>
    static readonly IReadOnlyList<string> Handled = OwnFamily.Of(nameof(WatchSpec))!.Handled;

    /// <summary>The name of the method; null: the stage is not watched.</summary>
    public static string? MethodOf(StageScope stage) => IsWatched(stage) ? "Watch" + stage.Stage.Name : null;

    static bool IsWatched(StageScope stage) => stage.Stage.Spec is TrainingStage { Watch.Count: > 0 };

    /// <summary>The line of the loop that comes before each step.</summary>
    public static Code BeforeStep(StageScope stage) =>
        IsWatched(stage) ? $"run.Watch(step, steps, model); // {When((TrainingStage)stage.Stage.Spec)}; changes nothing" : default(Code);

    /// <summary>The line behind the loop.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="made">Steps made; empty: all.</param>
    public static Code AfterSteps(StageScope stage, Code made) =>
        !IsWatched(stage) ? default
        : made.IsEmpty ? $"run.Watch(steps, steps, model);"
        : (Code)$"run.Watch({made}, {made}, model);";

    /// <summary>Writes the method.</summary>
    public static void Write(CodeWriter code, StageScope stage)
    {
        code.Lines(
            $"/// <summary>What is watched along stage \"{Code.Doc(stage.Name)}\"; the model is the same without.</summary>",
            $"public static {stage.Type("IReadOnlyList")}<{stage.Type("Watched")}> {Code.Name(MethodOf(stage)!)}("
                + $"{stage.Type("LanguageModel")} model, ulong seed, {stage.Type("StageRun")} run)"
        );
        using (code.Block())
        {
            var watches = ((TrainingStage)stage.Stage.Spec).Watch;
            var prompts = new List<(WatchSpec Of, Code Local)>();
            code.Line(
                $"// Held out: no stage trains on these prompts{(watches.Any(w => w.InDistribution) ? (Code)$", unless it is said" : $"")}."
            );
            foreach (var watch in watches.Where(w => !prompts.Any(p => AreOnSame(p.Of, w))))
            {
                prompts.Add((watch, stage.Local("prompts")));
                Prompts(code, stage, watch, prompts[prompts.Count - 1].Local);
            }
            code.Lines($"return", $"[");
            using (code.Indent())
                foreach (var watch in watches)
                    Watch(code, stage, watch, prompts.First(p => AreOnSame(p.Of, watch)).Local);
            code.Line($"];");
        }
    }

    static bool AreOnSame(WatchSpec one, WatchSpec other) =>
        Equals(one.SeeminglyToxic, other.SeeminglyToxic) && Equals(one.Toxic, other.Toxic) && Equals(one.General, other.General);

    static void Prompts(CodeWriter code, StageScope stage, WatchSpec watch, Code local)
    {
        code.Line($"var {local} = new {stage.Type("WatchedPrompts")}(");
        using (code.Indent())
            code.Lines(
                $"{Load(watch.SeeminglyToxic)},",
                $"{Load(watch.Toxic)},",
                $"{(watch.General is null ? (Code)$"General: null" : Load(watch.General))},",
                $"seed);"
            );

        Code Load(PromptSource? source) => $"run.Load({stage.Literal(source)}, model.Chat)";
    }

    static void Watch(CodeWriter code, StageScope stage, WatchSpec watch, Code prompts)
    {
        var given =
            from option in SpecRecord.Passed(watch)
            where option.Value is not null && !Handled.Contains(option.Name)
            select (Code)$"{StageScope.Argument(option.Name)}: {Argument(stage, option.Value)}";
        code.Line(
            $"new {stage.Type("Watched")}({Code.Text(Vocabulary.ReadingName(watch))}, Every: {watch.Every}, "
                + $"{stage.Function(watch)}({Code.Join(", ", [prompts, .. given])})),"
        );
    }

    /// <summary>An option as the function takes it: a pooling is a function, words of a published judge go by its name.</summary>
    static Code Argument(StageScope stage, object? value)
    {
        if (value is Pooling pooling)
        {
            var options = stage.NamedArguments(pooling, "").ToList();
            return options.Count == 0
                ? stage.Function(pooling)
                : $"(hidden, prompts) => {stage.Function(pooling)}({Code.Join(", ", [$"hidden", $"prompts", .. options])})";
        }
        if (value is ValueList<string> words)
            foreach (var judge in Vocabulary.StaticMembers(typeof(JudgeSpec)))
            foreach (var (option, list) in SpecRecord.All(judge.Value.GetValue(null)!))
                if (words.Equals(list))
                    return (Code)$"{stage.Spec(judge.Key)}.{Code.Name(option)}";
        return stage.Literal(value);
    }

    static Code When(TrainingStage spec)
    {
        int[] steps = [.. spec.Watch.Select(w => w.Every).Where(e => e > 0).Distinct().OrderBy(e => e)];
        return steps.Length == 0
            ? (Code)$"before the first step"
            : $"before the first step and every {Code.Join(" or ", steps.Select(s => (Code)$"{s}"))}";
    }
}
