using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using DcrDsl.Wording;

namespace DcrDsl.Reports;

/// <summary>The report in Markdown: all of it but the plots.</summary>
static partial class MarkdownReport
{
    /// <summary>The text of the report.</summary>
    public static string Of(ReportModel report)
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"# {Escape(report.Title)}\n\n*{Escape(report.Question)}*\n\n**{Escape(report.Answer)}**\n"
        );
        foreach (var section in report.Sections)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {Escape(section.Title)}\n");
            foreach (var part in section.Parts)
                Write(part, text);
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
                foreach (string item in list.Items)
                    text.Append(CultureInfo.InvariantCulture, $"* {Escape(item)}\n");
                break;
            case ReportCode code:
                string shown = VisibleText.Of(code.Text.TrimEnd()),
                    fence = Backticks(shown, least: 3);
                text.Append(CultureInfo.InvariantCulture, $"\n{fence}{code.Language}\n{shown}\n{fence}\n");
                break;
            case ReportTable table:
                Write(table, text);
                break;
            case ReportCases cases:
                Write(cases, text);
                break;
            default:
                foreach (var table in part.Tables)
                    Write(table, text);
                break;
        }
    }

    static void Write(ReportCases cases, StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n{Escape(cases.Title)}:\n\n");
        text.Append("| prompt | ").AppendJoin(" | ", cases.Arms.Select(Escape)).Append(" |\n");
        text.Append("| --- | ").AppendJoin(" | ", cases.Arms.Select(_ => "---")).Append(" |\n");
        foreach (var one in cases.Cases)
        {
            string prompt = Escape(one.Prompt);
            text.Append("| ").Append(one.Harmful ? $"<details><summary>harmful prompt</summary>{prompt}</details>" : prompt).Append(" | ");
            text.AppendJoin(" | ", one.Outcomes.Select(Outcome)).Append(" |\n");
        }
    }

    static string Outcome(CaseOutcome? outcome) =>
        outcome is null
            ? Numbers.Undefined
            : (outcome.Wrong ? $"**{Escape(outcome.Verdict)}**" : Escape(outcome.Verdict))
                + (outcome.Text.Length > 0 ? $": {Escape(outcome.Text)}" : "");

    static void Write(ReportTable table, StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n{Escape(table.Title)}:\n\n");
        text.Append("| ").AppendJoin(" | ", table.Columns.Select(c => Escape(c.Head))).Append(" |\n");
        text.Append("| ").AppendJoin(" | ", table.Columns.Select(c => c.Numeric ? "---:" : "---")).Append(" |\n");
        foreach (var row in table.Rows)
            text.Append("| ").AppendJoin(" | ", row.Select(c => Escape(c.Text))).Append(" |\n");
        text.Append(CultureInfo.InvariantCulture, $"\nRepeat with {Code(table.Command)}\n");
    }

    /// <summary>
    /// Text as code within a line: between more backticks than it holds in a row, with blanks where it begins or ends with one.
    /// </summary>
    static string Code(string text)
    {
        text = OnOneLine(text);
        string fence = Backticks(text, least: 1),
            blank = text.Length == 0 || text[0] == '`' || text[^1] == '`' ? " " : "";
        return fence + blank + text + blank + fence;
    }

    static string Backticks(string text, int least)
    {
        int longest = 0,
            current = 0;
        foreach (char c in text)
            longest = Math.Max(longest, current = c == '`' ? current + 1 : 0);
        return new string('`', Math.Max(least, longest + 1));
    }

    /// <summary>Text as it is: no markup, entity or formula, no list or heading where it begins a line, and no end of a line.</summary>
    static string Escape(string text)
    {
        var safe = new StringBuilder();
        text = OnOneLine(text).Trim();
        int mark = LineMark().Match(text) is { Success: true } match ? match.Length : -1;
        for (int i = 0; i < text.Length; i++)
        {
            if (i == mark || @"\`*_[]<>|#~$".Contains(text[i]) || Entity().IsMatch(text, i))
                safe.Append('\\');
            safe.Append(text[i]);
        }
        return safe.ToString();
    }

    static string OnOneLine(string text) =>
        string.Concat(VisibleText.Of(text).Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));

    [GeneratedRegex(@"\G&[#\w]+;")]
    private static partial Regex Entity();

    /// <summary>
    /// What stands before the character that makes the beginning of a line a list or a heading: digits before a dot or bracket, else
    /// nothing.
    /// </summary>
    [GeneratedRegex(@"^(\d{1,9}(?=[.)](\s|$))|(?=[-+](\s|$))|(?=[-=]+$))")]
    private static partial Regex LineMark();
}
