using Cnn.Reference.KernelChecking;

namespace Cnn.Reference;

/// <summary>
/// Holds a kernel of anybody's against libtorch: on small integers, where every number must be equal; on reals, within a few
/// roundings of the float64 result; on ties, NaN and infinity; and whether it does what a kernel must not. What fails is shrunk to
/// something that can be worked by hand.
/// </summary>
/// <remarks>
/// A right kernel may add in any order, and in a wider type. Each method throws an <see cref="ArgumentException"/> where an option is
/// out of its range, or the kernel cannot run in a process of its own, and an <see cref="InvalidOperationException"/> where no
/// process can be started.
/// </remarks>
public static class KernelCheck
{
    /// <summary>Checks a convolution.</summary>
    /// <param name="yours">The kernel.</param>
    /// <param name="options">What it claims; everything where null.</param>
    public static KernelReport Conv2d(Conv2dFunction yours, KernelCheckOptions? options = null) => KernelSession.Run(yours, options);

    /// <summary>Checks the gradients of a convolution.</summary>
    /// <inheritdoc cref="Conv2d(Conv2dFunction, KernelCheckOptions?)"/>
    public static KernelReport Conv2dGradients(Conv2dGradientsFunction yours, KernelCheckOptions? options = null) =>
        KernelSession.Run(yours, options);

    /// <summary>Checks a max pool.</summary>
    /// <inheritdoc cref="Conv2d(Conv2dFunction, KernelCheckOptions?)"/>
    public static KernelReport MaxPool2d(MaxPool2dFunction yours, KernelCheckOptions? options = null) => KernelSession.Run(yours, options);

    /// <summary>Checks an average pool.</summary>
    /// <inheritdoc cref="Conv2d(Conv2dFunction, KernelCheckOptions?)"/>
    public static KernelReport AvgPool2d(AvgPool2dFunction yours, KernelCheckOptions? options = null) => KernelSession.Run(yours, options);

    /// <summary>Checks a convolution over spans.</summary>
    /// <typeparam name="T">float, double or Half.</typeparam>
    /// <inheritdoc cref="Conv2d(Conv2dFunction, KernelCheckOptions?)"/>
    public static KernelReport Conv2d<T>(Conv2dSpanFunction<T> yours, KernelCheckOptions? options = null) where T : unmanaged =>
        KernelSession.Run(yours, options);

    /// <summary>Checks the gradients of a convolution over spans.</summary>
    /// <typeparam name="T">float, double or Half.</typeparam>
    /// <inheritdoc cref="Conv2d(Conv2dFunction, KernelCheckOptions?)"/>
    public static KernelReport Conv2dGradients<T>(Conv2dGradientsSpanFunction<T> yours, KernelCheckOptions? options = null)
        where T : unmanaged => KernelSession.Run(yours, options);

    /// <summary>Checks a max pool over spans.</summary>
    /// <typeparam name="T">float, double, Half, or an integer type of up to 64 bits that libtorch has.</typeparam>
    /// <inheritdoc cref="Conv2d(Conv2dFunction, KernelCheckOptions?)"/>
    public static KernelReport MaxPool2d<T>(MaxPool2dSpanFunction<T> yours, KernelCheckOptions? options = null) where T : unmanaged =>
        KernelSession.Run(yours, options);

    /// <summary>Checks an average pool over spans.</summary>
    /// <typeparam name="T">float, double or Half.</typeparam>
    /// <inheritdoc cref="Conv2d(Conv2dFunction, KernelCheckOptions?)"/>
    public static KernelReport AvgPool2d<T>(AvgPool2dSpanFunction<T> yours, KernelCheckOptions? options = null) where T : unmanaged =>
        KernelSession.Run(yours, options);
}
