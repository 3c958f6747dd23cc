using System.Reflection;
using Microsoft.CodeAnalysis;

namespace DcrDsl.Generators.Diagnostics;

/// <summary>Every diagnostic the generator can give; docs/diagnostics.md explains each with an example.</summary>
static class Descriptors
{
    /// <summary>The page that explains them, at the address of the project.</summary>
    static readonly string Page = typeof(Descriptors)
        .Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(a => a.Key == "DiagnosticsPage")
        .Value!;

    public static readonly DiagnosticDescriptor NotPartialRecord = Error(
        "DCR001",
        "An experiment is a partial, top-level record",
        "'{0}' must be {1}; {2}"
    );

    public static readonly DiagnosticDescriptor Unevaluable = Error(
        "DCR002",
        "An expression has no value at build time",
        "'{0}' cannot be evaluated at build time: {1}"
    );

    public static readonly DiagnosticDescriptor DuplicateExperiment = Error(
        "DCR003",
        "Two experiments have the same name",
        "Another experiment has {0} already; names choose experiments on the command line and name what is generated, so give each its own"
    );

    public static readonly DiagnosticDescriptor DuplicateArm = Error(
        "DCR004",
        "Two arms have the same name",
        "The arm name '{0}' is used more than once in experiment '{1}'; give each arm its own"
    );

    public static readonly DiagnosticDescriptor LayerOutOfRange = Error(
        "DCR005",
        "The layer lies beyond the model",
        "Layer {0} does not exist: the model '{1}' has {2} blocks, so choose a layer from 1 to {2}"
    );

    public static readonly DiagnosticDescriptor ValueOutOfRange = Error(
        "DCR006",
        "A value lies outside its range",
        "{0} is {1}; it must be {2}"
    );

    public static readonly DiagnosticDescriptor EmptySweep = Error(
        "DCR007",
        "A sweep has no values",
        "The sweep over '{0}' has no values, so no cell would be run; list at least one or delete the sweep"
    );

    public static readonly DiagnosticDescriptor UnknownField = Error(
        "DCR008",
        "A path names no field",
        "'{0}' names no field that can be swept: {1}"
    );

    public static readonly DiagnosticDescriptor SweptFieldRemoved = Error(
        "DCR009",
        "The swept field is not in any arm",
        "The sweep over '{0}' changes nothing: {1} left out the stage '{2}', or this part of it"
    );

    public static readonly DiagnosticDescriptor BatchCannotHoldBothClasses = Error(
        "DCR010",
        "The batch cannot hold both classes",
        "A batch of {0} with a share of {1} holds {2} seemingly toxic and {3} toxic prompts; contrastive pairs need at least 2 of each, "
            + "so raise {4} or move {5} towards 0.5"
    );

    public static readonly DiagnosticDescriptor MissingData = Error(
        "DCR011",
        "A stage lacks data",
        "Stage '{0}' has no {1}; set {0}.{1} to a prompt source, for example {2}"
    );

    public static readonly DiagnosticDescriptor OverlappingPrompts = Error(
        "DCR012",
        "Refinement and alignment may share toxic prompts",
        "'{0}' is declared from the same prompts as '{1}', and the method keeps the two disjoint; declare parts that do not overlap, or "
            + "take the shared prompts out with {2}"
    );

    public static readonly DiagnosticDescriptor UnknownKey = Error("DCR013", "An unknown key", "'{0}' is not an option of {1}{2}");

    public static readonly DiagnosticDescriptor InvalidValue = Error("DCR014", "A value of the wrong kind", "'{0}' is not {1}{2}");

    public static readonly DiagnosticDescriptor MalformedYaml = Error(
        "DCR015",
        "The file is not valid YAML",
        "This is not valid YAML: {0}"
    );

    public static readonly DiagnosticDescriptor IncompleteExperiment = Error(
        "DCR016",
        "The experiment is incomplete",
        "Experiment '{0}' {1}"
    );

