using DcrDsl.Data.Files;
using DcrDsl.Specs;
using Parquet.Serialization;

namespace DcrDsl.Runtime.Tests.Data;

/// <summary>Damaged, hostile and half-readable Parquet files.</summary>
public sealed class ParquetTableTests : DataFileTests
{
    static readonly byte[] Duck = File.ReadAllBytes(Golden.Own("parquet/duckdb-zstd.parquet"));

    /// <summary>
    /// By DuckDB 1.5.6, PARQUET_VERSION v2: a text 'prompt' and a truth value 'flag', whose encoding RLE the package does not read.
    /// </summary>
    static readonly byte[] RunLengths = Convert.FromBase64String(Q2);

    /// <summary>By DuckDB 1.5.6: one row of a text 'prompt', date, timestamp, decimal, doubles (NaN, infinity) and the UUID 'u'.</summary>
    static readonly byte[] ManyTypes = Convert.FromBase64String(D5);

    // The package reads behind the end for ever; a test that fails here does not end.
    [Fact]
    public void A_byte_of_the_metadata_that_is_wrong_ends_in_a_sentence()
    {
        byte[] damaged = [.. Duck];
        damaged[1948] = 4; // the end of a struct becomes a number that has none
        Assert.Equal(
            "a.parquet is damaged or uses what the reader does not know (its metadata ends too early): fetch it again, or convert "
                + "it to .jsonl.",
            Mistake(() => TableFile.Read(Write("a.parquet", damaged)))
        );
    }

