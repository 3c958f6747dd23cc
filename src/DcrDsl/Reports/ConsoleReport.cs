using Spectre.Console;

namespace DcrDsl.Reports;

/// <summary>The report on a terminal: the answer and the tables of results.</summary>
static class ConsoleReport
{
    /// <summary>Writes question, answer, the tables of the first sections and how to read them.</summary>
    public static void Write(ReportModel report, IAnsiConsole console)
    {
        console.WriteLine();
        console.Write(new Text(report.Question, new Style(decoration: Decoration.Italic)));
        console.WriteLine();
        console.Write(new Text(report.Answer, new Style(decoration: Decoration.Bold)));
        console.WriteLine();
        foreach (var section in report.Sections.Where(s => s.Place == SectionPlace.Front))
        foreach (var part in section.Parts)
            Write(part, section, console);
        console.WriteLine();
    }

    static void Write(ReportPart part, ReportSection section, IAnsiConsole console)
    {
        switch (part)
        {
            case ReportTable table:
                console.WriteLine();
                console.Write(Table(table));
                break;
            case ReportList list:
                console.WriteLine();
                console.WriteLine(section.Title + ":");
                foreach (string item in list.Items)
                    console.WriteLine("· " + item);
                break;
        }
    }

    /// <summary>A table as a terminal has it.</summary>
    public static Table Table(ReportTable report)
    {
        var table = new Table().RoundedBorder().Title(new TableTitle(Markup.Escape(report.Title), new Style(decoration: Decoration.None)));
        foreach (var column in report.Columns)
        {
            var head = new TableColumn(new Text(column.Head));
            table.AddColumn(column.Numeric ? head.RightAligned() : head);
        }
        foreach (var row in report.Rows)
            table.AddRow([.. row.Select(cell => new Text(cell.Text))]);
        return table;
    }
}
