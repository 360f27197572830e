using Cnn.Layers;
using Cnn.Reference.Files;
using Cnn.Reference.Mistakes;
using Cnn.Reference.Printing;
using static TorchSharp.torch;

namespace Cnn.Reference.Exercises;

/// <summary>Makes calls of what students have saved, and refuses what the exercise's own functions refuse.</summary>
internal static class CallReader
{
    private const double MostWork = 3e5; // multiply-adds: each known mistake, and each two, are made on the call

    /// <summary>Reads a call.</summary>
    /// <param name="exercise">Of which exercise.</param>
    /// <param name="arrays">What was saved.</param>
    /// <exception cref="UsageException">An array is missing, or breaks a rule.</exception>
    public static Call Read(Exercise exercise, NamedArrays arrays)
    {
        try
        {
            var call = Call(exercise.Cases[0].Operation, arrays);
            return Work(call) <= MostWork ? call : throw TooLarge(arrays, exercise.Sizes(call));
        }
        catch (ArgumentException exception)
        {
            // The names are those of the arrays, but for the dictionaries and caches that these were in.
            string sentence = exception.Message.Split(" (Parameter ")[0];
            foreach (string owner in (string[])["hparameters.", "cache."]) sentence = sentence.Replace(owner, "", StringComparison.Ordinal);
            throw arrays.Refuse(sentence);
        }
    }

    private static UsageException TooLarge(NamedArrays arrays, string sizes) => arrays.Refuse(new Bilingual(
        $"{sizes}: too large to look for mistakes in; a smaller case shows them as well.",
        $"{sizes}: demasiado grande para buscar errores; un caso más chico los muestra igual."));

    private static Call Call(Operation operation, NamedArrays arrays) => operation switch
    {
        Operation.ZeroPad => ZeroPad(arrays),
        Operation.SingleStep => SingleStep(arrays),
        Operation.ConvForward => Convolution(arrays, arrays.Numbers("b")),
        Operation.ConvBackward => ConvBackward(arrays),
        Operation.Mask => Mask(arrays),
        Operation.Distribute => Distribute(arrays),
        Operation.MaxForward or Operation.AverageForward => Pool(arrays, isBackward: false),
        _ => Pool(arrays, isBackward: true),
    };

    private static Call ZeroPad(NamedArrays arrays)
    {
        var (X, pad) = (arrays.Numbers("X"), arrays.Whole("pad"));
        StepByStep.CheckTensor(X, "X", 4, "(m, n_H, n_W, n_C)");
        StepByStep.CheckPad(pad, "pad", X);
        return new(Operation.ZeroPad, new((1, 1)) { Padding = (pad, pad) }, Nhwc.ToNchw(X));
    }

    private static Call SingleStep(NamedArrays arrays)
    {
        var (slice, W, b) = (arrays.Numbers("a_slice_prev"), arrays.Numbers("W"), arrays.Numbers("b"));
        StepByStep.CheckSingleStep(slice, W, b);
        return new(Operation.SingleStep, new((slice.shape[0], slice.shape[1])), Nhwc.ToNchw(slice.unsqueeze(0)))
        {
            Weight = Nhwc.ToFilters(W.unsqueeze(-1)),
            Bias = b.reshape(1),
        };
    }

    private static Call Convolution(NamedArrays arrays, Tensor? b)
    {
        var (A_prev, W) = (arrays.Numbers("A_prev"), arrays.Numbers("W"));
        var (stride, pad) = (arrays.Whole("stride"), arrays.Whole("pad"));
        StepByStep.CheckTensor(W, "W", 4, "(f, f, n_C_prev, n_C)");
        StepByStep.CheckConvolution(A_prev, W, b ?? A_prev.new_zeros(1, 1, 1, W.shape[3]), new(stride, pad));
        var windows = new Windows((W.shape[0], W.shape[1])) { Stride = (stride, stride), Padding = (pad, pad) };
        return new(Operation.ConvForward, windows, Nhwc.ToNchw(A_prev)) { Weight = Nhwc.ToFilters(W), Bias = b?.reshape(-1) };
    }

    // Its gradients do not depend on the bias, which may be left out.
    private static Call ConvBackward(NamedArrays arrays)
    {
        var call = Convolution(arrays, arrays.NumbersIfAny("b")) with { Operation = Operation.ConvBackward };
        return call with { GradOutput = Upstream(arrays, "dZ", call) };
    }

    private static Call Pool(NamedArrays arrays, bool isBackward)
    {
        var A_prev = arrays.Numbers("A_prev");
        var (f, stride, isAverage) = (arrays.Whole("f"), arrays.Whole("stride"), arrays.IsAverage("mode"));
        StepByStep.CheckPooling(A_prev, new(stride, 0, f), isAverage ? PoolMode.Average : PoolMode.Max);
        var windows = new Windows((f, f)) { Stride = (stride, stride), EveryMaximum = isBackward && !isAverage };
        var forward = isAverage ? Operation.AverageForward : Operation.MaxForward;
        var call = new Call(forward, windows, Nhwc.ToNchw(A_prev));
        return !isBackward ? call : call with
        {
            Operation = isAverage ? Operation.AverageBackward : Operation.MaxBackward,
            GradOutput = Upstream(arrays, "dA", call),
        };
    }

    private static Tensor Upstream(NamedArrays arrays, string name, Call call)
    {
        var gradient = arrays.Numbers(name);
        var (height, width) = call.Outputs();
        long channels = call.IsConv ? call.Weight!.shape[0] : call.Input.shape[1];
        StepByStep.CheckUpstream(gradient, name, call.Input, [call.Input.shape[0], height, width, channels]);
        return Nhwc.ToNchw(gradient);
    }

    private static Call Mask(NamedArrays arrays)
    {
        var x = arrays.Numbers("x");
        StepByStep.CheckTensor(x, "x", 2, "(f, f)");
        if (x.numel() == 0) throw arrays.Refuse("x", new("must have at least one element", "debe tener al menos un elemento"));
        return new(Operation.Mask, new((x.shape[0], x.shape[1])) { EveryMaximum = true }, x.unsqueeze(0).unsqueeze(0));
    }

    private static Call Distribute(NamedArrays arrays)
    {
        var (dz, shape) = (arrays.Number("dz"), arrays.Numbers("shape"));
        if (shape.numel() != 2) throw arrays.Refuse("shape", new("must be two numbers, n_H and n_W", "deben ser dos números, n_H y n_W"));
        double[] sides = [.. shape.reshape(-1).data<double>()];
        StepByStep.CheckSize((long)sides[0], "shape[0]", least: 1);
        StepByStep.CheckSize((long)sides[1], "shape[1]", least: 1);
        var (height, width) = ((long)sides[0], (long)sides[1]);
        if ((double)height * width > MostWork) throw TooLarge(arrays, $"shape = ({height}, {width})");
        return new(Operation.Distribute, new((height, width)), zeros(1, 1, height, width, ScalarType.Float64))
        {
            GradOutput = tensor([dz]).reshape(1, 1, 1, 1),
        };
    }

    private static double Work(Call call)
    {
        var (height, width) = call.Operation == Operation.ZeroPad
            ? (call.Input.shape[2] + 2 * call.Windows.Padding.H, call.Input.shape[3] + 2 * call.Windows.Padding.W) : call.Outputs();
        double windows = (double)call.Input.shape[0] * call.Input.shape[1] * height * width * call.Windows.Kernel.H * call.Windows.Kernel.W;
        return call.IsConv ? windows * call.Weight!.shape[0] : windows;
    }
}
