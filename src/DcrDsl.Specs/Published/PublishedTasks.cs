using System.Runtime.CompilerServices;

namespace DcrDsl.Specs;

/// <summary>
/// Tasks on published sets, by name. Each looks for its file below the folder that <c>--path data=DIR</c> names; <see
/// cref="PromptTask.At"/> and <see cref="MultipleChoiceTask.At"/> say that it lies elsewhere. A new one is a row here: docs/tasks.md, the
/// names that YAML knows and the tests are derived from it.
/// </summary>
public static class PublishedTasks
{
    const string XSTestPaper = "Röttger et al., NAACL 2024, arXiv:2308.01263",
        OrBenchPaper = "Cui et al., ICML 2025, arXiv:2405.20947",
        OrBenchAddress = "https://huggingface.co/datasets/bench-llm/or-bench",
        CoCoNotPaper = "Brahman et al., NeurIPS 2024, arXiv:2407.12043",
        CoCoNotAddress = "https://huggingface.co/datasets/allenai/coconot",
        PHTestPaper = "An et al., COLM 2024, arXiv:2409.00598",
        PHTestAddress = "https://huggingface.co/datasets/furonghuang-lab/PHTest",
        HarmBenchPaper = "Mazeika et al., ICML 2024, arXiv:2402.04249",
        HarmBenchAddress = "https://github.com/centerforaisafety/HarmBench/tree/main/data/behavior_datasets",
        JailbreakBenchPaper = "Chao et al., NeurIPS 2024, arXiv:2404.01318",
        JailbreakBenchAddress = "https://huggingface.co/datasets/JailbreakBench/JBB-Behaviors",
        SafetyTunedPaper = "Bianchi et al., ICLR 2024, arXiv:2309.07875",
        SafetyTunedAddress = "https://github.com/vinid/safety-tuned-llamas/tree/main/data/evaluation",
        TruthfulQAPaper = "Lin et al., ACL 2022, arXiv:2109.07958",
        TruthfulQAAddress = "https://github.com/sylinrl/TruthfulQA",
        ArcPaper = "Clark et al. 2018, arXiv:1803.05457",
        ArcAddress = "https://huggingface.co/datasets/allenai/ai2_arc",
        RefinedOn = "the DCR paper refines on its safe prompts and evaluates on it";

    /// <summary>XSTest's safe prompts (250 of its 450 rows), which sound unsafe.</summary>
    [Published(
        "xstest/xstest_prompts.csv",
        450,
        Paper = XSTestPaper,
        Licence = "CC BY 4.0",
        Address = "https://github.com/paul-rottger/xstest",
        TrainedOn = RefinedOn
    )]
    public static PromptTask XSTest { get; } = Prompts(PromptLayout.XSTest, PromptClass.SeeminglyToxic);

    /// <summary>XSTest's unsafe prompts (200 of its 450 rows), each the contrast of a safe one.</summary>
    [Published(
        "xstest/xstest_prompts.csv",
        450,
        Paper = XSTestPaper,
        Licence = "CC BY 4.0",
        Address = "https://github.com/paul-rottger/xstest",
        Family = nameof(XSTest),
        TrainedOn = RefinedOn
    )]
    public static PromptTask XSTestUnsafe { get; } = Prompts(PromptLayout.XSTest, PromptClass.Toxic);

    /// <summary>XSTest's safe prompts as HELM Safety has them: <c>instances.json</c> of a run of its scenario <c>xstest</c>.</summary>
    [Published(
        "helm/xstest/instances.json",
        450,
        Paper = XSTestPaper,
        Licence = "CC BY 4.0",
        Address = "https://crfm.stanford.edu/helm/safety",
        Family = nameof(XSTest),
        TrainedOn = RefinedOn
    )]
    public static PromptTask HelmXSTest { get; } = Prompts(PromptLayout.HelmInstances, PromptClass.SeeminglyToxic);

    /// <summary>XSTest's unsafe prompts as HELM Safety has them.</summary>
    [Published(
        "helm/xstest/instances.json",
        450,
        Paper = XSTestPaper,
        Licence = "CC BY 4.0",
        Address = "https://crfm.stanford.edu/helm/safety",
        Family = nameof(XSTest),
        TrainedOn = RefinedOn
    )]
    public static PromptTask HelmXSTestUnsafe { get; } = Prompts(PromptLayout.HelmInstances, PromptClass.Toxic);

