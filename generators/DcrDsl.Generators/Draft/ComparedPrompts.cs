using DcrDsl.Generators.Diagnostics;
using DcrDsl.Specs;

namespace DcrDsl.Generators.Draft;

/// <summary>
/// Two files of prompts that are compared by content, if the build has them: what a task measures on, what a stage trains on.
/// </summary>
/// <param name="Task">The task.</param>
/// <param name="Evaluated">What it measures on.</param>
/// <param name="Source">The option of the stage, as diagnostics call it.</param>
/// <param name="Trained">What it names.</param>
/// <param name="Rule">When two texts overlap, and whether that is an error.</param>
/// <param name="Remedy">How to say that it is meant.</param>
sealed record ComparedFiles(string Task, PromptFile Evaluated, string Source, PromptFile Trained, Leakage Rule, string Remedy);

/// <summary>The same with the place where the task's prompts are declared.</summary>
sealed record ComparedPrompts(ComparedFiles Files, Place Place);
