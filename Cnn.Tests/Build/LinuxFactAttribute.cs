namespace Cnn.Tests.Build;

/// <summary>A test that needs Linux: its loader, its links, its /proc, or the target that runs nowhere else.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute()
    {
        if (!OperatingSystem.IsLinux())
            Skip = "Linux only.";
    }
}
