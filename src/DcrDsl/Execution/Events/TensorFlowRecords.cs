using System.Buffers.Binary;
using System.Numerics;
using DcrDsl.FileSystem;

namespace DcrDsl.Execution.Events;

/// <summary>
/// A file of records as TensorFlow frames them: length (8 bytes), its checksum (4), the record, its checksum (4), all little-endian; a
/// checksum is CRC-32C, masked. See https://www.tensorflow.org/tutorials/load_data/tfrecord.
/// </summary>
sealed class TensorFlowRecords(string path) : IDisposable
{
    readonly FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);

    /// <summary>Adds a record with one write, so that a reader sees none or a whole one.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Append(ReadOnlySpan<byte> record)
    {
        byte[] framed = new byte[8 + 4 + record.Length + 4];
        BinaryPrimitives.WriteInt64LittleEndian(framed, record.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(framed.AsSpan(8), Checksum(framed.AsSpan(0, 8)));
        record.CopyTo(framed.AsSpan(12));
        BinaryPrimitives.WriteUInt32LittleEndian(framed.AsSpan(12 + record.Length), Checksum(record));
        FileSizeLimit.Observe(path, () => file.Write(framed));
    }

    static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
            crc = BitOperations.Crc32C(crc, value);
        return BitOperations.RotateRight(~crc, 15) + 0xa282_ead8;
    }

    public void Dispose() => file.Dispose();
}
