using Parquet;
using Parquet.Schema;

namespace DcrDsl.Data;

/// <summary>Reads a Parquet file, nested columns (lists and groups, as of messages) included. Its text must be UTF-8; its missing values are JSON's null.</summary>
static class ParquetTable
{
    /// <exception cref="InputException">The file is no whole Parquet file, or a column's type or encoding cannot be read.</exception>
    public static TableFile Read(string path, byte[] bytes)
    {
        if (bytes is not [(byte)'P', (byte)'A', (byte)'R', (byte)'1', .., (byte)'P', (byte)'A', (byte)'R', (byte)'1'])
            throw new InputException($"{path} is not a whole Parquet file: fetch it again.");
        try
        {
            // The stream lies in memory, so nothing is waited for.
            return Read(path, new MemoryStream(bytes, writable: false)).GetAwaiter().GetResult();
        }
        // A damaged file can fail anywhere in the package, with any exception.
        catch (Exception e) when (e is not (InputException or OperationCanceledException))
        {
            throw new InputException($"{path} is damaged or uses what the reader does not know ({e.Message.Split('\n')[0].TrimEnd('.', ' ')}): fetch it again, or convert it to .jsonl.", e);
        }
    }

    static async Task<TableFile> Read(string path, MemoryStream stream)
    {
        await using var reader = await ParquetReader.CreateAsync(stream).ConfigureAwait(false);
        var fields = reader.Schema.Fields;
        var writer = new RowWriter();
        var rows = new List<TableRow>();
        for (int group = 0; group < reader.RowGroupCount; group++)
        {
            using var part = reader.OpenRowGroupReader(group);
            int count = checked((int)part.RowCount);
            var columns = new List<ParquetLeaf>();
            foreach (var field in reader.Schema.DataFields) columns.Add(await Leaf(path, part, field, count).ConfigureAwait(false));
            for (int i = 0; i < count; i++)
                rows.Add(new(path, $"row {rows.Count + 1}", writer.Object(json => ParquetRecord.Write(json, fields, [.. columns.Select(column => column.Row(i))]))));
        }
        return new(path, path, [.. fields.Select(field => field.Name)], rows);
    }

    static async Task<ParquetLeaf> Leaf(string path, ParquetRowGroupReader part, DataField field, int rows)
    {
        try
        {
            return await ParquetLeaf.Read(part, field, rows).ConfigureAwait(false);
        }
        catch (NotSupportedException e)
        {
            throw new InputException($"{path}: the column '{field.Path}' cannot be read ({e.Message.TrimEnd('.')}): write the file without it, or as .jsonl.", e);
        }
    }
}
