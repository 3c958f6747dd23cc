namespace DcrDsl.Evaluation;

/// <summary>What is said of a model that gives no numbers.</summary>
static class NotFinite
{
    public static InputException Logits() =>
        new(
            "The model's logits are not finite numbers: its training diverged, or its weights are damaged; lower the learning rate or "
                + "look at the weights."
        );
}