    /// <summary>OR-Bench's hard prompts: seemingly toxic ones that several strong models refuse.</summary>
    [Published(
        "or-bench/or-bench-hard-1k.csv",
        1319,
        Paper = OrBenchPaper,
        Licence = "CC BY 4.0",
        Address = OrBenchAddress,
        Family = nameof(OrBench80k)
    )]
    public static PromptTask OrBenchHard { get; } = Prompts(PromptLayout.OrBench, PromptClass.SeeminglyToxic);

    /// <summary>OR-Bench's toxic prompts.</summary>
    [Published("or-bench/or-bench-toxic.csv", 655, Paper = OrBenchPaper, Licence = "CC BY 4.0", Address = OrBenchAddress)]
    public static PromptTask OrBenchToxic { get; } = Prompts(PromptLayout.OrBench, PromptClass.Toxic);

    /// <summary>All of OR-Bench's seemingly toxic prompts, in ten categories, of which <c>Only</c> takes one.</summary>
    [Published("or-bench/or-bench-80k.csv", 80_359, Paper = OrBenchPaper, Licence = "CC BY 4.0", Address = OrBenchAddress)]
    public static PromptTask OrBench80k { get; } = Prompts(PromptLayout.OrBench, PromptClass.SeeminglyToxic);

    /// <summary>CoCoNot's original set: requests with which not to comply, unsafe ones and others.</summary>
    [Published("coconot/coconot_test.jsonl", 1001, Paper = CoCoNotPaper, Licence = "AI2 ImpACT / ODC-BY", Address = CoCoNotAddress)]
    public static PromptTask CoCoNot { get; } = Prompts(PromptLayout.CoCoNot, PromptClass.Toxic);

    /// <summary>CoCoNot's contrast set: requests with which to comply, though they resemble those of the original set.</summary>
    [Published("coconot/coconot_contrast_test.jsonl", 379, Paper = CoCoNotPaper, Licence = "AI2 ImpACT / ODC-BY", Address = CoCoNotAddress)]
    public static PromptTask CoCoNotContrast { get; } = Prompts(PromptLayout.CoCoNot, PromptClass.SeeminglyToxic);

    /// <summary>OKTest: safe questions with words that sound harmful.</summary>
    [Published(
        "oktest/OKTest.csv",
        300,
        Paper = "Shi et al., ACL 2024, arXiv:2401.17633",
        Address = "https://github.com/InvokerStark/OverKill"
    )]
    public static PromptTask OKTest { get; } = Prompts(PromptLayout.OKTest, PromptClass.SeeminglyToxic);

    /// <summary>PHTest, harmless and controversial prompts together; the category says which.</summary>
    [Published("phtest/PHTest.csv", 3269, Paper = PHTestPaper, Licence = "MIT", Address = PHTestAddress)]
    public static PromptTask PHTest { get; } = Prompts(PromptLayout.PHTest, PromptClass.SeeminglyToxic);

    /// <summary>PHTest's harmless prompts alone.</summary>
    [Published("phtest/PHTest.csv", 3269, Paper = PHTestPaper, Licence = "MIT", Address = PHTestAddress, Family = nameof(PHTest))]
    public static PromptTask PHTestHarmless { get; } =
        Prompts(PromptLayout.PHTest, PromptClass.SeeminglyToxic).Only("Harmfulness", "harmless");

    /// <summary>SORRY-Bench: unsafe requests, ten of each of 44 categories (45 in the version of June 2024).</summary>
    [Published(
        "sorry-bench/question.jsonl",
        440,
        OtherRows = [450],
        Paper = "Xie et al., ICLR 2025, arXiv:2406.14598",
        Licence = "SORRY-Bench licence agreement",
        Address = "https://huggingface.co/datasets/sorry-bench/sorry-bench-202503",
        Gated = true,
        SharesWith = [nameof(AdvBench), nameof(HarmBench), nameof(MaliciousInstruct), nameof(SimpleSafetyTests)]
    )]
    public static PromptTask SorryBench { get; } = Prompts(PromptLayout.SorryBench, PromptClass.Toxic);

    /// <summary>AdvBench's harmful behaviours.</summary>
    [Published(
        "advbench/harmful_behaviors.csv",
        520,
        Paper = "Zou et al. 2023, arXiv:2307.15043",
        Licence = "MIT",
        Address = "https://github.com/llm-attacks/llm-attacks/tree/main/data/advbench",
        TrainedOn = "prompts of it are in many training sets, 117 in refusal_direction's"
    )]
    public static PromptTask AdvBench { get; } = Prompts(PromptLayout.AdvBench, PromptClass.Toxic);

