using DcrDsl.Data.Corpus;
using DcrDsl.Data.Files;
using DcrDsl.Specs;

namespace DcrDsl.Data;

/// <summary>Loads declared prompts: one line for each type of source.</summary>
static class PromptSources
{
    /// <summary>The prompts that <paramref name="source"/> declares.</summary>
    /// <param name="source">The declaration.</param>
    /// <param name="seed">The seed of the cell, for sources that are drawn.</param>
    /// <param name="chat">The model's tokenizer: what it cannot write is refused or left out.</param>
    /// <exception cref="InputException">The source cannot give what is declared.</exception>
    public static LoadedPrompts Load(PromptSource source, ulong seed, IChatTokenizer chat) =>
        source switch
        {
            ToyWorldPrompts toy => new(ToyWorldCorpus.Load(toy, seed), []),
            PromptFile file => PromptFiles.Load(file, chat),
            OwnPrompts own => new(own.Load(seed), []),
            SelfAnswered => throw new InputException(
                "SelfAnswered prompts need the model to answer them: give them to fine-tuning (General, Refusals or Augmentation)."
            ),
            _ => throw new InputException(
                $"There is no loader for prompts of type {source.GetType().Name}: use PromptFile or ToyWorldPrompts."
            ),
        };
}
