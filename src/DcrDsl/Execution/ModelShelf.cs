using DcrDsl.Models;
using DcrDsl.Planning;

namespace DcrDsl.Execution;

/// <summary>Keeps the model of each complete stage run as long as a child still needs it. Safe to use from many threads.</summary>
sealed class ModelShelf : IDisposable
{
    readonly Lock gate = new();
    readonly Dictionary<StageRunNode, (LanguageModel Model, int Readers)> shelf = [];

    /// <summary>Keeps a model for the children of <paramref name="node"/>.</summary>
    public void Put(StageRunNode node, LanguageModel model)
    {
        lock (gate)
            shelf.Add(node, (model, node.Children.Count));
    }

    /// <summary>The model, to be read only, until <see cref="Return"/>.</summary>
    public LanguageModel Borrow(StageRunNode node)
    {
        lock (gate)
            return shelf[node].Model;
    }

    /// <summary>
    /// A model to be changed: a copy, or the model itself for the last child that needs it. The child's <see cref="Return"/> is included.
    /// </summary>
    public LanguageModel TakeCopy(StageRunNode node)
    {
        LanguageModel model;
        lock (gate)
        {
            (model, int readers) = shelf[node];
            if (readers == 1)
            {
                shelf.Remove(node);
                return model;
            }
        }
        try
        {
            return model.Clone();
        }
        finally
        {
            Return(node);
        }
    }

    /// <summary>One child less needs the model.</summary>
    public void Return(StageRunNode node)
    {
        LanguageModel? unused = null;
        lock (gate)
        {
            var (model, readers) = shelf[node];
            if (readers > 1)
            {
                shelf[node] = (model, readers - 1);
            }
            else
            {
                shelf.Remove(node);
                unused = model;
            }
        }
        unused?.Dispose();
    }

    /// <summary>Frees what a stopped run has left.</summary>
    public void Dispose()
    {
        foreach (var (model, _) in shelf.Values)
            model.Dispose();
        shelf.Clear();
    }
}
