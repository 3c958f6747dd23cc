using DcrDsl.Data.Batches;
using DcrDsl.Models;
using DcrDsl.Objectives;
using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.References;

/// <summary>What the reference model of preference tuning makes of the answers.</summary>
public static class ReferencePass
{
    /// <summary>log π_ref(y | x) of both answers of every pair, without gradients.</summary>
    /// <param name="reference">The reference model, as it is now.</param>
    /// <param name="batches">The pairs.</param>
    /// <param name="cancellation">Looked at before each batch.</param>
    /// <returns>[2P] for P pairs: the preferred answers in the pairs' order, then the others.</returns>
    /// <exception cref="OperationCanceledException">The caller asked to stop.</exception>
    public static Tensor Run(LanguageModel reference, PreferenceBatches batches, CancellationToken cancellation)
    {
        PhaseClock.Enter(Phase.Reference);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        List<Tensor> chosen = [],
            rejected = [];
        foreach (var batch in batches.InOrder())
        {
            // Gone through without values, a stage is stopped from the beginning, and one batch tells what all would.
            bool isRehearsal = reference.Decoder.Device.type == DeviceType.META;
            if (isRehearsal && chosen.Count > 0)
                break;
            if (!isRehearsal)
                cancellation.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var hidden = reference.Decoder.Forward(batch.Tokens);
            var states = HiddenStates.Rows(hidden, batch.Rows);
            var answers = AnswerLogProbabilities.Of(reference.Decoder, states, batch.Targets, batch.Answers, batch.Lengths);
            long pairs = answers.shape[0] / 2;
            chosen.Add(answers.narrow(0, 0, pairs).MoveToOuterDisposeScope());
            rejected.Add(answers.narrow(0, pairs, pairs).MoveToOuterDisposeScope());
        }
        var all = cat([.. chosen, .. rejected]).MoveToOuterDisposeScope();
        PhaseClock.Leave();
        return all;
    }

    /// <summary>What the reference made of a batch's answers.</summary>
    /// <param name="answers">What <see cref="Run"/> gave, [2P].</param>
    /// <param name="places">Where the batch's answers stand, [2B], int64.</param>
    /// <returns>[2B].</returns>
    public static Tensor At(Tensor answers, Tensor places) => answers.RowsAt(places);
}
