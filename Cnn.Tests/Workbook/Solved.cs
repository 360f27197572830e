using Cnn.Layers;
using Cnn.Reference.Workbook;
using static TorchSharp.torch;

namespace Cnn.Tests.Workbook;

/// <summary>All functions as they should be.</summary>
internal static class Solved
{
    public static Tensor ZeroPad(Tensor X, long pad) => StepByStep.ZeroPad(X, pad);

    public static Tensor ConvSingleStep(Tensor a_slice_prev, Tensor W, Tensor b) => StepByStep.ConvSingleStep(a_slice_prev, W, b);

    public static Tensor ConvForward(Tensor A_prev, Tensor W, Tensor b, HParameters hparameters) =>
        StepByStep.ConvForward(A_prev, W, b, hparameters).Z;

    public static Tensor PoolForward(Tensor A_prev, HParameters hparameters, PoolMode mode) =>
        StepByStep.PoolForward(A_prev, hparameters, mode).A;

    public static (Tensor dA_prev, Tensor dW, Tensor db) ConvBackward(
        Tensor dZ, Tensor A_prev, Tensor W, Tensor b, HParameters hparameters) =>
        StepByStep.ConvBackward(dZ, new(A_prev, W, b, hparameters));

    public static Tensor CreateMaskFromWindow(Tensor x) => StepByStep.CreateMaskFromWindow(x);

    public static Tensor DistributeValue(double dz, (long n_H, long n_W) shape) => StepByStep.DistributeValue(dz, shape);

    public static Tensor PoolBackward(Tensor dA, Tensor A_prev, HParameters hparameters, PoolMode mode) =>
        StepByStep.PoolBackward(dA, new(A_prev, hparameters, mode), mode);

    public static Tensor Im2Col(Tensor A_prev, long f, HParameters hparameters) => FurtherSolutions.Im2Col(A_prev, f, hparameters);

    public static Tensor ConvBackwardByGather(Tensor dZ, Tensor W, HParameters hparameters, (long n_H_prev, long n_W_prev) shape) =>
        FurtherSolutions.ConvBackwardByGather(dZ, W, hparameters, shape);

    public static Tensor DilatedConvForward(Tensor A_prev, Tensor W, Tensor b, HParameters hparameters, long dilation) =>
        FurtherSolutions.DilatedConvForward(A_prev, W, b, hparameters, dilation);

    public static Tensor GroupedConvForward(Tensor A_prev, Tensor W, Tensor b, HParameters hparameters, long groups) =>
        FurtherSolutions.GroupedConvForward(A_prev, W, b, hparameters, groups);
}

/// <summary>Some right, one wrong, one with another head, one that calls what is not written, the others missing.</summary>
internal static class HalfDone
{
    public const string Printed = "printed by ZeroPad";

    public static Tensor ZeroPad(Tensor X, long pad)
    {
        Console.WriteLine(Printed);
        return StepByStep.ZeroPad(X, pad);
    }

    public static Tensor ConvSingleStep(Tensor a_slice_prev, Tensor W, Tensor b) => sum(a_slice_prev * W) + 2 * b.squeeze();

    public static Tensor ConvForward(Tensor A_prev, Tensor W, Tensor b) => A_prev + W + b;

    public static Tensor PoolForward(Tensor A_prev, HParameters hparameters, PoolMode mode) => mode == PoolMode.Max
        ? StepByStep.PoolForward(A_prev, hparameters, mode).A * 2 : throw new NotImplementedException("the average");

    public static Tensor CreateMaskFromWindow(Tensor x) => throw new NotImplementedException("not yet");

    public static Tensor PoolBackward(Tensor dA, Tensor A_prev, HParameters hparameters, PoolMode mode) => CreateMaskFromWindow(dA);
}

/// <summary>Functions that call others, of which one is wrong and one is missing.</summary>
internal static class Calling
{
    public static Tensor ZeroPad(Tensor X, long pad) => StepByStep.ZeroPad(X, pad) + 1;

    public static Tensor ConvSingleStep(Tensor a_slice_prev, Tensor W, Tensor b) => StepByStep.ConvSingleStep(a_slice_prev, W, b);

    public static Tensor DistributeValue(double dz, (long n_H, long n_W) shape) => throw new NotImplementedException("not yet");

    public static Tensor PoolBackward(Tensor dA, Tensor A_prev, HParameters hparameters, PoolMode mode) =>
        StepByStep.PoolBackward(dA, new(A_prev, hparameters, mode), mode);

    public static Tensor ConvForward(Tensor A_prev, Tensor W, Tensor b, HParameters hparameters)
    {
        var padded = Padded(A_prev, hparameters);
        return StepByStep.ConvForward(padded, W + ConvSingleStep(b, b, b), b, hparameters).Z;
    }

    public static (Tensor dA_prev, Tensor dW, Tensor db) ConvBackward(
        Tensor dZ, Tensor A_prev, Tensor W, Tensor b, HParameters hparameters)
    {
        Func<double, Tensor> spread = value => DistributeValue(value, (2, 3));
        return (spread(1), spread(2), spread(3));
    }

    public static Tensor PoolForward(Tensor A_prev, HParameters hparameters, PoolMode mode)
    {
        return Local(3) switch { 0 => A_prev, 1 => PoolBackward(A_prev, A_prev, hparameters, mode), _ => tensor(Local(4)) };

        int Local(int pad) => (int)ZeroPad(A_prev, pad).shape[0] + (pad > 3 ? Local(pad - 1) : 0);
    }

    private static Tensor Padded(Tensor A_prev, HParameters hparameters) => ZeroPad(A_prev, hparameters.pad);
}
