using Cnn.Layers.Kernels;
using Cnn.Layers.Kernels.Fast;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Tests.Kernels;

// The contracts on several threads, which share calls of any size: the contracts' problems are far below the usual grain.

public sealed class FastConv2DOn2Threads()
    : Conv2DKernelContract<float>(new ThreadedConv2D<float>(new FastConv2D<float, Lanes256<float>>(), 2));
public sealed class FastConv2DOn3Threads()
    : Conv2DKernelContract<float>(new ThreadedConv2D<float>(new FastConv2D<float, Lanes256<float>>(), 3));
public sealed class FastConv2DOn5Threads()
    : Conv2DKernelContract<float>(new ThreadedConv2D<float>(new FastConv2D<float, Lanes256<float>>(), 5));
public sealed class FastMaxPool2DOn2Threads()
    : RealMaxPool2DKernelContract<float>(new ThreadedMaxPool2D<float>(new FastMaxPool2D<float, Lanes256<float>>(), 2));
public sealed class FastMaxPool2DOn3Threads()
    : RealMaxPool2DKernelContract<float>(new ThreadedMaxPool2D<float>(new FastMaxPool2D<float, Lanes256<float>>(), 3));
public sealed class FastMaxPool2DOn5Threads()
    : RealMaxPool2DKernelContract<float>(new ThreadedMaxPool2D<float>(new FastMaxPool2D<float, Lanes256<float>>(), 5));
public sealed class FastAvgPool2DOn2Threads()
    : AvgPool2DKernelContract<float>(new ThreadedAvgPool2D<float>(new FastAvgPool2D<float, Lanes256<float>>(), 2));
public sealed class FastAvgPool2DOn3Threads()
    : AvgPool2DKernelContract<float>(new ThreadedAvgPool2D<float>(new FastAvgPool2D<float, Lanes256<float>>(), 3));
public sealed class FastAvgPool2DOn5Threads()
    : AvgPool2DKernelContract<float>(new ThreadedAvgPool2D<float>(new FastAvgPool2D<float, Lanes256<float>>(), 5));
public sealed class FastAdaptiveAvgPool2DOn2Threads()
    : AdaptiveAvgPool2DKernelContract<float>(new ThreadedAdaptiveAvgPool2D<float>(new FastAdaptiveAvgPool2D<float, Lanes256<float>>(), 2));
public sealed class FastAdaptiveAvgPool2DOn3Threads()
    : AdaptiveAvgPool2DKernelContract<float>(new ThreadedAdaptiveAvgPool2D<float>(new FastAdaptiveAvgPool2D<float, Lanes256<float>>(), 3));
public sealed class FastAdaptiveAvgPool2DOn5Threads()
    : AdaptiveAvgPool2DKernelContract<float>(new ThreadedAdaptiveAvgPool2D<float>(new FastAdaptiveAvgPool2D<float, Lanes256<float>>(), 5));
public sealed class VectorizeWidthOn3Threads()
    : Conv2DKernelContract<float>(new ThreadedConv2D<float>(new FastConv2D<float, Lanes128<float>>("vectorize width"), 3));
public sealed class VectorizeFiltersOn3Threads()
    : Conv2DKernelContract<float>(new ThreadedConv2D<float>(new FastConv2D<float, Lanes128<float>>("vectorize filters"), 3));
public sealed class VectorizeGroupsOn3Threads()
    : Conv2DKernelContract<float>(new ThreadedConv2D<float>(new FastConv2D<float, Lanes128<float>>("vectorize groups"), 3));
public sealed class DepthwiseRowsOn3Threads()
    : Conv2DKernelContract<float>(new ThreadedConv2D<float>(new FastConv2D<float, Lanes128<float>>("depthwise rows"), 3));
