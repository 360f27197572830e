using Cnn.Layers.Kernels.Lanes;
using Cnn.Layers.Kernels.Tiled;

namespace Cnn.Tests.Kernels;

// The rung between keeps the contract, and the literal bits.

public sealed class TiledConv2DFloat128() : Conv2DKernelContract<float>(new TiledConv2D<float, Lanes128<float>>());
public sealed class TiledConv2DFloat512() : Conv2DKernelContract<float>(new TiledConv2D<float, Lanes512<float>>());
public sealed class TiledConv2DDouble256() : Conv2DKernelContract<double>(new TiledConv2D<double, Lanes256<double>>());

public sealed class TiledConv2DEqualsLiteral128() : FastEqualsLiteral<float>(new TiledConv2D<float, Lanes128<float>>());
