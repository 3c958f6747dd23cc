using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using DcrDsl.FileSystem;
using DcrDsl.Tensors;
using static TorchSharp.torch;

namespace DcrDsl.Models.SafeTensors;

/// <summary>Writes safetensors files with the bytes of the reference writer: the same tensors and metadata give the same file.</summary>
static unsafe class SafeTensorsWriter
{
    const int Alignment = 8;
    const int Chunk = 1 << 26;

    sealed record Item(string Name, Tensor Value, ScalarType Stored, int Alignment, string Type, long Length);

    /// <summary>
    /// Writes <paramref name="path"/> aside and renames it, so that a reader sees the old file or the whole new one.
    /// Data is ordered by element size, largest first, then by name. Tensors on other devices are copied over one at a time.
    /// </summary>
    /// <param name="path">The file to write; an older one is replaced.</param>
    /// <param name="tensors">Names and values; not changed.</param>
    /// <param name="metadata">Free text for <c>__metadata__</c>; left out if null.</param>
    /// <param name="dtype">The element type to convert all of them to, one at a time; null: each is stored in its own.</param>
    /// <exception cref="ArgumentException">
    /// Two tensors have the same name, a name is <c>__metadata__</c>, or the format has no such element type.
    /// </exception>
    /// <exception cref="InputException">The file cannot be written there.</exception>
    public static void Write(
        string path,
        IEnumerable<(string Name, Tensor Value)> tensors,
        IReadOnlyDictionary<string, string>? metadata = null,
        ScalarType? dtype = null
    )
    {
        var write = Writing(tensors, metadata, dtype);
        string aside = path + ".part";
        try
        {
            using (var stream = new FileStream(aside, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                FileSizeLimit.Observe(path, () => write(stream));
                stream.Flush(flushToDisk: true);
            }
            File.Move(aside, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(aside))
                File.Delete(aside);
            throw new InputException(
                $"{path}: the tensors cannot be written ({e.Message.TrimEnd('.')}); check the folder, its permissions and the free space.",
                e
            );
        }
    }

    /// <summary>Writes a file of its own into a folder that nobody looks into yet, and does not wait until it is on the disk.</summary>
    /// <exception cref="IOException">The file is there, or cannot be written.</exception>
    internal static void WriteNew(string path, IEnumerable<(string Name, Tensor Value)> tensors)
    {
        using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        FileSizeLimit.Observe(path, () => Writing(tensors)(stream));
    }

    /// <summary>What writes the bytes of such a file to a stream; reads the tensors only then.</summary>
    /// <exception cref="ArgumentException">
    /// Two tensors have the same name, a name is <c>__metadata__</c>, or the format has no such element type.
    /// </exception>
    internal static Action<Stream> Writing(
        IEnumerable<(string Name, Tensor Value)> tensors,
        IReadOnlyDictionary<string, string>? metadata = null,
        ScalarType? dtype = null
    )
    {
        Item[] items =
        [
            .. tensors.Select(t => Describe(t, dtype)).OrderByDescending(i => i.Alignment).ThenBy(i => i.Name, StringComparer.Ordinal),
        ];
        byte[] header = Header(items, metadata);
        return stream =>
        {
            stream.Write(header);
            foreach (var item in items)
                WriteData(stream, item);
        };
    }

    static Item Describe((string Name, Tensor Value) tensor, ScalarType? dtype)
    {
        if (tensor.Name == SafeTensorsHeader.MetadataKey)
            throw new ArgumentException("A tensor cannot be called __metadata__: the format keeps that name for itself.");
        var stored = dtype ?? tensor.Value.dtype;
        if (!ElementTypes.TryFormat(stored, out int alignment, out string type, out int size))
            throw new ArgumentException($"Tensor '{tensor.Name}' is of type {stored}, for which the safetensors format has no name.");
        return new Item(tensor.Name, tensor.Value, stored, alignment, type, tensor.Value.numel() * size);
    }

    static byte[] Header(Item[] items, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        buffer.Write(stackalloc byte[sizeof(ulong)]);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata is not null)
            {
                json.WriteStartObject(SafeTensorsHeader.MetadataKey);
                foreach (var (key, value) in metadata.OrderBy(m => m.Key, StringComparer.Ordinal))
                    json.WriteString(key, value);
                json.WriteEndObject();
            }
            long offset = 0;
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var item in items)
            {
                if (!seen.Add(item.Name))
                    throw new ArgumentException($"Two tensors are called '{item.Name}'.");
                json.WriteStartObject(item.Name);
                json.WriteString("dtype", item.Type);
                WriteIntegers(json, "shape", item.Value.shape);
                WriteIntegers(json, "data_offsets", [offset, offset += item.Length]);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (buffer.Length % Alignment != 0)
            buffer.WriteByte((byte)' ');
        byte[] header = buffer.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)(header.Length - sizeof(ulong)));
        return header;
    }

    static void WriteIntegers(Utf8JsonWriter json, string name, ReadOnlySpan<long> values)
    {
        json.WriteStartArray(name);
        foreach (long value in values)
            json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    static void WriteData(Stream stream, Item item)
    {
        if (item.Length == 0)
            return;
        using var scope = NewDisposeScope();
        var value = item.Value.detach().to(item.Stored).cpu().contiguous();
        byte* data = TensorMemory.Pointer(value);
        for (long done = 0; done < item.Length; done += Chunk)
            stream.Write(new ReadOnlySpan<byte>(data + done, (int)Math.Min(Chunk, item.Length - done)));
    }
}
