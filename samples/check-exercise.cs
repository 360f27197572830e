#:project ../Cnn.Reference/Cnn.Reference.csproj
#:package TorchSharp-cpu

// For teachers: checks functions of the exercise that somebody else has written; here one that is right, and one with a mistake.
using Cnn.Layers;
using Cnn.Reference;
using TorchSharp;
using static TorchSharp.torch;

var right = ExerciseCheck.DistributeValue(Distribute);
Console.WriteLine(right.Explanation);

var wrong = ExerciseCheck.ConvForward(Theirs);
Console.WriteLine(wrong.ExplanationIn(Language.English));
Console.WriteLine($"Its name in the museum: {string.Join(", ", wrong.Mistakes)}");
return right.Passed && !wrong.Passed ? 0 : 1;

static Tensor Distribute(double dz, (long n_H, long n_W) shape) =>
    ones(shape.n_H, shape.n_W, dtype: ScalarType.Float64) * (dz / (shape.n_H * shape.n_W));

static Tensor Theirs(Tensor A_prev, Tensor W, Tensor b, HParameters hparameters)
{
    int m = (int)A_prev.shape[0], n_H_prev = (int)A_prev.shape[1], n_W_prev = (int)A_prev.shape[2];
    int f = (int)W.shape[0], n_C = (int)W.shape[3];
    int stride = (int)hparameters.stride, pad = (int)hparameters.pad;
    int n_H = (n_H_prev - f + 2 * pad) / stride + 1, n_W = (n_W_prev - f + 2 * pad) / stride + 1;
    var padded = nn.functional.pad(A_prev, [0, 0, pad, pad, pad, pad]);
    var Z = A_prev.new_zeros(m, n_H, n_W, n_C);
    for (int i = 0; i < m; i++)
        for (int h = 0; h < n_H; h++)
            for (int w = 0; w < n_W; w++)
                for (int c = 0; c < n_C; c++)
                {
                    int row = h * f, column = w * f; // the mistake: h * stride, w * stride
                    Z[i, h, w, c] = sum(padded[i, row..(row + f), column..(column + f), ..] * W[.., .., .., c]) + b[0, 0, 0, c];
                }
    return Z;
}
