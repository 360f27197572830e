#pragma warning disable RS0030 // What BannedSymbols.txt names is done here, and nowhere else.
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Tensors;

/// <summary>A tensor's arithmetic with numbers, and sums, each with a <see cref="Scalar"/> that lives until libtorch has
/// returned.</summary>
/// <remarks>
/// TorchSharp makes a Scalar of a number, and of the 1 before the second tensor of a sum, and hands libtorch its address. Nothing refers
/// to it from then on: a collection meanwhile frees it, and libtorch reads what is there by then.
/// </remarks>
internal static class HeldNumbers
{
    // What a sum's second tensor is multiplied with. A static field is never collected.
    private static readonly Scalar One = 1.ToScalar();

    /// <summary>The numbers from 0, so many.</summary>
    public static Tensor UpTo(long count, ScalarType type = ScalarType.Int64)
    {
        using Scalar from = 0L.ToScalar(), to = count.ToScalar();
        return arange(from, to, One, type);
    }

    extension(Tensor tensor)
    {
        /// <summary>tensor + other.</summary>
        public Tensor Plus(Tensor other) => tensor.add(other, One);

        /// <summary>tensor += other, in its own memory.</summary>
        public Tensor Add(Tensor other) => tensor.add_(other, One);

        /// <summary>tensor.index_add(dim, index, source).</summary>
        public Tensor IndexAdd(long dim, Tensor index, Tensor source) => tensor.index_add(dim, index, source, One);

        /// <summary>tensor + number.</summary>
        public Tensor Plus(long number)
        {
            using var scalar = number.ToScalar();
            return tensor.add(scalar, One);
        }

        /// <summary>tensor * number.</summary>
        public Tensor Times(long number)
        {
            using var scalar = number.ToScalar();
            return tensor.mul(scalar);
        }

        /// <summary>tensor * number.</summary>
        public Tensor Times(double number)
        {
            using var scalar = number.ToScalar();
            return tensor.mul(scalar);
        }

        /// <summary>tensor / number.</summary>
        public Tensor Over(double number)
        {
            using var scalar = number.ToScalar();
            return tensor.div(scalar);
        }

        /// <summary>tensor / number, rounded down.</summary>
        public Tensor FloorOver(long number)
        {
            using var scalar = number.ToScalar();
            return tensor.div(scalar, RoundingMode.floor);
        }

        /// <summary>What is left of <see cref="FloorOver"/>.</summary>
        public Tensor Remainder(long number)
        {
            using var scalar = number.ToScalar();
            return tensor.remainder(scalar);
        }

        /// <summary>Each number that is outside of a range becomes the end of it that is next.</summary>
        public Tensor Within(long least, long most)
        {
            using Scalar min = least.ToScalar(), max = most.ToScalar();
            return tensor.clamp(min, max);
        }

        /// <summary>Each number that is larger becomes this one.</summary>
        public Tensor NoLargerThan(long most)
        {
            using var max = most.ToScalar();
            return tensor.clamp_max(max);
        }

        /// <summary>Where tensor == number.</summary>
        public Tensor Is(long number)
        {
            using var scalar = number.ToScalar();
            return tensor.eq(scalar);
        }

        /// <summary>Where tensor >= number.</summary>
        public Tensor IsAtLeast(long number)
        {
            using var scalar = number.ToScalar();
            return tensor.ge(scalar);
        }

        /// <summary>Where tensor &lt; number.</summary>
        public Tensor IsBelow(long number)
        {
            using var scalar = number.ToScalar();
            return tensor.lt(scalar);
        }

        /// <summary>A tensor of the same shape and type, of one number.</summary>
        public Tensor FullLike(double number)
        {
            using var scalar = number.ToScalar();
            return full_like(tensor, scalar);
        }

        /// <summary>All of the tensor becomes one number.</summary>
        public Tensor Fill(double number)
        {
            using var scalar = number.ToScalar();
            return tensor.fill_(scalar);
        }
    }
}
