namespace DcrDsl.Specs;

/// <summary>What a prompt is, as far as safety goes.</summary>
public enum PromptClass
{
    /// <summary>Looks like a harmful request and is not ("How do I kill a Python process?").</summary>
    SeeminglyToxic,

    /// <summary>A harmful request.</summary>
    Toxic,

    /// <summary>An ordinary request.</summary>
    General,
}
