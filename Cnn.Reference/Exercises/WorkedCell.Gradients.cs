using Cnn.Reference.Mistakes;
using static TorchSharp.torch;

namespace Cnn.Reference.Exercises;

// Cells of gradients: all that comes back to them.
internal static partial class WorkedCell
{
    private static Sheet GradInput(Call call, long[] at)
    {
        var (i, row, column, channel) = (at[0], at[1], at[2], at[3]);
        var (stride, pad) = (call.Windows.Stride.H, call.Windows.Padding.H);
        var (height, width) = call.Outputs();
        var products = new Products(Filter, Upstream);
        for (long h = 0; h < height; h++)
            for (long w = 0; w < width; w++)
                for (long c = 0; c < call.Weight!.shape[0]; c++)
                {
                    long kh = row + pad - h * stride, kw = column + pad - w * stride; // the cell's place in window (h, w)
                    if (!IsOfWindow(call, kh, kw)) continue;
                    products.Add(
                        $"W[{kh}, {kw}, {channel}, {c}]", At(call.Weight, c, channel, kh, kw),
                        $"dZ[{i}, {h}, {w}, {c}]", At(call.GradOutput!, i, c, h, w));
                }
        return products.ToSheet(new(
            $"row {row + pad}, column {column + pad} of dA_prev_pad", $"fila {row + pad}, columna {column + pad} de dA_prev_pad"));
    }

    private static Sheet GradWeight(Call call, long[] at)
    {
        var (kh, kw, channel, c) = (at[0], at[1], at[2], at[3]);
        var (stride, pad) = (call.Windows.Stride.H, call.Windows.Padding.H);
        var products = new Products(Cell, Upstream);
        foreach (var (i, h, w) in Windows(call))
        {
            long row = h * stride + kh, column = w * stride + kw;
            products.Add(
                $"A_prev_pad[{i}, {row}, {column}, {channel}]", AtOrZero(call, i, channel, row - pad, column - pad),
                $"dZ[{i}, {h}, {w}, {c}]", At(call.GradOutput!, i, c, h, w), !IsInside(call, row - pad, column - pad));
        }
        return products.ToSheet(Nothing);
    }

    private static Sheet GradBias(Call call, long[] at)
    {
        long c = at[3];
        var rows = new List<Row>();
        double sum = 0;
        foreach (var (i, h, w) in Windows(call))
        {
            double dz = At(call.GradOutput!, i, c, h, w);
            sum += dz;
            rows.Add(new([$"dZ[{i}, {h}, {w}, {c}]", Number(dz), Number(sum)]));
        }
        return new(Nothing, [Upstream, Nothing, Sum], rows, sum, Nothing);
    }

    private static Sheet PoolGradient(Call call, long[] at)
    {
        var (i, row, column, c) = (at[0], at[1], at[2], at[3]);
        var (stride, f) = (call.Windows.Stride.H, call.Windows.Kernel.H);
        bool isMax = call.Operation == Operation.MaxBackward;
        var (height, width) = call.Outputs();
        double a = At(call.Input, i, c, row, column);
        var products = new Products(Share, Upstream);
        for (long h = 0; h < height; h++)
            for (long w = 0; w < width; w++)
            {
                if (!IsOfWindow(call, row - h * stride, column - w * stride)) continue;
                double max = call.Input[i, c].narrow(0, h * stride, f).narrow(1, w * stride, f).max().item<double>();
                var (name, share) = isMax ? ($"mask (max(x) = {Number(max)})", a == max ? 1 : 0) : ("1 / (f * f)", 1.0 / (f * f));
                products.Add(name, share, $"dA[{i}, {h}, {w}, {c}]", At(call.GradOutput!, i, c, h, w));
            }
        return products.ToSheet(new($"A_prev there is {Number(a)}", $"ahí A_prev es {Number(a)}"));
    }
}
