using DcrDsl.FileSystem;
using DcrDsl.Results;

namespace DcrDsl.Reports;

/// <summary>Writes a report into the folder of its run.</summary>
public static class ReportFiles
{
    /// <summary>Writes <c>report.html</c> and <c>report.md</c>, in place of older ones.</summary>
    /// <param name="run">The run.</param>
    /// <returns>The HTML file.</returns>
    /// <exception cref="InputException">The folder cannot be written.</exception>
    public static string Write(RunResults run) => Write(ReportModel.Of(run), run.Folder);

    /// <summary>The same with a report that is there already.</summary>
    internal static string Write(ReportModel report, string folder)
    {
        string html = Path.Combine(folder, RunFiles.Html);
        try
        {
            WholeFile.WriteText(html, HtmlReport.Of(report));
            WholeFile.WriteText(Path.Combine(folder, RunFiles.Markdown), MarkdownReport.Of(report));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"The report cannot be written: {exception.Message.TrimEnd('.')}.", exception);
        }
        return html;
    }
}
