namespace DcrDsl.Specs;

/// <summary>How a phrase is looked for in a text; case does not matter either way.</summary>
public enum PhraseMatch
{
    /// <summary>As whole words: no letter, digit or mark of Unicode's stands directly before or behind it.</summary>
    WholeWords,

    /// <summary>Anywhere, within words too.</summary>
    Substring,
}
