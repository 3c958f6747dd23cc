using System.Diagnostics;
using System.Reflection;
using DcrDsl.Objectives;
using DcrDsl.Specs;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Cli.DeviceChecks;

/// <summary>
/// Every objective of the vocabulary, at its defaults, on a built-in batch: its value against a stored one, its gradient against the
/// processor's.
/// </summary>
static class LossChecks
{
    const double AllowedValue = 1e-4,
        AllowedGradient = 1e-3;

    const int Rows = 8,
        Width = 6;

    public static IEnumerable<DeviceCheck> Of(Places places)
    {
        foreach (var (name, loss) in All())
        {
            var (wanted, gradient, slow) = places.OnProcessor(device => Compute(loss, device));
            var (value, found, fast) = places.OnDevice(device => Compute(loss, device));
            double stored = StoredLosses.Values.TryGetValue(name, out double known) ? known : places.OnProcessor(_ => InDouble(loss));
            yield return new(
                "loss",
                name,
                Differences.Relative(Math.Abs(value - stored), Math.Max(1, Math.Abs(stored))),
                AllowedValue,
                fast,
                slow
            );
            yield return new("gradient", name, Differences.Largest(found, gradient), AllowedGradient);
            found.Dispose();
            gradient.Dispose();
        }
    }

    /// <summary>Each objective by its name, as a function of vectors or log-probabilities [8, 6] that gives a scalar.</summary>
    internal static IEnumerable<(string Name, Func<Tensor, Tensor> Loss)> All() =>
        typeof(ContrastiveObjective)
            .Assembly.GetTypes()
            .Where(t => !t.IsAbstract && (t.IsSubclassOf(typeof(ContrastiveObjective)) || t.IsSubclassOf(typeof(PreferenceObjective))))
            .OrderBy(t => t.Name, StringComparer.Ordinal)
            .Select(t => (t.Name, Function(Activator.CreateInstance(t)!)))
            .Append((nameof(LanguageModelLoss.CrossEntropy), x => LanguageModelLoss.CrossEntropy(x, Labels(x.device))));

    // What has no stored value yet is held against the processor's float64.
    static double InDouble(Func<Tensor, Tensor> loss)
    {
        using var scope = NewDisposeScope();
        return loss(Batch(float64, CPU)).ToDouble();
    }

    /// <summary>The batch: numbers of no pattern that every machine computes alike.</summary>
    internal static Tensor Batch(ScalarType type, Device device)
    {
        float[] values = [.. Enumerable.Range(0, Rows * Width).Select(i => (float)(i * 7919 % 1009 / 504.5 - 1))];
        return tensor(values, [Rows, Width]).to(type).to(device);
    }

    static Tensor Labels(Device device) => tensor([.. Enumerable.Range(0, Rows).Select(i => (long)(i % 2))], int64).to(device);

    static (double Value, Tensor Gradient, double Seconds) Compute(Func<Tensor, Tensor> loss, Device device)
    {
        // What is loaded with the first call is not the device's time.
        Once().Gradient.Dispose();
        return Once();

        (double Value, Tensor Gradient, double Seconds) Once()
        {
            using var scope = NewDisposeScope();
            var x = Batch(float32, device).requires_grad_();
            var watch = Stopwatch.StartNew();
            var value = loss(x);
            value.backward();
            double read = value.ToDouble();
            return (read, x.grad!.cpu().MoveToOuterDisposeScope(), watch.Elapsed.TotalSeconds);
        }
    }

    /// <summary>The function that an objective names, with its options by their names, as a generated loop calls it.</summary>
    static Func<Tensor, Tensor> Function(object objective)
    {
        string[] name = objective.GetType().GetCustomAttribute<RuntimeCallAttribute>()!.Function.Split('.');
        var function = typeof(ContrastiveLoss).Assembly.GetType($"{typeof(ContrastiveLoss).Namespace}.{name[0]}")!.GetMethod(name[1])!;
        var options = SpecOptions
            .Options(objective.GetType())
            .Where(o => o.GetValue(objective) is not null)
            .ToDictionary(o => char.ToLowerInvariant(o.Name[0]) + o.Name[1..], o => o.GetValue(objective));
        bool preference = objective is PreferenceObjective;
        return x =>
            (Tensor)
                function.Invoke(
                    null,
                    [
                        .. preference ? Pairs(x) : [x, Labels(x.device)],
                        .. function
                            .GetParameters()
                            .Skip(preference ? 3 : 2)
                            .Select(p => options.TryGetValue(p.Name!, out object? given) ? given : p.DefaultValue),
                    ]
                )!;
    }

    // Log-probabilities of the trained model and of a reference, and the lengths of the answers.
    static object[] Pairs(Tensor x) => [x.sum(1) - 6, x.detach().flip(0).sum(1) - 6, arange(3, 3 + Rows, int64).to(x.device)];
}
