using Cnn.Reference.Tensors;
using static TorchSharp.torch;

namespace Cnn.Reference.Mistakes;

/// <summary>Maxima that are right, and indices of them that are not.</summary>
internal static class IndexMistakes
{
    private static readonly Operation[] MaxForward = [Operation.MaxForward];

    public static readonly Mistake[] All =
    [
        new("index-left-at-minus-one",
            "Where no cell is above what the search for the maximum starts with, the index is still -1.",
            "Donde ninguna celda supera el valor con que empieza la búsqueda del máximo, el índice queda en -1.",
            "indices", MaxForward,
            Indices((indices, output, _) => where(output.isneginf(), indices.FullLike(-1), indices)))
        {
            SeenIn = ["pytorch/pytorch#1465"],
        },
        new("index-of-padded-plane",
            "The index counts the cells of the padded image; it should count those of the image.",
            "El índice cuenta las celdas de la imagen con padding; debería contar las de la imagen.",
            "indices", MaxForward,
            (call, compute) => Changes.Reindexed(
                compute(call), call.Input.shape[3], call.Windows.Padding, call.Input.shape[3] + 2 * call.Windows.Padding.W))
        {
            SeenIn = ["tensorflow/tensorflow#10216"],
        },
        new("index-within-window",
            "The index counts the cells of the window; it should count those of the image.",
            "El índice cuenta las celdas de la ventana; debería contar las de la imagen.",
            "indices", MaxForward, Indices((indices, _, call) => WithinWindow(indices, call))),
        new("index-of-last-maximum",
            "Of several equal maxima the index is that of the last; it should be the first's.",
            "De varios máximos iguales el índice es el del último; debería ser el del primero.",
            "indices", MaxForward, Indices(OfLast)),
    ];

    // Other indices, of those that are right, the maxima, and the call.
    private static Change Indices(Func<Tensor, Tensor, Call, Tensor> change) => (call, compute) =>
    {
        var results = compute(call);
        return results.Indices is not { } indices ? null : results with { Indices = change(indices, results.Output!, call) };
    };

    private static Tensor WithinWindow(Tensor indices, Call call)
    {
        var (windows, width) = (call.Windows, call.Input.shape[3]);
        var row = indices.FloorOver(width) - Starts(indices.shape[2], windows.Stride.H, windows.Padding.H).reshape(-1, 1);
        var column = indices.Remainder(width) - Starts(indices.shape[3], windows.Stride.W, windows.Padding.W);
        return row.FloorOver(windows.Dilation.H).Times(windows.Kernel.W).Plus(column.FloorOver(windows.Dilation.W));

        static Tensor Starts(long count, long stride, long padding) => HeldNumbers.UpTo(count).Times(stride).Plus(-padding);
    }

    private static Tensor OfLast(Tensor indices, Tensor output, Call call)
    {
        var cells = HeldNumbers.UpTo(call.Input.shape[2] * call.Input.shape[3], ScalarType.Float64).reshape(1, 1, call.Input.shape[2], -1);
        var numbers = Correct.PaddedForWindows(call, call.Input, double.NaN); // equal to nothing
        var places = Correct.PaddedForWindows(call, cells, 0);
        for (long kh = 0; kh < call.Windows.Kernel.H; kh++)
            for (long kw = 0; kw < call.Windows.Kernel.W; kw++)
            {
                var isMaximum = Correct.CellOfWindows(call, numbers, kh, kw) == output;
                indices = where(isMaximum, Correct.CellOfWindows(call, places, kh, kw).to(indices.dtype), indices);
            }
        return indices;
    }
}
