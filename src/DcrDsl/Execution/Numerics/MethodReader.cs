using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using DcrDsl.Specs;

namespace DcrDsl.Execution.Numerics;

/// <summary>
/// Reads one method, and whatever the compiler has made of parts of it. What has no name of its own is written where the method comes to
/// it, so that another lambda elsewhere changes nothing.
/// </summary>
sealed class MethodReader
{
    readonly MemoryStream bytes = new();
    readonly BinaryWriter text;
    readonly SymbolNames names = new();
    readonly MethodLinks links = new();
    readonly HashSet<(short, MemberInfo)> used = [];

    MethodReader() => text = new BinaryWriter(bytes);

    /// <summary>The code of a method as it is declared.</summary>
    public static MethodCode Read(MethodBase method)
    {
        var reader = new MethodReader();
        reader.links.Call(method, within: true);
        while (reader.links.NextWithin() is { } next)
            reader.Write(next);
        reader.text.Flush();
        var written = reader.bytes.GetBuffer().AsSpan(0, (int)reader.bytes.Length);
        return reader.links.With(SymbolNames.Entry(method), Convert.ToHexStringLower(SHA256.HashData(written)));
    }

    void Write(MethodBase method)
    {
        text.Write(names.Of(method));
        if (method.GetMethodBody() is not { } body)
        {
            WriteNative(method);
            return;
        }
        text.Write(body.InitLocals);
        foreach (var local in body.LocalVariables)
            WriteType(local.LocalType);
        var scope = new TokenScope(method);
        var all = Instruction.Of(body.GetILAsByteArray()!);
        var idle = IdleCalls.In(all, scope);
        // Places are counted in instructions that are read: how long each one is tells nothing.
        var places = new Dictionary<int, int>(all.Count + 1) { [0] = 0 };
        var instructions = new List<Instruction>(all.Count);
        foreach (var (at, instruction) in all.Index())
        {
            if (!idle.Contains(at))
                instructions.Add(instruction);
            places[instruction.End] = instructions.Count;
        }
        foreach (var clause in body.ExceptionHandlingClauses)
            WriteClause(clause, places);
        foreach (int place in IdleConstants(instructions, scope))
            instructions[place] = instructions[place] with { Code = OpCodes.Nop, Operand = default };
        foreach (var instruction in instructions)
            Write(instruction, scope, places);
    }

    void Write(Instruction instruction, TokenScope scope, Dictionary<int, int> places)
    {
        text.Write(instruction.Meaning);
        switch (instruction.Code.OperandType)
        {
            case OperandType.InlineString:
                text.Write(scope.Text(instruction.Token));
                break;
            case OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok:
                if (scope.Member(instruction.Token) is { } member)
                    Write(instruction.Code, member);
                else
                    text.Write("not found");
                break;
            case OperandType.InlineSig:
                // What is called comes from an instruction that loads a function, and is named there.
                break;
            case OperandType.InlineBrTarget or OperandType.ShortInlineBrTarget or OperandType.InlineSwitch:
                foreach (int target in instruction.Targets)
                    text.Write(places[target]);
                break;
            default:
                text.Write(instruction.Operand.Span);
                break;
        }
    }

    void Write(OpCode code, MemberInfo member)
    {
        switch (member)
        {
            case MethodBase method:
                text.Write(names.Of(method));
                if (used.Add((code.Value, method)))
                    links.Use(code, method);
                break;
            case FieldInfo field:
                text.Write(names.Of(field));
                links.Use(code, field);
                break;
            case Type type:
                WriteType(type);
                links.Use(code, type);
                break;
        }
    }

    void WriteType(Type type)
    {
        text.Write(names.Of(type));
        links.Mention(type);
    }

    void WriteClause(ExceptionHandlingClause clause, Dictionary<int, int> places)
    {
        text.Write((int)clause.Flags);
        text.Write(places[clause.TryOffset]);
        text.Write(places[clause.TryOffset + clause.TryLength]);
        text.Write(places[clause.HandlerOffset]);
        text.Write(places[clause.HandlerOffset + clause.HandlerLength]);
        if (clause.Flags == ExceptionHandlingClauseOptions.Filter)
            text.Write(places[clause.FilterOffset]);
        else if (clause.Flags == ExceptionHandlingClauseOptions.Clause && clause.CatchType is { } caught)
            WriteType(caught);
    }

    /// <summary>A method that the system, or a native library, does.</summary>
    void WriteNative(MethodBase method)
    {
        text.Write((int)method.GetMethodImplementationFlags());
        if (method.GetCustomAttribute<System.Runtime.InteropServices.DllImportAttribute>() is { } import)
            text.Write($"{import.Value} {import.EntryPoint}");
    }

    /// <summary>
    /// Constants that decide nothing: what the compiler fills in for messages, as the text of an argument or the line, which changes with
    /// formatting and names of locals, and what is given to a parameter that is marked so.
    /// </summary>
    static IEnumerable<int> IdleConstants(List<Instruction> instructions, TokenScope scope)
    {
        for (int at = 1; at < instructions.Count; at++)
        {
            if (instructions[at].Code.OperandType != OperandType.InlineMethod || !instructions[at - 1].IsConstant)
                continue;
            var parameters = (scope.Member(instructions[at].Token) as MethodBase)?.GetParameters() ?? [];
            for (int back = 1; back <= parameters.Length && back <= at && IsIdle(parameters[^back]); back++)
                if (instructions[at - back].IsConstant)
                    yield return at - back;
        }
    }

    static bool IsIdle(ParameterInfo parameter) =>
        ReadCode.Is(parameter.Member.Module.Assembly) && parameter.IsDefined(typeof(NoEffectOnResultAttribute))
        || parameter.IsOptional
            && (
                parameter.IsDefined(typeof(CallerArgumentExpressionAttribute))
                || parameter.IsDefined(typeof(CallerLineNumberAttribute))
                || parameter.IsDefined(typeof(CallerFilePathAttribute))
                || parameter.IsDefined(typeof(CallerMemberNameAttribute))
            );
}
