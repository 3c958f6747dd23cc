using DcrDsl.Definition;
using DcrDsl.Evaluation;
using DcrDsl.Models;
using DcrDsl.Planning;

namespace DcrDsl.Execution;

/// <summary>
/// Keeps what each complete stage run has left as long as another still needs it, and reads from the store what did not run. Safe to use
/// from many threads.
/// </summary>
/// <param name="reuse">What is in the store.</param>
/// <param name="runOf">The run in which a base model is made for stored weights.</param>
/// <param name="settle">Waits until the store has what the run has put there: an adapter's model may be among it.</param>
sealed class ProductShelf(Reuse reuse, Func<StageRunNode, StageRun> runOf, Action? settle = null) : IDisposable
{
    readonly Lock gate = new();
    readonly Dictionary<StageRunNode, (StageProduct Product, int Readers)> shelf = [];

    /// <summary>Keeps a product for those that read <paramref name="node"/>; one that nobody needs is freed.</summary>
    public void Put(StageRunNode node, StageProduct product)
    {
        int readers = node.Readers.Count(reuse.Runs);
        if (readers == 0)
        {
            product.Dispose();
            return;
        }
        lock (gate)
            shelf.Add(node, (product, readers));
    }

    /// <summary>What a stage run is given of those before it. Disposing it says that it needs them no more.</summary>
    public Input InputOf(StageRunNode child) => new(this, child);

    /// <summary>Frees what a stopped run has left.</summary>
    public void Dispose()
    {
        foreach (var (product, _) in shelf.Values)
            product.Dispose();
        shelf.Clear();
    }

    T Read<T>(StageRunNode node)
        where T : StageProduct
    {
        lock (gate)
            return (T)shelf[node].Product;
    }

    /// <summary>One reader less; gives the product to the last one, whose it then is.</summary>
    StageProduct? Leave(StageRunNode node)
    {
        lock (gate)
        {
            var (product, readers) = shelf[node];
            if (readers == 1)
                shelf.Remove(node);
            else
                shelf[node] = (product, readers - 1);
            return readers == 1 ? product : null;
        }
    }

    /// <summary>What one child is given of its parent's product, and of the models of earlier stages.</summary>
    internal sealed class Input(ProductShelf shelf, StageRunNode child) : IStageInput, IDisposable
    {
        readonly StageRunNode? parent = child.Parent;
        readonly Dictionary<StageRunNode, StageProduct> restored = [];

        // A child of a stored stage run has a product of its own.
        StageProduct? own;
        bool left;

        public LanguageModel BorrowModel() => Read<ModelProduct>().Model;

        /// <summary>The model as an earlier stage has left it, to be read until this is disposed.</summary>
        /// <param name="property">The stage's property.</param>
        public LanguageModel ModelAfter(string property)
        {
            var node = child.Earlier.First(n => n.Stage.Property == property);
            if (!shelf.IsStored(node))
                return shelf.Read<ModelProduct>(node).Model;
            if (!restored.TryGetValue(node, out var product))
                restored.Add(node, product = shelf.Restore(node));
            return ((ModelProduct)product).Model;
        }

        public Answers Answers => Read<AnswersProduct>().Answers;

        /// <summary>
        /// A copy, or the model itself for the last child that needs it. One that works beside the weights gets the same weights.
        /// </summary>
        public LanguageModel TakeModel()
        {
            var model = BorrowModel();
            bool beside = child.Stage.Body is Attach || child.HasAdapter;
            if (own is not null)
            {
                (own, left) = (null, true);
                return model;
            }
            // The copy is made while the original is still counted as needed, so that nobody changes it meanwhile.
            lock (shelf.gate)
            {
                if (shelf.shelf[parent!].Readers == 1)
                {
                    left = true;
                    shelf.shelf.Remove(parent!);
                }
            }
            if (!left)
                return beside ? model.Share() : model.Clone();
            if (!beside)
                model.Decoder.OwnWeights();
            return model;
        }

        T Read<T>()
            where T : StageProduct => shelf.IsStored(parent!) ? (T)(own ??= shelf.Restore(parent!)) : shelf.Read<T>(parent!);

        public void Dispose()
        {
            own?.Dispose();
            foreach (var product in restored.Values)
                product.Dispose();
            foreach (var node in child.Earlier.Where(n => !shelf.IsStored(n)))
                shelf.Leave(node)?.Dispose();
            if (left || parent is null || shelf.IsStored(parent))
                return;
            left = true;
            shelf.Leave(parent)?.Dispose();
        }
    }

    bool IsStored(StageRunNode node) => !reuse.Runs(node);

    StageProduct Restore(StageRunNode node)
    {
        settle?.Invoke();
        return reuse.Restore(node, runOf);
    }
}
