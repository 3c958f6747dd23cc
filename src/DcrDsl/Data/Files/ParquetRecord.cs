using System.Text.Json;
using Parquet.Schema;

namespace DcrDsl.Data.Files;

/// <summary>
/// Puts a row together from the entries of its columns: the record assembly of Dremel (Melnik et al., 2010), on which Parquet rests.
/// </summary>
static class ParquetRecord
{
    /// <summary>Writes the fields as properties.</summary>
    /// <param name="json">Inside an object.</param>
    /// <param name="fields">The fields, each of which has one or more columns.</param>
    /// <param name="entries">The row's entries in those columns, in the order of the schema.</param>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<Field> fields, ReadOnlySpan<ParquetLeaf.Entries> entries)
    {
        foreach (var field in fields)
        {
            int columns = Columns(field);
            json.WritePropertyName(field.Name);
            Value(json, field, entries[..columns]);
            entries = entries[columns..];
        }
    }

    static void Value(Utf8JsonWriter json, Field field, ReadOnlySpan<ParquetLeaf.Entries> entries)
    {
        switch (field)
        {
            case DataField { IsArray: false }:
                entries[0].Write(json);
                break;
            case StructField group when entries[0].Definition >= group.MaxDefinitionLevel:
                json.WriteStartObject();
                Write(json, group.Fields, entries);
                json.WriteEndObject();
                break;
            // One level for the list, one for its having items.
            case ListField list when entries[0].Definition >= list.MaxDefinitionLevel - 1:
                json.WriteStartArray();
                if (entries[0].Definition >= list.MaxDefinitionLevel)
                    Items(json, list, entries);
                json.WriteEndArray();
                break;
            case StructField or ListField:
                json.WriteNullValue();
                break;
            default:
                throw new NotSupportedException($"column '{field.Path}' is neither a value nor a list nor a group");
        }
    }

    static void Items(Utf8JsonWriter json, ListField list, ReadOnlySpan<ParquetLeaf.Entries> entries)
    {
        var items = new List<ParquetLeaf.Entries>[entries.Length];
        for (int column = 0; column < items.Length; column++)
            items[column] = entries[column].Items(list.MaxRepetitionLevel);
        for (int item = 0; item < items[0].Count; item++)
            Value(json, list.Item, [.. items.Select(column => column[item])]);
    }

    static int Columns(Field field) =>
        field switch
        {
            StructField group => group.Fields.Sum(Columns),
            ListField list => Columns(list.Item),
            MapField map => Columns(map.Key) + Columns(map.Value),
            _ => 1,
        };
}
