using System.Globalization;
using System.Text;
using DcrDsl.Wording;

namespace DcrDsl.Reports;

/// <summary>
/// The tables of the report as a LaTeX document that compiles as it is; each can be taken into a paper, which needs booktabs. It has
/// neither prompts nor completions.
/// </summary>
static class LatexReport
{
    /// <summary>A table of more rows than this goes on over pages.</summary>
    const int Page = 40;

    /// <summary>What the document, or one that takes a table of it, begins with.</summary>
    const string Preamble =
        "\\documentclass{article}\n\\usepackage[T1]{fontenc}\n\\usepackage{textcomp}\n\\usepackage[margin=2cm]{geometry}\n"
        + "\\usepackage{booktabs,longtable,float,iftex,graphicx}\n"
        + "% A character that pdfLaTeX does not know is written by its number there.\n"
        + "\\newcommand{\\"
        + LatexText.Character
        + "}[1]{\\ifPDFTeX\\texttt{U+#1}\\else\\symbol{\"#1}\\fi}\n"
        + "% A table that is wider than the page is made as wide as the page.\n"
        + "\\newsavebox{\\dcrtable}\n"
        + "\\newcommand{\\dcrfit}{\\ifdim\\wd\\dcrtable>\\linewidth\\resizebox{\\linewidth}{!}{\\usebox{\\dcrtable}}"
        + "\\else\\usebox{\\dcrtable}\\fi}\n";

    /// <summary>The text of the document.</summary>
    public static string Of(ReportModel report)
    {
        var text = new StringBuilder(Preamble);
        text.Append(
            CultureInfo.InvariantCulture,
            $"\\begin{{document}}\n\\section*{{{LatexText.Of(report.Title)}}}\n\\emph{{{LatexText.Of(report.Question)}}}\n\n"
        );
        text.Append(CultureInfo.InvariantCulture, $"\\noindent {LatexText.Of(report.Answer)}\n");
        foreach (var section in report.Sections.Where(s => Tables(s).Any()))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n\\subsection*{{{LatexText.Of(section.Title)}}}\n");
            foreach (var table in Tables(section))
                Write(table, text);
        }
        return text.Append("\n\\end{document}\n").ToString();
    }

    static IEnumerable<ReportTable> Tables(ReportSection section) => section.Parts.SelectMany(p => p.Tables);

    static void Write(ReportTable table, StringBuilder text)
    {
        string columns = string.Concat(table.Columns.Select(c => c.Numeric ? 'r' : 'l')),
            head = Row(table.Columns.Select(c => c.Head)),
            caption = $"\\caption{{{LatexText.Of(table.Title)}}}";
        text.Append(CultureInfo.InvariantCulture, $"\n% Repeat with {Comment(table.Command)}\n");
        bool isLong = table.Rows.Count > Page;
        text.Append(
            isLong
                ? $"{{\\scriptsize\n\\begin{{longtable}}{{{columns}}}\n{caption}\\\\\n\\toprule\n"
                    + $"{head}\\midrule\n\\endhead\n\\bottomrule\n\\endfoot\n"
                : $"\\begin{{table}}[H]\n\\centering\\small\n{caption}\n\\begin{{lrbox}}{{\\dcrtable}}\n\\begin{{tabular}}{{{columns}}}\n"
                    + $"\\toprule\n{head}\\midrule\n"
        );
        foreach (var row in table.Rows)
            text.Append(Row(row.Select(c => c.Text)));
        text.Append(isLong ? "\\end{longtable}\n}\n" : "\\bottomrule\n\\end{tabular}\n\\end{lrbox}\n\\dcrfit\n\\end{table}\n");
    }

    static string Row(IEnumerable<string> cells) => string.Join(" & ", cells.Select(LatexText.Of)) + " \\\\\n";

    /// <summary>Text that ends with its line.</summary>
    static string Comment(string text) =>
        string.Concat(VisibleText.Of(text).Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));
}
