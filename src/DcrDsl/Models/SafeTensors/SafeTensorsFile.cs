using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using static TorchSharp.torch;

namespace DcrDsl.Models;

/// <summary>
/// A safetensors file, memory-mapped: opening reads the header only, and a tensor's bytes are read when it is loaded.
/// Format: huggingface.co/docs/safetensors. Instances may be read by several threads at once.
/// The file must not be shortened while it is open.
/// </summary>
public sealed unsafe class SafeTensorsFile : IDisposable
{
    const int LengthField = 8;
    const long LongestHeader = 100_000_000;

    readonly MemoryMappedViewAccessor view;
    byte* start;

    SafeTensorsFile(string path, MemoryMappedViewAccessor view, byte* start, SafeTensorsHeader header)
    {
        Path = path;
        this.view = view;
        this.start = start;
        Entries = header.Entries;
        Metadata = header.Metadata;
    }

    /// <summary>The file, as it was given to <see cref="Open"/>.</summary>
    public string Path { get; }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, TensorEntry> Entries { get; }

    /// <summary>The free text of the header's <c>__metadata__</c>; empty if there is none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Maps the file and checks its header against the file's length.</summary>
    /// <exception cref="InputException">The file cannot be read or is not a sound safetensors file; names the file and, where there is one, the tensor.</exception>
    public static SafeTensorsFile Open(string path)
    {
        var view = Map(path, out long length);
        byte* start = null;
        try
        {
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(new ReadOnlySpan<byte>(start, LengthField));
            if (headerLength > LongestHeader)
                throw new InputException($"{path}: its header would be {headerLength} bytes long, above the format's limit of {LongestHeader}; this is not a safetensors file, or it is damaged: fetch it again.");
            long dataStart = LengthField + (long)headerLength;
            if (dataStart > length)
                throw new InputException($"{path}: its header would be {headerLength} bytes long, but the file has only {length}; fetch or write the file again.");
            byte[] json = new ReadOnlySpan<byte>(start + LengthField, (int)headerLength).ToArray();
            return new SafeTensorsFile(path, view, start, SafeTensorsHeader.Parse(json, dataStart, length - dataStart, path));
        }
        catch
        {
            Unmap(view, start);
            throw;
        }
    }

    static MemoryMappedViewAccessor Map(string path, out long length)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            length = stream.Length;
            if (length < LengthField)
                throw new InputException($"{path}: the file has only {length} bytes, too few for a safetensors header; fetch or write the file again.");
            using var mapped = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            return mapped.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new InputException($"{path}: the weights cannot be read ({e.Message.TrimEnd('.')}); check the path and its permissions.", e);
        }
    }

    /// <summary>The stored bytes of a tensor, little-endian and row-major. Valid until the file is disposed.</summary>
    /// <exception cref="InputException">There is no tensor of that name.</exception>
    /// <exception cref="InvalidOperationException">The tensor is larger than a span can be (2 GiB); <see cref="Load"/> it.</exception>
    public ReadOnlySpan<byte> Bytes(string name)
    {
        var entry = Entry(name);
        if (entry.Length > int.MaxValue) throw new InvalidOperationException($"{Path}: tensor '{name}' is larger than a span can be; load it.");
        return new ReadOnlySpan<byte>(Start + entry.Offset, (int)entry.Length);
    }

    /// <summary>
    /// Copies a tensor out of the file. Without a change of type or device the copy is the only one; with a change the stored form
    /// lives until the new one is made.
    /// </summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="dtype">Element type of the result; the stored one if null.</param>
    /// <param name="device">Device of the result; the CPU if null.</param>
    /// <exception cref="InputException">There is no tensor of that name.</exception>
    public Tensor Load(string name, ScalarType? dtype = null, Device? device = null)
    {
        var entry = Entry(name);
        var stored = empty(entry.Shape.AsSpan(), entry.Type, CPU);
        if (entry.Length > 0) Buffer.MemoryCopy(Start + entry.Offset, TensorMemory.Pointer(stored), entry.Length, entry.Length);
        var (type, place) = (dtype ?? entry.Type, device ?? CPU);
        if (type == entry.Type && place.type == TorchSharp.DeviceType.CPU) return stored;
        using (stored) return stored.to(type, place);
    }

    TensorEntry Entry(string name) => Entries.TryGetValue(name, out var entry) ? entry
        : throw new InputException($"{Path} has no tensor {SafeTensorsHeader.Quote(name)}; check that the file belongs to this model.");

    byte* Start
    {
        get
        {
            ObjectDisposedException.ThrowIf(start == null, this);
            return start;
        }
    }

    /// <summary>Unmaps the file: spans from <see cref="Bytes"/> end here, loaded tensors live on.</summary>
    public void Dispose()
    {
        if (start == null) return;
        Unmap(view, start);
        start = null;
    }

    static void Unmap(MemoryMappedViewAccessor view, byte* start)
    {
        if (start != null) view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
    }
}
