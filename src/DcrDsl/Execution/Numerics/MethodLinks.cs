using System.Reflection;
using System.Reflection.Emit;

namespace DcrDsl.Execution.Numerics;

/// <summary>Gathers what a method leads to: what has a name as a link to it, what has none as a part of the method.</summary>
sealed class MethodLinks
{
    readonly HashSet<MethodBase> calls = [],
        slots = [],
        within = [];
    readonly HashSet<Type> instantiated = [],
        mentioned = [];
    readonly HashSet<Assembly> assemblies = [];
    readonly Queue<MethodBase> parts = [];

    /// <summary>The next part of the method that is still to be read, in the order in which the method comes to them.</summary>
    public MethodBase? NextWithin() => parts.TryDequeue(out var part) ? part : null;

    /// <summary>All links, beside a name and a digest.</summary>
    public MethodCode With(string name, string digest) => new(name, digest, calls, slots, instantiated, assemblies);

    /// <summary>A method that runs.</summary>
    /// <param name="method">The method.</param>
    /// <param name="within">It is part of this one.</param>
    public void Call(MethodBase method, bool within)
    {
        var declared = Written.Definition(method);
        if (!within)
            calls.Add(declared);
        else if (this.within.Add(declared))
            parts.Enqueue(declared);
    }

    /// <summary>An instruction with a method.</summary>
    public void Use(OpCode code, MethodBase method)
    {
        if (method is MethodInfo { IsGenericMethod: true } generic)
            foreach (var argument in generic.GetGenericArguments())
                Given(argument, ofMethod: true);
        if (method.DeclaringType is not { } type)
            return;
        Mention(type);
        if (!ReadCode.Is(type) || type.IsArray || Written.IsFixed(type))
            return;
        if (code == OpCodes.Newobj || type.IsValueType && !method.IsStatic)
            Instantiate(type);
        if ((method.IsStatic || method.IsConstructor) && !type.Attributes.HasFlag(TypeAttributes.BeforeFieldInit))
            StartUp(type);
        if (Written.IsNameless(method))
            Call(method, within: true);
        else if (method.IsAbstract || IsVirtual(code) && method.IsVirtual && !method.IsFinal && !type.IsSealed)
            slots.Add(Written.Definition(method));
        else
            Call(method, within: false);
    }

    /// <summary>An instruction with a field; the first look at a static one starts its type up.</summary>
    public void Use(OpCode code, FieldInfo field)
    {
        if (field.DeclaringType is not { } type)
            return;
        Mention(type);
        if (field.IsStatic && code != OpCodes.Ldtoken && ReadCode.Is(type) && !Written.IsFixed(type))
            StartUp(type);
    }

    /// <summary>An instruction with a type.</summary>
    public void Use(OpCode code, Type type)
    {
        if (
            code == OpCodes.Initobj
            || code == OpCodes.Box
            || code == OpCodes.Newarr
            || code == OpCodes.Constrained
            || code == OpCodes.Unbox_Any
        )
            Given(type, ofMethod: false);
    }

    /// <summary>A type that appears: what comes with it from elsewhere is noted.</summary>
    public void Mention(Type type)
    {
        if (!mentioned.Add(type) || type.IsGenericParameter)
            return;
        if (type.HasElementType)
        {
            Mention(type.GetElementType()!);
            return;
        }
        if (ReadCode.Stamp(type.Assembly) is not null)
            assemblies.Add(type.Assembly);
        if (type.IsConstructedGenericType)
            foreach (var argument in type.GetGenericArguments())
                Given(argument, ofMethod: false);
    }

    /// <summary>
    /// A type that others are told of: values of it can be anywhere, and a generic method can make objects of it by reflection.
    /// </summary>
    void Given(Type type, bool ofMethod)
    {
        Mention(type);
        if (type.IsGenericParameter || type.HasElementType || !ReadCode.Is(type) || type.IsEnum || type.IsInterface)
            return;
        if (!type.IsValueType && (!ofMethod || type.IsAbstract))
            return;
        Instantiate(type);
        if (!Written.IsNameless(type))
            foreach (var constructor in Written.Definition(type).GetConstructors(BindingFlags.Public | BindingFlags.Instance))
                Call(constructor, within: false);
    }

    void Instantiate(Type type)
    {
        var declared = Written.Definition(type);
        if (!instantiated.Add(declared) || !Written.IsNameless(declared))
            return;
        // Nobody else will call what an iterator or a closure overrides by a name.
        foreach (var method in VirtualMethods.DeclaredBy(declared))
            Call(method, within: true);
    }

    void StartUp(Type type)
    {
        if (Written.Definition(type).TypeInitializer is { } initializer)
            Call(initializer, within: Written.IsNameless(type));
    }

    static bool IsVirtual(OpCode code) => code == OpCodes.Callvirt || code == OpCodes.Ldvirtftn || code == OpCodes.Ldtoken;
}
