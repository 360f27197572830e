using Cnn.Reference.Files;

namespace Cnn.Reference.Data;

/// <summary>Training and test images, wherever they come from.</summary>
/// <param name="Name">Fit to be shown to a user.</param>
/// <param name="Train">The images to train on.</param>
/// <param name="Test">The images to test on.</param>
/// <param name="Skipped">Damaged files that were left out, as was asked for.</param>
public sealed record Dataset(string Name, ImageDataset Train, ImageDataset Test, IReadOnlyList<SkippedImage> Skipped)
{
    /// <summary>What lies in the folder and is not read, by kind and count; null for nothing.</summary>
    public string? LeftOut { get; init; }

    /// <summary>
    /// Loads the folder's dataset, whose kind its file names tell: IDX files, CIFAR-10's batches, or images in one sub-folder
    /// a class. It may lie in the one folder of a dataset below. Of a folder with several EMNIST splits, one is loaded as
    /// "folder/emnist-letters". Without a folder it is the sample that travels with the program.
    /// </summary>
    /// <param name="directory">The folder; null for the sample.</param>
    /// <param name="options">Counts for folders of images; the other kinds have sizes and parts of their own.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="DatasetException">The folder or one of its files is not as it should be.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option makes no sense.</exception>
    /// <exception cref="OperationCanceledException">The user has stopped it.</exception>
    public static Dataset Open(string? directory, ImageFolderOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Dataset dataset = directory is null ? Of("Fashion-MNIST (sample)", FashionMnist.LoadSample()) : Load(directory, options, cancel);
        cancel.ThrowIfCancellationRequested();

        int firstLabel = dataset.Train.Labels[0];
        if (dataset.Train.Labels.All(label => label == firstLabel))
            throw new DatasetException(directory ?? dataset.Name,
                $"has one class only ('{dataset.Train.ClassNames[firstLabel]}') among its training images, and at least two are needed");
        return dataset;
    }

    /// <summary>What <see cref="Open"/> would read there, as the file names tell.</summary>
    /// <exception cref="DatasetException">Nothing that can be read, or several things.</exception>
    public static DatasetKind KindOf(string? directory) => directory is null ? DatasetKind.Sample : Find(directory).Kind;

    private static Dataset Load(string directory, ImageFolderOptions options, CancellationToken cancel)
    {
        (string folder, DatasetKind kind) = Find(directory);
        string name = DatasetFolder.NameOf(directory, folder);
        try
        {
            if (kind == DatasetKind.Idx) return Of(name, IdxFolder.Load(folder));
            if (kind == DatasetKind.Cifar) return Of(name, CifarFolder.Load(folder));
            ImageFolderResult images = ImageFolder.Load(folder, options, cancel);
            return new Dataset(name, images.Train, images.Test, images.Skipped) { LeftOut = images.LeftOut };
        }
        catch (Exception e) when (FileFault.IsRefusal(e))
        {
            throw DatasetException.Refused(folder, e);
        }
        catch (OutOfMemoryException e)
        {
            throw new DatasetException(folder, "does not fit into memory", e);
        }
    }

    private static (string Folder, DatasetKind Kind) Find(string directory)
    {
        try
        {
            return DatasetSearch.Find(directory);
        }
        catch (Exception e) when (FileFault.IsRefusal(e))
        {
            throw DatasetException.Refused(directory, e);
        }
    }

    private static Dataset Of(string name, (ImageDataset Train, ImageDataset Test) parts) => new(name, parts.Train, parts.Test, []);
}
