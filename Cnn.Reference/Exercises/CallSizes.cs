using Cnn.Reference.Mistakes;

namespace Cnn.Reference.Exercises;

/// <summary>The sizes of a call, in the exercise's words.</summary>
internal static class CallSizes
{
    /// <summary>All that its function is given.</summary>
    public static string Of(Call call)
    {
        var (height, width) = call.Windows.Kernel;
        return call.Operation switch
        {
            Operation.ZeroPad => $"X {Images(call)}, pad = {call.Windows.Padding.H}",
            Operation.SingleStep => $"a_slice_prev, W ({height}, {width}, {call.Input.shape[1]})",
            Operation.Mask => $"x ({call.Input.shape[2]}, {call.Input.shape[3]})",
            Operation.Distribute => $"shape = ({height}, {width})",
            Operation.ConvForward or Operation.ConvBackward => $"A_prev {Images(call)}, {Filters(call)}, {Steps(call)}{Options(call)}",
            Operation.MaxForward or Operation.MaxBackward => $"A_prev {Images(call)}, {Pool(call)}, Max",
            _ => $"A_prev {Images(call)}, {Pool(call)}, Average",
        };
    }

    /// <summary>A convolution that is not given its filters, but their side.</summary>
    public static string WithoutFilters(Call call) => $"A_prev {Images(call)}, f = {call.Windows.Kernel.H}, {Steps(call)}";

    private static string Images(Call call)
    {
        long[] shape = call.Input.shape;
        return $"({shape[0]}, {shape[2]}, {shape[3]}, {shape[1]})";
    }

    private static string Filters(Call call)
    {
        long[] shape = call.Weight!.shape;
        return $"W ({shape[2]}, {shape[3]}, {shape[1]}, {shape[0]})";
    }

    private static string Steps(Call call) => $"stride = {call.Windows.Stride.H}, pad = {call.Windows.Padding.H}";

    private static string Pool(Call call) => $"f = {call.Windows.Kernel.H}, stride = {call.Windows.Stride.H}";

    private static string Options(Call call)
    {
        string dilation = call.Windows.Dilation.H == 1 ? "" : $", dilation = {call.Windows.Dilation.H}";
        return dilation + (call.Windows.Groups == 1 ? "" : $", groups = {call.Windows.Groups}");
    }
}
