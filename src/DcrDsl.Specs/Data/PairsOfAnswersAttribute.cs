namespace DcrDsl.Specs;

/// <summary>Marks prompts that come with two answers each, one of which is preferred (<see cref="PromptSource.HasPairs"/>).</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PairsOfAnswersAttribute : Attribute;
