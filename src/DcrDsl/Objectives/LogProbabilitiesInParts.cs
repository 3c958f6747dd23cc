using DcrDsl.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DcrDsl.Objectives;

/// <summary>
/// The log-probabilities of some tokens under a head's logits, some rows at a time. What comes back is a factor for each row. A head that
/// is frozen has each row's gradient formed on the way forward, to be multiplied; one that is trained is gone through a second time.
/// </summary>
sealed class LogProbabilitiesInParts : autograd.SingleTensorFunction<LogProbabilitiesInParts>
{
    static readonly Scalar MinusOne = -1;

    public override string Name => nameof(LogProbabilitiesInParts);

    /// <param name="parts">The head over M states.</param>
    /// <param name="targets">[M], int64.</param>
    /// <returns>[M].</returns>
    public static Tensor Of(IHeadParts parts, Tensor targets)
    {
        using var scope = NewDisposeScope();
        parts.Count(parts.Records);
        var work = new Work(parts, targets, parts.Again());
        return (parts.Records ? apply([parts.States, work, .. parts.Trained]) : Forward(work, toStates: null)).MoveToOuterDisposeScope();
    }

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var work = (Work)vars[1];
        ctx.save_data(nameof(Work), work);
        if (work.Parts.Trained.Count > 0)
            return Forward(work, toStates: null);
        var toStates = empty_like(work.Parts.States);
        ctx.save_for_backward([toStates]);
        return Forward(work, toStates);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var work = (Work)ctx.get_data(nameof(Work));
        var factors = grad_output.unsqueeze(1);
        if (work.Parts.Trained.Count == 0)
            return [ctx.get_saved_variables()[0].mul(factors), null!];
        var toStates = work.Parts.States.requires_grad ? empty_like(work.Parts.States) : null;
        Tensor[] toTrained = [.. work.Parts.Trained.Select(p => zeros_like(p))];
        work.Parts.Count(records: false);
        work.Again(() =>
        {
            foreach (var (first, count) in work.Parts.Each())
            {
                using var scope = NewDisposeScope();
                var back = work.Parts.LogitsAndBack(first, count, out var logits);
                back(Gradient(Logs(logits), work.Own(first, count)).mul_(factors.narrow(0, first, count)), toStates, toTrained);
            }
        });
        foreach (var (parameter, gradient) in work.Parts.Trained.Zip(toTrained))
            parameter.TakeGradient(gradient);
        return [toStates!, null!, .. toTrained.Select(_ => (Tensor)null!)];
    }

    static Tensor Forward(Work work, Tensor? toStates)
    {
        using var scope = NewDisposeScope();
        var values = new List<Tensor>();
        foreach (var (first, count) in work.Parts.Each())
        {
            using var inner = NewDisposeScope();
            LogitsBack? back = null;
            Tensor logits;
            if (toStates is null)
                logits = work.Parts.Logits(first, count);
            else
                back = work.Parts.LogitsAndBack(first, count, out logits);
            var (logs, own) = (Logs(logits), work.Own(first, count));
            values.Add(logs.gather(1, own).squeeze(1).MoveToOuterDisposeScope());
            back?.Invoke(Gradient(logs, own), toStates, []);
        }
        return cat(values).MoveToOuterDisposeScope();
    }

    static Tensor Logs(Tensor logits)
    {
        using (logits)
            return logits.log_softmax(-1);
    }

    /// <summary>Of each row's log-probability by its logits: 1 at the token, less all probabilities. Written over the logarithms.</summary>
    static Tensor Gradient(Tensor logs, Tensor own) => logs.exp_().scatter_add_(1, own, full_like(own, MinusOne, logs.dtype)).neg_();

    sealed record Work(IHeadParts Parts, Tensor Targets, Action<Action> Again)
    {
        public Tensor Own(long first, long count) => Targets.narrow(0, first, count).unsqueeze(1);
    }
}
