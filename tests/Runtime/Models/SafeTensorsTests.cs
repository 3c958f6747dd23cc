using System.Buffers.Binary;
using System.Text;
using CsCheck;
using DcrDsl.Models.SafeTensors;
using static TorchSharp.torch;

namespace DcrDsl.Runtime.Tests.Models;

public sealed class SafeTensorsTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("dcrdsl-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    string At(string name = "model.safetensors") => Path.Combine(folder, name);

    static readonly ScalarType[] Types =
    [
        ScalarType.Float64,
        ScalarType.Float32,
        ScalarType.Float16,
        ScalarType.BFloat16,
        ScalarType.Int64,
        ScalarType.Int32,
        ScalarType.Int16,
        ScalarType.Int8,
        ScalarType.Byte,
        ScalarType.Bool,
    ];

    static readonly Gen<(string Name, ScalarType Type, long[] Shape, int Seed)[]> Contents = Gen.Select(
            Gen.OneOf<string>(Gen.String[Gen.Char.AlphaNumeric, 0, 6], Gen.OneOf("a.b.weight", "ü", "日本", "𝄞", "a\"b\\c", "tab\t")),
            Gen.OneOf(Types),
            Gen.Long[0, 4].Array[0, 4],
            Gen.Int
        )
        .Array[0, 8]
        .Select(all => all.DistinctBy(t => t.Item1).ToArray());

    // The bytes are arbitrary, so that every pattern of a float occurs, NaNs with payloads included; a Bool is 0 or 1.
    static Tensor Make(ScalarType type, long[] shape, int seed)
    {
        var tensor = zeros(shape, type);
        if (tensor.numel() == 0)
            return tensor;
        new Random(seed).NextBytes(tensor.bytes);
        if (type == ScalarType.Bool)
            foreach (ref byte b in tensor.bytes)
                b &= 1;
        return tensor;
    }

    [Fact]
    public void What_is_written_is_read_back_bit_for_bit()
    {
        Gen.Select(Contents, Gen.Dictionary(Gen.String[Gen.Char.AlphaNumeric, 0, 3], Gen.String)[0, 3])
            .Sample(
                (contents, metadata) =>
                {
                    using var scope = NewDisposeScope();
                    var tensors = contents.Select(c => (c.Name, Value: Make(c.Type, c.Shape, c.Seed))).ToArray();
                    SafeTensorsWriter.Write(At(), tensors, metadata.ToDictionary(m => m.Key, m => Sound(m.Value)));

                    using var file = SafeTensorsFile.Open(At());
                    Assert.Equal(tensors.Length, file.Entries.Count);
                    Assert.Equal(metadata.ToDictionary(m => m.Key, m => Sound(m.Value)), file.Metadata);
                    foreach (var (name, value) in tensors)
                    {
                        var loaded = file.Load(name);
                        Assert.Equal(value.dtype, loaded.dtype);
                        Assert.Equal(value.shape, loaded.shape);
                        Assert.True(value.bytes.SequenceEqual(loaded.bytes), name);
                        Assert.True(value.bytes.SequenceEqual(file.Bytes(name)), name);
                    }
                },
                iter: 200,
                threads: 1
            );

        static string Sound(string s) => string.Concat(s.EnumerateRunes()); // lone surrogates have no UTF-8
    }

    [Fact]
    public void The_file_does_not_depend_on_the_order_in_which_tensors_are_given()
    {
        Contents.Sample(
            contents =>
            {
                using var scope = NewDisposeScope();
                var tensors = contents.Select(c => (c.Name, Make(c.Type, c.Shape, c.Seed))).ToArray();
                SafeTensorsWriter.Write(At("a"), tensors);
                SafeTensorsWriter.Write(At("b"), tensors.Reverse());
                Assert.Equal(File.ReadAllBytes(At("a")), File.ReadAllBytes(At("b")));
            },
            iter: 50,
            threads: 1
        );
    }

    public static IEnumerable<TheoryDataRow<string>> ReferenceFiles() =>
        from set in new[] { "losses", "optim", "models" }
        let root = Golden.TryFolder(set)
        where root is not null
        from path in Directory.EnumerateFiles(root, "*.safetensors", SearchOption.AllDirectories)
        let file = Path.GetRelativePath(root, path)
        where !file.StartsWith("errors", StringComparison.Ordinal) && !file.StartsWith("quirks", StringComparison.Ordinal)
        orderby set, file
        select new TheoryDataRow<string>(Path.Combine(set, file));

    [Theory(SkipTestWithoutData = true), MemberData(nameof(ReferenceFiles))]
    public void The_writer_gives_the_bytes_of_the_reference_writer(string file)
    {
        using var scope = NewDisposeScope();
        string path = Path.Combine(Golden.Folder(file.Split(Path.DirectorySeparatorChar)[0]), "..", file);
        using (var original = SafeTensorsFile.Open(path))
            SafeTensorsWriter.Write(
                At(),
                original.Entries.Keys.Select(n => (n, original.Load(n))),
                original.Metadata.Count > 0 ? original.Metadata : null
            );
        Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(At()));
    }

    [Fact]
    public void Every_truncation_is_refused_and_the_sentence_names_the_file()
    {
        byte[] whole = Small();
        for (int length = 0; length < whole.Length; length++)
            AssertRefused(whole.AsSpan(0, length), "model.safetensors");
        AssertRefused([.. whole, 0], "1 bytes at the end");
    }

    [Fact]
    public void A_damaged_file_gives_an_input_exception_or_sound_tensors_and_nothing_else()
    {
        byte[] whole = Small();
        int end = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(whole);
        var damage = Gen.Select(Gen.Int[0, end - 1], Gen.OneOf<byte>(Gen.Byte, Gen.OneOf("0123456789-.,:[]{}\"\\eE "u8.ToArray())));
        damage
            .Array[1, 6]
            .Sample(
                bytes =>
                {
                    byte[] hostile = [.. whole];
                    foreach (var (place, value) in bytes)
                        hostile[place] = value;
                    ReadAll(hostile);
                },
                iter: 1000,
                threads: 1
            );
    }

    [Fact]
    public void A_header_put_together_from_hostile_parts_gives_an_input_exception_or_sound_tensors()
    {
        var number = Gen.OneOf(
            "0",
            "1",
            "2",
            "4",
            "8",
            "16",
            "-1",
            "1.0",
            "1e0",
            "9223372036854775807",
            "9223372036854775808",
            "18446744073709551616",
            "4611686018427387904",
            "null",
            "\"1\"",
            "[]"
        );
        var list = number.Array[0, 4].Select(n => $"[{string.Join(',', n)}]");
        var value = Gen.OneOf(list, number, Gen.OneOf("{}", "\"F32\"", "\"F64\"", "\"F9\"", "true", "\"\\ud800\"", new string('[', 100)));
        var field = Gen.Select(Gen.OneOf("dtype", "shape", "data_offsets", "extra", "\\ud800"), value).Select((k, v) => $"\"{k}\":{v}");
        var likely = Gen.Select(list, list).Select((s, o) => $"\"dtype\":\"F32\",\"shape\":{s},\"data_offsets\":{o}");
        var consistent = Gen.Int[0, 4].Select(n => $"\"dtype\":\"U8\",\"shape\":[{n}],\"data_offsets\":[0,{n}]");
        var tensor = Gen.OneOf(field.Array[0, 4].Select(f => string.Join(',', f)), likely, consistent, consistent, consistent)
            .Select(f => $"{{{f}}}");
        var entry = Gen.Select(Gen.OneOf("a", "b", "", "__metadata__", "\\ud800", "a\\u0000"), Gen.OneOf(tensor, tensor, value))
            .Select((k, v) => $"\"{k}\":{v}");
        int sound = 0,
            refused = 0;
        Gen.Select(entry.Array[0, 3], Gen.Int[0, 4])
            .Sample(
                (entries, data) =>
                {
                    int tensors = ReadAll(Bytes($"{{{string.Join(',', entries)}}}", data));
                    if (tensors > 0)
                        sound++;
                    if (tensors < 0)
                        refused++;
                },
                iter: 1500,
                threads: 1
            );
        Assert.True(
            sound > 0 && refused > 0,
            $"{sound} headers with tensors were sound and {refused} were refused: the generator tests one side only"
        );
    }

    // The rows that the golden directories do not have.
    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[0,4611686018427387904,4],"data_offsets":[0,0]}}""", 0, "tensor 'a'", "overflows")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"shape":[1]}}""", 4, "tensor 'a'", "shape twice")]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[1],"data_offsets":[9223372036854775806,9223372036854775807]}}""",
        1,
        "tensor 'a'",
        "beyond the end"
    )]
    [InlineData("""{"a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}""", 1, "tensor 'a'", "integers")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,2]}}""", 1, "tensor 'a'", "data_offsets")]
    [InlineData("""{"a":{"shape":[1],"data_offsets":[0,1]}}""", 1, "tensor 'a'", "no dtype")]
    [InlineData("""{"__metadata__":{"a":1}}""", 0, "__metadata__", "not a string")]
    [InlineData("""{"__metadata__":{"a":"1","a":"2"}}""", 0, "__metadata__", "twice")]
    [InlineData(""" {}""", 0, "model.safetensors", "not a JSON object")]
    public void Unsound_headers_are_refused_by_name(string header, int data, params string[] named) =>
        AssertRefused(Bytes(header, data), named);

    [Theory]
    [InlineData("{}", 0)]
    [InlineData("""{"__metadata__":null}""", 0)]
    [InlineData("""{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4],"later":{"version":1}}}""", 4)]
    [InlineData("""{"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"a":{"dtype":"F32","shape":[3,0],"data_offsets":[0,0]}}""", 2)]
    public void Unusual_but_sound_headers_are_read(string header, int data) => Assert.True(ReadAll(Bytes(header, data)) >= 0);

    [Fact]
    public void A_missing_file_a_folder_and_an_unknown_tensor_are_named()
    {
        Assert.Contains("absent.safetensors", Assert.Throws<InputException>(() => SafeTensorsFile.Open(At("absent.safetensors"))).Message);
        Assert.Contains(folder, Assert.Throws<InputException>(() => SafeTensorsFile.Open(folder)).Message);
        File.WriteAllBytes(At(), Small());
        using var file = SafeTensorsFile.Open(At());
        string message = Assert.Throws<InputException>(() => file.Load("c")).Message;
        Assert.Contains("model.safetensors", message);
        Assert.Contains("'c'", message);
    }

    [Fact]
    public void Loading_converts_on_request_and_outlives_the_file()
    {
        using var scope = NewDisposeScope();
        SafeTensorsWriter.Write(At(), [("a", tensor(new[] { 1.5f, -2f }).to(bfloat16))]);
        var file = SafeTensorsFile.Open(At());
        var (stored, wide) = (file.Load("a"), file.Load("a", float32));
        file.Dispose();
        file.Dispose();
        Assert.Equal(bfloat16, stored.dtype);
        Assert.Equal([1.5f, -2f], wide.data<float>().ToArray());
        Assert.Throws<ObjectDisposedException>(() => file.Load("a"));
    }

    [Fact]
    public void A_file_that_shrinks_while_it_is_open_is_an_input_error()
    {
        File.WriteAllBytes(At(), Small());
        using var file = SafeTensorsFile.Open(At());
        using (
            var writer = new FileStream(
                At(),
                new FileStreamOptions
                {
                    Mode = FileMode.Open,
                    Access = FileAccess.Write,
                    Share = FileShare.ReadWrite,
                }
            )
        )
            writer.SetLength(100);
        Assert.Contains("model.safetensors", Assert.Throws<InputException>(() => file.Load("a")).Message);
        Assert.Throws<InputException>(() => file.Bytes("b"));
    }

    [Fact]
    public void Views_and_parameters_are_written_as_their_values()
    {
        using var scope = NewDisposeScope();
        var matrix = arange(6, float32).reshape(2, 3).requires_grad_();
        SafeTensorsWriter.Write(At(), [("t", matrix.t()), ("row", matrix[1])]);
        using var file = SafeTensorsFile.Open(At());
        Assert.Equal([0f, 3, 1, 4, 2, 5], file.Load("t").data<float>().ToArray());
        Assert.Equal([3f, 4, 5], file.Load("row").data<float>().ToArray());
    }

    [Fact]
    public void The_writer_refuses_what_the_format_cannot_say()
    {
        using var scope = NewDisposeScope();
        var one = ones(1);
        Assert.Throws<ArgumentException>(() => SafeTensorsWriter.Write(At(), [("a", one), ("a", one)]));
        Assert.Throws<ArgumentException>(() => SafeTensorsWriter.Write(At(), [("__metadata__", one)]));
        Assert.Throws<ArgumentException>(() => SafeTensorsWriter.Write(At(), [("a", one.to(complex64))]));
        Assert.Contains(
            "absent",
            Assert.Throws<InputException>(() => SafeTensorsWriter.Write(Path.Combine(folder, "absent", "x"), [("a", one)])).Message
        );
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    [Fact]
    public void Several_threads_may_load_from_one_file()
    {
        byte[] data = new byte[1 << 16];
        new Random(1).NextBytes(data);
        using (var all = tensor(data))
            SafeTensorsWriter.Write(At(), [("a", all)]);
        using var file = SafeTensorsFile.Open(At());
        Parallel.For(
            0,
            64,
            _ =>
            {
                using var loaded = file.Load("a");
                Assert.True(loaded.bytes.SequenceEqual(data));
            }
        );
    }

    byte[] Small()
    {
        using var scope = NewDisposeScope();
        SafeTensorsWriter.Write(
            At("small"),
            [("a", arange(4, float32).reshape(2, 2)), ("b", arange(3, int64))],
            new Dictionary<string, string> { ["format"] = "pt" }
        );
        return File.ReadAllBytes(At("small"));
    }

    static byte[] Bytes(string header, int data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header),
            file = new byte[8 + json.Length + data];
        BinaryPrimitives.WriteInt64LittleEndian(file, json.Length);
        json.CopyTo(file, 8);
        return file;
    }

    /// <summary>The number of tensors, all loaded, of a sound file; −1 for a refused one. Any other exception fails the test.</summary>
    int ReadAll(byte[] bytes)
    {
        File.Delete(At()); // some file systems wait for the disk when a file is cut and rewritten
        File.WriteAllBytes(At(), bytes);
        try
        {
            using var scope = NewDisposeScope();
            using var file = SafeTensorsFile.Open(At());
            foreach (var entry in file.Entries.Values)
            {
                Assert.Equal(entry.Shape, file.Load(entry.Name).shape);
                Assert.Equal(entry.Length, file.Bytes(entry.Name).Length);
            }
            return file.Entries.Count;
        }
        catch (InputException)
        {
            return -1;
        }
    }

    void AssertRefused(ReadOnlySpan<byte> bytes, params string[] named)
    {
        File.Delete(At());
        File.WriteAllBytes(At(), bytes);
        var refusal = Assert.Throws<InputException>(() => SafeTensorsFile.Open(At()));
        foreach (string name in named)
            Assert.Contains(name, refusal.Message);
    }
}
