namespace DcrDsl.Jinja;

/// <summary>Why a template stopped; each kind has its own remedy.</summary>
public enum FaultKind
{
    /// <summary>The template does not parse.</summary>
    Syntax,

    /// <summary>The template itself called raise_exception.</summary>
    Raised,

    /// <summary>A value that is not there was used.</summary>
    Undefined,

    /// <summary>The template asked for today's date, and none was given.</summary>
    NoDate,

    /// <summary>An operation met a value of the wrong type or range.</summary>
    Operation,

    /// <summary>The template reached for what a sandbox must not give.</summary>
    Forbidden,

    /// <summary>The template used up its steps, memory or depth.</summary>
    Limit,

    /// <summary>Jinja has it, this interpreter does not.</summary>
    Unsupported,

    /// <summary>What the template wrote does not tell which part of it the assistant wrote.</summary>
    Turns,
}
