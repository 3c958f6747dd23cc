using System.Reflection;
using DcrDsl.Objectives;
using DcrDsl.Specs;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Objectives;

/// <summary>An objective as a declaration has it, called as a generated loop does: the function that it names, options by their names.</summary>
static class DeclaredObjective
{
    public static Func<Tensor, Tensor, Tensor> Function(ContrastiveObjective declared)
    {
        string[] name = declared.GetType().GetCustomAttribute<RuntimeCallAttribute>()!.Function.Split('.');
        Assert.Equal(nameof(ContrastiveLoss), name[0]);
        var function = typeof(ContrastiveLoss).GetMethod(name[1])!;
        var options = SpecOptions
            .Options(declared.GetType())
            .Where(o => o.GetValue(declared) is not null)
            .ToDictionary(o => char.ToLowerInvariant(o.Name[0]) + o.Name[1..], o => o.GetValue(declared));
        Assert.Empty(options.Keys.Except(function.GetParameters().Select(p => p.Name)));
        return (x, labels) =>
            (Tensor)
                function.Invoke(
                    null,
                    [
                        x,
                        labels,
                        .. function
                            .GetParameters()
                            .Skip(2)
                            .Select(p => options.TryGetValue(p.Name!, out object? given) ? given : p.DefaultValue),
                    ]
                )!;
    }
}
