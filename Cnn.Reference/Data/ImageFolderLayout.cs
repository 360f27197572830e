using Cnn.Reference.Data.Pictures;

namespace Cnn.Reference.Data;

/// <summary>Which folders hold a dataset's classes: all images in one, or those to train on and those to test on apart.</summary>
/// <param name="Directory">The dataset's folder.</param>
/// <param name="Train">Holds a sub-folder for each class.</param>
/// <param name="Test">The same for the test images; null if they are to be taken from the others.</param>
/// <param name="Unused">Names of other folders, which are not read.</param>
internal sealed record ImageFolderLayout(string Directory, string Train, string? Test, IReadOnlyList<string> Unused)
{
    private static readonly string[] TrainNames = ["train", "training"];

    /// <summary>If there are several, the first in this order is the test.</summary>
    private static readonly string[] TestNames = ["test", "testing", "val", "valid", "validation"];

    /// <summary>How the folder is laid out.</summary>
    /// <exception cref="DatasetException">It is unreadable, or has parts whose images have no classes.</exception>
    public static ImageFolderLayout Of(string directory)
    {
        var names = new FolderNames(directory);
        if (PartOf(names, TrainNames) is { } train)
        {
            string? test = PartOf(names, TestNames);
            return new(directory, train, test,
                [.. names.Folders.Except([Path.GetFileName(train), Path.GetFileName(test)]).OfType<string>()]);
        }
        // As classes, they would teach the network to tell the parts apart.
        if (names.Folders.Length >= 2 && names.Folders.All(IsPart))
            throw new DatasetException(
                directory, $"holds the parts '{string.Join("' and '", names.Folders)}', whose images lie in no folder of their class");
        return new(directory, directory, Test: null, []);
    }

    /// <summary>All that is not read; null for nothing.</summary>
    /// <param name="within">What lies in the classes' folders, beside the images that are.</param>
    public string? Describe(LeftOut within)
    {
        var beside = new LeftOut();
        foreach (string folder in new[] { Directory, Train, Test }.OfType<string>().Distinct())
            foreach (string name in new FolderNames(folder).Files)
                if (PictureSignature.OfFile(Path.Combine(folder, name)) is { } kind and not PictureKind.Unknown) beside.Add(name, kind);

        const string classes = "the classes' folders";
        (string inside, string loose) = ($"{within}", $"{beside}");
        string[] parts =
        [
            .. inside == "" ? Array.Empty<string>() : [$"{inside} within {classes}"],
            .. loose == "" ? Array.Empty<string>() : [$"{loose} beside {(inside == "" ? classes : "them")}"],
            .. Unused.Select(name => $"the folder '{name}'"),
        ];
        return parts.Length == 0 ? null : string.Join(", and ", parts);
    }

    /// <summary>Whether the folder has sub-folders of images, or parts that have them.</summary>
    public static bool IsAt(string directory, FolderNames names) => HoldsClasses(directory, names) || PartOf(names, TrainNames) is not null;

    private static string? PartOf(FolderNames names, string[] wanted) =>
        wanted.Select(names.FindFolder).FirstOrDefault(path => path is not null && HoldsClasses(path, new FolderNames(path)));

    private static bool HoldsClasses(string directory, FolderNames names) =>
        names.Folders.Any(name => ImageFolder.HoldsImages(Path.Combine(directory, name)));

    private static bool IsPart(string name) => TrainNames.Concat(TestNames).Contains(name, StringComparer.OrdinalIgnoreCase);
}
