using DcrDsl.Tensors;

namespace DcrDsl.Benchmarks.Peer;

/// <summary>
/// The workloads of a Python stack (../shared/peer: transformers, peft, pytorch-metric-learning), done by this one: <c>peer MODEL_DIR
/// [--only NAME …] [--threads N] [--side-by-side N] [--repeat N] [--tuned]</c>. Prints one JSON line a measure, with the names, options
/// and results of its bench.py, so that the two can be run in turn and compared.
/// </summary>
static class PeerBenchmarks
{
    static readonly Dictionary<string, Action<PeerSetting>> Measures = new()
    {
        ["gemm"] = BasicMeasures.Gemm,
        ["load"] = BasicMeasures.Load,
        ["tokenize"] = BasicMeasures.Tokenize,
        ["lm_step"] = TrainingMeasures.FullStep,
        ["lm_step_mixed"] = TrainingMeasures.MixedFullStep,
        ["lora_step"] = TrainingMeasures.LoraStep,
        ["refine_step"] = TrainingMeasures.RefinementStep,
        ["generate"] = EvaluationMeasures.Generate,
        ["generate_refusal"] = EvaluationMeasures.GenerateWithRefusal,
        ["loglik"] = EvaluationMeasures.Likelihoods,
        ["ntk"] = CouplingMeasures.Few,
        ["ntk_naive"] = CouplingMeasures.OneBackwardPassALogit,
        ["ntk_many"] = CouplingMeasures.Many,
        ["pipeline"] = PipelineMeasure.Run,
        ["ablation"] = AblationMeasure.Run,
    };

    public static int Run(string model, string[] options)
    {
        var setting = new PeerSetting(model);
        var only = new List<string>();
        for (int i = 0; i < options.Length; i++)
        {
            switch (options[i])
            {
                case "--threads":
                    setting = setting with { Threads = int.Parse(options[++i], System.Globalization.CultureInfo.InvariantCulture) };
                    break;
                case "--side-by-side":
                    setting = setting with { SideBySide = int.Parse(options[++i], System.Globalization.CultureInfo.InvariantCulture) };
                    break;
                case "--repeat":
                    setting = setting with { Repeat = int.Parse(options[++i], System.Globalization.CultureInfo.InvariantCulture) };
                    break;
                case "--tuned":
                    setting = setting with { Tuned = true };
                    break;
                case "--only":
                    break;
                default:
                    only.Add(options[i]);
                    break;
            }
        }
        if (only.Find(name => !Measures.ContainsKey(name)) is { } unknown)
        {
            Console.Error.WriteLine($"There is no measure {unknown}; there are: {string.Join(", ", Measures.Keys)}.");
            return 1;
        }
        TorchStartup.Initialize(setting.Threads);
        foreach (var (name, measure) in Measures)
            if (only.Count == 0 || only.Contains(name))
                measure(setting);
        return 0;
    }
}
