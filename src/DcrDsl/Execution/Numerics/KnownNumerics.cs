using System.Globalization;
using System.Reflection;
using DcrDsl.Planning;
using DcrDsl.Store;

namespace DcrDsl.Execution.Numerics;

/// <summary>
/// Versions of the numerics as they were read before, which takes longer than all else of a run that has nothing to do. One is believed as
/// long as every assembly on which it hangs is the one that it was, by the identity that its content has given it. They are kept in the
/// store's <c>code.json</c>.
/// </summary>
sealed class KnownNumerics
{
    const int Most = 1000;

    readonly string? file;
    readonly Dictionary<string, KnownVersion> known;
    readonly Dictionary<string, string?> identities = new(StringComparer.Ordinal);
    readonly OrderedDictionary<string, KnownVersion> asked = new(StringComparer.Ordinal);
    bool changed;

    /// <param name="root">The folder of the store that keeps them; null: nothing is kept.</param>
    public KnownNumerics(string? root)
    {
        file = root is null ? null : Path.Combine(root, "code.json");
        known = file is null ? [] : CheckedFile.Read(file, StoreJson.Default.DictionaryStringKnownVersion) ?? [];
    }

    /// <summary>Begins to find out those of a plan in the background, while libtorch is loaded.</summary>
    public static void ReadAhead(Plan plan, string? root) =>
        Task.Run(() =>
        {
            var ahead = new KnownNumerics(root);
            foreach (var node in plan.StageRuns)
                ahead.Of(node);
        });

    /// <summary>The digest of <see cref="NumericsVersion.Of"/>.</summary>
    public string Of(StageRunNode node) => Of(NumericsVersion.BeginningOf(node), node, NumericsVersion.Of);

    /// <summary>The digest of <see cref="NumericsVersion.OfWatching"/>.</summary>
    public string OfWatching(StageRunNode node) => Of(NumericsVersion.BeginningOfWatching(node), node, NumericsVersion.OfWatching);

    /// <summary>Keeps what is known for the next run; that it cannot be kept costs time only.</summary>
    /// <param name="makesStore">Whether to make the folder of the store where there is none.</param>
    public void Keep(bool makesStore)
    {
        if (!changed || file is null || !makesStore && !Directory.Exists(Path.GetDirectoryName(file)))
            return;
        changed = false;
        var all = asked.Concat(known.Where(k => !asked.ContainsKey(k.Key))).Take(Most);
        CheckedFile.Write(file, all.ToDictionary(), StoreJson.Default.DictionaryStringKnownVersion);
    }

    string Of(string beginning, StageRunNode node, Func<StageRunNode, NumericsVersion> read)
    {
        string key = string.Create(CultureInfo.InvariantCulture, $"{Environment.Version.Major} {beginning}");
        if (asked.TryGetValue(key, out var version))
            return version.Digest;
        if (!known.TryGetValue(key, out version) || !version.Code.All(c => IdentityOf(c.Key) == c.Value))
        {
            var now = read(node);
            version = new(now.Digest, now.Code.ToDictionary(a => a.GetName().Name!, IdentityOf));
            changed = true;
        }
        asked.Add(key, version);
        return version.Digest;
    }

    string? IdentityOf(string name)
    {
        if (!identities.TryGetValue(name, out string? identity))
            identities.Add(name, identity = Loaded(name) is { } assembly ? IdentityOf(assembly) : null);
        return identity;
    }

    static string IdentityOf(Assembly assembly) => assembly.ManifestModule.ModuleVersionId.ToString("N");

    static Assembly? Loaded(string name)
    {
        try
        {
            return Assembly.Load(name);
        }
        catch (Exception exception) when (exception is IOException or BadImageFormatException)
        {
            return null;
        }
    }
}
