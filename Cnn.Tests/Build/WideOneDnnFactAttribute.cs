using System.Runtime.Intrinsics.X86;
using Cnn.Reference.Oracle;
using Xunit.Sdk;

namespace Cnn.Tests.Build;

/// <summary>A test of a fault in libtorch's kernels for AVX2, on Linux: where those are right otherwise.</summary>
[AttributeUsage(AttributeTargets.Method)]
[TraitDiscoverer(NeedsDiscoverer.Name, NeedsDiscoverer.Assembly)]
public sealed class WideOneDnnFactAttribute : FactAttribute, INeeding
{
    /// <inheritdoc/>
    public string Needs => Traits.Linux;

    public WideOneDnnFactAttribute() => Skip =
        !OperatingSystem.IsLinux() ? "Linux only."
        : !Avx2.IsSupported ? "The processor has no AVX2: those kernels are never chosen here."
        : HiddenCaches.AreHidden() ? "This machine hides its caches: libtorch's kernels for AVX2 are wrong here, whatever is asked."
        : null;
}
