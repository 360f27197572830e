using System.Runtime.InteropServices;
using Cnn.Reference.Cases;
using Cnn.Reference.Comparison;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Oracle;

/// <summary>
/// Gradients by central differences, (f(x + eps) - f(x - eps)) / (2 eps), held against autograd's: what PyTorch calls
/// gradcheck and gradgradcheck, which TorchSharp has not.
/// </summary>
/// <remarks>In float64 with PyTorch's defaults: eps 1e-6, and |autograd - difference| at most 1e-5 + 1e-3 |difference|.</remarks>
internal static class FiniteDifferences
{
    private const double Eps = 1e-6, Absolute = 1e-5, Relative = 1e-3;

    /// <summary>Compares the Jacobian of <paramref name="function"/> with respect to each of its tensors.</summary>
    /// <param name="function">Any differentiable function of float64 tensors.</param>
    /// <param name="inputs">Where to differentiate.</param>
    public static TensorComparison GradCheck(Func<Tensor[], Tensor> function, Tensor[] inputs)
    {
        using var scope = NewDisposeScope();
        var results = new List<TensorComparison>();
        double[][,] analytic = Analytic(function, inputs);
        for (int which = 0; which < inputs.Length; which++)
            results.Add(Compare($"Jacobian by input {which}", Numeric(function, inputs, which), analytic[which]));
        // One verdict for the function: the worst of its Jacobians.
        return results.MaxBy(result => result.WorstRatio)! with
        {
            Elements = results.Sum(result => result.Elements),
            EqualBits = results.Sum(result => result.EqualBits),
        };
    }

    /// <summary>Compares the Jacobian of the gradients of <paramref name="function"/>: its second derivatives.</summary>
    /// <param name="function">Any twice differentiable function of float64 tensors.</param>
    /// <param name="inputs">Where to differentiate.</param>
    /// <param name="problem">Gives the upstream gradient, which is differentiated by as well, and the directions that sum up the
    /// gradients.</param>
    public static TensorComparison GradGradCheck(Func<Tensor[], Tensor> function, Tensor[] inputs, Problem problem)
    {
        using var scope = NewDisposeScope();
        Tensor gradOutput;
        using (no_grad()) gradOutput = problem.Direction("output", function(inputs));
        return GradCheck(Gradients, [.. inputs, gradOutput]);

        // All gradients in one tensor, so that they have one Jacobian.
        Tensor Gradients(Tensor[] tensors)
        {
            using var grad = enable_grad();
            Tensor[] leaves = [.. tensors[..^1].Select(tensor => tensor.requires_grad ? tensor : tensor.detach().requires_grad_())];
            var gradients = Differentiable.Gradients(function(leaves), leaves, tensors[^1]);
            return cat([.. gradients.Select(gradient => gradient.flatten())]);
        }
    }

    // [output element, input element], one row of it for each backward pass.
    private static double[][,] Analytic(Func<Tensor[], Tensor> function, Tensor[] inputs)
    {
        using var grad = enable_grad();
        Tensor[] leaves = [.. inputs.Select(input => input.detach().clone().requires_grad_())];
        var output = function(leaves);
        double[][,] jacobians = [.. leaves.Select(leaf => new double[output.numel(), leaf.numel()])];
        if (!output.requires_grad) return jacobians; // it depends on nothing: the Jacobian is zero
        for (long row = 0; row < output.numel(); row++)
        {
            using var inner = NewDisposeScope();
            var oneHot = zeros_like(output);
            oneHot.view(-1)[row] = 1;
            autograd.backward([output], [oneHot], retain_graph: true);
            for (int which = 0; which < leaves.Length; which++)
            {
                if (leaves[which].grad is not { } gradient) continue;
                var values = Values(gradient);
                for (int column = 0; column < values.Length; column++) jacobians[which][row, column] = values[column];
                leaves[which].grad = null;
            }
        }
        return jacobians;
    }

    // The same, one column for each pair of forward passes.
    private static double[,] Numeric(Func<Tensor[], Tensor> function, Tensor[] inputs, int which)
    {
        using var none = no_grad();
        Tensor[] moved = [.. inputs.Select(input => input.detach().clone())];
        var target = MemoryMarshal.Cast<byte, double>(moved[which].bytes);
        double[,]? jacobian = null;
        for (int column = 0; column < target.Length; column++)
        {
            using var inner = NewDisposeScope();
            double at = target[column];
            target[column] = at + Eps;
            var above = Values(function(moved));
            target[column] = at - Eps;
            var below = Values(function(moved));
            target[column] = at;
            jacobian ??= new double[above.Length, target.Length];
            for (int row = 0; row < above.Length; row++) jacobian[row, column] = (above[row] - below[row]) / (2 * Eps);
        }
        return jacobian ?? new double[0, 0];
    }

    private static TensorComparison Compare(string name, double[,] numeric, double[,] analytic)
    {
        double worst = 0;
        long mismatches = 0, equal = 0;
        string? first = null;
        for (int row = 0; row < numeric.GetLength(0); row++)
            for (int column = 0; column < numeric.GetLength(1); column++)
            {
                double n = numeric[row, column], a = analytic[row, column];
                double ratio = Math.Abs(a - n) / (Absolute + Relative * Math.Abs(n));
                if (n == a) equal++;
                if (!(ratio <= worst)) worst = double.IsNaN(ratio) ? double.PositiveInfinity : ratio;
                if (ratio <= 1) continue;
                mismatches++;
                first ??= FormattableString.Invariant(
                    $"{name}, output element {row} by input element {column}: {n:R} by differences, {a:R} by autograd");
            }
        return new(name, numeric.Length, equal, mismatches, worst, 0, false, first);
    }

    private static double[] Values(Tensor tensor)
    {
        using var flat = tensor.contiguous();
        return MemoryMarshal.Cast<byte, double>(flat.bytes).ToArray();
    }
}
