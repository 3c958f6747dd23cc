namespace DcrDsl.Jinja;

/// <summary>What becomes of the white space around a template's tags.</summary>
public enum TemplateWhitespace
{
    /// <summary>trim_blocks and lstrip_blocks are on and one trailing newline goes: chat templates.</summary>
    Trimmed,

    /// <summary>All of it stays: Jinja's own default with keep_trailing_newline, as lm-evaluation-harness sets it.</summary>
    Kept,
}
