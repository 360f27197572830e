using Cnn.Layers.Kernels;
using Cnn.Layers.Kernels.Literal;

namespace Cnn.Tests.Kernels;

// One line closes a contract over one kernel and one type.

public sealed class LiteralConv2DFloat() : Conv2DKernelContract<float>(new LiteralConv2D<float>());
public sealed class LiteralConv2DDouble() : Conv2DKernelContract<double>(new LiteralConv2D<double>());

public sealed class LiteralMaxPool2DFloat() : RealMaxPool2DKernelContract<float>(new LiteralMaxPool2D<float>());
public sealed class LiteralMaxPool2DDouble() : RealMaxPool2DKernelContract<double>(new LiteralMaxPool2D<double>());
public sealed class LiteralMaxPool2DSByte() : IntegerMaxPool2DKernelContract<sbyte>(new LiteralMaxPool2D<sbyte>());
public sealed class LiteralMaxPool2DByte() : IntegerMaxPool2DKernelContract<byte>(new LiteralMaxPool2D<byte>());
public sealed class LiteralMaxPool2DInt16() : IntegerMaxPool2DKernelContract<short>(new LiteralMaxPool2D<short>());
public sealed class LiteralMaxPool2DInt32() : IntegerMaxPool2DKernelContract<int>(new LiteralMaxPool2D<int>());
public sealed class LiteralMaxPool2DInt64() : IntegerMaxPool2DKernelContract<long>(new LiteralMaxPool2D<long>());

public sealed class LiteralAvgPool2DFloat() : AvgPool2DKernelContract<float>(new LiteralAvgPool2D<float>());
public sealed class LiteralAvgPool2DDouble() : AvgPool2DKernelContract<double>(new LiteralAvgPool2D<double>());

public sealed class LiteralPad2DFloat() : Pad2DKernelContract<float>(new LiteralPad2D<float>());
public sealed class LiteralPad2DDouble() : Pad2DKernelContract<double>(new LiteralPad2D<double>());
