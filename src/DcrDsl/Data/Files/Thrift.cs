namespace DcrDsl.Data.Files;

/// <summary>The types of Thrift's compact protocol.</summary>
enum ThriftType : byte
{
    True = 1,
    False = 2,
    Byte = 3,
    I16 = 4,
    I32 = 5,
    I64 = 6,
    Double = 7,
    Binary = 8,
    List = 9,
    Set = 10,
    Map = 11,
    Struct = 12,
    Uuid = 13,
}

/// <summary>What is known of a struct's fields: their types, and of structs and lists what is in them.</summary>
sealed class ThriftShape
{
    readonly Dictionary<int, (ThriftType Type, ThriftType Item, ThriftShape? Of)> fields = [];

    /// <summary>Fields of a plain type; <see cref="ThriftType.True"/> stands for truth values.</summary>
    public ThriftShape With(ThriftType type, params int[] ids) => Add(ids, (type, default, null));

    /// <summary>Fields that are structs.</summary>
    public ThriftShape With(ThriftShape of, params int[] ids) => Add(ids, (ThriftType.Struct, default, of));

    /// <summary>Fields that are lists of a plain type.</summary>
    public ThriftShape WithLists(ThriftType item, params int[] ids) => Add(ids, (ThriftType.List, item, null));

    /// <summary>Fields that are lists of structs.</summary>
    public ThriftShape WithLists(ThriftShape of, params int[] ids) => Add(ids, (ThriftType.List, ThriftType.Struct, of));

    public (ThriftType Type, ThriftType Item, ThriftShape? Of)? Find(int id) => fields.TryGetValue(id, out var field) ? field : null;

    ThriftShape Add(int[] ids, (ThriftType, ThriftType, ThriftShape?) field)
    {
        foreach (int id in ids)
            fields.Add(id, field);
        return this;
    }
}

/// <summary>A struct that was read: numbers as <see cref="long"/>, texts as bytes, lists and structs.</summary>
sealed class ThriftStruct : Dictionary<int, object>
{
    public long Number(int id, long otherwise = 0) => TryGetValue(id, out object? value) ? (long)value : otherwise;

    public ThriftStruct? Struct(int id) => TryGetValue(id, out object? value) ? (ThriftStruct)value : null;

    public IEnumerable<T> List<T>(int id) => TryGetValue(id, out object? value) ? ((List<object>)value).Cast<T>() : [];
}

/// <summary>
/// Reads a struct in Thrift's compact protocol. Nothing is read past the end, no list is longer than the bytes that are left, nothing is
/// nested deep, and fields that are known have the type that is known of them.
/// </summary>
/// <param name="bytes">The bytes.</param>
/// <param name="at">Where the struct begins.</param>
sealed class ThriftReader(ReadOnlyMemory<byte> bytes, int at)
{
    const int Deepest = 32,
        LongestNumber = 10;

    /// <summary>The place behind what was read.</summary>
    public int At => at;

    /// <exception cref="InvalidDataException">The bytes are no such struct.</exception>
    public ThriftStruct Struct(ThriftShape? shape, int depth = 0)
    {
        if (depth > Deepest)
            throw new InvalidDataException("its metadata is nested too deep");
        var read = new ThriftStruct();
        for (int id = 0; ; )
        {
            byte head = Byte();
            if (head == 0)
                return read;
            id = head >> 4 is > 0 and var step ? id + step : (short)ZigZag();
            var type = (ThriftType)(head & 15);
            var known = shape?.Find(id);
            if (known is { } field && type != field.Type && !(field.Type == ThriftType.True && type == ThriftType.False))
                throw new InvalidDataException($"field {id} of its metadata has another type");
            object value = type is ThriftType.True or ThriftType.False
                ? type == ThriftType.True
                : Value(type, known?.Item, known?.Of, depth + 1);
            if (known is not null)
                read[id] = value;
        }
    }

    object Value(ThriftType type, ThriftType? item, ThriftShape? of, int depth) =>
        type switch
        {
            ThriftType.True or ThriftType.False => Byte() == 1,
            ThriftType.Byte => (long)Byte(),
            ThriftType.I16 or ThriftType.I32 or ThriftType.I64 => ZigZag(),
            ThriftType.Double => Bytes(8),
            ThriftType.Uuid => Bytes(16),
            ThriftType.Binary => Bytes(Count()),
            ThriftType.Struct => Struct(of, depth),
            ThriftType.List or ThriftType.Set => List(item, of, depth),
            ThriftType.Map => Map(depth),
            _ => throw new InvalidDataException($"its metadata has a field of type {(int)type}, which there is not"),
        };

    List<object> List(ThriftType? item, ThriftShape? of, int depth)
    {
        if (depth > Deepest)
            throw new InvalidDataException("its metadata is nested too deep");
        byte head = Byte();
        var type = (ThriftType)(head & 15);
        int count = head >> 4 is < 15 and var few ? few : Count();
        // Readers differ in how many bytes truth values of a list take, and the format has no such lists.
        if (
            count > bytes.Length - at
            || type is ThriftType.True or ThriftType.False
            || (count > 0 && item is { } wanted && wanted != default && type != wanted)
        )
            throw new InvalidDataException("a list of its metadata is not what it should be");
        return [.. Enumerable.Range(0, count).Select(_ => Value(type, null, of, depth + 1))];
    }

    List<object> Map(int depth)
    {
        if (depth > Deepest)
            throw new InvalidDataException("its metadata is nested too deep");
        int count = Count();
        if (count == 0)
            return [];
        byte types = Byte();
        if (count > bytes.Length - at)
            throw new InvalidDataException("a map of its metadata is longer than the file");
        for (int i = 0; i < count; i++)
        {
            Value((ThriftType)(types >> 4), null, null, depth + 1);
            Value((ThriftType)(types & 15), null, null, depth + 1);
        }
        return [];
    }

    byte Byte() => at < bytes.Length ? bytes.Span[at++] : throw new InvalidDataException("its metadata ends too early");

    ReadOnlyMemory<byte> Bytes(int count)
    {
        if (count > bytes.Length - at)
            throw new InvalidDataException("its metadata ends too early");
        at += count;
        return bytes.Slice(at - count, count);
    }

    int Count() =>
        Variable() is <= int.MaxValue and var count
            ? (int)count
            : throw new InvalidDataException("a length in its metadata is beyond all bounds");

    long ZigZag() => Variable() is var n ? (long)(n >> 1) ^ -(long)(n & 1) : 0;

    ulong Variable()
    {
        ulong number = 0;
        for (int i = 0; i < LongestNumber; i++)
        {
            byte next = Byte();
            number |= (ulong)(next & 0x7F) << 7 * i;
            if (next < 0x80)
                return number;
        }
        throw new InvalidDataException("a number in its metadata has no end");
    }
}
