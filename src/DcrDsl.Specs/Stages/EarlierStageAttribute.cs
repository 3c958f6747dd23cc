namespace DcrDsl.Specs;

/// <summary>
/// Marks an option that names, by property, the base model or a stage before this one in the arm: the stage is given the model as that one
/// has left it, beside the one that it changes.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class EarlierStageAttribute : Attribute;