    /// <summary>HarmBench's text behaviours, of its test and validation parts.</summary>
    [Published("harmbench/harmbench_behaviors_text_all.csv", 400, Paper = HarmBenchPaper, Licence = "MIT", Address = HarmBenchAddress)]
    public static PromptTask HarmBench { get; } = Prompts(PromptLayout.HarmBench, PromptClass.Toxic);

    /// <summary>HarmBench's text behaviours of its test part, as its paper reports them.</summary>
    [Published(
        "harmbench/harmbench_behaviors_text_test.csv",
        320,
        Paper = HarmBenchPaper,
        Licence = "MIT",
        Address = HarmBenchAddress,
        Family = nameof(HarmBench)
    )]
    public static PromptTask HarmBenchTest { get; } = Prompts(PromptLayout.HarmBench, PromptClass.Toxic);

    /// <summary>JailbreakBench's harmful behaviours; where each comes from is its source.</summary>
    [Published(
        "jailbreakbench/harmful-behaviors.csv",
        100,
        Paper = JailbreakBenchPaper,
        Licence = "MIT",
        Address = JailbreakBenchAddress,
        SharesWith = [nameof(AdvBench), nameof(HarmBench)]
    )]
    public static PromptTask JailbreakBench { get; } = Prompts(PromptLayout.JailbreakBench, PromptClass.Toxic);

    /// <summary>JailbreakBench's benign behaviours, each a counterpart of a harmful one.</summary>
    [Published("jailbreakbench/benign-behaviors.csv", 100, Paper = JailbreakBenchPaper, Licence = "MIT", Address = JailbreakBenchAddress)]
    public static PromptTask JailbreakBenchBenign { get; } = Prompts(PromptLayout.JailbreakBench, PromptClass.SeeminglyToxic);

    /// <summary>StrongREJECT's forbidden prompts; where each comes from is its source.</summary>
    [Published(
        "strongreject/strongreject_dataset.csv",
        313,
        Paper = "Souly et al., NeurIPS 2024, arXiv:2402.10260",
        Licence = "MIT",
        Address = "https://github.com/alexandrasouly/strongreject",
        SharesWith = [nameof(AdvBench), nameof(MaliciousInstruct)]
    )]
    public static PromptTask StrongReject { get; } = Prompts(PromptLayout.StrongReject, PromptClass.Toxic);

    /// <summary>MaliciousInstruct: ten requests of each of ten kinds.</summary>
    [Published(
        "maliciousinstruct/MaliciousInstruct.txt",
        100,
        Paper = "Huang et al., ICLR 2024, arXiv:2310.06987",
        Address = "https://github.com/Princeton-SysML/Jailbreak_LLM/tree/main/data"
    )]
    public static PromptTask MaliciousInstruct { get; } = Prompts(PromptLayout.MaliciousInstruct, PromptClass.Toxic);

    /// <summary>I-MaliciousInstructions of Safety-Tuned LLaMAs.</summary>
    [Published(
        SafetyTuned + "I-MaliciousInstructions.json",
        100,
        Paper = SafetyTunedPaper,
        Licence = NonCommercial,
        Address = SafetyTunedAddress
    )]
    public static PromptTask IMaliciousInstructions { get; } = Prompts(PromptLayout.SafetyTunedLlamas, PromptClass.Toxic);

    /// <summary>I-CoNa of Safety-Tuned LLaMAs: requests for hateful speech.</summary>
    [Published(SafetyTuned + "I-CoNa.json", 178, Paper = SafetyTunedPaper, Licence = NonCommercial, Address = SafetyTunedAddress)]
    public static PromptTask ICoNa { get; } = Prompts(PromptLayout.SafetyTunedLlamas, PromptClass.Toxic);

    /// <summary>I-Controversial of Safety-Tuned LLaMAs.</summary>
    [Published(SafetyTuned + "I-Controversial.json", 40, Paper = SafetyTunedPaper, Licence = NonCommercial, Address = SafetyTunedAddress)]
    public static PromptTask IControversial { get; } = Prompts(PromptLayout.SafetyTunedLlamas, PromptClass.Toxic);

