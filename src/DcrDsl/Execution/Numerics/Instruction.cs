using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace DcrDsl.Execution.Numerics;

/// <summary>One instruction of a method's body as the compiler wrote it.</summary>
/// <param name="Code">What it does.</param>
/// <param name="Operand">The bytes of its operand; a token is four of them.</param>
/// <param name="End">Where the next one begins, in bytes.</param>
readonly record struct Instruction(OpCode Code, ReadOnlyMemory<byte> Operand, int End)
{
    /// <summary>Codes of two bytes begin with this one.</summary>
    const byte Prefix = 0xFE;

    static readonly OpCode[] Short = Table(1),
        Long = Table(2);

    /// <summary>The operand as a token.</summary>
    public int Token => BinaryPrimitives.ReadInt32LittleEndian(Operand.Span);

    /// <summary>Whether it puts a constant on the stack.</summary>
    public bool IsConstant =>
        Code == OpCodes.Ldstr || Code == OpCodes.Ldnull || Code.Value >= OpCodes.Ldc_I4_M1.Value && Code.Value <= OpCodes.Ldc_R8.Value;

    /// <summary>Whether it puts a constant, a local or a parameter on the stack, which does nothing else.</summary>
    public bool IsPlainLoad =>
        IsConstant
        || Code.Value >= OpCodes.Ldarg_0.Value && Code.Value <= OpCodes.Ldloc_3.Value
        || Code == OpCodes.Ldarg_S
        || Code == OpCodes.Ldarg
        || Code == OpCodes.Ldloc_S
        || Code == OpCodes.Ldloc;

    /// <summary>The code, and that of the long form of a jump, since the length of a jump says nothing.</summary>
    public short Meaning =>
        Code.OperandType != OperandType.ShortInlineBrTarget ? Code.Value
        : Code == OpCodes.Leave_S ? OpCodes.Leave.Value
        : (short)(Code.Value + OpCodes.Br.Value - OpCodes.Br_S.Value);

    /// <summary>Where it can jump to, in bytes; nothing: it does not jump.</summary>
    public IEnumerable<int> Targets =>
        Code.OperandType switch
        {
            OperandType.ShortInlineBrTarget => [End + (sbyte)Operand.Span[0]],
            OperandType.InlineBrTarget => [End + Token],
            OperandType.InlineSwitch => Cases(),
            _ => [],
        };

    /// <summary>The instructions of a body.</summary>
    public static List<Instruction> Of(byte[] body)
    {
        var instructions = new List<Instruction>(body.Length / 2);
        for (int at = 0; at < body.Length; )
        {
            var code = body[at] == Prefix ? Long[body[at + 1]] : Short[body[at]];
            at += code.Size;
            int length = OperandLength(code, body.AsSpan(at));
            instructions.Add(new Instruction(code, body.AsMemory(at, length), at + length));
            at += length;
        }
        return instructions;
    }

    IEnumerable<int> Cases()
    {
        for (int at = 4; at < Operand.Length; at += 4)
            yield return End + BinaryPrimitives.ReadInt32LittleEndian(Operand.Span[at..]);
    }

    static int OperandLength(OpCode code, ReadOnlySpan<byte> rest) =>
        code.OperandType switch
        {
            OperandType.InlineNone => 0,
            OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
            OperandType.InlineVar => 2,
            OperandType.InlineI8 or OperandType.InlineR => 8,
            OperandType.InlineSwitch => 4 + 4 * BinaryPrimitives.ReadInt32LittleEndian(rest),
            _ => 4,
        };

    static OpCode[] Table(int size)
    {
        var table = new OpCode[256];
        foreach (var field in typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static))
            if (field.GetValue(null) is OpCode code && code.Size == size)
                table[(byte)code.Value] = code;
        return table;
    }
}
