namespace DcrDsl.Specs;

/// <summary>
/// Marks what a task measures on, prompts or the path of a file or folder: no stage trains on them unless the task says so.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class EvaluatedAttribute : Attribute;
