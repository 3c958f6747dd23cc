using System.Globalization;
using System.Reflection;
using DcrDsl.Data;
using DcrDsl.Data.Corpus;
using DcrDsl.Definition;
using DcrDsl.Evaluation.Leaking;
using DcrDsl.Planning;
using DcrDsl.Specs;

namespace DcrDsl.Execution.Leaking;

/// <summary>A task of a plan with its prompts or questions, at a seed or at all.</summary>
sealed record EvaluatedTexts(EvaluationTask Task, int? Seed, IReadOnlyList<OverlapPlace> Items)
{
    /// <summary>Whether prompts share most of their words by construction.</summary>
    public bool FromTemplates { get; } = SpecOptions.Within<PromptSource>(Task).Any(s => s.FromTemplates);
}

/// <summary>What an option of a stage has it train on, or be watched on, at a seed or at all.</summary>
sealed record TrainedTexts(
    string Source,
    bool Watched,
    int? Seed,
    IReadOnlyList<(OverlapPlace Prompt, IReadOnlyList<string> Answers)> Items
);

/// <summary>
/// Reads what the stages of a plan may train on or are watched on, and what its tasks measure on, through the loaders of a run and without
/// a model. A stage may train on fewer prompts of a source than there are; all of them count.
/// </summary>
/// <param name="paths">Where the experiment's paths lie.</param>
/// <param name="own">Prompts of sources of the user's own, with the function that reads them, as far as they are known.</param>
sealed class PlanTexts(RunPaths paths, IReadOnlyCollection<OwnPrompts> own)
{
    readonly Dictionary<(PromptSource, int?), IReadOnlyList<(Example, string)>> loaded = [];
    readonly Dictionary<object, (string Path, PropertyInfo Option, PromptSource Source)[]> declared = new(
        ReferenceEqualityComparer.Instance
    );
    readonly Dictionary<object, PromptSource[]> measured = new(ReferenceEqualityComparer.Instance);
    readonly List<string> notRead = [];
    readonly List<string> unknown = [];

    /// <summary>What could not be read and why, in sentences.</summary>
    public IReadOnlyList<string> NotRead =>
        unknown.Count == 0
            ? [.. notRead.Distinct()]
            :
            [
                .. notRead.Distinct(),
                "To compare what is measured on with what is trained on, say where the prompts are with "
                    + $"{string.Join(" ", unknown.Select(n => $"--path {n}=PATH"))}.",
            ];

    /// <summary>The tasks of some cells.</summary>
    /// <param name="cells">The cells.</param>
    /// <param name="near">Whether near prompts are looked for, which also sources that share none may have.</param>
    public IReadOnlyList<EvaluatedTexts> Evaluated(IEnumerable<Cell> cells, bool near)
    {
        var texts = new Dictionary<(EvaluationTask, int?), EvaluatedTexts>();
        PromptSource[] trained = [.. Options(cells).Select(o => o.Source).Distinct()];
        foreach (var cell in cells)
        foreach (var task in ((EvaluationGrid)cell.Evaluation.Spec).Tasks)
        {
            var key = (task, task.DependsOnSeed ? cell.Seed : null);
            if (!texts.ContainsKey(key) && trained.Any(source => near || MayShare(task, source)) && Knows(task))
                Try(
                    task.Name,
                    () =>
                    {
                        if (TaskTexts.Of(task, paths, source => Load(source, cell.Seed, WordsOf(cell.Evaluation))) is { } items)
                            texts.Add(key, new EvaluatedTexts(task, key.Item2, items));
                        else
                            notRead.Add($"{task.Name} is not compared with what is trained on: its items are of a form of their own.");
                    }
                );
        }
        return [.. texts.Values];
    }

    /// <summary>The sources of the stages of some cells.</summary>
    /// <param name="cells">The cells.</param>
    /// <param name="near">Whether near prompts are looked for.</param>
    public IReadOnlyList<TrainedTexts> Trained(IEnumerable<Cell> cells, bool near)
    {
        var texts = new Dictionary<(string, PromptSource, int?), TrainedTexts>();
        EvaluationTask[] tasks = [.. cells.SelectMany(c => ((EvaluationGrid)c.Evaluation.Spec).Tasks).Distinct()];
        foreach (var (node, path, option, source) in Options(cells))
        {
            if (!tasks.Any(task => near || MayShare(task, source)) || !Knows(source))
                continue;
            var trained = option.GetCustomAttribute<TrainedOnAttribute>(inherit: true);
            bool watched = option.IsDefined(typeof(WatchedAttribute), inherit: true);
            string name = $"{node.Stage.Property}.{path}";
            int? seed = source.DependsOnSeed ? node.Seed : null;
            if (texts.ContainsKey((name, source, seed)))
                continue;
            Try(
                name,
                () =>
                {
                    var words = WordsOf(node);
                    HashSet<string> leftOut = option.IsDefined(typeof(KeptApartAttribute), inherit: true)
                        ? [.. node.Stage.Excluded.SelectMany(e => Load(e, node.Seed, words)).Select(e => e.Example.Prompt)]
                        : [];
                    bool answers = trained is { NeedsAnswers: true } || option.IsDefined(typeof(PairsOfAnswersAttribute), inherit: true);
                    texts.Add(
                        (name, source, seed),
                        new TrainedTexts(
                            name,
                            watched,
                            seed,
                            [
                                .. Load(source, node.Seed, words)
                                    .Where(p => !leftOut.Contains(p.Example.Prompt))
                                    .Select(p =>
                                        (
                                            new OverlapPlace(p.Origin, p.Example.Prompt),
                                            answers ? Answers(p.Example) : (IReadOnlyList<string>)[]
                                        )
                                    ),
                            ]
                        )
                    );
                }
            );
        }
        return [.. texts.Values];
    }