    public static readonly DiagnosticDescriptor InvalidSeed = Error(
        "DCR017",
        "A seed is negative or repeated",
        "Seed {0} is {1}; seeds are different whole numbers of at least 0"
    );

    public static readonly DiagnosticDescriptor InvalidCombination = Error("DCR018", "Axes do not fit together", "{0}");

    public static readonly DiagnosticDescriptor InvalidOrder = Error(
        "DCR019",
        "An order of stages does not fit",
        "The order of arm '{0}' {1}"
    );

    public static readonly DiagnosticDescriptor InvalidName = Error(
        "DCR020",
        "A name does not fit",
        "'{0}' does not fit as the name of {1}: {2}"
    );

    public static readonly DiagnosticDescriptor TrainedOnTask = Error(
        "DCR021",
        "A task's prompts were trained on",
        "Task '{0}' evaluates on prompts that stage '{1}' trains on; choose held-out prompts, or say so with {2}"
    );

    public static readonly DiagnosticDescriptor LeakedPrompts = new(
        "DCR029",
        "A task's prompts stand in what is trained on",
        "Task '{0}' measures on {1} that '{2}' trains on: {3}; take them out of one of the two files, or say so with {4}",
        "DcrDsl",
        DiagnosticSeverity.Warning,
        true,
        helpLinkUri: HelpLink("DCR029")
    );

    public static readonly DiagnosticDescriptor SweepOverridesArm = Error(
        "DCR022",
        "A sweep overrides what an arm sets",
        "Arm '{0}' sets '{1}' to {2}, but the sweep sets it in every cell; take it out of the arm or sweep something else"
    );

    public static readonly DiagnosticDescriptor DimensionsDoNotDivide = Error(
        "DCR023",
        "The model's dimensions do not divide",
        "{0} is {1}, which {2} ({3}) does not divide; choose a multiple"
    );

    public static readonly DiagnosticDescriptor UnknownStage = Error(
        "DCR024",
        "A stage is named that does not exist",
        "'{0}' names no refinement stage of the experiment{1}"
    );

    public static readonly DiagnosticDescriptor NoEarlierStage = Error(
        "DCR028",
        "A stage is named that does not come before",
        "'{0}' names '{1}', and no stage of that name leaves a model before '{2}' in arm '{3}'{4}"
    );

    public static readonly DiagnosticDescriptor SweepWithoutEffect = new(
        "DCR025",
        "The sweep does not concern every arm",
        "The sweep over '{0}' does not concern {1}, which left out the stage '{2}', or this part of it: there one cell a seed is run",
        "DcrDsl",
        DiagnosticSeverity.Info,
        true,
        helpLinkUri: HelpLink("DCR025")
    );

    public static readonly DiagnosticDescriptor IncompleteTask = Error("DCR026", "A multiple-choice task is incomplete", "Task '{0}' {1}");

    public static readonly DiagnosticDescriptor DuplicateRole = Error(
        "DCR027",
        "Two arms have the same role",
        "The arms {0} and {1} both have the role {2}, and an answer compares one arm with one: leave the role to one of them"
    );

    public static readonly DiagnosticDescriptor ContradictoryPrompts = Error(
        "DCR030",
        "A file of prompts contradicts itself",
        "The declaration of '{0}' contradicts itself: {1}"
    );

    public static readonly DiagnosticDescriptor MissingPairs = Error(
        "DCR033",
        "Pairs of answers are missing",
        "'{0}' are prompts without two answers each, of which one is preferred; choose a source that has pairs, "
            + "for a file a layout such as "
            + "Preference, or name the two columns with '{1}' and '{2}'"
    );

    public static readonly DiagnosticDescriptor MissingAnswers = Error(
        "DCR031",
        "Fine-tuning lacks answers",
        "'{0}' are prompts without answers, and fine-tuning trains on answers; choose a source that has them, or for a file name their "
            + "column with '{1}' or ask for them with '{2}'"
    );

