using System.Globalization;
using System.Text;
using System.Text.Json;
using DcrDsl.Data.Files;
using Parquet;
using Parquet.Schema;
using Parquet.Serialization;

namespace DcrDsl.Runtime.Tests.Data;

public sealed class TableFileTests : DataFileTests
{
    string Mistake(string path) => Mistake(() => TableFile.Read(path));

    static string Rows(TableFile table) => string.Join('\n', table.Rows.Select(row => $"{row.Position}: {row.Values.GetRawText()}"));

    [Theory]
    [InlineData(
        "a.csv",
        "id,q\r\n1,\"a\r\nb\"\r\n\r\n2,c\r\n",
        "line 2: {\"id\":\"1\",\"q\":\"a\\r\\nb\"}\nline 5: {\"id\":\"2\",\"q\":\"c\"}"
    )]
    [InlineData("a.jsonl", "{\"q\":1}\n\n{\"r\":null}", "line 1: {\"q\":1}\nline 3: {\"r\":null}")]
    [InlineData("a.json", " [ {\"q\":[1,{}]},\n{}] ", "item 1: {\"q\":[1,{}]}\nitem 2: {}")]
    [InlineData(
        "b.json",
        "{\"q\": [\"a\", 2], \"none\": [], \"r\": [null, {\"x\": []}]}",
        "item 1: {\"q\":\"a\",\"r\":null}\nitem 2: {\"q\":2,\"r\":{\"x\":[]}}"
    )]
    [InlineData("lines.json", "\n{\"q\":\"A\"}\r\n\n{\"q\":\"B\"}\n", "line 2: {\"q\":\"A\"}\nline 4: {\"q\":\"B\"}")]
    [InlineData("list.jsonl", "[\n{\"q\":1},\n{\"q\":2}\n]", "item 1: {\"q\":1}\nitem 2: {\"q\":2}")]
    [InlineData("a.txt", "one\r\n \n two\u2028three ", "line 1: {\"text\":\"one\"}\nline 3: {\"text\":\" two\\u2028three \"}")]
    [InlineData("b.jsonl", "{\"q\":\"one\u2028two\u0085\"}\n", "line 1: {\"q\":\"one\u2028two\u0085\"}")]
    public void Every_container_gives_rows_with_their_places(string name, string text, string rows) =>
        Assert.Equal(rows, Rows(TableFile.Read(Write(name, text))));

    [Fact]
    public void Columns_are_those_of_all_rows()
    {
        Assert.Equal(["q", "r"], TableFile.Read(Write("a.jsonl", "{\"q\":1}\n{\"r\":2,\"q\":3}")).Columns);
        Assert.Equal(["q", "none"], TableFile.Read(Write("a.json", "{\"q\":[1],\"none\":[]}")).Columns);
        Assert.Equal(["text"], TableFile.Read(Write("a.txt", "a")).Columns);
    }

