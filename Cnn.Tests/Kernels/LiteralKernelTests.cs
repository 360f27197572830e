using Cnn.Layers.Kernels;
using Cnn.Layers.Kernels.Literal;

namespace Cnn.Tests.Kernels;

// One line closes a contract over one kernel and one type.

public sealed class LiteralConv2DFloat() : Conv2DKernelContract<float>(new Conv2DKernel<LiteralConv2D<float>, float>());
public sealed class LiteralConv2DDouble() : Conv2DKernelContract<double>(new Conv2DKernel<LiteralConv2D<double>, double>());

public sealed class LiteralMaxPool2DFloat() : RealMaxPool2DKernelContract<float>(new MaxPool2DKernel<LiteralMaxPool2D<float>, float>());
public sealed class LiteralMaxPool2DDouble() : RealMaxPool2DKernelContract<double>(new MaxPool2DKernel<LiteralMaxPool2D<double>, double>());
public sealed class LiteralMaxPool2DSByte() : IntegerMaxPool2DKernelContract<sbyte>(new MaxPool2DKernel<LiteralMaxPool2D<sbyte>, sbyte>());
public sealed class LiteralMaxPool2DByte() : IntegerMaxPool2DKernelContract<byte>(new MaxPool2DKernel<LiteralMaxPool2D<byte>, byte>());
public sealed class LiteralMaxPool2DInt16() : IntegerMaxPool2DKernelContract<short>(new MaxPool2DKernel<LiteralMaxPool2D<short>, short>());
public sealed class LiteralMaxPool2DInt32() : IntegerMaxPool2DKernelContract<int>(new MaxPool2DKernel<LiteralMaxPool2D<int>, int>());
public sealed class LiteralMaxPool2DInt64() : IntegerMaxPool2DKernelContract<long>(new MaxPool2DKernel<LiteralMaxPool2D<long>, long>());

public sealed class LiteralAvgPool2DFloat() : AvgPool2DKernelContract<float>(new AvgPool2DKernel<LiteralAvgPool2D<float>, float>());
public sealed class LiteralAvgPool2DDouble() : AvgPool2DKernelContract<double>(new AvgPool2DKernel<LiteralAvgPool2D<double>, double>());

public sealed class LiteralPad2DFloat() : Pad2DKernelContract<float>(new Pad2DKernel<LiteralPad2D<float>, float>());
public sealed class LiteralPad2DDouble() : Pad2DKernelContract<double>(new Pad2DKernel<LiteralPad2D<double>, double>());
