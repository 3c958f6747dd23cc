using System.Text;
using DcrDsl.Definition;
using DcrDsl.Execution.Origin;
using DcrDsl.Planning;
using DcrDsl.Reports;
using DcrDsl.Results;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>Files of a run folder that were damaged, cut off or edited: each is named in one sentence, or read as what it is.</summary>
public class RunFileFaultTests
{
    const string Remedy = "; remove or restore the line, or run the experiment again.";

    [Fact]
    public void A_cell_that_is_there_twice_is_named()
    {
        using var run = OneSeed();
        string[] lines = Lines(run, "cells.jsonl");

        var mistake = WithLines(run, "cells.jsonl", [.. lines, lines[1]]);

        Assert.Equal($"{In(run, "cells.jsonl")}, line 4: the cell 'stl-aug-seed0' stands in line 2 already{Remedy}", mistake);
    }

    [Fact]
    public void A_stage_run_that_is_there_twice_is_named()
    {
        using var run = OneSeed();
        string[] lines = Lines(run, "stages.jsonl");

        var mistake = WithLines(run, "stages.jsonl", [lines[0], .. lines]);

        Assert.Equal($"{In(run, "stages.jsonl")}, line 2: the stage run 'seed0-Base' stands in line 1 already{Remedy}", mistake);
    }

    [Theory]
    [InlineData("cells.jsonl", "\"id\":\"stl-seed0\"", "\"id\":\"stl-seed7\"", 1, "the run has no cell 'stl-seed7'")]
    [InlineData("cells.jsonl", "\"arm\":\"STL\"", "\"arm\":\"SLT\"", 1, "the run has no arm 'SLT'")]
    [InlineData(
        "cells.jsonl",
        "\"seed0-Learn\",\"seed0-Learn-Align\",",
        "null,\"seed0-Learn-Align\",",
        1,
        "the cell names the stage run '', of which stages.jsonl has no line"
    )]
    [InlineData("stages.jsonl", "\"stage\":\"Learn\"", "\"stage\":\"Lern\"", 2, "no arm of the run has the stage 'Lern'")]
    [InlineData(
        "stages.jsonl",
        "\"parent\":\"seed0-Base\"",
        "\"parent\":\"seed9-Base\"",
        2,
        "it follows 'seed9-Base', of which there is no line"
    )]
    public void A_line_about_something_that_the_run_does_not_have_is_named(string file, string from, string to, int line, string what)
    {
        using var run = OneSeed();
        string text = File.ReadAllText(In(run, file));
        Assert.Contains(from, text);

        var mistake = WithText(run, file, text.Replace(from, to, StringComparison.Ordinal));

        Assert.Equal($"{In(run, file)}, line {line}: {what}{Remedy}", mistake);
    }

    [Fact]
    public void A_stage_run_whose_line_was_removed_is_missed_by_its_cell()
    {
        using var run = OneSeed();
        string[] lines = Lines(run, "stages.jsonl");

        var mistake = WithLines(
            run,
            "stages.jsonl",
            [.. lines.Where(l => !l.Contains("\"id\":\"seed0-Learn-Align-Score-Verdicts\"", StringComparison.Ordinal))]
        );

        Assert.Equal(
            $"{In(run, "cells.jsonl")}, line 1: the cell names the stage run 'seed0-Learn-Align-Score-Verdicts', of which stages.jsonl has "
                + $"no line{Remedy}",
            mistake
        );
    }

    [Theory]
    [InlineData("cells.jsonl")]
    [InlineData("stages.jsonl")]
    [InlineData("failures.jsonl")]
    public void A_missing_file_is_named(string file)
    {
        using var run = OneSeed();
        File.Delete(In(run, file));

        Assert.Equal(
            $"{In(run, file)} is missing: restore it, or run the experiment again.",
            Assert.Throws<InputException>(() => run.Results).Message
        );
    }

    [Theory]
    [InlineData("cells.jsonl")]
    [InlineData("experiment.json")]
    [InlineData("provenance.json")]
    public void A_folder_in_place_of_a_file_is_no_run_or_named(string file)
    {
        using var run = OneSeed();
        File.Delete(In(run, file));
        Directory.CreateDirectory(In(run, file));

        if (file == "provenance.json")
            Assert.Null(run.Results.Provenance);
        else
            Assert.Contains(file, Assert.Throws<InputException>(() => run.Results).Message);
    }

    [Theory]
    [InlineData("\"seed\":0", "\"seed\":\"0\"x")]
    [InlineData("\"seed\":0", "\"seed\":[]")]
    [InlineData("\"metrics\":{", "\"metrics\":{\"NoMetric\":1,")]
    [InlineData("\"arm\":\"STL\"", "\"arm\":null")]
    public void A_value_of_the_wrong_kind_is_named(string from, string to)
    {
        using var run = OneSeed();
        string text = File.ReadAllText(In(run, "cells.jsonl"));
        Assert.Contains(from, text);

        var mistake = WithText(run, "cells.jsonl", text.Replace(from, to, StringComparison.Ordinal));

        Assert.Equal(
            $"{In(run, "cells.jsonl")}, line 1: this is not a line that DcrDsl wrote; remove the line, or run the experiment again.",
            mistake
        );
    }

