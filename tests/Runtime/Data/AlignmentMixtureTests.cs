using DcrDsl.Data;
using DcrDsl.Data.Batches;
using DcrDsl.Data.Corpus;
using DcrDsl.Specs;

namespace DcrDsl.Runtime.Tests.Data;

public class AlignmentMixtureTests
{
    static readonly IReadOnlyList<Example> General = ToyWorldCorpus.Load(ToyWorld.AlignmentGeneral, 0),
        Refusals = ToyWorldCorpus.Load(ToyWorld.AlignmentRefusals, 0);

    static string Mistake(Func<IReadOnlyList<Example>> mixture) => Assert.Throws<InputException>(mixture).Message;

    [Theory]
    [InlineData(0.09, 396)]
    [InlineData(0.05, 211)]
    [InlineData(0, 0)]
    public void Refusals_make_up_their_share_from_the_front(double share, int refusals)
    {
        var mixture = AlignmentMixture.Of(General, Refusals, share);
        Assert.Equal([.. General, .. Refusals.Take(refusals)], mixture);
        Assert.Equal(share, (double)refusals / mixture.Count, 0.5 / mixture.Count);
    }

    [Fact]
    public void The_augmentation_is_added_whole()
    {
        var augmentation = ToyWorldCorpus.Load(ToyWorld.Augmentation, 0);
        Assert.Equal([.. General, .. Refusals.Take(396), .. augmentation], AlignmentMixture.Of(General, Refusals, 0.09, augmentation));
    }

    [Fact]
    public void Prompts_of_the_refinement_are_taken_out_of_the_refusals()
    {
        Example[] refinement = [.. Refusals.Take(50).Select(e => e with { Response = null, Origin = "elsewhere" })];
        Assert.Equal([.. General, .. Refusals.Skip(50).Take(396)], AlignmentMixture.Of(General, Refusals, 0.09, disjointFrom: refinement));
    }

    [Fact]
    public void Too_few_refusals_are_a_mistake_that_gives_the_numbers()
    {
        Assert.Equal(
            "RefusalShare = 0.2 of 4,000 general examples and refusals together asks for 1,000 refusals, and there are 500: lower "
                + "RefusalShare, take fewer general examples, or give more refusals.",
            Mistake(() => AlignmentMixture.Of(General, Refusals, 0.2))
        );
        Assert.Equal(
            "RefusalShare = 0.09 of 4,000 general examples and refusals together asks for 396 refusals, and there are 300 (500 without "
                + "200 that the refinement uses): lower RefusalShare, take fewer general examples, or give more refusals.",
            Mistake(() => AlignmentMixture.Of(General, Refusals, 0.09, disjointFrom: [.. Refusals.Take(200)]))
        );
    }

    [Fact]
    public void A_share_needs_general_examples()
    {
        Assert.Equal(
            "RefusalShare = 1 leaves no room for general examples: set it to 0 or more and less than 1.",
            Mistake(() => AlignmentMixture.Of(General, Refusals, 1))
        );
        Assert.Equal(
            "The alignment has no general examples, of which RefusalShare is reckoned: give General some.",
            Mistake(() => AlignmentMixture.Of([], Refusals, 0.1))
        );
    }
}
