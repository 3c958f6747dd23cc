using System.Diagnostics;
using System.Globalization;
using DcrDsl.Models.SafeTensors;
using DcrDsl.Wording;

namespace DcrDsl.Models.LowRank;

/// <summary>A module that gets a low-rank path, with its rank and its factor s.</summary>
sealed record LoraTarget(string Module, int Rank, double Scaling);

/// <summary>
/// Which modules of a decoder an adapter changes, by PEFT's rules of selection; stricter in that every entry must name something.
/// </summary>
/// <param name="LowRank">Modules with a low-rank path, in the decoder's order.</param>
/// <param name="Saved">Modules with a copy of their own.</param>
sealed record LoraTargets(IReadOnlyList<LoraTarget> LowRank, IReadOnlyList<string> Saved)
{
    /// <exception cref="InputException">The options do not fit the decoder; names the option by PEFT's key, and the entry.</exception>
    public static LoraTargets Of(LoraOptions options, Decoder decoder)
    {
        options.Validate();
        var clock = new Stopwatch();
        string head = decoder.LinearLayers[^1].Name,
            embedding = decoder.Embedding.Name;
        string[] inside = [.. decoder.LinearLayers.SkipLast(1).Select(l => l.Name)],
            all = [embedding, .. inside, head];
        string[] saved = [.. options.SavedModules.Select(entry => SavedModule(entry, [embedding, head])).Distinct()];
        int layers = decoder.Config.Layers;
        foreach (int layer in options.Layers ?? [])
            if (layer < 0 || layer >= layers)
                throw new InputException(
                    FormattableString.Invariant(
                        $"layers_to_transform has {layer}, and the model's layers are 0 to {layers - 1}; name some of these."
                    )
                );

        var named = options.TargetPattern is { } pattern ? ByPattern(pattern, all, clock) : ByList(options, all, inside);
        var hit = named.Except(saved).ToHashSet();
        if (hit.Count == 0)
            throw new InputException(
                "target_modules and layers_to_transform leave no module to adapt; name modules of the layers that are chosen."
            );
        if (decoder.Config.TieEmbeddings && hit.Concat(saved).FirstOrDefault(m => m == head || m == embedding) is { } tied)
            throw new InputException(
                $"'{tied}' shares its weights with {(tied == head ? embedding : head)} in this model (tie_word_embeddings), so the "
                    + $"adapter would change both; leave it out."
            );
        if (options.WeightDecomposed && hit.Contains(embedding))
            throw new InputException($"use_dora is not supported for '{embedding}'; leave it out of target_modules.");
        var ranks = options.RankPattern.Select(p => (Names: NamePattern.OfEnding(p.Pattern, "rank_pattern", clock), p.Rank)).ToArray();
        var alphas = options.AlphaPattern.Select(p => (Names: NamePattern.OfEnding(p.Pattern, "alpha_pattern", clock), p.Alpha)).ToArray();
        var targets = new LoraTargets([.. all.Where(hit.Contains).Select(Target)], saved);
        foreach (var names in ranks.Select(r => r.Names).Concat(alphas.Select(a => a.Names)))
            if (!targets.LowRank.Any(t => names.Matches(t.Module)))
                throw new InputException($"{names.Subject} matches no module that is adapted; correct it or take it out.");
        return targets;

        LoraTarget Target(string module)
        {
            int rank = ranks.Where(r => r.Names.Matches(module)).Select(r => (int?)r.Rank).FirstOrDefault() ?? options.Rank;
            double alpha = alphas.Where(a => a.Names.Matches(module)).Select(a => (double?)a.Alpha).FirstOrDefault() ?? options.Alpha;
            return new LoraTarget(module, rank, alpha / (options.RankStabilised ? Math.Sqrt(rank) : rank));
        }
    }

    /// <summary>The last parts of the names of all linear modules but the head, as PEFT writes them for "all-linear".</summary>
    public static IReadOnlyList<string> AllLinearNames(Decoder decoder) =>
        [.. decoder.LinearLayers.SkipLast(1).Select(l => l.Name[(l.Name.LastIndexOf('.') + 1)..]).Distinct().Order(StringComparer.Ordinal)];

    static IEnumerable<string> ByPattern(string pattern, string[] all, Stopwatch clock)
    {
        var names = NamePattern.OfWhole(pattern, "target_modules", clock);
        string[] hit = [.. all.Where(names.Matches)];
        return hit.Length > 0 ? hit : throw Unknown(pattern, all);
    }

    static IEnumerable<string> ByList(LoraOptions options, string[] all, string[] inside)
    {
        foreach (string entry in options.Targets)
        {
            string[] hit = [.. entry == LoraOptions.AllLinear ? inside : all.Where(m => Named(m, entry))];
            if (hit.Length == 0)
                throw Unknown(entry, all);
            foreach (string module in hit)
                if (options.Layers is null || module == entry || (Layer(module) is int layer && options.Layers.Contains(layer)))
                    yield return module;
        }
    }

    static string SavedModule(string entry, string[] possible) =>
        possible.FirstOrDefault(m => Named(m, entry))
        ?? throw new InputException(
            $"modules_to_save has '{entry}'; of a decoder only lm_head and embed_tokens can be trained as whole copies."
        );

    static InputException Unknown(string entry, string[] all)
    {
        string[] endings = [.. all.Select(m => m[(m.LastIndexOf('.') + 1)..]).Distinct()];
        string nearest = NearestName.Of(entry, entry.Length < 100 ? endings.Concat(all) : []) is { } name ? $" (did you mean {name}?)" : "";
        return new(
            $"target_modules has {SafeTensorsHeader.Quote(entry)}, which names no module of the model{nearest}; its "
                + $"modules end in {string.Join(", ", endings)}."
        );
    }

    static bool Named(string module, string entry) => module == entry || module.EndsWith("." + entry, StringComparison.Ordinal);

    /// <summary>The block that a module is in, counted from 0; null: in none.</summary>
    public static int? Layer(string module) =>
        module.Split('.') is ["model", "layers", var index, ..] ? int.Parse(index, CultureInfo.InvariantCulture) : null;
}
