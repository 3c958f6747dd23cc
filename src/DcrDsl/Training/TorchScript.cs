using static TorchSharp.torch;

namespace DcrDsl.Training;

/// <summary>
/// Operators of libtorch that TorchSharp has no binding for, reached through TorchScript. Compiled once per process
/// (TorchSharp cannot free a compiled unit); libtorch lets several threads run it at once.
/// </summary>
static class TorchScript
{
    const string Source = """
        def fused_adamw(p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], v_max: List[Tensor], steps: List[Tensor],
                        lr: float, beta1: float, beta2: float, weight_decay: float, eps: float, amsgrad: bool) -> None:
            torch._foreach_add_(steps, 1)
            torch._fused_adamw_(p, g, m, v, v_max, steps, lr=lr, beta1=beta1, beta2=beta2, weight_decay=weight_decay, eps=eps,
                                amsgrad=amsgrad, maximize=False)

        def fused_adam(p: List[Tensor], g: List[Tensor], m: List[Tensor], v: List[Tensor], v_max: List[Tensor], steps: List[Tensor],
                       lr: float, beta1: float, beta2: float, weight_decay: float, eps: float, amsgrad: bool) -> None:
            torch._foreach_add_(steps, 1)
            torch._fused_adam_(p, g, m, v, v_max, steps, lr=lr, beta1=beta1, beta2=beta2, weight_decay=weight_decay, eps=eps,
                               amsgrad=amsgrad, maximize=False)

        def total_norm(g: List[Tensor], norm_type: float) -> Tensor:
            return torch.linalg_vector_norm(torch.stack(torch._foreach_norm(g, norm_type)), norm_type)

        def scale_to(g: List[Tensor], total: Tensor, max_norm: float) -> None:
            torch._foreach_mul_(g, torch.clamp(max_norm / (total + 1e-6), max=1.0))

        """; // the parser wants a line end after the last statement

    static readonly Lazy<jit.CompilationUnit> Unit = new(() => jit.compile(Source));

    /// <summary>
    /// Calls one of the functions above without recording gradients. Numbers must be given as Scalars that the caller keeps alive:
    /// TorchSharp would wrap a double in one that the collector may free during the call.
    /// </summary>
    public static object? Invoke(string function, params object[] arguments)
    {
        using var frozen = no_grad();
        return Unit.Value.invoke(function, arguments);
    }
}
