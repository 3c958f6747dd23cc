namespace DcrDsl.Specs;

/// <summary>
/// Marks prompts on which a stage is watched: no stage of the arm trains on them unless the watch says so
/// (<see cref="WatchSpec.InDistribution"/>), and no task is measured on them, because what one has watched one chooses by.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class WatchedAttribute : Attribute;
