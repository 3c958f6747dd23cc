using System.Buffers.Binary;
using System.Text;

namespace DcrDsl.Runtime.Tests.Runs.Events;

/// <summary>
/// An event as TensorBoard reads it. Read byte by byte after the formats' descriptions and with none of the code that writes:
/// TFRecord, CRC-32C (RFC 3720), and the fields of event.proto and summary.proto.
/// </summary>
sealed record TensorBoardEvent(double WallTime, long Step, string? Version, bool Restarts, IReadOnlyList<(string Tag, float Value)> Values)
{
    public static IReadOnlyList<TensorBoardEvent> Of(string path)
    {
        var events = new List<TensorBoardEvent>();
        var rest = File.ReadAllBytes(path).AsSpan();
        while (rest.Length > 0)
        {
            int length = (int)BinaryPrimitives.ReadInt64LittleEndian(rest);
            Assert.Equal(Masked(rest[..8]), BinaryPrimitives.ReadUInt32LittleEndian(rest[8..]));
            var record = rest.Slice(12, length);
            Assert.Equal(Masked(record), BinaryPrimitives.ReadUInt32LittleEndian(rest[(12 + length)..]));
            events.Add(Parse(record.ToArray()));
            rest = rest[(16 + length)..];
        }
        return events;
    }

    /// <summary>CRC-32C bit by bit: the polynomial 0x1EDC6F41, reflected.</summary>
    public static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = 0xFFFF_FFFF;
        foreach (byte one in bytes)
        {
            crc ^= one;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0x82F6_3B78 : crc >> 1;
        }
        return crc ^ 0xFFFF_FFFF;
    }

    static uint Masked(ReadOnlySpan<byte> bytes)
    {
        uint crc = Crc(bytes);
        return ((crc >> 15) | (crc << 17)) + 0xA282_EAD8;
    }

    static TensorBoardEvent Parse(byte[] message)
    {
        var fields = Fields(message);
        var summary = fields.Where(f => f.Number == 5).SelectMany(f => Fields(f.Bytes)).Where(f => f.Number == 1);
        return new(
            fields.Where(f => f.Number == 1).Select(f => BitConverter.ToDouble(f.Bytes)).SingleOrDefault(),
            fields.Where(f => f.Number == 2).Select(f => BitConverter.ToInt64(f.Bytes)).SingleOrDefault(),
            fields.Where(f => f.Number == 3).Select(f => Encoding.UTF8.GetString(f.Bytes)).SingleOrDefault(),
            fields.Where(f => f.Number == 7).SelectMany(f => Fields(f.Bytes)).Any(f => f.Number == 1 && f.Bytes[0] == 1),
            [
                .. summary
                    .Select(v => Fields(v.Bytes))
                    .Select(v =>
                        (
                            Encoding.UTF8.GetString(v.Single(f => f.Number == 1).Bytes),
                            BitConverter.ToSingle(v.Single(f => f.Number == 2).Bytes)
                        )
                    ),
            ]
        );
    }

    /// <summary>The fields of a protocol buffer; a whole number as its eight bytes.</summary>
    static List<(int Number, byte[] Bytes)> Fields(byte[] message)
    {
        var fields = new List<(int, byte[])>();
        for (int at = 0; at < message.Length; )
        {
            ulong tag = Varint(message, ref at);
            int size = (tag & 7) switch
            {
                1 => 8,
                2 => (int)Varint(message, ref at),
                5 => 4,
                _ => 0,
            };
            byte[] bytes = (tag & 7) == 0 ? BitConverter.GetBytes(Varint(message, ref at)) : message[at..(at + size)];
            at += size;
            fields.Add(((int)(tag >> 3), bytes));
        }
        return fields;
    }

    static ulong Varint(byte[] message, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte part = message[at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return value;
        }
    }
}
