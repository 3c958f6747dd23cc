using System.Globalization;
using DcrDsl.Specs;
using DcrDsl.Tensors;
using DcrDsl.Wording;
using static TorchSharp.torch;

namespace DcrDsl.Data.Batches;

/// <summary>
/// Batches of prompts of two classes, drawn with replacement: first the seemingly toxic ones, then the toxic ones, then, where there is to
/// be a share of them, general ones. The batch of a step is
/// a function of (seed, purpose, step). Safe to draw from many threads.
/// </summary>
public sealed class PairBatches
{
    // With one prompt of a class there is no positive pair to learn from.
    const int FewestOfAClass = 2;

    readonly (int[] Tokens, int Label)[] prompts;
    readonly Func<RandomStream, int[]> choose;
    readonly ulong seed;
    readonly string purpose;
    readonly Device device;

    PairBatches((int[] Tokens, int Label)[] prompts, Func<RandomStream, int[]> choose, ulong seed, string purpose, Device device) =>
        (this.prompts, this.choose, this.seed, this.purpose, this.device) = (prompts, choose, seed, purpose, device);

    /// <summary>
    /// A weighted sampler: the declared share of each class, every prompt of a class equally likely. With <see cref="PairLabels.Random"/>
    /// the labels are shuffled once over all prompts; as many prompts carry each label as before.
    /// </summary>
    /// <param name="seeminglyToxic">Prompts with label 0; encoded here, once.</param>
    /// <param name="toxic">Prompts with label 1.</param>
    /// <param name="chat">The model's tokenizer.</param>
    /// <param name="size">Prompts in a batch, of both classes together.</param>
    /// <param name="seeminglyToxicShare">Share of label 0 in a batch.</param>
    /// <param name="seed">The seed of the cell.</param>
    /// <param name="purpose">The stage's name: a part of every random stream's name.</param>
    /// <param name="device">Where the tensors are to lie.</param>
    /// <param name="labels">The prompts' classes, or a control.</param>
    /// <param name="general">General prompts; null: none.</param>
    /// <param name="generalShare">Share of general prompts in a batch; <paramref name="seeminglyToxicShare"/> is of the rest.</param>
    /// <param name="generalLabel">Whether they are label 2 or label 0.</param>
    /// <exception cref="InputException">
    /// A batch would have fewer than 2 prompts of a class, a class has no prompts, or the vocabulary lacks a word.
    /// </exception>
    public static PairBatches Balanced(
        IReadOnlyList<Example> seeminglyToxic,
        IReadOnlyList<Example> toxic,
        IChatTokenizer chat,
        int size,
        double seeminglyToxicShare,
        ulong seed,
        string purpose,
        Device device,
        PairLabels labels = PairLabels.Class,
        IReadOnlyList<Example>? general = null,
        double generalShare = 0,
        GeneralLabel generalLabel = GeneralLabel.ClassOfItsOwn
    )
    {
        CheckNotEmpty(seeminglyToxic, toxic, purpose);
        int third = (int)Math.Round(generalShare * size),
            first = (int)Math.Round(seeminglyToxicShare * (size - third)),
            second = size - third - first;
        if (first < FewestOfAClass || second < FewestOfAClass)
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{purpose}: a batch of {size} with SeeminglyToxicShare = {seeminglyToxicShare}{AndGeneral(generalShare)} has {first} "
                        + $"seemingly toxic and {second} toxic prompts, and a pair needs two of each: raise Batch or move the share "
                        + $"towards 0.5."
                )
            );
        CheckGeneral(general, generalShare, third, size, purpose);
        int[][] encoded = [.. Encode(seeminglyToxic, chat), .. Encode(toxic, chat), .. Encode(third > 0 ? general! : [], chat)];
        if (labels == PairLabels.Random)
            new RandomStream(seed, $"{purpose}.labels").Shuffle(encoded);
        int boundary = seeminglyToxic.Count,
            end = boundary + toxic.Count,
            ofGeneral = generalLabel == GeneralLabel.SeeminglyToxic ? 0 : 2;
        return new(
            [
                .. encoded.Select(
                    (tokens, i) =>
                        (
                            tokens,
                            i < boundary ? 0
                            : i < end ? 1
                            : ofGeneral
                        )
                ),
            ],
            random =>
            {
                int[] chosen = new int[size];
                for (int i = 0; i < size; i++)
                    chosen[i] =
                        i < first ? random.Next(boundary)
                        : i < first + second ? boundary + random.Next(end - boundary)
                        : end + random.Next(encoded.Length - end);
                return chosen;
            },
            seed,
            purpose,
            device
        );
    }

    /// <summary>
    /// Matched minimal pairs: every seemingly toxic prompt drawn comes with its partner, so a batch is half and half. Prompts without a
    /// partner among those of the other class are never drawn. With <see cref="PairLabels.Random"/> a coin per pair, tossed once, decides
    /// which of the two is called toxic. Parameters as for <see cref="Balanced"/>.
    /// </summary>
    /// <exception cref="InputException">
    /// Fewer than two prompts have a partner, two have the same one, the batch cannot be half and half, or the vocabulary lacks a word.
    /// </exception>
    public static PairBatches Matched(
        IReadOnlyList<Example> seeminglyToxic,
        IReadOnlyList<Example> toxic,
        IChatTokenizer chat,
        int size,
        double seeminglyToxicShare,
        ulong seed,
        string purpose,
        Device device,
        PairLabels labels = PairLabels.Class
    )
    {
        CheckNotEmpty(seeminglyToxic, toxic, purpose);
        if (seeminglyToxicShare != 0.5 || size % 2 != 0 || size / 2 < FewestOfAClass)
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{purpose}: matched pairs fill a batch half and half, with two pairs at least, which Batch = {size} and "
                        + $"SeeminglyToxicShare = {seeminglyToxicShare} do not allow: set an even Batch of 4 or more and "
                        + $"SeeminglyToxicShare to 0.5."
                )
            );
        var (left, right) = Partners(seeminglyToxic, toxic, purpose);
        int[][] encoded = [.. Encode(left, chat), .. Encode(right, chat)];
        int pairs = left.Length;
        if (labels == PairLabels.Random)
        {
            var coins = new RandomStream(seed, $"{purpose}.labels");
            for (int i = 0; i < pairs; i++)
                if (coins.Next(2) == 1)
                    (encoded[i], encoded[pairs + i]) = (encoded[pairs + i], encoded[i]);
        }
        return new(
            [.. encoded.Select((tokens, i) => (tokens, i < pairs ? 0 : 1))],
            random =>
            {
                int[] chosen = new int[size];
                for (int i = 0; i < size / 2; i++)
                {
                    chosen[i] = random.Next(pairs);
                    chosen[size / 2 + i] = pairs + chosen[i];
                }
                return chosen;
            },
            seed,
            purpose,
            device
        );
    }

    /// <summary>The batch of a step, counted from 0. The tensors belong to the caller's scope.</summary>
    public PairBatch Draw(int step)
    {
        PhaseClock.Enter(Phase.Data);
        int[] chosen = choose(new RandomStream(seed, $"{purpose}.pairs", step));
        var tokens = PackedTokens.Of([.. chosen.Select(i => new ArraySegment<int>(prompts[i].Tokens))], device);
        long[] labels = [.. chosen.Select(i => (long)prompts[i].Label)];
        var batch = new PairBatch(tokens, tokens.Spans, tensor(labels, device: device));
        PhaseClock.Drawn(tokens);
        return batch;
    }

    static IEnumerable<int[]> Encode(IEnumerable<Example> examples, IChatTokenizer chat) =>
        examples.Select(example => chat.Prompt(example.Prompt));

    static void CheckNotEmpty(IReadOnlyList<Example> seeminglyToxic, IReadOnlyList<Example> toxic, string purpose)
    {
        if (seeminglyToxic.Count == 0 || toxic.Count == 0)
            throw new InputException(
                $"{purpose}: {seeminglyToxic.Count} seemingly toxic and {toxic.Count} toxic prompts: give at least one of each."
            );
    }

    static void CheckGeneral(IReadOnlyList<Example>? general, double share, int count, int size, string purpose)
    {
        if (share > 0 && count < FewestOfAClass)
            throw new InputException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{purpose}: a batch of {size} with GeneralShare = {share} has {count} general prompts, and a pair needs two: raise "
                        + $"Batch or GeneralShare."
                )
            );
        if (count > 0 && general is not { Count: > 0 })
            throw new InputException($"{purpose}: there are no general prompts for GeneralShare: give at least one, or set it to 0.");
    }

    static string AndGeneral(double share) => share > 0 ? string.Create(CultureInfo.InvariantCulture, $" and GeneralShare = {share}") : "";

    /// <summary>The prompts that have a partner, and the partners.</summary>
    static (Example[] SeeminglyToxic, Example[] Toxic) Partners(
        IReadOnlyList<Example> seeminglyToxic,
        IReadOnlyList<Example> toxic,
        string purpose
    )
    {
        var partners = ByPair(toxic);
        (Example Own, Example Partner)[] pairs =
        [
            .. from prompt in ByPair(seeminglyToxic) where partners.ContainsKey(prompt.Key) select (prompt.Value, partners[prompt.Key]),
        ];
        return pairs.Length >= FewestOfAClass
            ? ([.. pairs.Select(p => p.Own)], [.. pairs.Select(p => p.Partner)])
            : throw new InputException(
                $"{purpose}: a batch needs two pairs, and {English.Count(seeminglyToxic.Count, "seemingly toxic prompt")} and "
                    + $"{English.Count(toxic.Count, "toxic prompt")} have {English.Count(pairs.Length, "pair")} among them: take both from "
                    + $"the same part of a source that knows its pairs, or set Sampling to Balanced."
            );

        // In the order of the prompts.
        OrderedDictionary<string, Example> ByPair(IReadOnlyList<Example> prompts)
        {
            var found = new OrderedDictionary<string, Example>(StringComparer.Ordinal);
            foreach (var prompt in prompts)
                if (prompt.Pair is { } pair && !found.TryAdd(pair, prompt))
                    throw new InputException(
                        $"{purpose}: two prompts of one class have the same partner, '{found[pair].Prompt}' ({found[pair].Origin}) and "
                            + $"'{prompt.Prompt}' ({prompt.Origin}): give each pair a value of its own."
                    );
            return found;
        }
    }
}
