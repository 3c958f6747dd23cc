using System.Collections;
using System.Globalization;
using System.Reflection;
using DcrDsl.Definition;
using DcrDsl.Specs;

namespace DcrDsl.Planning;

/// <summary>How numbers are computed, as far as it changes them: sums are rounded in another order with other threads.</summary>
/// <param name="Device">Where tensors live.</param>
/// <param name="Threads">Threads of one operation.</param>
/// <param name="FrozenBase">The number formats of matrices that stay frozen beside an adapter.</param>
/// <param name="Products">The number format in which weights are multiplied while they are trained; null: their own.</param>
sealed record Arithmetic(string Device, int Threads, string FrozenBase, string? Products = null);

/// <summary>
/// The keys of stage runs. Options that have no effect are left out of them, the seed where it decides nothing, and the formats of frozen
/// matrices where there are none. Safe to use from one thread.
/// </summary>
/// <param name="arithmetic">How numbers are computed.</param>
/// <param name="contents">The digest of what lies at a declared path; null: the path itself stands for it.</param>
/// <param name="numerics">The version of the code that computes a stage run; null: not looked at.</param>
/// <param name="watching">The version of the code that reads what is watched along a stage run; null: not looked at.</param>
sealed class StageKeys(
    Arithmetic arithmetic,
    Func<string, string>? contents = null,
    Func<StageRunNode, string>? numerics = null,
    Func<StageRunNode, string>? watching = null
)
{
    /// <summary>The part that holds the key of the stage run before.</summary>
    public const string Before = "(before)";

    /// <summary>The part that holds the version of the code.</summary>
    public const string Numerics = "(numerics)";

    /// <summary>The part that holds the number formats of matrices that stay frozen beside an adapter.</summary>
    public const string FrozenBase = "(frozen base)";

    /// <summary>The part that holds the number format in which weights are multiplied while they are trained.</summary>
    public const string Products = "(products)";

    /// <summary>The part that holds the version of the code that reads what is watched.</summary>
    public const string Watching = "(numerics of watching)";

    const string Stage = "(stage)",
        Seed = "(seed)",
        Device = "(device)",
        Threads = "(threads)",
        Excluded = "(excluded)";

    // What is not the stage's own: what came before it, the seed, and what the machine and the build bring.
    static readonly string[] Around = [Before, Numerics, Watching, Seed, Device, Threads];

    readonly Dictionary<StageRunNode, StageKey> keys = [];
    readonly Dictionary<(string Stage, string Values), (KeyPart[] Parts, bool HasAdapter)> known = [];

    /// <summary>Whether a part is of the stage as it is declared and run, and the same at every seed.</summary>
    public static bool IsOfStage(string part) => !Around.Contains(part);

    /// <summary>The keys of all stage runs of a plan.</summary>
    public IReadOnlyDictionary<StageRunNode, StageKey> Of(Plan plan) => plan.StageRuns.ToDictionary(n => n, Of);

    /// <summary>
    /// The keys of what is read along the watched stage runs of a plan. Readings are a result beside the model: the model's key, and with
    /// it those of all that follows, know nothing of them.
    /// </summary>
    public IReadOnlyDictionary<StageRunNode, StageKey> OfReadings(Plan plan) =>
        plan.StageRuns.Where(n => n.IsWatched).ToDictionary(n => n, OfReadings);

    StageKey OfReadings(StageRunNode node) =>
        new([
            .. Of(node).Parts,
            .. Of(nameof(TrainingStage.Watch), null, ((TrainingStage)node.Spec).Watch),
            .. watching?.Invoke(node) is { } version ? [new KeyPart(Watching, version)] : Array.Empty<KeyPart>(),
        ]);

    /// <summary>The key of a stage run.</summary>
    public StageKey Of(StageRunNode node)
    {
        if (!keys.TryGetValue(node, out var key))
            keys.Add(node, key = new StageKey([.. Parts(node)]));
        return key;
    }

    IEnumerable<KeyPart> Parts(StageRunNode node)
    {
        yield return new(Stage, $"{node.Stage.Property} {node.Stage.Body.GetType().Name} {node.Spec.GetType().FullName}");
        if (node.Parent is { } parent)
            yield return new(Before, Of(parent).Digest, parent.Stage.Name);
        if (node.Seed is { } seed)
            yield return new(Seed, seed.ToString(CultureInfo.InvariantCulture));
        var declared = Declared(node);
        foreach (var part in declared.Parts)
            yield return part;
        yield return new(Device, arithmetic.Device);
        yield return new(Threads, arithmetic.Threads.ToString(CultureInfo.InvariantCulture));
        if (declared.HasAdapter)
            yield return new(FrozenBase, arithmetic.FrozenBase);
        if (arithmetic.Products is { } products && node.Stage.Body is Train)
            yield return new(Products, products);
        if (numerics?.Invoke(node) is { } version)
            yield return new(Numerics, version);
    }

    /// <summary>What a stage run has of its stage and values, which is the same at every seed.</summary>
    (KeyPart[] Parts, bool HasAdapter) Declared(StageRunNode node)
    {
        var variant = (node.Stage.Name, node.Variant.Values);
        if (!known.TryGetValue(variant, out var declared))
        {
            KeyPart[] parts =
            [
                .. Deciding(node.Spec)
                    .Where(o => IsReadBy(node.Stage.Body, o, node.Spec))
                    .SelectMany(o => Of(o.Name, o, o.GetValue(node.Spec))),
                .. Of(Excluded, null, node.Stage.Excluded),
            ];
            known.Add(variant, declared = (parts, node.HasAdapter));
        }
        return declared;
    }

    IEnumerable<KeyPart> Of(string name, PropertyInfo? option, object? value)
    {
        if (value is string path && contents is not null && option?.IsDefined(typeof(RunPathAttribute), inherit: true) == true)
            return [new(name, contents(path), Path.GetFileName(Path.TrimEndingDirectorySeparator(path)))];
        if (value is string text)
            return [new(name, $"\"{text}\"")];
        if (SpecOptions.Is(value))
            return Deciding(value!)
                .SelectMany(o => Of($"{name}.{o.Name}", o, o.GetValue(value)))
                .Prepend(new(name, value!.GetType().FullName!, value.GetType().Name));
        if (value is IEnumerable items)
        {
            object?[] all = [.. items.Cast<object?>()];
            return all.SelectMany((item, i) => Of(string.Create(CultureInfo.InvariantCulture, $"{name}[{i}]"), option, item))
                .Prepend(new(name, string.Create(CultureInfo.InvariantCulture, $"{all.Length} in order")));
        }
        return [new(name, AxisValue.LabelOf(value))];
    }

    /// <summary>
    /// The options of a record that decide about the result. One that is marked so is left out at its default: it can have been added after
    /// results were stored, which it does not change.
    /// </summary>
    static IEnumerable<PropertyInfo> Deciding(object record) =>
        SpecOptions
            .Options(record.GetType())
            .Where(o => HasEffect(o) && !(o.IsDefined(typeof(OmittedAtDefaultAttribute)) && IsDefault(o, record)));

    static bool IsDefault(PropertyInfo option, object record) =>
        Equals(option.GetValue(record), option.GetValue(Activator.CreateInstance(record.GetType())));

    static bool HasEffect(PropertyInfo option) => !option.IsDefined(typeof(NoEffectOnResultAttribute), inherit: true);

    static bool IsSet(object spec, string? name) => name is not null && spec.GetType().GetProperty(name)?.GetValue(spec) is true;

    /// <summary>
    /// Answers do not depend on who judges them unless a switch says so, and verdicts on nothing else than answers and judges.
    /// </summary>
    static bool IsReadBy(StageBody body, PropertyInfo option, object spec) =>
        body switch
        {
            Answer => option.GetCustomAttribute<ForJudgesAttribute>() is not { } mark || IsSet(spec, mark.UnlessSet),
            Judge => option.IsDefined(typeof(ForJudgesAttribute), inherit: true),
            _ => true,
        };
}
