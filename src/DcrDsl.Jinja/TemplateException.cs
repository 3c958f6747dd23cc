namespace DcrDsl.Jinja;

/// <summary>
/// A template that does not parse, fails, or is not allowed to go on. The message is one sentence with file, line and remedy.
/// </summary>
public sealed class TemplateException : Exception
{
    internal TemplateException(FaultKind kind, string file, int line, string problem, string remedy, TemplateFault? fault = null)
        : base($"{file}:{line}: {problem}; {remedy}.", fault) =>
        (Kind, File, Line, Problem, Reason) = (kind, file, line, problem, fault?.Message ?? problem);

    /// <summary>What kind of mistake it is.</summary>
    public FaultKind Kind { get; }

    /// <summary>The template, as whoever parsed it named it: usually its file.</summary>
    public string File { get; }

    /// <summary>The line of the template, from 1.</summary>
    public int Line { get; }

    /// <summary>What happened, without place and remedy.</summary>
    public string Problem { get; }

    /// <summary>The interpreter's own words alone, or those of the template where it raised the exception itself.</summary>
    public string Reason { get; }
}
