using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using DcrDsl.Definition;
using DcrDsl.Models;
using DcrDsl.Planning;
using DcrDsl.Tensors;
using TorchSharp;

namespace DcrDsl.Execution.Numerics;

/// <summary>
/// The version of the code that computes a stage run: of every method, ours or the user's, that it can come to. It is read from what the
/// build makes of them, which knows no comments, no formatting and no names of locals. Code that only its parents come to is in their
/// versions.
/// </summary>
sealed class NumericsVersion
{
    static readonly ConcurrentDictionary<Roots, Lazy<NumericsVersion>> Known = new();
    static readonly HashSet<Type> Nothing = [];
    static readonly ConditionalWeakTable<StageRunNode, NumericsVersion> OfNodes = [],
        OfWatches = [];
    static readonly ConditionalWeakTable<StageRunNode, string> Beginnings = [];

    // Whatever the stage: what a run is, how libtorch is brought into its state, and how a model is handed on. That a model may come from
    // the store changes no number, so what reads the store is not followed.
    static readonly MethodBase[] Around =
    [
        typeof(StageRun).GetConstructors()[0],
        Method(TorchStartup.Initialize),
        typeof(LanguageModel).GetMethod(nameof(LanguageModel.Clone))!,
    ];

    static readonly MethodBase Run = typeof(StageBody).GetMethod(nameof(StageBody.Run), BindingFlags.NonPublic | BindingFlags.Instance)!;

    static readonly MethodBase Read = typeof(StageRun).GetMethod(nameof(StageRun.Watch))!;

    readonly IReadOnlySet<Type> instantiated;

    NumericsVersion(ReachedCode reached)
    {
        instantiated = reached.Instantiated;
        Code = [.. reached.Code.Append(typeof(torch).Assembly).Distinct()];
        var methods = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var method in reached.Methods.OrderBy(m => m.Name, StringComparer.Ordinal).ThenBy(m => m.Digest, StringComparer.Ordinal))
            // Lambdas of one method have one name.
            if (!methods.TryAdd(method.Name, method.Digest))
                methods[method.Name] += " " + method.Digest;
        // TorchSharp brings its libtorch, so its version stands for both; asking libtorch itself would load it.
        foreach (
            var assembly in reached.Assemblies.Append(typeof(torch).Assembly).Distinct().OrderBy(a => a.FullName, StringComparer.Ordinal)
        )
            methods[assembly.GetName().Name!] = ReadCode.Stamp(assembly)!;
        methods[".NET"] = Environment.Version.Major.ToString(CultureInfo.InvariantCulture);
        Methods = methods;
        var text = new StringBuilder();
        foreach (var (name, digest) in methods)
            text.Append(name).Append('\n').Append(digest).Append('\n');
        Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>The version, in lower-case hexadecimal.</summary>
    public string Digest { get; }

    /// <summary>What it is made of, in order: methods with their digests, and the libraries that are called with their versions.</summary>
    public IReadOnlyDictionary<string, string> Methods { get; }

    /// <summary>Of which assemblies it hangs: those whose code was read, and those that stand in it as wholes.</summary>
    public IReadOnlyCollection<Assembly> Code { get; }

    /// <summary>
    /// The version of a stage run. Safe to call from many threads; stage runs that differ in their seed alone are read once.
    /// </summary>
    public static NumericsVersion Of(StageRunNode node) => OfNodes.GetValue(node, Find);

    /// <summary>
    /// The version of the code that reads what is watched along a stage run, which is not in the version of the stage run itself: a model
    /// is the same, watched or not.
    /// </summary>
    public static NumericsVersion OfWatching(StageRunNode node) => OfWatches.GetValue(node, FindWatching);

    /// <summary>
    /// Where the reading for <see cref="Of"/> begins, as a digest. With the same assemblies, two stage runs that begin alike have the same
    /// version.
    /// </summary>
    public static string BeginningOf(StageRunNode node) =>
        Beginnings.GetValue(node, static n => Digested(n.Parent is { } before ? BeginningOf(before) : "", ValuesOf(n)));

    /// <summary>The same for <see cref="OfWatching"/>.</summary>
    public static string BeginningOfWatching(StageRunNode node) => Digested($"watching {BeginningOf(node)}", WatchedBy(node));

    static string Digested(string before, ValueRoots values)
    {
        var members = values.Methods.Concat<MemberInfo>(values.Types).Select(m => $"{m.Module.ModuleVersionId:N} {m.MetadataToken:x}");
        string all = string.Join('\n', [before, .. members.Order(StringComparer.Ordinal)]);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all)));
    }

    static NumericsVersion FindWatching(StageRunNode node)
    {
        var values = WatchedBy(node);
        var roots = new Roots(Of(node).instantiated, [.. values.Methods, Read], [.. values.Types]);
        return new NumericsVersion(Reach(roots, Around));
    }

    static ValueRoots WatchedBy(StageRunNode node)
    {
        var values = new ValueRoots();
        values.Add(((Train)node.Stage.Body).Watch);
        return values;
    }

    static ValueRoots ValuesOf(StageRunNode node)
    {
        var values = new ValueRoots();
        values.Add(node.Stage.Body);
        foreach (var value in node.Values.Values)
        {
            values.Add(value.Value);
            values.Add(value.Argument);
        }
        return values;
    }

    static NumericsVersion Find(StageRunNode node)
    {
        var parent = node.Parent is { } before ? Of(before) : null;
        var values = ValuesOf(node);
        var roots = new Roots(parent?.instantiated ?? Nothing, [.. values.Methods], [.. values.Types]);
        return Known.GetOrAdd(roots, static r => new Lazy<NumericsVersion>(() => new NumericsVersion(Reach(r, [Run, .. Around])))).Value;
    }

    static ReachedCode Reach(Roots roots, IEnumerable<MethodBase> around)
    {
        var reached = new ReachedCode(roots.Before);
        foreach (var type in roots.Types)
            reached.Instantiate(type);
        foreach (var method in around.Concat(roots.Methods))
            if (method == Run)
                reached.CallVirtual(method);
            else
                reached.Call(method);
        return reached;
    }

    static MethodInfo Method(Action<int> function) => function.Method;

    /// <summary>Where a stage run begins, and of what there are objects before it.</summary>
    sealed record Roots(IReadOnlySet<Type> Before, HashSet<MethodBase> Methods, HashSet<Type> Types)
    {
        public bool Equals(Roots? other) =>
            other is not null
            && Methods.SetEquals(other.Methods)
            && Types.SetEquals(other.Types)
            && (ReferenceEquals(Before, other.Before) || Before.SetEquals(other.Before));

        public override int GetHashCode() =>
            HashCode.Combine(Before.Count, Types.Count, Methods.Count, Methods.Aggregate(0, (sum, m) => sum ^ m.GetHashCode()));
    }
}
