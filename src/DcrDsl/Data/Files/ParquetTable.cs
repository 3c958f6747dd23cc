using Parquet;
using Parquet.Schema;

namespace DcrDsl.Data.Files;

/// <summary>
/// Reads a Parquet file, nested columns (lists and groups, as of messages) included. Its text must be UTF-8; its missing values are JSON's
/// null.
/// </summary>
static class ParquetTable
{
    /// <param name="path">The file, for messages.</param>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="wanted">Whether a column is wanted; others are not read, whatever they hold.</param>
    /// <param name="largest">The most bytes that it may unpack to.</param>
    /// <exception cref="InputException">
    /// The file is no whole Parquet file or too large, or a wanted column's type or encoding cannot be read.
    /// </exception>
    public static TableFile Read(string path, byte[] bytes, Func<string, bool> wanted, int largest = TextFile.Largest)
    {
        if (bytes is not [(byte)'P', (byte)'A', (byte)'R', (byte)'1', .., (byte)'P', (byte)'A', (byte)'R', (byte)'1'])
            throw new InputException($"{path} is not a whole Parquet file: fetch it again.");
        try
        {
            if (ParquetMetadata.Check(bytes, wanted) > largest)
                throw TextFile.TooLarge(path, largest);
            // The stream lies in memory, so nothing is waited for.
            return Read(path, new WholeStream(bytes), wanted, largest).GetAwaiter().GetResult();
        }
        // As below.
        catch (Exception e) when (e is not (InputException or OperationCanceledException))
        {
            throw new InputException(
                $"{path} is damaged or uses what the reader does not know ({e.Message.Split('\n')[0].TrimEnd('.', ' ')}): fetch it "
                    + $"again, or convert it to .jsonl.",
                e
            );
        }
    }

    static async Task<TableFile> Read(string path, WholeStream stream, Func<string, bool> wanted, int largest)
    {
        await using var reader = await ParquetReader.CreateAsync(stream).ConfigureAwait(false);
        Field[] fields = [.. reader.Schema.Fields.Where(field => wanted(field.Name))];
        DataField[] leaves = [.. reader.Schema.DataFields.Where(field => wanted(field.Path.FirstPart!))];
        var writer = new RowWriter();
        var rows = new List<TableRow>();
        long written = 0;
        for (int group = 0; group < reader.RowGroupCount; group++)
        {
            using var part = reader.OpenRowGroupReader(group);
            int count = checked((int)part.RowCount);
            var columns = new List<ParquetLeaf>();
            foreach (var field in leaves)
                columns.Add(await Leaf(path, part, field, count).ConfigureAwait(false));
            for (int i = 0; i < count; i++)
            {
                TableFile.Add(
                    rows,
                    new(
                        path,
                        $"row {rows.Count + 1}",
                        writer.Object(json => ParquetRecord.Write(json, fields, [.. columns.Select(column => column.Row(i))]))
                    )
                );
                written += writer.Length; // a dictionary's text can stand in many rows
                if (written > largest)
                    throw TextFile.TooLarge(path, largest);
            }
        }
        return new(path, path, [.. reader.Schema.Fields.Select(field => field.Name)], rows);
    }

    static async Task<ParquetLeaf> Leaf(string path, ParquetRowGroupReader part, DataField field, int rows)
    {
        try
        {
            return await ParquetLeaf.Read(part, field, rows).ConfigureAwait(false);
        }
        // A damaged file can fail anywhere in the package, with any exception.
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new InputException(
                $"{path}: the column '{field.Path}' cannot be read ({e.Message.Split('\n')[0].TrimEnd('.', ' ')}): fetch the file again "
                    + $"if it is damaged; else write it without the column, or as .jsonl.",
                e
            );
        }
    }

    /// <summary>The package asks again and again for bytes behind the end.</summary>
    sealed class WholeStream(byte[] bytes) : MemoryStream(bytes, writable: false)
    {
        public override int ReadByte() => base.ReadByte() is >= 0 and var read ? read : throw new EndOfStreamException();

        public override int Read(byte[] buffer, int offset, int count) =>
            count == 0 ? 0
            : base.Read(buffer, offset, count) is > 0 and var read ? read
            : throw new EndOfStreamException();

        public override int Read(Span<byte> buffer) =>
            buffer.IsEmpty ? 0
            : base.Read(buffer) is > 0 and var read ? read
            : throw new EndOfStreamException();
    }
}
