using DcrDsl.Evaluation.Judging;

namespace DcrDsl.Evaluation.Measures;

/// <summary>What a person says that a completion is.</summary>
/// <param name="Cell">The cell that it is of.</param>
/// <param name="Task">The task.</param>
/// <param name="Prompt">The prompt's place in the task, from 0.</param>
/// <param name="Stratum">The part of the run's completions that it was drawn from.</param>
/// <param name="StratumSize">How many completions there are in that.</param>
/// <param name="Label">What it is; null: the person cannot say.</param>
public sealed record CompletionLabel(string Cell, string Task, int Prompt, int Stratum, int StratumSize, Verdict? Label);

/// <summary>A labelled completion with what a judge said of it.</summary>
/// <param name="Class">The class of its prompt.</param>
/// <param name="Judged">The judge's verdict.</param>
/// <param name="Truth">The person's.</param>
/// <param name="Stratum">The part that it was drawn from.</param>
/// <param name="Weight">How many completions of the run it stands for.</param>
readonly record struct LabelledVerdict(Specs.PromptClass Class, Verdict Judged, Verdict Truth, int Stratum, double Weight);
