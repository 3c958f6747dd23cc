namespace DcrDsl.Generators.Diagnostics;

/// <summary>Under which keys a diagnostic carries what would put it right; compiled into the code fixes too.</summary>
static class RemedyKeys
{
    /// <summary>What is to be done: one of the kinds below.</summary>
    public const string Kind = "DcrDsl.Remedy",
        /// <summary>What it is done to.</summary>
        What = "DcrDsl.Remedy.What",
        /// <summary>What stands there then.</summary>
        Value = "DcrDsl.Remedy.Value",
        /// <summary>The option whose value the diagnostic marks; none: it marks the record.</summary>
        At = "DcrDsl.Remedy.At";

    /// <summary>A text that names something is to be another.</summary>
    public const string Rename = "rename",
        /// <summary>The marked expression is to be another.</summary>
        Replace = "replace",
        /// <summary>An option of the record is to be set.</summary>
        Set = "set",
        /// <summary>The marked type is to have a modifier.</summary>
        Modifier = "modifier";
}
