using System.Buffers.Binary;
using DcrDsl.FileSystem;
using DcrDsl.Tensors;
using Microsoft.Win32.SafeHandles;
using static TorchSharp.torch;

namespace DcrDsl.Models.SafeTensors;

/// <summary>
/// A safetensors file: opening reads the header only, and a tensor's bytes are read when it is loaded, straight into its memory.
/// Format: huggingface.co/docs/safetensors. Instances may be read by several threads at once.
/// </summary>
/// <remarks>
/// Not memory-mapped: torch needs a copy anyhow, reading into it takes a quarter of the time of copying from fresh pages of a map, and
/// a file that shrinks under its reader gives an exception instead of ending the process.
/// </remarks>
sealed class SafeTensorsFile : IDisposable
{
    const int LengthField = 8;
    const long LongestHeader = 100_000_000;
    const int Chunk = 1 << 30;

    readonly SafeFileHandle handle;

    SafeTensorsFile(string path, SafeFileHandle handle)
    {
        Path = path;
        this.handle = handle;
        long length = RandomAccess.GetLength(handle);
        if (length < LengthField)
            throw new InputException(
                $"{path}: the file has only {length} bytes, too few for a safetensors header; fetch or write the file again."
            );
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(Read(0, LengthField));
        if (headerLength > LongestHeader)
            throw new InputException(
                $"{path}: its header would be {headerLength} bytes long, above the format's limit of {LongestHeader}; this is not a "
                    + $"safetensors file, or it is damaged: fetch it again."
            );
        long dataStart = LengthField + (long)headerLength;
        if (dataStart > length)
            throw new InputException(
                $"{path}: its header would be {headerLength} bytes long, but the file has only {length}; fetch or write the file again."
            );
        var header = SafeTensorsHeader.Parse(Read(LengthField, (int)headerLength), dataStart, length - dataStart, path);
        Entries = header.Entries;
        Metadata = header.Metadata;
    }

    /// <summary>The file, as it was given to <see cref="Open"/>.</summary>
    public string Path { get; }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, TensorEntry> Entries { get; }

    /// <summary>The free text of the header's <c>__metadata__</c>; empty if there is none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens the file and checks its header against the file's length.</summary>
    /// <exception cref="InputException">
    /// The file cannot be read or is not a sound safetensors file; names the file and, where there is one, the tensor.
    /// </exception>
    public static SafeTensorsFile Open(string path)
    {
        SafeFileHandle? handle = null;
        try
        {
            handle = RegularFile.Handle(path);
            return new SafeTensorsFile(path, handle);
        }
        catch (Exception e)
        {
            handle?.Dispose();
            if (IsUnreadable(e))
                throw Unreadable(path, e);
            throw;
        }
    }

    /// <summary>The stored bytes of a tensor, little-endian and row-major.</summary>
    /// <exception cref="InputException">There is no tensor of that name, or it cannot be read.</exception>
    public byte[] Bytes(string name)
    {
        var entry = Entry(name);
        return Read(entry.Offset, checked((int)entry.Length));
    }

    /// <summary>
    /// Loads a tensor. Without a change of type or device its bytes are in memory once; with a change the stored form lives until the
    /// new one is made.
    /// </summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="dtype">Element type of the result; the stored one if null.</param>
    /// <param name="device">Device of the result; the CPU if null.</param>
    /// <exception cref="InputException">There is no tensor of that name, or it cannot be read.</exception>
    public Tensor Load(string name, ScalarType? dtype = null, Device? device = null)
    {
        var entry = Entry(name);
        var stored = empty(entry.Shape.AsSpan(), entry.Type, CPU);
        try
        {
            ReadInto(stored, entry);
        }
        catch
        {
            stored.Dispose();
            throw;
        }
        var (type, place) = (dtype ?? entry.Type, device ?? CPU);
        if (type == entry.Type && place.type == TorchSharp.DeviceType.CPU)
            return stored;
        using (stored)
            return stored.to(type, place);
    }

    unsafe void ReadInto(Tensor tensor, TensorEntry entry)
    {
        if (entry.Length == 0)
            return;
        byte* start = TensorMemory.Pointer(tensor);
        for (long done = 0; done < entry.Length; done += Chunk)
            Read(entry.Offset + done, new Span<byte>(start + done, (int)Math.Min(Chunk, entry.Length - done)));
    }

    TensorEntry Entry(string name) =>
        Entries.TryGetValue(name, out var entry)
            ? entry
            : throw new InputException($"{Path} has no tensor {SafeTensorsHeader.Quote(name)}; check that the file belongs to this model.");

    byte[] Read(long offset, int length)
    {
        byte[] bytes = new byte[length];
        Read(offset, bytes);
        return bytes;
    }

    void Read(long offset, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int read;
            try
            {
                read = RandomAccess.Read(handle, bytes, offset);
            }
            catch (Exception e) when (IsUnreadable(e))
            {
                throw Unreadable(Path, e);
            }
            if (read == 0)
                throw new InputException(
                    $"{Path} ends before its byte {offset}: it has been shortened since it was opened; fetch or write the file again."
                );
            offset += read;
            bytes = bytes[read..];
        }
    }

    static bool IsUnreadable(Exception e) => e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException;

    static InputException Unreadable(string path, Exception e) =>
        new($"{path} cannot be read ({e.Message.TrimEnd('.')}); check the path and its permissions.", e);

    /// <summary>Closes the file; loaded tensors live on.</summary>
    public void Dispose() => handle.Dispose();
}
