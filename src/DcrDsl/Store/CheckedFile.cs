using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DcrDsl.FileSystem;

namespace DcrDsl.Store;

/// <summary>
/// A file of what was found out before and can be found out again. Its first line is the digest of the others: one that is damaged or was
/// edited is not believed.
/// </summary>
static class CheckedFile
{
    /// <summary>What it holds; null: it is not there, or is not what was written.</summary>
    public static T? Read<T>(string path, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            int first = bytes.AsSpan().IndexOf((byte)'\n');
            var json = bytes.AsSpan(first + 1);
            return first > 0 && Encoding.ASCII.GetString(bytes.AsSpan(0, first)) == CheckOf(json)
                ? JsonSerializer.Deserialize(json, type)
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes it, whole or not at all; that it cannot be written costs time only.</summary>
    public static void Write<T>(string path, T value, JsonTypeInfo<T> type)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            byte[] json = JsonSerializer.SerializeToUtf8Bytes(value, type);
            string aside = AsideName.Of(path);
            using (var stream = File.Create(aside))
            {
                stream.Write(Encoding.ASCII.GetBytes(CheckOf(json) + "\n"));
                stream.Write(json);
            }
            File.Move(aside, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException) { }
    }

    static string CheckOf(ReadOnlySpan<byte> json) => Convert.ToHexStringLower(SHA256.HashData(json));
}
