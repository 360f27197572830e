using Cnn.Layers.Kernels.Fast;
using Cnn.Layers.Kernels.Lanes;

namespace Cnn.Tests.Kernels;

// Each schedule computes whatever it does not refuse, wanted or not: the contract, and the literal loops' bits.

public sealed class VectorizeWidthFloat1()
    : Conv2DKernelContract<float>(new FastConv2D<float, Lanes1<float>>("vectorize width"));
public sealed class VectorizeWidthFloat128()
    : Conv2DKernelContract<float>(new FastConv2D<float, Lanes128<float>>("vectorize width"));
public sealed class VectorizeWidthFloat256()
    : Conv2DKernelContract<float>(new FastConv2D<float, Lanes256<float>>("vectorize width"));
public sealed class VectorizeWidthFloat512()
    : Conv2DKernelContract<float>(new FastConv2D<float, Lanes512<float>>("vectorize width"));
public sealed class VectorizeWidthDouble128()
    : Conv2DKernelContract<double>(new FastConv2D<double, Lanes128<double>>("vectorize width"));
public sealed class VectorizeWidthDouble256()
    : Conv2DKernelContract<double>(new FastConv2D<double, Lanes256<double>>("vectorize width"));
public sealed class VectorizeWidthDouble512()
    : Conv2DKernelContract<double>(new FastConv2D<double, Lanes512<double>>("vectorize width"));
public sealed class VectorizeFiltersFloat1()
    : Conv2DKernelContract<float>(new FastConv2D<float, Lanes1<float>>("vectorize filters"));
public sealed class VectorizeFiltersFloat128()
    : Conv2DKernelContract<float>(new FastConv2D<float, Lanes128<float>>("vectorize filters"));
public sealed class VectorizeFiltersFloat256()
    : Conv2DKernelContract<float>(new FastConv2D<float, Lanes256<float>>("vectorize filters"));
public sealed class VectorizeFiltersFloat512()
    : Conv2DKernelContract<float>(new FastConv2D<float, Lanes512<float>>("vectorize filters"));
public sealed class VectorizeFiltersDouble128()
    : Conv2DKernelContract<double>(new FastConv2D<double, Lanes128<double>>("vectorize filters"));
public sealed class VectorizeFiltersDouble256()
    : Conv2DKernelContract<double>(new FastConv2D<double, Lanes256<double>>("vectorize filters"));
public sealed class VectorizeFiltersDouble512()
    : Conv2DKernelContract<double>(new FastConv2D<double, Lanes512<double>>("vectorize filters"));
public sealed class VectorizeGroupsFloat1()
    : Conv2DKernelContract<float>(new FastConv2D<float, Lanes1<float>>("vectorize groups"));
public sealed class VectorizeGroupsFloat128()
    : Conv2DKernelContract<float>(new FastConv2D<float, Lanes128<float>>("vectorize groups"));
public sealed class VectorizeGroupsFloat256()
    : Conv2DKernelContract<float>(new FastConv2D<float, Lanes256<float>>("vectorize groups"));
public sealed class VectorizeGroupsFloat512()
    : Conv2DKernelContract<float>(new FastConv2D<float, Lanes512<float>>("vectorize groups"));
public sealed class VectorizeGroupsDouble128()
    : Conv2DKernelContract<double>(new FastConv2D<double, Lanes128<double>>("vectorize groups"));
public sealed class VectorizeGroupsDouble256()
    : Conv2DKernelContract<double>(new FastConv2D<double, Lanes256<double>>("vectorize groups"));
public sealed class VectorizeGroupsDouble512()
    : Conv2DKernelContract<double>(new FastConv2D<double, Lanes512<double>>("vectorize groups"));
public sealed class DepthwiseRowsFloat1()
    : Conv2DKernelContract<float>(new FastConv2D<float, Lanes1<float>>("depthwise rows"));
public sealed class DepthwiseRowsFloat128()
    : Conv2DKernelContract<float>(new FastConv2D<float, Lanes128<float>>("depthwise rows"));
