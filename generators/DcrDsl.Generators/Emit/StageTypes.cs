using DcrDsl.Generators.Model;

namespace DcrDsl.Generators.Emit;

/// <summary>The C# types in which swept values reach the generated methods.</summary>
static class StageTypes
{
    public static string Parameter(AxisModel axis, object? value) => axis.HasNone ? Of(axis.Kind, value) + "?" : Of(axis.Kind, value);

    static string Of(AxisKind kind, object? value) => kind switch
    {
        AxisKind.Boolean => "bool",
        AxisKind.Integer => "int",
        AxisKind.Number => "double",
        AxisKind.Text => "string",
        AxisKind.Source => "Specs.PromptSource",
        AxisKind.Objective or AxisKind.Pooling => "Func<Tensor, Tensor, Tensor>",
        _ => $"Specs.{value!.GetType().Name}",
    };
}
