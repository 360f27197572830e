using Cnn.Reference.Cases;
using static TorchSharp.torch;

namespace Cnn.Reference.KernelChecking;

/// <summary>A kernel under test, whatever it takes: tensors in, tensors out.</summary>
/// <param name="yours">The delegate.</param>
internal abstract class Kernel(Delegate yours)
{
    /// <summary>What the user has handed over.</summary>
    public Delegate Yours => yours;

    /// <summary>What it computes.</summary>
    public abstract KernelKind Kind { get; }

    /// <summary>The only element type that it takes; null for several.</summary>
    public virtual ScalarType? OnlyType => null;

    /// <summary>Calls the kernel.</summary>
    /// <param name="case">The sizes and options.</param>
    /// <param name="operands">In the order of <see cref="KernelKinds.Operands"/>; null for a bias that is not there.</param>
    /// <param name="fill">
    /// Which of two contents, 0 or 1, fresh memory holds; null for whatever it holds. <see cref="Cleared"/> counts where
    /// <see cref="FillOf"/> is known.
    /// </param>
    /// <returns>In the order of <see cref="KernelKinds.Results"/>; in the caller's dispose scope.</returns>
    public abstract Tensor?[] Run(Case @case, Tensor?[] operands, int? fill);

    /// <summary>A content of fresh memory beside the two: zeros.</summary>
    public const int Cleared = 2;

    /// <summary>The number that each element of a result holds before a call; null where that is not known.</summary>
    public virtual double? FillOf(int fill) => null;

    /// <summary>Whether a number is what fresh memory held: an element that was not written.</summary>
    public abstract bool IsFill(double number, ScalarType type, int fill);
}
