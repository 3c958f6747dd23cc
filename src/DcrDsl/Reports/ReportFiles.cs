using DcrDsl.FileSystem;
using DcrDsl.Results;

namespace DcrDsl.Reports;

/// <summary>Writes a report into the folder of its run.</summary>
public static class ReportFiles
{
    /// <summary>
    /// Writes <c>report.html</c>, <c>report.md</c>, <c>report.tex</c> (its tables) and <c>report.csv</c> (its numbers), in place of older
    /// ones.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <returns>The HTML file.</returns>
    /// <exception cref="InputException">The folder cannot be written.</exception>
    public static string Write(RunResults run) => Write(ReportModel.Of(run), run.Folder);

    /// <summary>The same with a report that is there already.</summary>
    internal static string Write(ReportModel report, string folder) => Write(report, folder, RunFiles.Html);

    /// <summary>Writes <c>comparison.html</c> and its like: a report about this run and another.</summary>
    internal static string WriteComparison(ReportModel report, string folder) => Write(report, folder, RunFiles.Comparison);

    static string Write(ReportModel report, string folder, string name)
    {
        string html = Path.Combine(folder, name);
        try
        {
            WholeFile.WriteText(html, HtmlReport.Of(report));
            WholeFile.WriteText(Path.ChangeExtension(html, ".md"), MarkdownReport.Of(report));
            WholeFile.WriteText(Path.ChangeExtension(html, ".tex"), LatexReport.Of(report));
            WholeFile.WriteText(Path.ChangeExtension(html, ".csv"), CsvReport.Of(report.Rows));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"The report cannot be written: {exception.Message.TrimEnd('.')}.", exception);
        }
        return html;
    }
}