public sealed class DepthwiseRowsFloat256()
    : Conv2DKernelContract<float>(new FastConv2D<float, Lanes256<float>>("depthwise rows"));
public sealed class DepthwiseRowsFloat512()
    : Conv2DKernelContract<float>(new FastConv2D<float, Lanes512<float>>("depthwise rows"));
public sealed class DepthwiseRowsDouble128()
    : Conv2DKernelContract<double>(new FastConv2D<double, Lanes128<double>>("depthwise rows"));
public sealed class DepthwiseRowsDouble256()
    : Conv2DKernelContract<double>(new FastConv2D<double, Lanes256<double>>("depthwise rows"));
public sealed class DepthwiseRowsDouble512()
    : Conv2DKernelContract<double>(new FastConv2D<double, Lanes512<double>>("depthwise rows"));

public sealed class FewWindowsWeightsFloat256()
    : Conv2DKernelContract<float>(new FastConv2D<float, Lanes256<float>>("weights of few windows"));
public sealed class FewWindowsWeightsDouble512()
    : Conv2DKernelContract<double>(new FastConv2D<double, Lanes512<double>>("weights of few windows"));

// In a group, where weights across groups would be chosen.
public sealed class WeightsInAGroupFloat128()
    : Conv2DKernelContract<float>(new FastConv2D<float, Lanes128<float>>("weights in a group"));
public sealed class WeightsInAGroupFloat512()
    : Conv2DKernelContract<float>(new FastConv2D<float, Lanes512<float>>("weights in a group"));
public sealed class WeightsInAGroupDouble256()
    : Conv2DKernelContract<double>(new FastConv2D<double, Lanes256<double>>("weights in a group"));

public sealed class VectorizeWidthEqualsLiteral256() : FastEqualsLiteral<float>(new FastConv2D<float, Lanes256<float>>("vectorize width"));
public sealed class VectorizeWidthEqualsLiteral512() : FastEqualsLiteral<float>(new FastConv2D<float, Lanes512<float>>("vectorize width"));
public sealed class VectorizeFiltersEqualsLiteral256()
    : FastEqualsLiteral<float>(new FastConv2D<float, Lanes256<float>>("vectorize filters"));
public sealed class VectorizeFiltersEqualsLiteral512()
    : FastEqualsLiteral<float>(new FastConv2D<float, Lanes512<float>>("vectorize filters"));
public sealed class VectorizeGroupsEqualsLiteral256()
    : FastEqualsLiteral<float>(new FastConv2D<float, Lanes256<float>>("vectorize groups"));
public sealed class VectorizeGroupsEqualsLiteral512()
    : FastEqualsLiteral<float>(new FastConv2D<float, Lanes512<float>>("vectorize groups"));
public sealed class DepthwiseRowsEqualsLiteral256() : FastEqualsLiteral<float>(new FastConv2D<float, Lanes256<float>>("depthwise rows"));
public sealed class DepthwiseRowsEqualsLiteral512() : FastEqualsLiteral<float>(new FastConv2D<float, Lanes512<float>>("depthwise rows"));

public sealed class WindowsInPlaceFloat512() : FastPoolsEqualLiteral<float>(
    new FastMaxPool2D<float, Lanes512<float>>("windows in place"), new FastAvgPool2D<float, Lanes512<float>>("windows in place"));
public sealed class PackedWindowsFloat128() : FastPoolsEqualLiteral<float>(
    new FastMaxPool2D<float, Lanes128<float>>("packed windows"), new FastAvgPool2D<float, Lanes128<float>>("packed windows"));
public sealed class PackedWindowsFloat512() : FastPoolsEqualLiteral<float>(
    new FastMaxPool2D<float, Lanes512<float>>("packed windows"), new FastAvgPool2D<float, Lanes512<float>>("packed windows"));
public sealed class PackedWindowsDouble256() : FastPoolsEqualLiteral<double>(
    new FastMaxPool2D<double, Lanes256<double>>("packed windows"), new FastAvgPool2D<double, Lanes256<double>>("packed windows"));
