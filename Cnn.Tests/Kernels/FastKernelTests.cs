using Cnn.Layers.Kernels;
using Cnn.Layers.Kernels.Fast;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Tests.Kernels;

// One line closes a contract over one kernel, one type and one width; every width runs on every processor.

public sealed class FastConv2DFloat1() : Conv2DKernelContract<float>(new FastConv2D<float, Lanes1<float>>());
public sealed class FastConv2DFloat128() : Conv2DKernelContract<float>(new FastConv2D<float, Lanes128<float>>());
public sealed class FastConv2DFloat256() : Conv2DKernelContract<float>(new FastConv2D<float, Lanes256<float>>());
public sealed class FastConv2DFloat512() : Conv2DKernelContract<float>(new FastConv2D<float, Lanes512<float>>());
public sealed class FastConv2DDouble1() : Conv2DKernelContract<double>(new FastConv2D<double, Lanes1<double>>());
public sealed class FastConv2DDouble128() : Conv2DKernelContract<double>(new FastConv2D<double, Lanes128<double>>());
public sealed class FastConv2DDouble256() : Conv2DKernelContract<double>(new FastConv2D<double, Lanes256<double>>());
public sealed class FastConv2DDouble512() : Conv2DKernelContract<double>(new FastConv2D<double, Lanes512<double>>());

public sealed class FastMaxPool2DFloat1()
    : RealMaxPool2DKernelContract<float>(new FastMaxPool2D<float, Lanes1<float>>());
public sealed class FastMaxPool2DFloat128()
    : RealMaxPool2DKernelContract<float>(new FastMaxPool2D<float, Lanes128<float>>());
public sealed class FastMaxPool2DFloat256()
    : RealMaxPool2DKernelContract<float>(new FastMaxPool2D<float, Lanes256<float>>());
public sealed class FastMaxPool2DFloat512()
    : RealMaxPool2DKernelContract<float>(new FastMaxPool2D<float, Lanes512<float>>());
public sealed class FastMaxPool2DDouble1()
    : RealMaxPool2DKernelContract<double>(new FastMaxPool2D<double, Lanes1<double>>());
public sealed class FastMaxPool2DDouble128()
    : RealMaxPool2DKernelContract<double>(new FastMaxPool2D<double, Lanes128<double>>());
public sealed class FastMaxPool2DDouble256()
    : RealMaxPool2DKernelContract<double>(new FastMaxPool2D<double, Lanes256<double>>());
public sealed class FastMaxPool2DDouble512()
    : RealMaxPool2DKernelContract<double>(new FastMaxPool2D<double, Lanes512<double>>());

public sealed class FastAvgPool2DFloat1()
    : AvgPool2DKernelContract<float>(new FastAvgPool2D<float, Lanes1<float>>());
public sealed class FastAvgPool2DFloat128()
    : AvgPool2DKernelContract<float>(new FastAvgPool2D<float, Lanes128<float>>());
public sealed class FastAvgPool2DFloat256()
    : AvgPool2DKernelContract<float>(new FastAvgPool2D<float, Lanes256<float>>());
public sealed class FastAvgPool2DFloat512()
    : AvgPool2DKernelContract<float>(new FastAvgPool2D<float, Lanes512<float>>());
public sealed class FastAvgPool2DDouble1()
    : AvgPool2DKernelContract<double>(new FastAvgPool2D<double, Lanes1<double>>());
public sealed class FastAvgPool2DDouble128()
    : AvgPool2DKernelContract<double>(new FastAvgPool2D<double, Lanes128<double>>());
public sealed class FastAvgPool2DDouble256()
    : AvgPool2DKernelContract<double>(new FastAvgPool2D<double, Lanes256<double>>());
public sealed class FastAvgPool2DDouble512()
    : AvgPool2DKernelContract<double>(new FastAvgPool2D<double, Lanes512<double>>());