    [Theory]
    [InlineData(0x01)]
    [InlineData(0x04)]
    [InlineData(0x40)]
    [InlineData(0x80)]
    [InlineData(0xFF)]
    public void Whatever_byte_is_wrong_the_file_is_read_or_refused(int bits)
    {
        int refused = 0;
        for (int place = 4; place < Duck.Length - 4; place++)
        {
            byte[] damaged = [.. Duck];
            damaged[place] ^= (byte)bits;
            string path = Write("a.parquet", damaged);
            if (Record.Exception(() => TableFile.Read(path)) is not { } mistake)
                continue;
            refused++;
            Assert.StartsWith(path, Assert.IsType<InputException>(mistake).Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', mistake.Message);
        }
        Assert.InRange(refused, 500, Duck.Length);
    }

    [Fact]
    public void Metadata_nested_without_end_is_refused_and_does_not_overflow_the_stack()
    {
        byte[] deep = [.. "PAR1"u8, .. Enumerable.Repeat((byte)0xFC, 100_000), .. BitConverter.GetBytes(100_000), .. "PAR1"u8];
        Assert.Contains("nested too deep", Mistake(() => TableFile.Read(Write("a.parquet", deep))), StringComparison.Ordinal);
        byte[] long_ = [.. "PAR1"u8, 0x29, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0, .. BitConverter.GetBytes(8), .. "PAR1"u8];
        Assert.Contains(
            "a list of its metadata is not what it should be",
            Mistake(() => TableFile.Read(Write("a.parquet", long_))),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Columns_that_are_not_wanted_are_not_read()
    {
        string lengths = Write("lengths.parquet", RunLengths),
            types = Write("types.parquet", ManyTypes);
        Assert.Equal(3, Load(new() { Path = lengths }).Examples.Count);
        Assert.Single(Load(new() { Path = types }).Examples);
        Assert.StartsWith(
            "lengths.parquet: the column 'flag' cannot be read (",
            Mistake(() => Load(new() { Path = lengths, CategoryColumn = "flag" })),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "types.parquet: the column 'u' cannot be read (values of type Guid are not read)",
            Mistake(() =>
                Load(
                    new()
                    {
                        Path = types,
                        WhereColumn = "u",
                        WhereValue = "x",
                    }
                )
            ),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "types.parquet: no column 'q', only 'prompt', 'd', 't', 'dec', 'nan', 'h', 'u'",
            Mistake(() => Load(new() { Path = types, PromptColumn = "q" })),
            StringComparison.Ordinal
        );
    }

    sealed class Odd
    {
        public string? prompt { get; set; }

        public byte[]? image { get; set; }

        public Dictionary<string, string>? map { get; set; }

        public Guid id { get; set; }
    }

    [Fact]
    public async Task Maps_binary_values_and_identifiers_beside_the_prompt_do_not_matter()
    {
        using var stream = new MemoryStream();
        await ParquetSerializer.SerializeAsync(
            [
                new Odd
                {
                    prompt = "a",
                    image = [1, 2],
                    map = new() { ["k"] = "v" },
                    id = Guid.NewGuid(),
                },
                new Odd { prompt = "b" },
            ],
            stream,
            cancellationToken: TestContext.Current.CancellationToken
        );
        string path = Write("a.parquet", stream.ToArray());
        Assert.Equal(["a", "b"], Load(new() { Path = path }).Examples.Select(e => e.Prompt));
        foreach (string column in new[] { "image", "map", "id" })
            Assert.StartsWith(
                "a.parquet",
                Mistake(() =>
                    Load(
                        new()
                        {
                            Path = path,
                            WhereColumn = column,
                            WhereValue = "x",
                        }
                    )
                ),
                StringComparison.Ordinal
            );
    }

    sealed class Text
    {
        public string prompt { get; set; } = "";
    }

    [Fact]
    public async Task What_a_small_file_unpacks_to_is_bounded()
    {
        using var packed = new MemoryStream();
        string text = new('a', 100_000);
        await ParquetSerializer.SerializeAsync(
            Enumerable.Range(0, 50).Select(i => new Text { prompt = text + i % 2 }),
            packed,
            new() { CompressionMethod = Parquet.CompressionMethod.Gzip },
            cancellationToken: TestContext.Current.CancellationToken
        );
        byte[] file = packed.ToArray();
        Assert.InRange(file.Length, 0, 1_000_000);
        string path = Path.Combine(Folder, "a.parquet");
        Assert.Equal(50, ParquetTable.Read(path, file, _ => true, largest: 6_000_000).Rows.Count);
        Assert.Equal(
            "a.parquet holds more than 3.81 MB: split it into several files.",
            Mistake(() => ParquetTable.Read(path, file, _ => true, largest: 4_000_000))
        );
        Assert.Equal(
            "a.parquet holds more than 97.66 KB: split it into several files.",
            Mistake(() => ParquetTable.Read(path, file, _ => true, largest: 100_000))
        );
        Assert.Equal(50, ParquetTable.Read(path, file, column => column != "prompt", largest: 100_000).Rows.Count);
    }

    [Theory]
    [InlineData(Parquet.CompressionMethod.Gzip)]
    [InlineData(Parquet.CompressionMethod.Snappy)]
    [InlineData(Parquet.CompressionMethod.Zstd)]
    [InlineData(Parquet.CompressionMethod.Brotli)]
    public async Task A_page_that_unpacks_to_more_than_it_says_is_refused(Parquet.CompressionMethod compression)
    {
        using var packed = new MemoryStream();
        await ParquetSerializer.SerializeAsync(
            [new Text { prompt = new('a', 3_000_000) }],
            packed,
            new() { CompressionMethod = compression },
            cancellationToken: TestContext.Current.CancellationToken
        );
        byte[] file = packed.ToArray();
        Assert.Equal(3_000_000, ParquetTable.Read("a.parquet", file, _ => true).Rows[0].Text("prompt").Length);
        // The first page's header: 15 (its kind), 15 (its size when unpacked: a number of four bytes).
        Assert.Equal([0x15, 0x00, 0x15], file[4..7]);
        new byte[] { 0xC8, 0x81, 0x80, 0x00 }.CopyTo(file, 7); // 100 bytes
        string sentence = Mistake(() => ParquetTable.Read("a.parquet", file, _ => true, largest: 2_500_000));
        Assert.Contains(
            compression == Parquet.CompressionMethod.Zstd ? "holds more than 2.38 MB" : "a page unpacks to more than it says",
            sentence,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Rows_are_counted_however_short_they_are()
    {
        string lines = string.Concat(Enumerable.Repeat("a\n", TableFile.MostRows + 1));
        string sentence = " has more than 2,000,000 rows: split it into several files.";
        Assert.Equal("a.txt.gz" + sentence, Mistake(() => TableFile.Read(Write("a.txt.gz", Gzip(lines)))));
        Assert.Equal("a.csv.gz" + sentence, Mistake(() => TableFile.Read(Write("a.csv.gz", Gzip("p\n" + lines)))));
        Assert.Equal(
            "a.json.gz" + sentence,
            Mistake(() => TableFile.Read(Write("a.json.gz", Gzip("[" + lines.Replace("a\n", "1,", StringComparison.Ordinal) + "1]"))))
        );
    }

    [Fact]
    public void Questions_in_parquet_are_read_by_the_columns_that_a_format_names()
    {
        var task = new MultipleChoiceTask
        {
            Name = "T",
            Path = Write("types.parquet", ManyTypes),
            Format = new()
            {
                Text = "{{prompt}}",
                Choices = "{{['a', 'b']}}",
                Target = "{{0}}",
            },
        };
        Assert.Single(DcrDsl.Evaluation.Choices.ChoiceQuestions.Load(task));
        Assert.Contains(
            "the column 'u' cannot be read",
            Mistake(() => DcrDsl.Evaluation.Choices.ChoiceQuestions.Load(task with { Format = task.Format with { Text = "{{u}}" } })),
            StringComparison.Ordinal
        );
    }

    const string Q2 =
        "UEFSMRUEFR4VHkwVBhUAEgAAAQAAAEEBAAAAQgEAAABDFQYVDBUMXBUGFQAVBhUQFQQVABIAAAYBAgMkABUGFQwVDFwVBhUAFQYVBhUAFQASAAACAAAAAwMZ"
        + "EQIZGAFBGRgBQxUCGRYAKSYABgAZEQIZGAEAGRgBARUCGRYAABkcFkIVOBYAABkWBgAZHBZ6FTgWAAAAFQQZPDUAGAZzY2hlbWEVBAAVDCUCGAZwcm9tcHQl"
        + "AEwcAAAAFQAlABgEZmxhZwAWBhkcGSwmABwVDBk1AAYQGRgGcHJvbXB0FQAWBhZyFnImQiYIHDYAKAFDGAFBEREAGSwVBBUAFQIAFQAVEBUCADwWBhkGGSYA"
        + "BgAAFv4BFRoWsgEVKgAmABwVABkVBhkYBGZsYWcVABYGFjgWOCZ6PBgBARgBABYAKAEBGAEAEREAGRwVABUGFQIAABaYAhUUFtwBFSIAFqoBFgYmCBaqAQAo"
        + "IHBhcnF1ZXQtY3BwLWFycm93IHZlcnNpb24gMjUuMC4xGSwcAAAcAAAA/AAAAFBBUjE=";

    const string D5 =
        "UEFSMRUAFRYVGiwVAhUAFQYVBgAACygCAAAAAgEBAAAAQRUAFRQVGCwVAhUAFQYVBgAACiQCAAAAAgEMTQAAFQAVHBUgLBUCFQAVBhUGAAAONAIAAAACAYC1"
        + "T8DtDQYAFQAVHBUgLBUCFQAVBhUGAAAONAIAAAACAZYAAAAAAAAAFQAVHBUgLBUCFQAVBhUGAAAONAIAAAACAQAAAAAAAPh/FQAVHBUgLBUCFQAVBhUGAAAO"
        + "NAIAAAACAQAAAAAAAPA/FQAVLBUwLBUCFQAVBhUGAAAWVAIAAAACAQh7E5ElB0VakUWJHe2UsEoVAhmMNQAYDWR1Y2tkYl9zY2hlbWEVDgAVDCUCGAZwcm9t"
        + "cHQlAAAVAiUCGAFkJQwAFQQlAhgBdCUUTIwSHCwAAAAAABUEJQIYA2RlYyUKFQQVFCxcFQQVFAAAABUKJQIYA25hbgAVCiUCGAFoABUOFSAVAhgBdWzsAAAA"
        + "FgIZHBl8JgAcFQwZFQAZGAZwcm9tcHQVAhYCFjgWPCYIPBgBQRgBQRYAKAFBGAFBEREAAAAmABwVAhkVABkYAWQVAhYCFjYWOiZEPBgEDE0AABgEDE0AABYA"
        + "KAQMTQAAGAQMTQAAEREAAAAmABwVBBkVABkYAXQVAhYCFj4WQiZ+PBgIgLVPwO0NBgAYCIC1T8DtDQYAFgAoCIC1T8DtDQYAGAiAtU/A7Q0GABERAAAAJgAc"
        + "FQQZFQAZGANkZWMVAhYCFj4WQibAATwYCJYAAAAAAAAAGAiWAAAAAAAAABYAKAiWAAAAAAAAABgIlgAAAAAAAAAREQAAACYAHBUKGRUAGRgDbmFuFQIWAhY+"
        + "FkImggI8NgAAAAAmABwVChkVABkYAWgVAhYCFj4WQibEAjw2AAAAACYAHBUOGRUAGRgBdRUCFgIWThZSJoYDPBgQCHsTkSUHRVqRRYkd7ZSwShgQCHsTkSUH"
        + "RVqRRYkd7ZSwShYAKBAIexORJQdFWpFFiR3tlLBKGBAIexORJQdFWpFFiR3tlLBKEREAAAAWtAMWAiYIFtADACgoRHVja0RCIHZlcnNpb24gdjEuNS42IChi"
        + "dWlsZCAwNjljYzlmOWI1KRl8HAAAHAAAHAAAHAAAHAAAHAAAHAAAAGYCAABQQVIx";
}
