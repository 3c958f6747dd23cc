using System.Reflection;

namespace DcrDsl.Execution.Numerics;

/// <summary>
/// All code that some methods can come to. A virtual call comes to the overrides in types of which reached code makes objects, or code that
/// ran before has made them.
/// </summary>
sealed class ReachedCode
{
    readonly Dictionary<MethodBase, MethodCode> methods = [];
    readonly HashSet<MethodBase> slots = [];
    readonly HashSet<Type> instantiated = [];
    readonly HashSet<Assembly> assemblies = [];
    readonly Dictionary<Type, List<MethodBase>> slotsOf = [];
    readonly Dictionary<Type, List<Type>> typesOf = [];
    readonly Stack<MethodBase> open = [];

    /// <summary>What code that ran before has made objects of; what it could do with them itself is not reached by that.</summary>
    public ReachedCode(IEnumerable<Type> before)
    {
        foreach (var type in before)
            if (instantiated.Add(type))
                Enter(type);
    }

    /// <summary>The code of all methods.</summary>
    public IReadOnlyCollection<MethodCode> Methods => methods.Values;

    /// <summary>Types of which there can be objects.</summary>
    public IReadOnlySet<Type> Instantiated => instantiated;

    /// <summary>Assemblies that are called and not read.</summary>
    public IReadOnlyCollection<Assembly> Assemblies => assemblies;

    /// <summary>
    /// Assemblies on which it hangs what is reached: those of methods, of types with all that they derive from, and those called.
    /// </summary>
    public IEnumerable<Assembly> Code =>
        methods
            .Keys.Select(m => m.Module.Assembly)
            .Concat(instantiated.SelectMany(t => VirtualMethods.Of(t).Supers).Select(t => t.Assembly).Where(ReadCode.Is))
            .Concat(assemblies);

    /// <summary>A method runs.</summary>
    public void Call(MethodBase method)
    {
        Reach(method);
        while (open.TryPop(out var next))
            Follow(methods[next]);
    }

    /// <summary>A virtual method is called.</summary>
    public void CallVirtual(MethodBase slot)
    {
        Dispatch(slot);
        while (open.TryPop(out var next))
            Follow(methods[next]);
    }

    /// <summary>There is an object of a type.</summary>
    public void Instantiate(Type type)
    {
        Make(Written.Definition(type));
        while (open.TryPop(out var next))
            Follow(methods[next]);
    }

    void Reach(MethodBase method)
    {
        method = Written.Definition(method);
        if (methods.ContainsKey(method))
            return;
        methods.Add(method, MethodCode.Of(method));
        open.Push(method);
    }

    void Follow(MethodCode code)
    {
        assemblies.UnionWith(code.Assemblies);
        foreach (var type in code.Instantiated)
            Make(type);
        foreach (var slot in code.Slots)
            Dispatch(slot);
        foreach (var method in code.Calls)
            Reach(method);
    }

    void Make(Type type)
    {
        if (!instantiated.Add(type))
            return;
        foreach (var method in VirtualMethods.Of(type).CalledFromOutside)
            Reach(method);
        Enter(type);
    }

    void Enter(Type type)
    {
        var own = VirtualMethods.Of(type);
        foreach (var super in own.Supers)
        {
            if (!ReadCode.Is(super))
                continue;
            Entry(typesOf, super).Add(type);
            foreach (var slot in slotsOf.GetValueOrDefault(super, []))
            foreach (var method in own.Implementing(slot))
                Reach(method);
        }
    }

    void Dispatch(MethodBase slot)
    {
        if (!slots.Add(slot))
            return;
        Entry(slotsOf, slot.DeclaringType!).Add(slot);
        foreach (var type in typesOf.GetValueOrDefault(slot.DeclaringType!, []))
        foreach (var method in VirtualMethods.Of(type).Implementing(slot))
            Reach(method);
    }

    static List<T> Entry<T>(Dictionary<Type, List<T>> table, Type type)
    {
        if (!table.TryGetValue(type, out var entry))
            table.Add(type, entry = []);
        return entry;
    }
}
