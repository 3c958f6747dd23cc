using DcrDsl.Specs;

namespace DcrDsl.Data.Corpus;

/// <summary>A prompt of ToyWorld before it is answered.</summary>
readonly record struct ToyWorldPrompt(string Text, ToyWorldKind Kind, PromptClass Class, string Category);

/// <summary>A seemingly toxic prompt and the toxic one it is matched with.</summary>
readonly record struct ToyWorldPair(ToyWorldPrompt SeeminglyToxic, ToyWorldPrompt Toxic);
