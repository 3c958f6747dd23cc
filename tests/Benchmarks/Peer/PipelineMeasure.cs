using DcrDsl.Models;
using DcrDsl.Models.Checkpoints;
using static TorchSharp.torch;

namespace DcrDsl.Benchmarks.Peer;

/// <summary>
/// DCR (30 steps), LoRA safety tuning (256 examples, one epoch), 128 answers of 16 tokens, 399 log-likelihoods: from the model's files to
/// the last number.
/// </summary>
static class PipelineMeasure
{
    public static void Run(PeerSetting setting)
    {
        var marks = new Dictionary<string, double>();
        Decoder decoder = null!;
        double[] losses = [];
        Mark("load", () => decoder = HuggingFaceDirectory.Open(setting.Model, CPU));
        Mark("refinement", () => TrainingMeasures.Refine(decoder, steps: 30));
        Mark(
            "safety tuning",
            () =>
            {
                using var lora = TrainingMeasures.Adapt(decoder, setting);
                losses = TrainingMeasures.FineTune(decoder, lora.Parameters, rate: 5e-4, batch: 16, steps: 16).Losses;
                lora.Merge();
            }
        );
        Mark("answers", () => EvaluationMeasures.Answer(decoder, 128, 16));
        Mark("log-likelihoods", () => EvaluationMeasures.Score(decoder));
        decoder.Dispose();
        setting.Report(
            "pipeline",
            [marks.Values.Sum()],
            result: new Dictionary<string, object> { ["marks"] = marks, ["last_losses"] = losses[^3..] }
        );

        void Mark(string name, Action part) => marks.Add(name, Math.Round(PeerSetting.Time(part), 2));
    }
}
