using System.Globalization;
using System.Text.Json;
using Parquet;
using Parquet.Schema;

namespace DcrDsl.Data.Files;

/// <summary>
/// One column of plain values of a row group as Parquet stores it: for every entry a repetition level (0: a new row begins; r: another item
/// of the r-th list on the way to the value) and a definition level (how much of that way is there), and the values of those entries that
/// have one.
/// </summary>
sealed class ParquetLeaf
{
    readonly int[] definitions,
        repetitions,
        valueOf,
        starts;
    readonly Action<Utf8JsonWriter>[] values;

    ParquetLeaf(DataField field, int rows, int[] definitions, int[] repetitions, Func<int, Action<Utf8JsonWriter>[]> firstValues)
    {
        (this.definitions, this.repetitions, valueOf) = (definitions, repetitions, new int[definitions.Length]);
        int count = 0;
        for (int i = 0; i < definitions.Length; i++)
            valueOf[i] = definitions[i] == field.MaxDefinitionLevel ? count++ : -1;
        values = firstValues(count);
        starts = [.. Enumerable.Range(0, definitions.Length).Where(i => repetitions[i] == 0), definitions.Length];
        if (starts.Length != rows + 1 || starts[0] != 0)
            throw new InvalidDataException($"column '{field.Path}' has {starts.Length - 1} rows where its group has {rows}");
    }

    /// <summary>The entries of one row.</summary>
    public Entries Row(int row) => new(this, starts[row], starts[row + 1]);

    /// <summary>Entries of the column, from the first to before the last.</summary>
    public readonly record struct Entries(ParquetLeaf Leaf, int From, int To)
    {
        /// <summary>How much of the way to the value is there, in the first entry.</summary>
        public int Definition => Leaf.definitions[From];

        /// <summary>Writes the first entry's value.</summary>
        public void Write(Utf8JsonWriter json)
        {
            if (Leaf.valueOf[From] is var value && value < 0)
                json.WriteNullValue();
            else
                Leaf.values[value](json);
        }

        /// <summary>The entries of each item of the list at <paramref name="repetition"/>.</summary>
        public List<Entries> Items(int repetition)
        {
            var items = new List<Entries>();
            for (int start = From, end; start < To; start = end)
            {
                for (end = start + 1; end < To && Leaf.repetitions[end] > repetition; )
                    end++;
                items.Add(this with { From = start, To = end });
            }
            return items;
        }
    }

    /// <summary>Reads the column.</summary>
    /// <exception cref="NotSupportedException">Its type has no counterpart in JSON, or its encoding is not known.</exception>
    public static async Task<ParquetLeaf> Read(ParquetRowGroupReader part, DataField field, int rows) =>
        Type.GetTypeCode(field.ClrType) switch
        {
            TypeCode.Boolean => await Read<bool>(part, field, rows, (json, value) => json.WriteBooleanValue(value)).ConfigureAwait(false),
            TypeCode.SByte => await Read<sbyte>(part, field, rows, (json, value) => json.WriteNumberValue(value)).ConfigureAwait(false),
            TypeCode.Byte => await Read<byte>(part, field, rows, (json, value) => json.WriteNumberValue(value)).ConfigureAwait(false),
            TypeCode.Int16 => await Read<short>(part, field, rows, (json, value) => json.WriteNumberValue(value)).ConfigureAwait(false),
            TypeCode.UInt16 => await Read<ushort>(part, field, rows, (json, value) => json.WriteNumberValue(value)).ConfigureAwait(false),
            TypeCode.Int32 => await Read<int>(part, field, rows, (json, value) => json.WriteNumberValue(value)).ConfigureAwait(false),
            TypeCode.UInt32 => await Read<uint>(part, field, rows, (json, value) => json.WriteNumberValue(value)).ConfigureAwait(false),
            TypeCode.Int64 => await Read<long>(part, field, rows, (json, value) => json.WriteNumberValue(value)).ConfigureAwait(false),
            TypeCode.UInt64 => await Read<ulong>(part, field, rows, (json, value) => json.WriteNumberValue(value)).ConfigureAwait(false),
            TypeCode.Single => await Read<float>(
                    part,
                    field,
                    rows,
                    (json, value) => Number(json, value, () => json.WriteNumberValue(value))
                )
                .ConfigureAwait(false),
            TypeCode.Double => await Read<double>(
                    part,
                    field,
                    rows,
                    (json, value) => Number(json, value, () => json.WriteNumberValue(value))
                )
                .ConfigureAwait(false),
            TypeCode.Decimal => await Read<decimal>(part, field, rows, (json, value) => json.WriteNumberValue(value)).ConfigureAwait(false),
            TypeCode.DateTime => await Read<DateTime>(part, field, rows, (json, value) => json.WriteStringValue(value))
                .ConfigureAwait(false),
            _ when field.ClrType == typeof(ReadOnlyMemory<char>) => await Read<ReadOnlyMemory<char>>(
                    part,
                    field,
                    rows,
                    (json, value) => json.WriteStringValue(value.Span)
                )
                .ConfigureAwait(false),
            _ => throw new NotSupportedException($"values of type {field.ClrType.Name} are not read"),
        };

    static async Task<ParquetLeaf> Read<T>(ParquetRowGroupReader part, DataField field, int rows, Action<Utf8JsonWriter, T> write)
        where T : struct
    {
        var entries = new T[checked((int)part.GetMetadata(field)!.MetaData!.NumValues)];
        int[] definitions = new int[entries.Length],
            repetitions = new int[entries.Length];
        Memory<int>? Where(bool exists, int[] levels) => exists ? new Memory<int>(levels) : (Memory<int>?)null;
        await part.ReadRawAsync<T>(
                field,
                entries,
                Where(field.MaxDefinitionLevel > 0, definitions),
                Where(field.MaxRepetitionLevel > 0, repetitions)
            )
            .ConfigureAwait(false);
        return new(
            field,
            rows,
            definitions,
            repetitions,
            count => [.. entries.Take(count).Select(value => (Action<Utf8JsonWriter>)(json => write(json, value)))]
        );
    }

    // JSON has no such numbers. NaN is how data frames write a missing one.
    static void Number(Utf8JsonWriter json, double value, Action finite)
    {
        if (double.IsNaN(value))
            json.WriteNullValue();
        else if (double.IsInfinity(value))
            json.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
        else
            finite();
    }
}
