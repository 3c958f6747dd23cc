using TorchSharp;

namespace DcrDsl.Runtime.Tests;

public class TorchSharpTests
{
    [Fact]
    public void TorchSharp_loads_and_multiplies_matrices()
    {
        using var a = torch.tensor(
            new float[,]
            {
                { 1, 2 },
                { 3, 4 },
            }
        );
        using var b = torch.tensor(
            new float[,]
            {
                { 5, 6 },
                { 7, 8 },
            }
        );
        using var product = a.matmul(b);
        Assert.Equal([19f, 22f, 43f, 50f], product.data<float>().ToArray());
    }
}
