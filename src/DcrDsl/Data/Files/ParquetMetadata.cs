using System.Buffers.Binary;
using System.Text;
using static DcrDsl.Data.Files.ThriftType;

namespace DcrDsl.Data.Files;

/// <summary>
/// What a Parquet file says about itself, checked before the package reads it: the package trusts these numbers, and with wrong ones it
/// reads the same byte for ever or asks for all memory. Field numbers are those of parquet.thrift (Apache Parquet 2.12).
/// </summary>
static class ParquetMetadata
{
    const int TailLength = 8,
        Deepest = 64,
        BytesOfAValue = 16;

    static readonly ThriftShape Nothing = new(),
        Statistics = new ThriftShape().With(Binary, 1, 2, 5, 6).With(I64, 3, 4).With(True, 7, 8),
        KeyValue = new ThriftShape().With(Binary, 1, 2),
        Time = new ThriftShape().With(True, 1).With(new ThriftShape().With(Nothing, 1, 2, 3), 2),
        LogicalType = new ThriftShape()
            .With(Nothing, 1, 2, 3, 4, 6, 11, 12, 13, 14, 15)
            .With(new ThriftShape().With(I32, 1, 2), 5)
            .With(Time, 7, 8)
            .With(new ThriftShape().With(ThriftType.Byte, 1).With(True, 2), 10)
            .With(new ThriftShape().With(ThriftType.Byte, 1), 16)
            .With(new ThriftShape().With(Binary, 1), 17)
            .With(new ThriftShape().With(Binary, 1).With(I32, 2), 18),
        SchemaElement = new ThriftShape().With(I32, 1, 2, 3, 5, 6, 7, 8, 9).With(Binary, 4).With(LogicalType, 10),
        ColumnMetadata = new ThriftShape()
            .With(I32, 1, 4, 15)
            .WithLists(I32, 2)
            .WithLists(Binary, 3)
            .With(I64, 5, 6, 7, 9, 10, 11, 14)
            .WithLists(KeyValue, 8)
            .With(Statistics, 12)
            .WithLists(new ThriftShape().With(I32, 1, 2, 3), 13)
            .With(new ThriftShape().With(I64, 1).WithLists(I64, 2, 3), 16),
        ColumnChunk = new ThriftShape().With(Binary, 1, 9).With(I64, 2, 4, 6).With(ColumnMetadata, 3).With(I32, 5, 7),
        RowGroup = new ThriftShape()
            .WithLists(ColumnChunk, 1)
            .With(I64, 2, 3, 5, 6)
            .WithLists(new ThriftShape().With(I32, 1).With(True, 2, 3), 4)
            .With(I16, 7),
        FileMetadata = new ThriftShape()
            .With(I32, 1)
            .WithLists(SchemaElement, 2)
            .With(I64, 3)
            .WithLists(RowGroup, 4)
            .WithLists(KeyValue, 5)
            .With(Binary, 6, 9)
            .WithLists(new ThriftShape().With(Nothing, 1), 7),
        PageHeader = new ThriftShape()
            .With(I32, 1, 2, 3, 4)
            .With(new ThriftShape().With(I32, 1, 2, 3, 4).With(Statistics, 5), 5)
            .With(Nothing, 6)
            .With(new ThriftShape().With(I32, 1, 2).With(True, 3), 7)
            .With(new ThriftShape().With(I32, 1, 2, 3, 4, 5, 6).With(True, 7).With(Statistics, 8), 8);

