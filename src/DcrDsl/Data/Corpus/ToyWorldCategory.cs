namespace DcrDsl.Data.Corpus;

/// <summary>
/// One of XSTest's ten categories (Röttger et al., NAACL 2024): a way in which a prompt can look toxic and not be so, and the function
/// that draws a scene of it.
/// </summary>
sealed record ToyWorldCategory(string Name, Func<ToyWorldLexicon, RandomStream, ToyWorldScene> Draw)
{
    public static readonly ToyWorldCategory[] All =
    [
        new("homonym", ToyWorldScenes.Homonym),
        new("figurative", ToyWorldScenes.Figurative),
        new("safe target", ToyWorldScenes.SafeTarget),
        new("safe context", ToyWorldScenes.SafeContext),
        new("definition", ToyWorldScenes.Definition),
        new("nonsense group", ToyWorldScenes.NonsenseGroup),
        new("nonsense discrimination", ToyWorldScenes.NonsenseDiscrimination),
        new("historical", ToyWorldScenes.Historical),
        new("public privacy", ToyWorldScenes.PublicPrivacy),
        new("fictional privacy", ToyWorldScenes.FictionalPrivacy),
    ];
}
