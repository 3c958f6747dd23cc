using DcrDsl.Evaluation.Coupling;
using DcrDsl.Models;
using DcrDsl.Models.Checkpoints;
using DcrDsl.Specs;
using static TorchSharp.torch;

namespace DcrDsl.Benchmarks.Peer;

/// <summary>The kernel coupling of the refinement's prompts.</summary>
static class CouplingMeasures
{
    /// <summary>Four prompts and their five largest logits, as bench.py; the result is ‖K‖ of each pair.</summary>
    public static void Few(PeerSetting setting) => Measure(setting, 4, 5);

    /// <summary>How time and memory grow: 16, 32 and 64 prompts, five largest logits; then 64 and ten.</summary>
    public static void Many(PeerSetting setting)
    {
        foreach (int prompts in new[] { 16, 32, 64 })
            Measure(setting with { Repeat = 3 }, prompts, 5);
        Measure(setting with { Repeat = 1 }, 64, 10);
    }

    /// <summary>The same four prompts and five logits, by one backward pass a logit and inner products of whole gradients.</summary>
    public static void OneBackwardPassALogit(PeerSetting setting)
    {
        using var decoder = HuggingFaceDirectory.Open(setting.Model, CPU);
        int[][] prompts = Prompts(4);
        double[] norms = [];
        double[] times = [PeerSetting.Time(() => norms = WholeGradients(decoder, prompts, 5))];
        setting.Report("kernel coupling, 4 prompts, top 5, one backward pass a logit", times, result: norms);
    }

    static int[][] Prompts(int count) => [.. PeerSetting.Lines("refine").Take(count).Select(l => PeerSetting.Ids(l, "ids"))];

    static void Measure(PeerSetting setting, int count, int top)
    {
        using var decoder = HuggingFaceDirectory.Open(setting.Model, CPU);
        int[][] prompts = Prompts(count);
        var chosen = ChosenParameters.Of(decoder, TangentParameters.All);
        double[] norms = [];
        double[] times =
        [
            .. Enumerable
                .Range(0, setting.Repeat)
                .Select(_ =>
                    PeerSetting.Time(() =>
                    {
                        double[] kernel = TangentKernel.Of(decoder, prompts, top, chosen, CancellationToken.None).Kernel;
                        norms = [.. CouplingMatrix.Of(kernel, count).Norms.SelectMany(r => r)];
                    })
                ),
        ];
        setting.Report($"kernel coupling, {count} prompts, top {top}", times, result: norms.Take(16));
    }

    static double[] WholeGradients(Decoder decoder, int[][] prompts, int top)
    {
        using var scope = NewDisposeScope();
        var gradients = new List<IList<Tensor>>();
        foreach (int[] prompt in prompts)
        {
            var tokens = tensor(prompt.Select(t => (long)t).ToArray()).unsqueeze(0);
            var logits = decoder.Head(decoder.Forward(tokens).select(1, -1))[0];
            foreach (long token in logits.topk(top).indexes.data<long>().ToArray())
                gradients.Add(autograd.grad([logits[token]], [.. decoder.Parameters], retain_graph: true));
        }
        double[] kernel =
        [
            .. gradients.SelectMany(g =>
                gradients.Select(h => g.Zip(h).Sum(p => p.First.flatten().dot(p.Second.flatten()).item<float>() * 1.0))
            ),
        ];
        return [.. CouplingMatrix.Of(kernel, prompts.Length).Norms.SelectMany(r => r)];
    }
}
