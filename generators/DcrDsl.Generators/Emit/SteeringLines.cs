namespace DcrDsl.Generators.Emit;

/// <summary>The lines that stages which steer have in common.</summary>
static class SteeringLines
{
    /// <summary>The names that they use.</summary>
    public static IReadOnlyList<string> Locals => ["toxic", "general"];

    /// <summary>A class of prompts: <c>var toxic = SteeringPrompts.Of("Cut.Toxic", run.Load(…), model.Chat, training: 128);</c></summary>
    public static Code Prompts(StageScope stage, string option, Code counts) =>
        $"var {StageScope.Argument(option)} = {stage.Type("SteeringPrompts")}.Of({Code.Text($"{stage.Stage.Property}.{option}")}, {Loaded(
            stage,
            option
        )}, model.Chat, {counts});";

    /// <summary>The prompts of an option; null where it is swept and has none.</summary>
    public static Code Loaded(StageScope stage, string option)
    {
        Code load = $"run.Load({stage.Value(option)}, model.Chat)";
        return stage.MayBeNone(option) ? $"{stage.Value(option)} is null ? null : {load}" : load;
    }

    /// <summary>Options as named arguments, without those that are left null.</summary>
    public static IEnumerable<Code> Given(StageScope stage, params string[] options) =>
        from option in options
        where stage.IsSwept(option) || stage.Get(option) is not (null or 0.0)
        select (Code)$"{StageScope.Argument(option)}: {stage.Value(option)}";
}
