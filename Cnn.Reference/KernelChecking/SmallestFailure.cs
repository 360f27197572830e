namespace Cnn.Reference;

/// <summary>The smallest problem that was found to fail, small enough to be worked by hand.</summary>
/// <param name="Case">The problem's sizes, as <c>check</c> takes them: <c>conv n1 c1 h3 w3 o1 k2 s1 p0 d2 g1 float32</c>.</param>
/// <param name="WorkedSum">
/// The first element that differs: every product, the running sum, what libtorch has and what came instead. Where the numbers are
/// not what is wrong, what is.
/// </param>
/// <param name="XunitTest">An xunit test with the problem's numbers in it, that calls the kernel.</param>
public sealed record SmallestFailure(string Case, string WorkedSum, string XunitTest);
