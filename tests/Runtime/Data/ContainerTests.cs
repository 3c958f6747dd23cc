using System.Text;
using System.Text.Json;
using CsCheck;
using DcrDsl.Specs;
using Parquet.Serialization;

namespace DcrDsl.Runtime.Tests.Data;

/// <summary>The same rows give the same examples, whatever holds them.</summary>
public sealed class ContainerTests : DataFileTests
{
    sealed record Row(string prompt, string answer, string kind);

    static readonly string[] Pieces =
    [
        "a",
        "Hello",
        " ",
        ",",
        ";",
        "\"",
        "\"\"",
        "'",
        "\n",
        "\t",
        "\\",
        "\\n",
        "{",
        "}",
        "[",
        "é",
        "😀",
        "\u2028",
        "\u0085",
        "\u00a0",
        "#",
        "0",
        "null",
        "true",
        "<b>",
        "&",
    ];

    static readonly Gen<string> Text =
        from pieces in Gen.Int[0, Pieces.Length - 1].Select(i => Pieces[i]).Array[0, 12]
        // Readers may differ in what they make of white space at an end; what is between must stay.
        select "x" + string.Concat(pieces) + "y";

    static readonly Gen<Row[]> Rows = Gen.Select(Text, Text, Text, (prompt, answer, kind) => new Row(prompt, answer, kind)).Array[1, 20];

    static string Csv(Row[] rows)
    {
        static string Cell(string text) =>
            text.AsSpan().ContainsAny(",\"\n\r") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
        return "prompt,answer,kind\r\n" + string.Concat(rows.Select(row => $"{Cell(row.prompt)},{Cell(row.answer)},{Cell(row.kind)}\r\n"));
    }

    static byte[] Parquet(Row[] rows)
    {
        using var stream = new MemoryStream();
        ParquetSerializer.SerializeAsync(rows, stream, new() { RowGroupSize = 7 }).GetAwaiter().GetResult();
        return stream.ToArray();
    }

    [Fact]
    public void Every_container_gives_the_same_examples() =>
        Rows.Sample(
            rows =>
            {
                string lines = string.Join('\n', rows.Select(row => JsonSerializer.Serialize(row)));
                string columns = JsonSerializer.Serialize(
                    new
                    {
                        prompt = rows.Select(r => r.prompt),
                        answer = rows.Select(r => r.answer),
                        kind = rows.Select(r => r.kind),
                    }
                );
                string list = JsonSerializer.Serialize(rows, new JsonSerializerOptions { WriteIndented = true });
                string[] paths =
                [
                    Write("a.csv", Csv(rows)),
                    Write("a.csv.gz", Gzip(Csv(rows))),
                    Write("marked.csv", [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Csv(rows))]),
                    Write("a.jsonl", lines),
                    Write("a.jsonl.gz", Gzip(lines)),
                    Write("crlf.jsonl", lines.Replace("\n", "\r\n", StringComparison.Ordinal)),
                    Write("a.json", list),
                    Write("a.json.gz", Gzip(list)),
                    Write("columns.json", columns),
                    Write("a.parquet", Parquet(rows)),
                ];
                foreach (string path in paths)
                {
                    var examples = Load(
                        new()
                        {
                            Path = path,
                            ResponseColumn = "answer",
                            CategoryColumn = "kind",
                        }
                    ).Examples;
                    Assert.Equal(rows, examples.Select(e => new Row(e.Prompt, e.Response!, e.Category)));
                }
            },
            iter: 40,
            threads: 1
        );

    [Fact]
    public async Task Conversations_come_from_parquet_as_from_json()
    {
        (string role, string? content)[][] chats =
        [
            [("user", "Hi"), ("assistant", "Hello")],
            [("user", "One?"), ("assistant", "Two."), ("user", "Three?"), ("assistant", null)],
        ];
        using var stream = new MemoryStream();
        await ParquetSerializer.SerializeAsync(
            chats.Select(chat => new Chat { messages = [.. chat.Select(turn => new Turn { role = turn.role, content = turn.content })] }),
            stream,
            cancellationToken: TestContext.Current.CancellationToken
        );
        var examples = Load(new() { Path = Write("a.parquet", stream.ToArray()), Layout = PromptLayout.Messages }).Examples;
        Assert.Equal([("Hi", "Hello"), ("One?", "Two.")], examples.Select(e => (e.Prompt, e.Response!)));
        Assert.Equal(Path.Combine(Folder, "a.parquet") + ", row 2", examples[1].Origin);
    }

    [Fact]
    public async Task A_missing_text_in_parquet_is_told_with_its_row()
    {
        using var stream = new MemoryStream();
        await ParquetSerializer.SerializeAsync(
            new[]
            {
                new Turn { role = "a", content = "b" },
                new Turn { role = "c", content = null },
            },
            stream,
            cancellationToken: TestContext.Current.CancellationToken
        );
        string path = Write("a.parquet", stream.ToArray());
        Assert.Equal(
            "a.parquet, row 2: 'content' is null where text is wanted: write a string, or name another property with PromptColumn.",
            Mistake(() => Load(new() { Path = path, PromptColumn = "content" }))
        );
        Assert.Equal(
            ["b", ""],
            Load(
                new()
                {
                    Path = path,
                    PromptColumn = "role",
                    CategoryColumn = "content",
                }
            )
                .Examples.Select(e => e.Category)
        );
    }

    public static TheoryData<string> OtherWriters =>
        [.. Directory.GetFiles(Golden.Own("parquet"), "*.parquet").Select(file => Path.GetFileNameWithoutExtension(file)).Order()];

    [Theory]
    [MemberData(nameof(OtherWriters))]
    public void Parquet_of_other_writers_holds_what_they_say(string name)
    {
        var expected = DcrDsl.Data.Files.TableFile.Read(Golden.Own($"parquet/{name}.jsonl")).Rows;
        var actual = DcrDsl.Data.Files.TableFile.Read(Golden.Own($"parquet/{name}.parquet")).Rows;
        Assert.Equal(expected.Count, actual.Count);
        Assert.All(
            expected.Zip(actual),
            pair => Assert.True(JsonElement.DeepEquals(pair.First.Values, pair.Second.Values), $"{pair.First.Values}\n{pair.Second.Values}")
        );
    }

    sealed class Chat
    {
        public List<Turn> messages { get; set; } = [];
    }

    sealed class Turn
    {
        public string? role { get; set; }

        public string? content { get; set; }
    }
}
