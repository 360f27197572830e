using Cnn.Reference.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Tests.Tensors;

public class HeldNumbersTests
{
    // Without what holds the number, each of the four failed within a second or two.
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(3);

    /// <summary>While another thread collects all the time, the number that libtorch reads is still the one that was given.</summary>
    [Theory]
    [InlineData("times", 70)]
    [InlineData("over", 1.25)]
    [InlineData("plus", 17)]
    [InlineData("sum", 20)]
    public async Task NumberOutlivesTheCall(string operation, float expected)
    {
        using var ten = tensor([10f, 10f]);
        Func<Tensor> call = operation switch
        {
            "times" => () => ten.Times(7),
            "over" => () => ten.Over(8),
            "plus" => () => ten.Plus(7),
            _ => () => ten.Plus(ten),
        };
        using var ended = new CancellationTokenSource(Time);
        var collector = Task.Run(() =>
        {
            while (!ended.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
                for (int i = 0; i < 20; i++) _ = (1000.0 + i).ToScalar(); // takes the place of what was freed
            }
        });
        while (!ended.IsCancellationRequested)
        {
            using var result = call();
            Assert.Equal(expected, result.data<float>()[1]);
        }
        await collector;
    }
}
