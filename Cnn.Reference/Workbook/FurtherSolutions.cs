using Cnn.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Workbook;

/// <summary>What is beyond the exercise, solved: the same loops as in <see cref="StepByStep"/>, with one thing more in each.</summary>
internal static class FurtherSolutions
{
    /// <summary>Lays every window flat, so that a convolution becomes one product of matrices.</summary>
    /// <param name="A_prev">The output of the previous layer, (m, n_H_prev, n_W_prev, n_C_prev).</param>
    /// <param name="f">The side of a window.</param>
    /// <param name="hparameters">The stride and the pad.</param>
    public static Tensor Im2Col(Tensor A_prev, long f, HParameters hparameters)
    {
        int m = (int)A_prev.shape[0], n_H_prev = (int)A_prev.shape[1], n_W_prev = (int)A_prev.shape[2];
        int n_C_prev = (int)A_prev.shape[3], side = (int)f;
        int stride = (int)hparameters.stride, pad = (int)hparameters.pad;

        int n_H = (n_H_prev - side + 2 * pad) / stride + 1;
        int n_W = (n_W_prev - side + 2 * pad) / stride + 1;
        var A_prev_pad = StepByStep.ZeroPad(A_prev, pad);
        var columns = A_prev.new_zeros(m, n_H, n_W, side * side * n_C_prev);

        for (int i = 0; i < m; i++)
            for (int h = 0; h < n_H; h++)
                for (int w = 0; w < n_W; w++)
                {
                    int vert_start = h * stride, horiz_start = w * stride;
                    var a_slice_prev = A_prev_pad[i, vert_start..(vert_start + side), horiz_start..(horiz_start + side), ..];
                    columns[i, h, w] = a_slice_prev.reshape(-1);
                }

        return columns;
    }

    /// <summary>The gradient of a convolution's input without +=: every cell gathers from the windows that hold it.</summary>
    /// <param name="dZ">The gradient of the cost with respect to Z, (m, n_H, n_W, n_C).</param>
    /// <param name="W">The filters, (f, f, n_C_prev, n_C).</param>
    /// <param name="hparameters">The stride and the pad.</param>
    /// <param name="shape">Rows and columns of A_prev.</param>
    public static Tensor ConvBackwardByGather(Tensor dZ, Tensor W, HParameters hparameters, (long n_H_prev, long n_W_prev) shape)
    {
        int m = (int)dZ.shape[0], n_H = (int)dZ.shape[1], n_W = (int)dZ.shape[2];
        int f = (int)W.shape[0], n_C_prev = (int)W.shape[2];
        int n_H_prev = (int)shape.n_H_prev, n_W_prev = (int)shape.n_W_prev;
        int stride = (int)hparameters.stride, pad = (int)hparameters.pad;

        var dA_prev = dZ.new_zeros(m, n_H_prev, n_W_prev, n_C_prev);
        for (int i = 0; i < m; i++)
            for (int row = 0; row < n_H_prev; row++)
                for (int column = 0; column < n_W_prev; column++)
                {
                    var da = dZ.new_zeros(n_C_prev);
                    for (int h = 0; h < n_H; h++)
                        for (int w = 0; w < n_W; w++)
                        {
                            // Where the cell lies in window (h, w), if it lies in it.
                            int kh = row + pad - h * stride, kw = column + pad - w * stride;
                            if (kh < 0 || kh >= f || kw < 0 || kw >= f) continue;
                            da += (W[kh, kw] * dZ[i, h, w]).sum(-1);
                        }
                    dA_prev[i, row, column] = da;
                }

        return dA_prev;
    }

    /// <summary>Convolves with windows that have gaps: dilation - 1 cells between two that count.</summary>
    /// <param name="A_prev">The output of the previous layer, (m, n_H_prev, n_W_prev, n_C_prev).</param>
    /// <param name="W">The filters, (f, f, n_C_prev, n_C).</param>
    /// <param name="b">The biases, (1, 1, 1, n_C).</param>
    /// <param name="hparameters">The stride and the pad.</param>
    /// <param name="dilation">From one cell of a window to the next, at least 1.</param>
    public static Tensor DilatedConvForward(Tensor A_prev, Tensor W, Tensor b, HParameters hparameters, long dilation)
    {
        int m = (int)A_prev.shape[0], n_H_prev = (int)A_prev.shape[1], n_W_prev = (int)A_prev.shape[2];
        int f = (int)W.shape[0], n_C = (int)W.shape[3];
        int stride = (int)hparameters.stride, pad = (int)hparameters.pad;
        int gap = (int)dilation;

        int reach = (f - 1) * gap + 1; // rows and columns from the window's first cell to its last
        int n_H = (n_H_prev - reach + 2 * pad) / stride + 1;
        int n_W = (n_W_prev - reach + 2 * pad) / stride + 1;
        var A_prev_pad = StepByStep.ZeroPad(A_prev, pad);
        var Z = A_prev.new_zeros(m, n_H, n_W, n_C);

        for (int i = 0; i < m; i++)
            for (int h = 0; h < n_H; h++)
                for (int w = 0; w < n_W; w++)
                    for (int c = 0; c < n_C; c++)
                    {
                        int vert_start = h * stride, horiz_start = w * stride;
                        var rows = TensorIndex.Slice(vert_start, vert_start + reach, gap);
                        var columns = TensorIndex.Slice(horiz_start, horiz_start + reach, gap);
                        var a_slice_prev = A_prev_pad[i, rows, columns, TensorIndex.Colon];
                        Z[i, h, w, c] = StepByStep.ConvSingleStep(a_slice_prev, W[.., .., .., c], b[.., .., .., c]);
                    }

        return Z;
    }

    /// <summary>Convolves with filters that each see one group of channels.</summary>
    /// <param name="A_prev">The output of the previous layer, (m, n_H_prev, n_W_prev, n_C_prev).</param>
    /// <param name="W">The filters, (f, f, n_C_prev / groups, n_C).</param>
    /// <param name="b">The biases, (1, 1, 1, n_C).</param>
    /// <param name="hparameters">The stride and the pad.</param>
    /// <param name="groups">Into how many groups channels and filters are divided; both divide evenly.</param>
    public static Tensor GroupedConvForward(Tensor A_prev, Tensor W, Tensor b, HParameters hparameters, long groups)
    {
        int m = (int)A_prev.shape[0], n_H_prev = (int)A_prev.shape[1], n_W_prev = (int)A_prev.shape[2];
        int f = (int)W.shape[0], n_C = (int)W.shape[3];
        int stride = (int)hparameters.stride, pad = (int)hparameters.pad;
        int count = (int)groups;

        int channels = (int)W.shape[2], filters = n_C / count; // of one group
        int n_H = (n_H_prev - f + 2 * pad) / stride + 1;
        int n_W = (n_W_prev - f + 2 * pad) / stride + 1;
        var A_prev_pad = StepByStep.ZeroPad(A_prev, pad);
        var Z = A_prev.new_zeros(m, n_H, n_W, n_C);

        for (int i = 0; i < m; i++)
            for (int h = 0; h < n_H; h++)
                for (int w = 0; w < n_W; w++)
                    for (int c = 0; c < n_C; c++)
                    {
                        int vert_start = h * stride, horiz_start = w * stride, first = c / filters * channels;
                        var a_slice_prev = A_prev_pad[
                            i, vert_start..(vert_start + f), horiz_start..(horiz_start + f), first..(first + channels)];
                        Z[i, h, w, c] = StepByStep.ConvSingleStep(a_slice_prev, W[.., .., .., c], b[.., .., .., c]);
                    }

        return Z;
    }
}