    public static readonly DiagnosticDescriptor FreeAnswersCompared = Error(
        "DCR032",
        "A task compares completions with free answers",
        "Task '{0}' would count a completion as correct if it repeats the answer of the layout {1}, which says little of free text; set "
            + "{2} to None for prompts alone, or to File to have loss and accuracy all the same"
    );

    public static readonly DiagnosticDescriptor NotRead = Error(
        "DCR040",
        "A stage is declared where it is not read",
        "'{0}' would not be taken: {1}"
    );

    public static readonly DiagnosticDescriptor NoEffect = Error("DCR041", "An attribute has no effect", "[{0}] would not be taken: {1}");

    public static readonly DiagnosticDescriptor MissingValue = Error(
        "DCR042",
        "An option has no value",
        "'{0}' {1}, and it cannot be left out; give it what it takes, {2}, or leave the option alone for its default"
    );

    public static readonly DiagnosticDescriptor SamePrompts = Error(
        "DCR043",
        "The same prompts are of two classes",
        "'{0}' and '{1}' are declared from the same prompts, which would teach or measure both at once; declare prompts that do not overlap"
    );

    public static readonly DiagnosticDescriptor WrongClass = Error(
        "DCR044",
        "Prompts of the other class",
        "'{0}' are prompts of the class {1}, which it is there to be told apart from; choose prompts of the class {2}"
    );

    public static readonly DiagnosticDescriptor LongWarmUp = Error(
        "DCR045",
        "The warm-up is longer than the stage",
        "Stage '{0}' warms up over {1} steps and has {2}, so that its learning rate would never reach its peak; shorten the warm-up, "
            + "for example to {3}, or raise the steps"
    );

    public static readonly DiagnosticDescriptor LongDefaultWarmUp = new(
        "DCR046",
        "The default warm-up is longer than the stage",
        "Stage '{0}' warms up over {1} steps, the default, and has {2}, so that its learning rate never reaches its peak; give its "
            + "schedule a shorter warm-up, for example {3}",
        "DcrDsl",
        DiagnosticSeverity.Info,
        true,
        helpLinkUri: HelpLink("DCR046")
    );

    public static readonly DiagnosticDescriptor UnmatchedPairs = Error(
        "DCR047",
        "Matched pairs cannot be drawn",
        "Stage '{0}' draws matched pairs, which fill a batch half and half, {1}"
    );

    public static readonly DiagnosticDescriptor EmptyJudge = Error("DCR048", "A judge has nothing to judge by", "The judge {0} {1}");

    public static readonly DiagnosticDescriptor SelfAnsweredElsewhere = Error(
        "DCR049",
        "Self-answered prompts outside fine-tuning",
        "'{0}' takes prompts alone, and a SelfAnswered source has the model answer them to be trained on the answers; give the prompts "
            + "themselves"
    );

    public static readonly DiagnosticDescriptor EmptyPath = Error(
        "DCR050",
        "A path is empty",
        "'{0}' of {1} is empty; name a file or folder"
    );

    public static readonly DiagnosticDescriptor NothingLeft = Error(
        "DCR051",
        "The exclusions leave nothing",
        "The exclusions rule out every cell of experiment '{0}', so there would be nothing to run; take one out"
    );

    public static readonly DiagnosticDescriptor BrokenText = Error(
        "DCR052",
        "A text holds a broken character",
        "'{0}' holds U+FFFD, which stands where bytes of the file were not UTF-8, or half a character; save the file as UTF-8 and write "
            + "the text anew"
    );

    public static readonly DiagnosticDescriptor IdleOption = Error("DCR053", "An option that would do nothing", "'{0}' {1}");

    public static readonly DiagnosticDescriptor RepeatedTerm = Error(
        "DCR054",
        "Two terms of one kind",
        "'{0}' has two terms of the kind {1}; keep one of them"
    );

