using Microsoft.CodeAnalysis;

namespace DcrDsl.Generators.Validation;

/// <summary>Every diagnostic the generator can give; docs/diagnostics.md explains each with an example.</summary>
static class Descriptors
{
    public static readonly DiagnosticDescriptor NotPartialRecord = Error("DCR001", "An experiment is a partial, top-level record",
        "'{0}' must be {1}, because the generator adds its program to it");

    public static readonly DiagnosticDescriptor Unevaluable = Error("DCR002", "An expression has no value at build time",
        "'{0}' cannot be evaluated at build time: {1}");

    public static readonly DiagnosticDescriptor DuplicateExperiment = Error("DCR003", "Two experiments have the same name",
        "Another experiment has {0} already; names choose experiments on the command line and name what is generated, so give each its own");

    public static readonly DiagnosticDescriptor DuplicateArm = Error("DCR004", "Two arms have the same name",
        "The arm name '{0}' is used more than once in experiment '{1}'; give each arm its own");

    public static readonly DiagnosticDescriptor LayerOutOfRange = Error("DCR005", "The layer lies beyond the model",
        "Layer {0} does not exist: the model '{1}' has {2} blocks, so choose a layer from 1 to {2}");

    public static readonly DiagnosticDescriptor ValueOutOfRange = Error("DCR006", "A value lies outside its range",
        "{0} is {1}; it must be {2}");

    public static readonly DiagnosticDescriptor EmptySweep = Error("DCR007", "A sweep has no values",
        "The sweep over '{0}' has no values, so no cell would be run; list at least one or delete the sweep");

    public static readonly DiagnosticDescriptor UnknownField = Error("DCR008", "A path names no field",
        "'{0}' names no field that can be swept: {1}");

    public static readonly DiagnosticDescriptor SweptFieldRemoved = Error("DCR009", "The swept field is not in any arm",
        "The sweep over '{0}' changes nothing: {1} left out the stage '{2}'");

    public static readonly DiagnosticDescriptor BatchCannotHoldBothClasses = Error("DCR010", "The batch cannot hold both classes",
        "A batch of {0} with a share of {1} holds {2} seemingly toxic and {3} toxic prompts; contrastive pairs need at least 2 of each, so raise Batch or move SeeminglyToxicShare towards 0.5");

    public static readonly DiagnosticDescriptor MissingData = Error("DCR011", "A stage lacks data",
        "Stage '{0}' has no {1}; set {0}.{1} to a prompt source, for example {2}");

    public static readonly DiagnosticDescriptor OverlappingPrompts = Error("DCR012", "Refinement and alignment may share toxic prompts",
        "'{0}.Refusals' is declared from the same prompts as '{1}.Toxic', and the method keeps the two disjoint; declare parts that do not overlap, or set {0}.DisjointFrom to [\"{1}\"] to take the shared prompts out");

    public static readonly DiagnosticDescriptor UnknownKey = Error("DCR013", "An unknown key",
        "'{0}' is not an option of {1}{2}");

    public static readonly DiagnosticDescriptor InvalidValue = Error("DCR014", "A value of the wrong kind",
        "'{0}' is not {1}{2}");

    public static readonly DiagnosticDescriptor MalformedYaml = Error("DCR015", "The file is not valid YAML",
        "This is not valid YAML: {0}");

    public static readonly DiagnosticDescriptor IncompleteExperiment = Error("DCR016", "The experiment is incomplete",
        "Experiment '{0}' {1}");

    public static readonly DiagnosticDescriptor InvalidSeed = Error("DCR017", "A seed is negative or repeated",
        "Seed {0} is {1}; seeds are different whole numbers of at least 0");

    public static readonly DiagnosticDescriptor InvalidCombination = Error("DCR018", "Axes do not fit together",
        "{0}");

    public static readonly DiagnosticDescriptor InvalidOrder = Error("DCR019", "An order of stages does not fit",
        "The order of arm '{0}' {1}");

    public static readonly DiagnosticDescriptor InvalidName = Error("DCR020", "A name does not fit",
        "'{0}' does not fit as the name of {1}: {2}");

    public static readonly DiagnosticDescriptor TrainedOnTask = Error("DCR021", "A task's prompts were trained on",
        "Task '{0}' evaluates on prompts that stage '{1}' trains on; choose held-out prompts, or say so with InDistribution = true");

    public static readonly DiagnosticDescriptor SweepOverridesArm = Error("DCR022", "A sweep overrides what an arm sets",
        "Arm '{0}' sets '{1}' to {2}, but the sweep sets it in every cell; take it out of the arm or sweep something else");

    public static readonly DiagnosticDescriptor DimensionsDoNotDivide = Error("DCR023", "The model's dimensions do not divide",
        "{0} is {1}, which {2} ({3}) does not divide; choose a multiple");

    public static readonly DiagnosticDescriptor UnknownStage = Error("DCR024", "A stage is named that does not exist",
        "'{0}' names no refinement stage of the experiment{1}");

    public static readonly DiagnosticDescriptor SweepWithoutEffect = new("DCR025", "The sweep does not concern every arm",
        "The sweep over '{0}' does not concern {1}, which left out the stage '{2}': there one cell a seed is run", "DcrDsl", DiagnosticSeverity.Info, true,
        helpLinkUri: HelpLink("DCR025"));

    public static readonly DiagnosticDescriptor IncompleteTask = Error("DCR026", "A multiple-choice task is incomplete",
        "Task '{0}' {1}");

    public static readonly DiagnosticDescriptor ContradictoryPrompts = Error("DCR030", "A file of prompts contradicts itself",
        "The declaration of '{0}' contradicts itself: {1}");

    public static readonly DiagnosticDescriptor MissingAnswers = Error("DCR031", "Fine-tuning lacks answers",
        "'{0}.{1}' are prompts without answers, and fine-tuning trains on answers; choose a source that has them, or for a file name their column with ResponseColumn or ask for them with Answers");

    public static readonly DiagnosticDescriptor FreeAnswersCompared = Error("DCR032", "A task compares completions with free answers",
        "Task '{0}' would count a completion as correct if it repeats the answer of the layout {1}, which says little of free text; set Answers to None for prompts alone, or to File to have loss and accuracy all the same");

    public static readonly DiagnosticDescriptor NoJudge = Error("DCR060", "An evaluation has no judge",
        "'{0}' names no judge, and '{1}' has none of its own; set {0}.Judge to what decides whether a completion refuses, for example RefusalJudges.PrefixOrSubstring");

    public static readonly DiagnosticDescriptor JudgeDoesNotFit = Error("DCR061", "The judge does not fit the base model",
        "'{0}' {1}");

    public static readonly DiagnosticDescriptor ComparisonDoesNotFit = Error("DCR062", "A comparison of answers does not fit",
        "Task '{0}' {1}");

    public static readonly DiagnosticDescriptor InternalError = Error("DCR099", "The generator failed",
        "The generator failed on this experiment, which is a defect of DcrDsl: {0}");

    static DiagnosticDescriptor Error(string id, string title, string message) =>
        new(id, title, message, "DcrDsl", DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink(id));

    static string HelpLink(string id) => $"docs/diagnostics.md#{id.ToLowerInvariant()}";
}