    [Fact]
    public void Bytes_that_are_not_text_are_named()
    {
        using var run = OneSeed();
        byte[] bytes = File.ReadAllBytes(In(run, "cells.jsonl"));
        bytes[Array.IndexOf(bytes, (byte)'L')] = 0xC3;
        File.WriteAllBytes(In(run, "cells.jsonl"), bytes);

        Assert.Contains("cells.jsonl, line 1: ", Assert.Throws<InputException>(() => run.Results).Message);
    }

    [Fact]
    public void Blank_lines_a_byte_order_mark_ends_of_another_system_and_a_last_line_without_its_end_change_nothing()
    {
        using var run = OneSeed();
        string[] lines = Lines(run, "cells.jsonl");
        File.WriteAllText(
            In(run, "cells.jsonl"),
            string.Join("\r\n", ["", lines[0], " \t", .. lines[1..]]),
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: true)
        );

        var results = run.Results;

        Assert.Equal(["stl-seed0", "stl-aug-seed0", "dcr-seed0"], results.Cells.Select(c => c.Id));
        Assert.Empty(results.Notes);
    }

    [Fact]
    public void Files_without_a_line_are_those_of_a_run_that_was_stopped_at_once()
    {
        using var run = OneSeed();
        File.WriteAllText(In(run, "cells.jsonl"), "");
        File.WriteAllText(In(run, "stages.jsonl"), "");

        Assert.Empty(run.Results.Cells);
        Assert.Contains("was stopped before it reached 3 of its 3 cells", HtmlReport.Of(ReportModel.Of(run.Results)));
    }

    [Fact]
    public void A_missing_file_of_completions_is_named()
    {
        using var run = OneSeed();
        string file = Path.Combine(run.Folder, "completions", "stl-seed0.jsonl");
        File.Delete(file);

        Assert.Equal(
            $"{file} is not there: run the evaluation that writes it.",
            Assert.Throws<InputException>(() => ReportModel.Of(run.Results)).Message
        );
    }

    [Fact]
    public void Every_byte_of_a_file_is_read_once_however_many_lines_it_has()
    {
        byte[] text = Encoding.UTF8.GetBytes(
            string.Concat(
                Enumerable
                    .Range(0, 8_000)
                    .Select(i => $$"""{"stageRun":"r{{i}}","cells":["c{{i}}"],"reason":"{{new string('x', 200)}}"}""" + "\n")
            )
        );
        using var stream = new CountingStream(text);

        var records = LineFile<FailureRecord>.Read(stream, "failures.jsonl", RunRecordsJson.Default.FailureRecord, []);

        Assert.Equal(8_000, records.Count);
        Assert.Equal((8_000, "r7999"), (records[^1].Line, records[^1].Record.StageRun));
        Assert.Equal(text.Length, stream.BytesRead);
    }

    [Fact]
    public void The_work_of_reading_grows_with_the_file_and_not_with_its_square()
    {
        long few = Allocated(1_000),
            many = Allocated(8_000);

        Assert.InRange(many, few, 10 * few);
    }

    static long Allocated(int lines)
    {
        byte[] text = Encoding.UTF8.GetBytes(
            string.Concat(Enumerable.Range(0, lines).Select(i => $$"""{"stageRun":"r{{i}}","cells":[],"reason":"x"}""" + "\n"))
        );
        using var stream = new MemoryStream(text);
        LineFile<FailureRecord>.Read(new MemoryStream(text), "f", RunRecordsJson.Default.FailureRecord, []);
        long before = GC.GetAllocatedBytesForCurrentThread();
        LineFile<FailureRecord>.Read(stream, "f", RunRecordsJson.Default.FailureRecord, []);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    // On one thread, so that every line has its place.
    static FakeRun OneSeed() => new(FakeExperiment.Of(), new Selection { Seeds = [0] }, threads: 1);

    static string In(FakeRun run, string file) => Path.Combine(run.Folder, file);

    static string[] Lines(FakeRun run, string file) => File.ReadAllLines(In(run, file));

    static string WithLines(FakeRun run, string file, string[] lines) => WithText(run, file, string.Join('\n', lines) + "\n");

    static string WithText(FakeRun run, string file, string text)
    {
        File.WriteAllText(In(run, file), text);
        return Assert.Throws<InputException>(() => run.Results).Message;
    }

    sealed class CountingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public long BytesRead { get; private set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            int read = base.Read(buffer, offset, count);
            BytesRead += read;
            return read;
        }
    }
}