    public static readonly DiagnosticDescriptor AdapterAboveLayer = Error(
        "DCR055",
        "An adapter above the refined layer",
        "Stage '{0}' reads layer {1} and trains nothing above it, and its adapter is to change layer {2}; name layers from 1 to {1}, or "
            + "leave {3} out for all of these"
    );

    public static readonly DiagnosticDescriptor TypeTaken = Error(
        "DCR070",
        "A generated type's name is taken",
        "The generator would add the type '{0}', which the project declares already; rename one of the two"
    );

    public static readonly DiagnosticDescriptor OtherVocabulary = Error(
        "DCR072",
        "The vocabulary and the generator are of two versions",
        "Experiments are declared in DcrDsl.Specs {0}, and the generator is that of DcrDsl {1}; reference all packages of DcrDsl in one "
            + "version"
    );

    public static readonly DiagnosticDescriptor OldLanguage = Error(
        "DCR071",
        "The language version is too low",
        "Generated programs are not written in C# {0}; set LangVersion to {1} or higher, or leave it out"
    );

    public static readonly DiagnosticDescriptor NoJudge = Error(
        "DCR060",
        "An evaluation has no judge",
        "'{0}' names no judge, and '{1}' has none of its own; set {0}.Judge to what decides whether a completion refuses, for example "
            + "RefusalJudges.PrefixOrSubstring"
    );

    public static readonly DiagnosticDescriptor JudgeDoesNotFit = Error("DCR061", "The judge does not fit the base model", "'{0}' {1}");

    public static readonly DiagnosticDescriptor ComparisonDoesNotFit = Error(
        "DCR062",
        "A comparison of answers does not fit",
        "Task '{0}' {1}"
    );

    public static readonly DiagnosticDescriptor ProbeDoesNotFit = Error("DCR063", "A probe cannot be asked", "'{0}' {1}");

    public static readonly DiagnosticDescriptor WatchDoesNotFit = Error("DCR064", "A stage cannot be watched so", "'{0}' {1}");

    public static readonly DiagnosticDescriptor InferenceCannotBe = Error("DCR069", "A comparison that cannot be made", "'{0}' {1}");

    public static readonly DiagnosticDescriptor SteeringCannotBe = Error("DCR056", "Steering that cannot be done", "'{0}' {1}");

    public static readonly DiagnosticDescriptor GuardCannotBe = Error("DCR058", "A guard around the model that cannot be", "'{0}' {1}");

    public static readonly DiagnosticDescriptor AttackCannotBe = Error(
        "DCR065",
        "An attack that cannot be put on prompts",
        "The attack '{0}' {1}"
    );

    public static readonly DiagnosticDescriptor OwnRecordShape = Error(
        "DCR080",
        "A record of your own does not fit the vocabulary",
        "'{0}' is marked with [RuntimeCall], so it must {1}"
    );

    public static readonly DiagnosticDescriptor OwnOptionType = Error(
        "DCR081",
        "An option that the vocabulary cannot hold",
        "'{0}' {1}; options are public properties of type int, double, bool, string or a public enumeration, nullable where none is meant, "
            + "or a ValueList of these"
    );

    public static readonly DiagnosticDescriptor OwnFunctionMissing = Error(
        "DCR082",
        "The function behind a record cannot be called",
        "'{0}' names the function '{1}', {2}"
    );

    public static readonly DiagnosticDescriptor OwnFunctionArguments = Error(
        "DCR083",
        "The function behind a record does not take its options",
        "'{0}' has '{1}' called as {2}, but {3}"
    );

    public static readonly DiagnosticDescriptor InternalError = Error(
        "DCR099",
        "The generator failed",
        "The generator failed on experiment '{0}', which is a defect of DcrDsl (the other experiments are generated all the same): {1}"
    );

    static DiagnosticDescriptor Error(string id, string title, string message) =>
        new(id, title, message, "DcrDsl", DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink(id));

    static string HelpLink(string id) => $"{Page}#{id.ToLowerInvariant()}";
}
