using Xunit.Sdk;

namespace Cnn.Tests.Build;

/// <summary>A test that needs Linux: its loader, its links, its /proc, or the target that runs nowhere else.</summary>
[AttributeUsage(AttributeTargets.Method)]
[TraitDiscoverer(NeedsDiscoverer.Name, NeedsDiscoverer.Assembly)]
public sealed class LinuxFactAttribute : FactAttribute, INeeding
{
    /// <inheritdoc/>
    public string Needs => Traits.Linux;

    public LinuxFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
            Skip = "Linux only.";
    }
}
