using System.Globalization;
using System.Text;

namespace DcrDsl.Reports;

/// <summary>The report in Markdown: all of it but the plots.</summary>
public static class MarkdownReport
{
    /// <summary>The text of the report.</summary>
    public static string Of(ReportModel report)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {Escape(report.Title)}\n\n*{Escape(report.Question)}*\n\n**{Escape(report.Answer)}**\n");
        foreach (var section in report.Sections)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {Escape(section.Title)}\n");
            foreach (var part in section.Parts) Write(part, text);
        }
        return text.ToString();
    }

    static void Write(ReportPart part, StringBuilder text)
    {
        switch (part)
        {
            case ReportText paragraph:
                text.Append(CultureInfo.InvariantCulture, $"\n{Escape(paragraph.Text)}\n");
                break;
            case ReportList list:
                text.Append('\n');
                foreach (string item in list.Items) text.Append(CultureInfo.InvariantCulture, $"* {Escape(item)}\n");
                break;
            case ReportCode code:
                string fence = code.Text.Contains("```", StringComparison.Ordinal) ? "````" : "```";
                text.Append(CultureInfo.InvariantCulture, $"\n{fence}{code.Language}\n{VisibleText.Of(code.Text.TrimEnd())}\n{fence}\n");
                break;
            case ReportTable table:
                Write(table, text);
                break;
            case ReportCases cases:
                text.Append(CultureInfo.InvariantCulture, $"\n{Escape(cases.Title)}:\n");
                foreach (var (prompt, outcome) in cases.Cases) text.Append(CultureInfo.InvariantCulture, $"* {Escape(prompt)} → {Escape(outcome)}\n");
                break;
        }
    }

    static void Write(ReportTable table, StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n{Escape(table.Title)}:\n\n");
        text.Append("| ").AppendJoin(" | ", table.Columns.Select(c => Escape(c.Head))).Append(" |\n");
        text.Append("| ").AppendJoin(" | ", table.Columns.Select(c => c.Numeric ? "---:" : "---")).Append(" |\n");
        foreach (var row in table.Rows) text.Append("| ").AppendJoin(" | ", row.Select(c => Escape(c.Text))).Append(" |\n");
        text.Append(CultureInfo.InvariantCulture, $"\nRepeat with `{VisibleText.Of(table.Command)}`\n");
    }

    static string Escape(string text)
    {
        var safe = new StringBuilder();
        foreach (char c in VisibleText.Of(text))
        {
            if (c is '\n' or '\r') safe.Append(' ');
            else safe.Append(@"\`*_[]<>|#".Contains(c) ? "\\" : "").Append(c);
        }
        return safe.ToString();
    }
}