    /// <summary>What the stages of some cells train on or are watched on.</summary>
    IEnumerable<(StageRunNode Node, string Path, PropertyInfo Option, PromptSource Source)> Options(IEnumerable<Cell> cells) =>
        from node in cells.SelectMany(c => c.StageRuns).Distinct()
        from option in OptionsOf(node.Spec)
        select (node, option.Path, option.Option, option.Source);

    /// <summary>The same of one declaration, which most seeds have in common.</summary>
    (string Path, PropertyInfo Option, PromptSource Source)[] OptionsOf(object spec)
    {
        if (!declared.TryGetValue(spec, out var options))
            declared.Add(
                spec,
                options = [
                    .. from walked in SpecOptions.Walk(spec)
                    where
                        walked.Value is PromptSource
                        && (
                            walked.Option.IsDefined(typeof(TrainedOnAttribute), inherit: true)
                            || walked.Option.IsDefined(typeof(WatchedAttribute), inherit: true)
                        )
                    select (walked.Path, walked.Option, (PromptSource)walked.Value!),
                ]
            );
        return options;
    }

    /// <summary>
    /// Whether a task can have a prompt of a source: sources that are made from templates know of each other, and a plan of a thousand
    /// seeds need not make all their prompts to find that they share none. What files hold is known only by reading them.
    /// </summary>
    bool MayShare(EvaluationTask task, PromptSource source)
    {
        if (!measured.TryGetValue(task, out var own))
            measured.Add(task, own = [.. SpecOptions.Within<PromptSource>(task)]);
        return own.Length == 0 || own.Any(m => !m.FromTemplates || !source.FromTemplates || m.MayOverlap(source));
    }

    /// <summary>Whether it is told where the files of a task or source lie; names of places that are not are asked for together.</summary>
    bool Knows(object spec)
    {
        string[] missing = [.. paths.Missing(ExperimentDefinition.RunPathsIn(spec))];
        unknown.AddRange(missing.Except(unknown));
        return missing.Length == 0;
    }

    static IReadOnlyList<string> Answers(Example example) => [.. new[] { example.Response, example.Rejected }.OfType<string>()];

    void Try(string what, Action read)
    {
        try
        {
            read();
        }
        catch (InputException fault)
        {
            notRead.Add($"{what} is not compared: {fault.Message}");
        }
    }

    /// <summary>The vocabulary that decides which prompts are left out: the built-in model's, or any.</summary>
    static IChatTokenizer WordsOf(StageRunNode node) =>
        node.Root.Spec is ModelSpec { Directory: null } ? new ToyWorldTokenizer() : new AnyWords();

    IReadOnlyList<(Example Example, string Origin)> Load(PromptSource source, int? seed, IChatTokenizer words)
    {
        var key = (source, source.DependsOnSeed ? seed : null);
        if (loaded.TryGetValue(key, out var known))
            return known;
        IReadOnlyList<Example> examples = source switch
        {
            // What the model will answer is not known yet; its prompts are.
            SelfAnswered answered => [.. Bare(answered, seed, words)],
            _ => PromptSources.Load(Placed(source), (ulong)(seed ?? 0), words).Examples,
        };
        bool numbered = examples.DistinctBy(e => e.Origin).Count() < examples.Count;
        return loaded[key] = [
            .. examples.Select(
                (e, i) => (e, numbered ? string.Create(CultureInfo.InvariantCulture, $"{e.Origin}, prompt {i + 1}") : e.Origin)
            ),
        ];
    }

    IEnumerable<Example> Bare(SelfAnswered answered, int? seed, IChatTokenizer words) =>
        Load(answered.Prompts, seed, words)
            .Take(answered.Take ?? int.MaxValue)
            .Select(p => p.Example with { Response = null, Rejected = null, Origin = p.Origin });

    PromptSource Placed(PromptSource source) =>
        source is PromptFile file ? file with { Path = paths.Resolve(file.Path) }
        : source.GetType().Assembly == typeof(PromptSource).Assembly ? source
        : own.FirstOrDefault(o => o.Declared.Equals(source))
            ?? throw new InputException(
                $"{source.GetType().Name} is a source of your own, and its prompts are read when the stage is to run."
            );
}