    [Fact]
    public void A_csv_file_without_a_header_gets_its_names()
    {
        var table = TableFile.Read(Write("a.csv", "x,\"1,2\"\n\ny,3\n"), ["question", "answer"]);
        Assert.Equal("line 1: {\"question\":\"x\",\"answer\":\"1,2\"}\nline 3: {\"question\":\"y\",\"answer\":\"3\"}", Rows(table));
        string path = Write("a.csv", "x,1\ny\n");
        Assert.EndsWith(
            "a.csv, line 2: 1 field where wanted are 2: put fields that hold commas in quotation marks.",
            Assert.Throws<InputException>(() => TableFile.Read(path, ["question", "answer"])).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Values_are_asked_for_by_name()
    {
        var row = TableFile.Read(Write("a.jsonl", "{\"a\":\"x\",\"n\":1.50,\"t\":true,\"z\":null,\"l\":[]}")).Rows[0];
        Assert.Equal(("x", "1.50", "true"), (row.Text("a"), row.OptionalText("n"), row.OptionalText("t")));
        Assert.Null(row.OptionalText("z"));
        Assert.Null(row.Find("none"));
        string Message(Action act) => Assert.Throws<InputException>(act).Message[(Folder.Length + 1)..];
        Assert.Equal("a.jsonl, line 1: 'n' is a number where text is wanted: write a string.", Message(() => row.Text("n")));
        Assert.Equal("a.jsonl, line 1: there is no 'b', only 'a', 'n', 't', 'z', 'l': add it to the row.", Message(() => row.Text("b")));
        Assert.Equal("a.jsonl, line 1: 'l' is a list where text is wanted: name another property.", Message(() => row.OptionalText("l")));
    }

    public static TheoryData<string, string, string> BadFiles =>
        new()
        {
            { "a.json", "", "a.json is empty: fill it, or name another file." },
            { "a.json", "{}", "a.json has no rows: fill it, or name another file." },
            { "a.json", "{\"q\": []}", "a.json has no rows: fill it, or name another file." },
            { "a.json", "3", "a.json: a number where a list is wanted: write a list of objects, as in [{\"prompt\": \"…\"}]." },
            {
                "a.json",
                "[{\"q\":1},\n[]]",
                "a.json, item 2: a list where an object is wanted: write a list of objects, as in [{\"prompt\": \"…\"}]."
            },
            {
                "a.json",
                "[{\"q\":1},\n{\"q\":]",
                "a.json, line 2: not JSON, from character 6 on: write a list of objects, as in [{\"prompt\": \"…\"}]."
            },
            {
                "a.json",
                "{\"q\":1}\n{\"q\":}",
                "a.json, line 2: not JSON, from character 6 on: write one object a line, as in {\"prompt\": \"…\"}."
            },
            {
                "a.json",
                "{\n\"q\":[1]}\n{\"q\":[2]}",
                "a.json, line 3: not JSON, from character 1 on: write a list of objects, as in [{\"prompt\": \"…\"}]."
            },
            {
                "a.jsonl",
                "[{\"q\":1},\n3]",
                "a.jsonl, item 2: a number where an object is wanted: write a list of objects, as in [{\"prompt\": \"…\"}]."
            },
            {
                "a.json",
                "{\"version\":\"1\",\"data\":[]}",
                "a.json: an object in which 'version' is a string, so it holds neither rows nor columns: write a list of objects, as in "
                    + "[{\"prompt\": \"…\"}]."
            },
            {
                "a.json",
                "{\"q\":[1,2],\"r\":[1]}",
                "a.json: 'r' has 1 values where another column has 2: give every column as many, or none."
            },
            { "a.jsonl", "{\"q\":1}\n{\"q\":1,\"q\":2}", "a.jsonl, line 2: a property stands twice in one object: keep one of the two." },
            {
                "a.jsonl",
                "{\"q\":1}\n{\"q\":\"\\ud83d!\"}",
                "a.jsonl, line 2: a string with half a character (one of two \\u escapes that only count together), so it is no text: "
                    + "repair or delete it."
            },
            {
                "a.json",
                "[{\"q\":\"a\"},\n{\"\\udc00\":1}]",
                "a.json, line 2: a string with half a character (one of two \\u escapes that only count together), so it is no text: "
                    + "repair or delete it."
            },
            { "a.parquet", "PAR1 and so on", "a.parquet is not a whole Parquet file: fetch it again." },
            { "a.parquet", "", "a.parquet is not a whole Parquet file: fetch it again." },
            {
                "a.xlsx",
                "",
                "a.xlsx ends neither in .csv, .jsonl, .json, .txt (with .gz behind it where gzipped) nor in .parquet: convert it to "
                    + "one of them."
            },
        };

    [Theory]
    [MemberData(nameof(BadFiles))]
    public void A_bad_file_gets_one_sentence(string name, string text, string message) => Assert.Equal(message, Mistake(Write(name, text)));

    [Theory]
    [InlineData(64, true)]
    [InlineData(100, false)]
    [InlineData(1_000_000, false)]
    public void Deep_json_is_refused_and_does_not_overflow_the_stack(int depth, bool closed)
    {
        string deep = string.Concat(Enumerable.Repeat("[", depth)) + (closed ? string.Concat(Enumerable.Repeat("]", depth)) : "");
        Assert.Equal(
            "a.json, line 1: nested more than 64 deep: write a list of objects, as in [{\"prompt\": \"…\"}].",
            Mistake(Write("a.json", "[" + deep + "]"))
        );
        Assert.StartsWith(
            "a.jsonl, line 2: nested more than 64 deep",
            Mistake(Write("a.jsonl", "{}\n{\"q\":" + deep + "}")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_file_that_would_not_fit_into_memory_is_refused_before_it_is_unzipped_whole()
    {
        string text = new('a', 3_000_000);
        Assert.Equal(3_000_000, TextFile.Bytes(Write("a.txt.gz", Gzip(text)), 3_000_000).Length);
        Assert.Equal(
            "a.txt.gz holds more than 2.38 MB: split it into several files.",
            Mistake(() => TextFile.Bytes(Path.Combine(Folder, "a.txt.gz"), 2_500_000))
        );
        Assert.Equal(
            "a.txt holds more than 2.38 MB: split it into several files.",
            Mistake(() => TextFile.Bytes(Write("a.txt", text), 2_500_000))
        );
    }

    sealed class Message
    {
        public string? Role { get; set; }

        public string? Content { get; set; }
    }

    sealed class Item
    {
        public string? Prompt { get; set; }

        public long Number { get; set; }

        public double? Score { get; set; }

        public bool Flag { get; set; }

        public List<Message>? Messages { get; set; }

        public List<string>? Names { get; set; }

        public List<List<int>>? Nested { get; set; }
    }

    static readonly Item[] Items =
    [
        new()
        {
            Prompt = "a",
            Number = 1,
            Score = 0.5,
            Flag = true,
            Messages = [new() { Role = "user", Content = "hi" }, new() { Role = "assistant", Content = "ü" }],
            Names = ["x", "y"],
            Nested =
            [
                [1, 2],
                [],
                [3],
            ],
        },
        new()
        {
            Prompt = null,
            Number = -2,
            Score = null,
            Messages = [],
            Names = [],
            Nested = [],
        },
        new()
        {
            Prompt = "",
            Number = long.MaxValue,
            Score = double.NaN,
            Messages = null,
            Names = null,
            Nested = null,
        },
        new()
        {
            Prompt = "d\n\"",
            Number = 4,
            Score = 4,
            Messages = [new() { Role = null, Content = "x" }],
            Names = ["z"],
            Nested =
            [
                [],
            ],
        },
    ];

    const string ItemRows = """
        row 1: {"Prompt":"a","Number":1,"Score":0.5,"Flag":true,"Messages":[{"Role":"user","Content":"hi"},{"Role":"assistant","Content":"\u00FC"}],"Names":["x","y"],"Nested":[[1,2],[],[3]]}
        row 2: {"Prompt":null,"Number":-2,"Score":null,"Flag":false,"Messages":[],"Names":[],"Nested":[]}
        row 3: {"Prompt":"","Number":9223372036854775807,"Score":null,"Flag":false,"Messages":null,"Names":null,"Nested":null}
        row 4: {"Prompt":"d\n\u0022","Number":4,"Score":4,"Flag":false,"Messages":[{"Role":null,"Content":"x"}],"Names":["z"],"Nested":[[]]}
        """;

    static async Task<byte[]> Parquet<T>(IEnumerable<T> rows, ParquetOptions? options = null)
    {
        using var stream = new MemoryStream();
        await ParquetSerializer.SerializeAsync(rows, stream, options);
        return stream.ToArray();
    }

    [Theory]
    [InlineData(CompressionMethod.None, 1000)]
    [InlineData(CompressionMethod.Snappy, 3)]
    [InlineData(CompressionMethod.Gzip, 1)]
    [InlineData(CompressionMethod.Zstd, 2)]
    public async Task Parquet_gives_back_what_was_written_nested_and_missing_values_too(CompressionMethod compression, int rowsOfGroup) =>
        Assert.Equal(
            ItemRows.ReplaceLineEndings("\n"),
            Rows(
                TableFile.Read(
                    Write("a.parquet", await Parquet(Items, new() { CompressionMethod = compression, RowGroupSize = rowsOfGroup }))
                )
            )
        );

    [Fact]
    public async Task A_damaged_parquet_file_never_ends_in_anything_but_a_sentence()
    {
        byte[] whole = await Parquet(Items);
        for (int length = 0; length < whole.Length; length += 3)
            Assert.StartsWith(
                "a.parquet is not a whole Parquet file",
                Mistake(Write("a.parquet", whole[..length])),
                StringComparison.Ordinal
            );
        var random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 300; i++)
        {
            byte[] damaged = [.. whole];
            damaged[random.Next(4, whole.Length - 4)] ^= (byte)(1 << random.Next(8));
            string path = Write("a.parquet", damaged);
            if (Xunit.Record.Exception(() => TableFile.Read(path)) is { } mistake)
            {
                refused++;
                Assert.StartsWith(path, Assert.IsType<InputException>(mistake).Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', mistake.Message);
            }
        }
        Assert.InRange(refused, 30, 300);
    }
}
