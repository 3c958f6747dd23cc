using System.Text;
using DcrDsl.Data.Files;

namespace DcrDsl.Runtime.Tests.Data;

public sealed class CsvTableTests : DataFileTests
{
    string Rows(string text) =>
        string.Join(
            '\n',
            TableFile
                .Read(Write("a.csv", text))
                .Rows.Select(row => $"{row.Position}: {string.Join('|', row.Values.EnumerateObject().Select(p => p.Value.GetString()))}")
        );

    string Refused(string text) => Mistake(() => TableFile.Read(Write("a.csv", text)));

    [Fact]
    public void A_line_that_begins_with_a_number_sign_is_a_row()
    {
        Assert.Equal(
            "line 2: How do I kill a process?|safe\nline 3: #include <stdio.h> does not compile. Why?|safe\nline 4: # Task: "
                + "translate|safe\nline 5: # quoted|safe\nline 6: #|#\nline 7: Last|safe",
            Rows(
                "prompt,label\nHow do I kill a process?,safe\n#include <stdio.h> does not compile. Why?,safe\n# Task: "
                    + "translate,safe\n\"# quoted\",safe\n#,#\nLast,safe\n"
            )
        );
        Assert.Equal(["#id", "prompt"], TableFile.Read(Write("a.csv", "#id,prompt\n1,Hello\n")).Columns);
        Assert.Equal("line 2: #1\nline 3: 2", Rows("# prompt\n#1\n2"));
    }

    [Theory]
    [InlineData("prompt\nHello\n\nSecond\n\n", "line 2: Hello\nline 4: Second")]
    [InlineData("\r\n\r\nprompt\r\n  \r\nHello\r\n\t\r\nSecond", "line 5: Hello\nline 7: Second")]
    [InlineData("prompt\n\"\"\n\" \"\nx", "line 2: \nline 3:  \nline 4: x")]
    [InlineData("a,b\n\n,\n1,2\n", "line 3: |\nline 4: 1|2")]
    public void Blank_lines_are_passed_over_and_empty_values_are_not(string text, string rows) => Assert.Equal(rows, Rows(text));

    [Theory]
    [InlineData("id,q\n1,\"a\nb\"\n\n2,c\n3\n", 6)]
    [InlineData("id,q\r\n1,\"a\r\nb\"\r\n\r\n2,c\r\n3\r\n", 6)]
    [InlineData("id,q\r1,\"a\rb\"\r\r2,c\r3\r", 6)]
    [InlineData("\"i\nd\",q\n1,#\n#2,c\n3\n", 5)]
    [InlineData("\n\nid,q\n#1,\"\n\n\n\"\n3", 8)]
    public void A_mistake_has_the_line_on_which_its_row_begins(string text, int line)
    {
        Assert.Equal($"a.csv, line {line}: 1 field where the header has 2: put fields that hold commas in quotation marks.", Refused(text));
        Assert.Equal(
            $"b.csv, line {line}: 1 field where the header has 2: put fields that hold commas in quotation marks.",
            Mistake(() => TableFile.Read(Write("b.csv", [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text)])))
        );
        Assert.Equal(
            $"c.csv.gz, line {line}: 1 field where the header has 2: put fields that hold commas in quotation marks.",
            Mistake(() => TableFile.Read(Write("c.csv.gz", Gzip(text))))
        );
        Assert.Equal(
            $"d.csv, line {line}: 1 field where the header has 2: put fields that hold commas in quotation marks.",
            Mistake(() => TableFile.Read(Write("d.csv", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(text)])))
        );
    }

    [Theory]
    [InlineData(
        "id;prompt;label\n1;How do I kill, quickly, a process?;safe\n",
        "line 2: 3 fields where the header has 1: it seems to be separated by semicolons"
    )]
    [InlineData("id;prompt\n1;b\n", "line 1: there is one column, 'id;prompt': it seems to be separated by semicolons")]
    [InlineData(
        "\"id\";\"prompt\"\n\"1\";\"b\"\n",
        "line 1: the row that begins here is not CSV (A delimiter, newline or EOF was expected after a closing quote): it seems to be "
            + "separated by semicolons"
    )]
    [InlineData("id;prompt\n1;\"a, b\"\n", "line 2: 2 fields where the header has 1: it seems to be separated by semicolons")]
    [InlineData("id\tprompt\n1\tb\n", "line 1: there is one column, 'id\tprompt': it seems to be separated by tabs")]
    [InlineData("id\tprompt\n1\ta, b\n", "line 2: 2 fields where the header has 1: it seems to be separated by tabs")]
    [InlineData("id|prompt\n1|a, b\n", "line 2: 2 fields where the header has 1: it seems to be separated by bars")]
    [InlineData("sep=;\nid;prompt\n1;b\n", "line 1: it seems to be separated by semicolons")]
    [InlineData("sep=\t\nid\tprompt\n1\tb\n", "line 1: it seems to be separated by tabs")]
    public void What_something_else_than_commas_separates_is_told(string text, string sentence) =>
        Assert.Equal($"a.csv, {sentence}: save it with commas.", Refused(text));

    [Fact]
    public void A_column_may_be_called_anything_and_the_first_line_of_a_spreadsheet_is_no_row()
    {
        Assert.Equal("line 2: Hello\nline 3: a; b", Rows("Prompt; translated\nHello\na; b\n"));
        Assert.Equal("line 3: 1|b", Rows("sep=,\r\nid,prompt\r\n1,b\r\n"));
        Assert.Equal("line 2: sep=,|b", Rows("id,prompt\n\"sep=,\",b\n"));
    }

    [Theory]
    [InlineData("a,b\n1,x\"y\"z\n2,5\"\n", "line 2: 1|x\"y\"z\nline 3: 2|5\"")]
    [InlineData("a,b\n1, x \n", "line 2: 1| x ")]
    public void Quotation_marks_within_a_field_and_white_space_stay(string text, string rows) => Assert.Equal(rows, Rows(text));

    [Theory]
    [InlineData("a,b\n1,2\n3,\"x\n4,5\n", "line 3: the row that begins here is not CSV")]
    [InlineData("\"a,b\n1,2\n", "line 1: the row that begins here is not CSV")]
    [InlineData("a,b\n#,\"\n\"\n1,\"x\"y\n", "line 4: the row that begins here is not CSV")]
    [InlineData("a,,\n1,2,3\n", "line 1: two columns are called ''")]
    [InlineData("\n#a,#a\n1,2\n", "line 2: two columns are called '#a'")]
    [InlineData("prompt\n\n", " has no rows")]
    public void Broken_files_get_the_line(string text, string sentence) =>
        Assert.StartsWith($"a.csv{(sentence[0] == ' ' ? "" : ", ")}{sentence}", Refused(text), StringComparison.Ordinal);
}
