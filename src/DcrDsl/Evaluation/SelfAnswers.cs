using DcrDsl.Data;
using DcrDsl.Models;
using TorchSharp;

namespace DcrDsl.Evaluation;

/// <summary>Answers that a model gives itself, to be trained on.</summary>
static class SelfAnswers
{
    /// <summary>
    /// The prompts with the model's greedy answers. An answer that is empty is an error: there would be nothing to learn.
    /// </summary>
    /// <param name="prompts">The prompts.</param>
    /// <param name="model">The model; it stays as it is.</param>
    /// <param name="maxNewTokens">Longest answer, in tokens.</param>
    /// <param name="batch">Prompts answered side by side; those of similar length together.</param>
    /// <param name="cancellation">Looked at before each token.</param>
    /// <exception cref="InputException">The model answers a prompt with nothing.</exception>
    public static IReadOnlyList<Example> Of(
        IReadOnlyList<Example> prompts,
        LanguageModel model,
        int maxNewTokens,
        int batch,
        CancellationToken cancellation
    )
    {
        // No values, no answers: there the beginning of each prompt stands for its own.
        if (model.Decoder.Device.type == DeviceType.META)
            return [.. prompts.Select(p => p with { Response = p.Prompt[..Math.Min(64, p.Prompt.Length)] })];
        int[][] tokens = [.. prompts.Select(p => model.Chat.Prompt(p.Prompt))];
        var answered = new Example[prompts.Count];
        int[] byLength = [.. Enumerable.Range(0, prompts.Count).OrderBy(i => tokens[i].Length)];
        var said = new BatchesAtOnce<IReadOnlyList<DecodedRow>>(byLength, batch, model.Decoder, Said);
        foreach (var (number, places) in said.Batches.Index())
        foreach (var (place, completion) in places.Zip(said.Of(number)))
        {
            string answer = model.Chat.Decode(completion.Tokens);
            if (string.IsNullOrWhiteSpace(answer))
                throw new InputException(
                    $"The model answers '{prompts[place].Prompt}' ({prompts[place].Origin}) with nothing, so there is nothing to "
                        + $"learn from it; leave it out, or give answers in a file."
                );
            answered[place] = prompts[place] with { Response = answer };
        }
        return answered;

        IReadOnlyList<DecodedRow> Said(int[] places) =>
            Generation.Complete(
                model.Decoder,
                [.. places.Select(i => tokens[i])],
                maxNewTokens,
                model.Chat.StopTokens,
                cancellation: cancellation
            );
    }
}