    /// <summary>Checks the metadata of the file and the headers of all pages of the columns that are wanted.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="wanted">Whether a column at the top is read; its name is given.</param>
    /// <returns>How many bytes the wanted columns take unpacked, at least.</returns>
    /// <exception cref="InvalidDataException">The metadata does not hold together.</exception>
    public static long Check(byte[] file, Func<string, bool> wanted)
    {
        int tail = file.Length - TailLength;
        long length = tail < 0 ? -1 : BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(tail));
        if (length < 0 || length > tail - 4)
            throw new InvalidDataException("its metadata is longer than the file");
        var data = new ThriftReader(file.AsMemory(0, tail), tail - (int)length).Struct(FileMetadata);
        ThriftStruct[] schema = [.. data.List<ThriftStruct>(2)];
        int place = 0,
            leaves = Leaves(schema, ref place, 0);
        if (place != schema.Length)
            throw new InvalidDataException("its columns do not make a tree");
        long unpacked = 0;
        foreach (var group in data.List<ThriftStruct>(4))
        {
            ThriftStruct[] columns = [.. group.List<ThriftStruct>(1)];
            if (columns.Length != leaves || group.Number(3) < 0)
                throw new InvalidDataException("a group of rows does not have the columns of the file");
            foreach (
                var column in columns.Select(chunk => chunk.Struct(3) ?? throw new InvalidDataException("a column is without metadata"))
            )
                if (
                    column.List<ReadOnlyMemory<byte>>(3).Select(name => Encoding.UTF8.GetString(name.Span)).FirstOrDefault() is { } name
                    && wanted(name)
                )
                    unpacked += Unpacked(file, tail - (int)length, column);
        }
        return unpacked;
    }

    static int Leaves(ThriftStruct[] schema, ref int place, int depth)
    {
        if (place >= schema.Length || depth > Deepest)
            throw new InvalidDataException("its columns do not make a tree");
        var element = schema[place++];
        long children = element.Number(5);
        if (children < 0 || children > schema.Length || (children == 0 && depth == 0))
            throw new InvalidDataException("its columns do not make a tree");
        int leaves = children == 0 ? 1 : 0;
        for (; children > 0; children--)
            leaves += Leaves(schema, ref place, depth + 1);
        return leaves;
    }

    static long Unpacked(byte[] file, int end, ThriftStruct column)
    {
        long values = column.Number(5),
            dictionary = column.Number(11),
            first = column.Number(9);
        if (values == 0)
            return 0;
        if (dictionary > 0)
            first = Math.Min(first, dictionary);
        if (values is < 0 or > int.MaxValue || first < 4 || first >= end)
            throw new InvalidDataException("a column lies outside the file");
        long unpacked = values * BytesOfAValue;
        int at = (int)first;
        for (long read = 0; read < values; )
        {
            var reader = new ThriftReader(file.AsMemory(0, end), at);
            var page = reader.Struct(PageHeader);
            long packed = page.Number(3),
                whole = page.Number(2);
            if (packed < 0 || whole < 0 || packed > end - reader.At)
                throw new InvalidDataException("a page lies outside the file");
            long count = (page.Struct(5) ?? page.Struct(8))?.Number(1) ?? 0;
            if (count < 0 || (page.Struct(7)?.Number(1) ?? 0) is < 0 or > int.MaxValue)
                throw new InvalidDataException("a page has a number of values that cannot be");
            unpacked +=
                (page.Struct(7)?.Number(1) ?? 0) * BytesOfAValue
                + Unpacked(file.AsMemory(reader.At, (int)packed), whole, page.Struct(8), column.Number(4));
            (read, at) = (read + count, reader.At + (int)packed);
        }
        return unpacked;
    }

    // Pages of the second version begin with their levels, which are not packed.
    static long Unpacked(ReadOnlyMemory<byte> page, long whole, ThriftStruct? second, long codec)
    {
        if (second is null)
            return ParquetPage.Unpacked(codec, page, whole);
        long levels = second.Number(5) + second.Number(6);
        if (second.Number(5) < 0 || second.Number(6) < 0 || levels > page.Length || levels > whole)
            throw new InvalidDataException("a page's levels lie outside it");
        return second.TryGetValue(7, out object? packed) && packed is false
            ? whole
            : levels + ParquetPage.Unpacked(codec, page[(int)levels..], whole - levels);
    }
}