    /// <summary>I-PhysicalSafety of Safety-Tuned LLaMAs, its unsafe half.</summary>
    [Published(
        SafetyTuned + "I-PhysicalSafetyUnsafe.json",
        100,
        Paper = SafetyTunedPaper,
        Licence = NonCommercial,
        Address = SafetyTunedAddress
    )]
    public static PromptTask IPhysicalSafetyUnsafe { get; } = Prompts(PromptLayout.SafetyTunedLlamas, PromptClass.Toxic);

    /// <summary>I-PhysicalSafety of Safety-Tuned LLaMAs, its safe half.</summary>
    [Published(
        SafetyTuned + "I-PhysicalSafetySafe.json",
        100,
        Paper = SafetyTunedPaper,
        Licence = NonCommercial,
        Address = SafetyTunedAddress
    )]
    public static PromptTask IPhysicalSafetySafe { get; } = Prompts(PromptLayout.SafetyTunedLlamas, PromptClass.General);

    /// <summary>I-Alpaca of Safety-Tuned LLaMAs: ordinary instructions.</summary>
    [Published(
        SafetyTuned + "I-Alpaca.json",
        50,
        Paper = SafetyTunedPaper,
        Licence = NonCommercial,
        Address = SafetyTunedAddress,
        TrainedOn = "instructions of Alpaca, on which alignments often train"
    )]
    public static PromptTask IAlpaca { get; } = Prompts(PromptLayout.SafetyTunedLlamas, PromptClass.General);

    /// <summary>Q-Harm of Safety-Tuned LLaMAs: harmful questions.</summary>
    [Published(
        SafetyTuned + "Q-Harm.json",
        100,
        Paper = SafetyTunedPaper,
        Licence = NonCommercial,
        Address = SafetyTunedAddress,
        TrainedOn = "questions of HH-RLHF's red-team part, from which the training file of Safety-Tuned LLaMAs is made too"
    )]
    public static PromptTask QHarm { get; } = Prompts(PromptLayout.SafetyTunedLlamas, PromptClass.Toxic);

    /// <summary>SimpleSafetyTests, as in HELM Safety: twenty prompts of each of five harm areas.</summary>
    [Published(
        "simplesafetytests/sst_test_cases.csv",
        100,
        Paper = "Vidgen et al. 2023, arXiv:2311.08370",
        Licence = "CC BY 2.0",
        Address = "https://huggingface.co/datasets/Bertievidgen/SimpleSafetyTests"
    )]
    public static PromptTask SimpleSafetyTests { get; } = Prompts(PromptLayout.SimpleSafetyTests, PromptClass.Toxic);

    /// <summary>Anthropic's red-team attempts, as in HELM Safety: the first human turn of each transcript.</summary>
    [Published(
        "anthropic-red-team/red_team_attempts.jsonl.gz",
        38_961,
        Paper = "Ganguli et al. 2022, arXiv:2209.07858",
        Licence = "MIT",
        Address = "https://huggingface.co/datasets/Anthropic/hh-rlhf/tree/main/red-team-attempts",
        TrainedOn = "the training file of Safety-Tuned LLaMAs is made of such prompts"
    )]
    public static PromptTask AnthropicRedTeam { get; } = Prompts(PromptLayout.AnthropicRedTeam, PromptClass.Toxic);

    /// <summary>BBQ, all of its eleven categories: questions that invite a stereotype, in ambiguous and disambiguated contexts.</summary>
    [Published(
        "bbq",
        58_492,
        Paper = "Parrish et al., Findings of ACL 2022, arXiv:2110.08193",
        Licence = "CC BY 4.0",
        Address = "https://github.com/nyu-mll/BBQ/tree/main/data",
        Measures = "accuracy and bias score in ambiguous and in disambiguated contexts"
    )]
    public static MultipleChoiceTask Bbq { get; } = Questions(ChoiceFormat.Bbq);

    /// <summary>MMLU's test part, its 57 subjects; without solved examples, unless Shots wants some.</summary>
    [Published(
        "mmlu/mmlu_test",
        14_042,
        Paper = "Hendrycks et al., ICLR 2021, arXiv:2009.03300",
        Licence = "MIT",
        Address = "https://huggingface.co/datasets/cais/mmlu",
        Measures = "acc"
    )]
    public static MultipleChoiceTask Mmlu { get; } = Questions(ChoiceFormat.Mmlu);

