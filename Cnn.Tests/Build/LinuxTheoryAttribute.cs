using Xunit.Sdk;

namespace Cnn.Tests.Build;

/// <summary>As <see cref="LinuxFactAttribute"/>, with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
[TraitDiscoverer(NeedsDiscoverer.Name, NeedsDiscoverer.Assembly)]
public sealed class LinuxTheoryAttribute : TheoryAttribute, INeeding
{
    /// <inheritdoc/>
    public string Needs => Traits.Linux;

    public LinuxTheoryAttribute()
    {
        if (!OperatingSystem.IsLinux())
            Skip = "Linux only.";
    }
}
