using Cnn.Layers;
using Cnn.Reference.Checking.Levels;
using Cnn.Reference.Oracle;

namespace Cnn.Reference.Checking;

/// <summary>What a run of <c>check</c> compares, and how: what its worker must know as well.</summary>
/// <param name="Layers">
/// The implementations under test, by name: fast, literal, or a type of an assembly ("file.dll:Namespace.Type").
/// </param>
/// <param name="Threads">
/// How many threads each side may use; null for one, and one to three where the fast loops are held against the literal ones.
/// </param>
/// <param name="Seed">Where the weights of the images' network come from.</param>
internal sealed record CheckSetup(IReadOnlyList<string> Layers, int? Threads, int Seed)
{
    /// <summary>Every level, in the order of the report, as without any option.</summary>
    public static IReadOnlyList<Level> Levels { get; } = new CheckSetup([], null, 0).CreateLevels();

    /// <summary>The rows of the report, in their order.</summary>
    public static IReadOnlyList<string> Parts { get; } = [.. Levels.SelectMany(level => level.Parts), .. ImagesCheck.Parts];

    /// <summary>Every level, in the order of the report.</summary>
    public IReadOnlyList<Level> CreateLevels() =>
        [new ExactLevel(), new RealLevel(), new CornersLevel(), new DifferencesLevel(), new SameBitsLevel(Threads)];

    /// <summary>The implementations.</summary>
    public IReadOnlyList<ILayer> CreateLayers() => [.. Layers.Select(LayerNames.Create)];

    /// <summary>Those of the implementations that a whole network can be made of.</summary>
    public IReadOnlyList<CnnLayer> CreateOwnLayers() => [.. CreateLayers().OfType<CnnLayer>()];
}
