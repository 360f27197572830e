using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Cases;

/// <summary>What numbers fill the tensors of a problem.</summary>
internal enum Numbers
{
    /// <summary>Small integers: every product and partial sum is representable, so any order of summation gives the same bits.</summary>
    Exact,

    /// <summary>Reals of both signs, evenly from -1 to 1.</summary>
    Real,

    /// <summary>Only -1, 0 and 1: most windows hold their maximum more than once.</summary>
    Ties,

    /// <summary>Small integers among NaN, +infinity and -infinity; whole windows of -infinity are likely.</summary>
    Special,
}

/// <summary>A case with numbers in its tensors: what a layer takes, and directions to send back through it.</summary>
internal sealed class Problem : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Dictionary<string, Tensor> directions = [];
    private readonly Random random;
    private readonly Numbers numbers;

    /// <summary>Fills the tensors of <paramref name="case"/> with numbers that depend on its seed alone.</summary>
    public Problem(Case @case, Numbers numbers)
    {
        Case = @case;
        this.numbers = numbers;
        random = new Random(unchecked(@case.Seed * 31 + (int)numbers));
        Input = Images([@case.N, @case.C, @case.H, @case.W], numbers);
        if (@case.Kind != LayerKind.Conv) return;
        // NaN and infinity go into the input: in a weight over zero padding libtorch's own kernels disagree about them.
        Weight = Images([@case.O, @case.C / @case.Groups, @case.Kernel.H, @case.Kernel.W], Finite, batched: true);
        if (@case.Bias) Bias = Row(@case.O);
    }

    /// <summary>A case with given tensors, which stay the caller's.</summary>
    /// <param name="case">The case.</param>
    /// <param name="input">(N, C, H, W).</param>
    /// <param name="weight">Convolution: the filters.</param>
    /// <param name="bias">Convolution: one value a filter, or null.</param>
    /// <param name="gradOutput">The upstream gradient; null for one that the case's seed gives.</param>
    public Problem(Case @case, Tensor input, Tensor? weight, Tensor? bias, Tensor? gradOutput)
    {
        (Case, Input, Weight, Bias) = (@case, input, weight, bias);
        random = new Random(@case.Seed);
        if (gradOutput is not null) directions["output"] = gradOutput.alias().DetachFromDisposeScope()!;
    }

    public Case Case { get; }

    public Tensor Input { get; }

    public Tensor? Weight { get; }

    public Tensor? Bias { get; }

    private Numbers Finite => numbers == Numbers.Special ? Numbers.Exact : numbers;

    /// <summary>
    /// A random tensor to multiply a result with: an upstream gradient, or a direction for a second derivative. The same for
    /// every run that asks by the same name.
    /// </summary>
    /// <param name="name">Which result.</param>
    /// <param name="like">The result, for its shape.</param>
    public Tensor Direction(string name, Tensor like)
    {
        if (!directions.TryGetValue(name, out var direction))
        {
            direction = like.dim() == 1 ? Row(like.shape[0]) : Images(like.shape, Finite, batched: like.dim() == 4);
            directions[name] = direction.DetachFromDisposeScope()!;
        }
        return direction;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var direction in directions.Values) direction.Dispose();
        scope.Dispose();
    }

    private Tensor Row(long count)
    {
        if (Case.Layout == Layout.Negated) return Negated(Fill([count], Finite));
        if (Case.Layout != Layout.Strided) return Fill([count], Finite);
        using var wide = Fill([count, 2], Finite);
        return wide.select(1, 0);
    }

    private Tensor Images(long[] shape, Numbers kind, bool? batched = null)
    {
        if (shape.Length == 3) shape = [1, .. shape];
        switch (Case.Layout)
        {
            case Layout.ChannelsLast:
                using (var nhwc = Fill([shape[0], shape[2], shape[3], shape[1]], kind)) return nhwc.permute(0, 3, 1, 2);
            case Layout.Strided:
                using (var wide = Fill([shape[0], shape[1], 2 * shape[3], shape[2]], kind))
                using (var sliced = wide.slice(2, 0, 2 * shape[3], 2))
                    return sliced.transpose(2, 3);
            case Layout.Cropped:
                using (var large = Fill([shape[0], shape[1], shape[2] + 1, shape[3] + 3], kind))
                using (var rows = large.slice(2, 0, shape[2], 1))
                    return rows.slice(3, 0, shape[3], 1);
            case Layout.Expanded when shape[0] > 1:
                using (var one = Fill([1, .. shape[1..]], kind)) return one.expand(shape);
            case Layout.Negated:
                return Negated(Fill(shape, kind));
            case Layout.Unbatched when batched != true:
                return Fill(shape[1..], kind);
            default:
                return Fill(shape, kind);
        }
    }

    // The imaginary part of a conjugate is a view that negates what the complex numbers hold.
    private static Tensor Negated(Tensor numbers)
    {
        using (numbers)
        using (var negative = numbers.neg())
        using (var zeros = zeros_like(numbers))
        using (var pairs = complex(zeros, negative))
        using (var conjugate = pairs.conj())
            return conjugate.imag;
    }

    // A narrow type's longest sums stay exact with 1, -1, and many zeros: this part of them is not zero; 1 where that is not needed.
    // A sum of L products whose variance is v is below 6 * sqrt(L * v), but for once in 1e9.
    private double ShareOfOnes()
    {
        if (Case.Kind != LayerKind.Conv || Case.DType is not (ScalarType.BFloat16 or ScalarType.Float16)) return 1;
        const double fromMinus2To2 = 4; // the variance of a product
        double variance = Math.Pow((Case.DType == ScalarType.BFloat16 ? 1 << 8 : 1 << 11) / 6.0, 2) / LongestSum();
        return variance >= fromMinus2To2 ? 1 : Math.Min(Math.Sqrt(variance), 0.9);

        // Of the output, of the gradients of weights, and of the input.
        long LongestSum()
        {
            var geometry = Case.ConvGeometry();
            var (n, _, height, width) = geometry.OutputShape;
            long taps = geometry.Height.Kernel * geometry.Width.Kernel;
            return Math.Max(n * height * width, taps * Math.Max(geometry.InChannelsPerGroup, geometry.OutChannelsPerGroup));
        }
    }

    private Tensor Fill(long[] shape, Numbers kind)
    {
        var values = new double[shape.Aggregate(1L, (product, size) => product * size)];
        // The narrow types keep 8 and 11 bits: fewer different values keep their sums exact, too.
        int most = Case.DType is ScalarType.BFloat16 or ScalarType.Float16 ? 2 : 4;
        double share = ShareOfOnes();
        for (int i = 0; i < values.Length; i++)
            values[i] = kind switch
            {
                Numbers.Exact when share < 1 => random.NextDouble() < share ? 2 * random.Next(2) - 1 : 0,
                Numbers.Exact => random.Next(-most, most + 1),
                Numbers.Ties => random.Next(-1, 2),
                // One in a sum of many is enough to decide it: in a convolution they are rare, in a pool most cells.
                Numbers.Special when Case.Kind == LayerKind.Conv => random.Next(96) switch
                {
                    0 => double.NaN,
                    1 => double.PositiveInfinity,
                    2 => double.NegativeInfinity,
                    _ => random.Next(-most, most + 1),
                },
                Numbers.Special => random.Next(8) switch
                {
                    0 => double.NaN,
                    1 => double.PositiveInfinity,
                    < 6 => double.NegativeInfinity,
                    _ => random.Next(-most, most + 1),
                },
                _ => 2 * random.NextDouble() - 1,
            };
        if (!Case.IsReal) // an unsigned type has no negative numbers; Special and Real have no meaning there
            for (int i = 0; i < values.Length; i++)
                values[i] = double.IsFinite(values[i]) ? Math.Abs(Math.Round(100 * values[i])) % 120 : 0;
        using var wide = tensor(values);
        using var flat = wide.to(Case.DType);
        return flat.reshape(shape);
    }
}
