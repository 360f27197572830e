using Xunit.Abstractions;
using Xunit.Sdk;

namespace Cnn.Tests;

/// <summary>The words by which <c>dotnet test --filter</c> chooses among tests.</summary>
internal static class Traits
{
    /// <summary>How long it takes: <c>Speed!=slow</c> leaves out what takes seconds on a quiet machine.</summary>
    public const string Speed = nameof(Speed), Slow = "slow";

    /// <summary>What a place must have for it, or it is skipped there; each attribute that skips says this by itself.</summary>
    public const string Needs = nameof(Needs), Linux = "linux", Browser = "browser", NumPy = "numpy";
}

/// <summary>An attribute of a test that knows what the test needs.</summary>
public interface INeeding : ITraitAttribute
{
    /// <summary>One of the words of <see cref="Traits.Needs"/>.</summary>
    string Needs { get; }
}

/// <summary>Gives a test the trait that its <see cref="INeeding"/> attribute names.</summary>
public sealed class NeedsDiscoverer : ITraitDiscoverer
{
    /// <summary>Its name, as xunit looks for it.</summary>
    internal const string Name = $"{nameof(Cnn)}.{nameof(Tests)}.{nameof(NeedsDiscoverer)}", Assembly = $"{nameof(Cnn)}.{nameof(Tests)}";

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<string, string>> GetTraits(IAttributeInfo traitAttribute) =>
        [new(Traits.Needs, ((INeeding)((IReflectionAttributeInfo)traitAttribute).Attribute).Needs)];
}
