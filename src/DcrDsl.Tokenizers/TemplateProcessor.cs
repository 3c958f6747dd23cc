namespace DcrDsl.Tokenizers;

/// <summary>Sets the text between special tokens, as the template for a single text says.</summary>
sealed class TemplateProcessor : PostProcessor
{
    // Counted while a template is read, since it may name a long list of tokens any number of times; of their texts, the characters.
    const int MostSlots = 1 << 16,
        MostText = 1 << 20;

    readonly Slot[] slots;

    TemplateProcessor(Slot[] slots) => this.slots = slots;

    /// <summary>A special token, or with id -1 the text.</summary>
    readonly record struct Slot(int Id, string Token, int TypeId);

    public override int AddedTokens => slots.Count(slot => slot.Id >= 0);

    public override int Texts => slots.Length - AddedTokens;

    public static new TemplateProcessor Read(TokenizerSection section, Func<int, string?> tokenOf)
    {
        var slots = new List<Slot>();
        int counted = 0;
        long text = 0;
        foreach (var piece in section["single"].Items())
        {
            if (piece["Sequence"] is { IsNull: false } sequence)
            {
                string id = sequence["id"].Text();
                if (id != "A")
                    throw section["single"].Refuse($"holds the sequence '{id}', but a single text is A; {TokenizerSection.FetchAgain}");
                slots.Add(new(-1, "", sequence["type_id"].Whole()));
            }
            else
            {
                var special = piece["SpecialToken"];
                AddSpecial(section["special_tokens"], special["id"].Text(), special["type_id"].Whole(), slots, tokenOf);
            }
            while (counted < slots.Count)
                text += slots[counted++].Token.Length;
            if (counted > MostSlots || text > MostText)
                throw section["single"]
                    .Refuse(
                        $"stands for more than {MostSlots} tokens, or for tokens of more than "
                            + $"{MostText} characters; {TokenizerSection.FetchAgain}"
                    );
        }
        if (!slots.Any(slot => slot.Id < 0))
            throw section["single"].Refuse($"does not hold the sequence A, so the text would be lost; {TokenizerSection.FetchAgain}");
        return new([.. slots]);
    }

    static void AddSpecial(TokenizerSection specials, string name, int typeId, List<Slot> slots, Func<int, string?> tokenOf)
    {
        var entry = specials.IsNull ? specials : specials[name];
        if (entry.IsNull)
            throw specials.Refuse($"'{name}' is not listed, but the template names it; {TokenizerSection.FetchAgain}");
        var ids = entry["ids"].Items().Select(id => id.Whole()).ToArray();
        var tokens = entry["tokens"].Items().Select(token => token.Text()).ToArray();
        if (ids.Length != tokens.Length)
            throw specials.Refuse($"'{name}' has {ids.Length} ids but {tokens.Length} tokens; {TokenizerSection.FetchAgain}");
        for (int k = 0; k < ids.Length; k++)
        {
            if (tokenOf(ids[k]) is null)
                throw specials.Refuse($"'{name}' stands for id {ids[k]}, which is not in the vocabulary; {TokenizerSection.FetchAgain}");
            slots.Add(new(ids[k], tokens[k], typeId));
        }
    }

    /// <summary>RoBERTa's fixed template: cls, the text, sep; each given as [token, id].</summary>
    public static TemplateProcessor Around(TokenizerSection cls, TokenizerSection sep, Func<int, string?> tokenOf)
    {
        return new([Special(cls), new(-1, "", 0), Special(sep)]);

        Slot Special(TokenizerSection pair)
        {
            var parts = pair.Items().ToArray();
            if (parts.Length != 2)
                throw pair.Refuse($"must be a token and its id; {TokenizerSection.FetchAgain}");
            int id = parts[1].Whole();
            if (tokenOf(id) is null)
                throw pair.Refuse($"id {id} is not in the vocabulary; {TokenizerSection.FetchAgain}");
            return new(id, parts[0].Text(), 0);
        }
    }

    public override void Apply(EncodingBuilder encoding, bool addSpecialTokens)
    {
        if (!addSpecialTokens)
            return;
        var text = encoding.Entries.ToArray();
        encoding.Entries.Clear();
        foreach (var slot in slots)
        {
            if (slot.Id >= 0)
                encoding.Entries.Add(new(slot.Id, slot.Token, (0, 0), slot.TypeId, Special: true, Padding: false));
            else
            {
                foreach (var entry in text)
                    encoding.Entries.Add(entry with { TypeId = slot.TypeId });
            }
        }
    }

    public override void Apply(List<int> ids)
    {
        var text = ids.ToArray();
        ids.Clear();
        foreach (var slot in slots)
        {
            if (slot.Id >= 0)
                ids.Add(slot.Id);
            else
                ids.AddRange(text);
        }
    }
}
