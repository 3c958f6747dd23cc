using DcrDsl.Definition;
using DcrDsl.Evaluation;
using DcrDsl.Models;
using DcrDsl.Planning;

namespace DcrDsl.Execution;

/// <summary>Keeps what each complete stage run has left as long as a child still needs it. Safe to use from many threads.</summary>
sealed class ProductShelf : IDisposable
{
    readonly Lock gate = new();
    readonly Dictionary<StageRunNode, (StageProduct Product, int Readers)> shelf = [];

    /// <summary>Keeps a product for the children of <paramref name="node"/>; one that nobody needs is freed.</summary>
    public void Put(StageRunNode node, StageProduct product)
    {
        if (node.Children.Count == 0)
        {
            product.Dispose();
            return;
        }
        lock (gate)
            shelf.Add(node, (product, node.Children.Count));
    }

    /// <summary>What one child of a stage run is given. Disposing it says that the child needs it no more.</summary>
    public Input InputOf(StageRunNode child) => new(this, child.Parent);

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

    /// <summary>What one child is given of its parent's product.</summary>
    internal sealed class Input(ProductShelf shelf, StageRunNode? parent) : IStageInput, IDisposable
    {
        bool left;

        public LanguageModel BorrowModel() => shelf.Read<ModelProduct>(parent!).Model;

        public Answers Answers => shelf.Read<AnswersProduct>(parent!).Answers;

        /// <summary>A copy, or the model itself for the last child that needs it.</summary>
        public LanguageModel TakeModel()
        {
            var model = BorrowModel();
            // The copy is made while the original is still counted as needed, so that nobody changes it meanwhile.
            lock (shelf.gate)
            {
                if (shelf.shelf[parent!].Readers == 1)
                {
                    left = true;
                    shelf.shelf.Remove(parent!);
                    return model;
                }
            }
            return model.Clone();
        }

        public void Dispose()
        {
            if (left || parent is null)
                return;
            left = true;
            shelf.Leave(parent)?.Dispose();
        }
    }
}
