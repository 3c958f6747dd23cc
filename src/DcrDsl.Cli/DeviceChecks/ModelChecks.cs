using System.Diagnostics;
using DcrDsl.Evaluation;
using DcrDsl.Models;
using DcrDsl.Objectives;
using DcrDsl.Specs;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Cli.DeviceChecks;

/// <summary>A built-in small model: its logits, the gradients of its loss, and what it writes.</summary>
static class ModelChecks
{
    const double AllowedLogits = 1e-4,
        AllowedGradient = 1e-3,
        AllowedTokens = 0.05;

    const int Rows = 8,
        Length = 24,
        NewTokens = 16;

    public static IEnumerable<DeviceCheck> Of(Places places)
    {
        using var wanted = places.OnProcessor(Compute);
        using var found = places.OnDevice(Compute);
        yield return new(
            "model",
            "logits",
            Differences.Largest(found.Logits, wanted.Logits),
            AllowedLogits,
            found.PassSeconds,
            wanted.PassSeconds
        );
        yield return new("model", "gradients of all weights", Differences.OfLengths(found.Gradients, wanted.Gradients), AllowedGradient);
        yield return new(
            "generation",
            "logits of the first token",
            found.Written.Zip(wanted.Written).Max(p => Apart(p.First.FirstLogits, p.Second.FirstLogits)),
            AllowedLogits
        );
        yield return new(
            "generation",
            $"share of {Rows * NewTokens} tokens that are others",
            found.Written.Zip(wanted.Written).Sum(p => Others(p.First.Tokens, p.Second.Tokens)) / (double)(Rows * NewTokens),
            AllowedTokens,
            found.WriteSeconds,
            wanted.WriteSeconds
        );
    }

    static Pass Compute(Device device)
    {
        // What is loaded with the first call is not the device's time.
        Once(device).Dispose();
        return Once(device);
    }

    static Pass Once(Device device)
    {
        using var scope = NewDisposeScope();
        using var model = ToyWorldModel.Create(
            new ToyLlama
            {
                Layers = 2,
                Width = 64,
                Heads = 4,
                KeyValueHeads = 2,
                FeedForward = 128,
            },
            seed: 0,
            device
        );
        model.FreeWeights();
        var watch = Stopwatch.StartNew();
        var tokens = Tokens(model, device);
        var logits = model.Decoder.Head(model.Decoder.Forward(tokens).reshape(Rows * Length, -1));
        var loss = LanguageModelLoss.CrossEntropy(logits, tokens.roll(-1, 1).flatten());
        loss.backward();
        loss.ToDouble();
        double pass = watch.Elapsed.TotalSeconds;
        Tensor[] gradients = [.. model.Decoder.Parameters.Select(p => p.grad!.cpu().MoveToOuterDisposeScope())];
        watch.Restart();
        var written = Generation.Complete(model.Decoder, Prompts(model), NewTokens, []);
        return new(logits.detach().cpu().MoveToOuterDisposeScope(), gradients, written, pass, watch.Elapsed.TotalSeconds);
    }

    /// <summary>A batch of prompts of no meaning, [8, 24].</summary>
    internal static Tensor Tokens(LanguageModel model, Device device) =>
        tensor([.. Prompts(model).SelectMany(p => p).Select(t => (long)t)], [Rows, Length], int64).to(device);

    static int[][] Prompts(LanguageModel model) =>
        [
            .. Enumerable
                .Range(0, Rows)
                .Select(r => Enumerable.Range(0, Length).Select(t => (r * 31 + t * 17) % model.Chat.VocabularySize).ToArray()),
        ];

    static double Apart(float[] found, float[] wanted) =>
        Differences.Relative(found.Zip(wanted).Max(p => Math.Abs((double)p.First - p.Second)), wanted.Max(w => Math.Abs((double)w)));

    // Behind the first token that is another one, all may be.
    static int Others(int[] found, int[] wanted) => NewTokens - found.Zip(wanted).TakeWhile(p => p.First == p.Second).Count();

    sealed record Pass(
        Tensor Logits,
        IReadOnlyList<Tensor> Gradients,
        IReadOnlyList<DecodedRow> Written,
        double PassSeconds,
        double WriteSeconds
    ) : IDisposable
    {
        public void Dispose()
        {
            Logits.Dispose();
            foreach (var gradient in Gradients)
                gradient.Dispose();
        }
    }
}
