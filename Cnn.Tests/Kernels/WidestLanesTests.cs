using System.Runtime.Intrinsics;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Tests.Kernels;

/// <summary>
/// Which registers a row's loop runs in: never in some that the processor does not have, where a shuffle goes element by element.
/// </summary>
public class WidestLanesTests
{
    private static int Widest => Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : 4;

    [Fact]
    public unsafe void TheyAreTheProcessors()
    {
        for (int count = 1; count <= 40; count++)
        {
            int lanes = 0;
            WidestLanes.Run<float, Lanes512<float>, Record>(count, new(&lanes));
            Assert.Equal(new[] { 16, 8, 4, 1 }.First(each => each == 1 || (each <= Widest && each <= count)), lanes);
            WidestLanes.Run<float, Lanes128<float>, Record>(count, new(&lanes)); // no wider ones than are wanted
            Assert.Equal(count < 4 ? 1 : 4, lanes);
        }
    }

    private readonly unsafe struct Record(int* lanes) : ILanesLoop<float>
    {
        public void Run<TLanes>() where TLanes : struct, ILanes<TLanes, float> => *lanes = TLanes.Count;
    }
}
