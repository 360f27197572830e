namespace Cnn.Tests;

public class SmokeTests
{
    [Fact]
    public void LibtorchLoads() => Assert.Equal(3, TorchSharp.torch.arange(3).numel());
}