    /// <summary>TruthfulQA with one true choice.</summary>
    [Published(
        "truthfulqa/mc_task.json",
        817,
        OtherRows = [790],
        Paper = TruthfulQAPaper,
        Licence = "Apache 2.0",
        Address = TruthfulQAAddress,
        Measures = "acc (mc1)"
    )]
    public static MultipleChoiceTask TruthfulQAMc1 { get; } = Questions(ChoiceFormat.TruthfulQAMc1);

    /// <summary>TruthfulQA with several true choices.</summary>
    [Published(
        "truthfulqa/mc_task.json",
        817,
        OtherRows = [790],
        Paper = TruthfulQAPaper,
        Licence = "Apache 2.0",
        Address = TruthfulQAAddress,
        Family = nameof(TruthfulQAMc1),
        Measures = "true share (mc2)"
    )]
    public static MultipleChoiceTask TruthfulQAMc2 { get; } = Questions(ChoiceFormat.TruthfulQAMc2);

    /// <summary>ARC's easy questions, test part.</summary>
    [Published(
        "arc/ARC-Easy-Test.jsonl",
        2376,
        Paper = ArcPaper,
        Licence = "CC BY-SA 4.0",
        Address = ArcAddress,
        Measures = "acc, acc_norm"
    )]
    public static MultipleChoiceTask ArcEasy { get; } = Questions(ChoiceFormat.Arc);

    /// <summary>ARC's hard questions, test part.</summary>
    [Published(
        "arc/ARC-Challenge-Test.jsonl",
        1172,
        Paper = ArcPaper,
        Licence = "CC BY-SA 4.0",
        Address = ArcAddress,
        Measures = "acc, acc_norm"
    )]
    public static MultipleChoiceTask ArcChallenge { get; } = Questions(ChoiceFormat.Arc);

    /// <summary>OpenBookQA's test part, without the facts.</summary>
    [Published(
        "openbookqa/test.jsonl",
        500,
        Paper = "Mihaylov et al., EMNLP 2018, arXiv:1809.02789",
        Licence = "Apache 2.0",
        Address = "https://huggingface.co/datasets/allenai/openbookqa",
        Measures = "acc, acc_norm"
    )]
    public static MultipleChoiceTask OpenBookQA { get; } = Questions(ChoiceFormat.OpenBookQA);

    /// <summary>PIQA's validation part; its labels lie in a file of their own.</summary>
    [Published(
        "piqa/valid.jsonl",
        1838,
        Paper = "Bisk et al., AAAI 2020, arXiv:1911.11641",
        Licence = "AFL 3.0",
        Address = "https://yonatanbisk.com/piqa",
        Measures = "acc, acc_norm"
    )]
    public static MultipleChoiceTask Piqa { get; } = Questions(ChoiceFormat.Piqa) with { LabelsPath = "{data}/piqa/valid-labels.lst" };

    /// <summary>HellaSwag's validation part.</summary>
    [Published(
        "hellaswag/hellaswag_val.jsonl",
        10_042,
        Paper = "Zellers et al., ACL 2019, arXiv:1905.07830",
        Licence = "MIT",
        Address = "https://github.com/rowanz/hellaswag/tree/master/data",
        Measures = "acc, acc_norm"
    )]
    public static MultipleChoiceTask HellaSwag { get; } = Questions(ChoiceFormat.HellaSwag);

    /// <summary>WinoGrande's development part.</summary>
    [Published(
        "winogrande/dev.jsonl",
        1267,
        Paper = "Sakaguchi et al., AAAI 2020, arXiv:1907.10641",
        Licence = "CC BY 4.0",
        Address = "https://winogrande.allenai.org",
        Measures = "acc"
    )]
    public static MultipleChoiceTask WinoGrande { get; } = Questions(ChoiceFormat.WinoGrande);

    const string SafetyTuned = "safety-tuned-llamas/evaluation/",
        NonCommercial = "CC BY-NC 4.0";

    static PromptTask Prompts(PromptLayout layout, PromptClass promptClass, [CallerMemberName] string set = "") =>
        new()
        {
            Name = set,
            Prompts = new PromptFile
            {
                Path = Place(set),
                Layout = layout,
                Class = promptClass,
                Set = set,
            },
        };

    static MultipleChoiceTask Questions(ChoiceFormat format, [CallerMemberName] string set = "") =>
        new()
        {
            Name = set,
            Path = Place(set),
            Format = format,
            Set = set,
        };

    static string Place(string set) => "{data}/" + PublishedAttribute.Of(set)!.File;
}
