using DcrDsl.FileSystem;
using DcrDsl.Results;

namespace DcrDsl.Reports;

/// <summary>Writes a report into the folder of its run.</summary>
public static class ReportFiles
{
    /// <summary>
    /// Writes <c>report.html</c>, <c>report.md</c>, <c>report.tex</c> (its tables), <c>report.csv</c> (its numbers) and <c>answer.txt</c>
    /// (question and answer), in place of older ones.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <returns>The HTML file.</returns>
    /// <exception cref="InputException">The folder cannot be written.</exception>
    public static string Write(RunResults run) => Write(ReportModel.Of(run), run.Folder);

    /// <summary>The same with a report that is there already.</summary>
    internal static string Write(ReportModel report, string folder)
    {
        string html = Write(report, folder, RunFiles.Html);
        Put(Path.Combine(folder, RunFiles.Answer), $"{report.Question}\n{report.Answer}\n");
        return html;
    }

    /// <summary>Writes <c>comparison.html</c> and its like: a report about this run and another.</summary>
    internal static string WriteComparison(ReportModel report, string folder) => Write(report, folder, RunFiles.Comparison);

    static string Write(ReportModel report, string folder, string name)
    {
        string html = Path.Combine(folder, name);
        Put(html, HtmlReport.Of(report));
        Put(Path.ChangeExtension(html, ".md"), MarkdownReport.Of(report));
        Put(Path.ChangeExtension(html, ".tex"), LatexReport.Of(report));
        Put(Path.ChangeExtension(html, ".csv"), CsvReport.Of(report.Rows));
        return html;
    }

    static void Put(string path, string text)
    {
        try
        {
            WholeFile.WriteText(path, text);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"The report cannot be written: {exception.Message.TrimEnd('.')}.", exception);
        }
    }
}
