namespace Cnn.Reference.Data;

/// <summary>Training and test images, wherever they come from.</summary>
/// <param name="Name">Fit to be shown to a user.</param>
/// <param name="Skipped">Damaged files that were left out, as was asked for.</param>
public sealed record Dataset(string Name, ImageDataset Train, ImageDataset Test, IReadOnlyList<SkippedImage> Skipped)
{
    /// <summary>
    /// Loads the folder's dataset, whose kind its file names tell: IDX files, CIFAR-10's batches, or images in one sub-folder
    /// a class. Without a folder it is the sample that travels with the program.
    /// </summary>
    /// <param name="options">Counts for folders of images; the other kinds have sizes and parts of their own.</param>
    /// <exception cref="DatasetException">The folder or one of its files is not as it should be.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option makes no sense.</exception>
    public static Dataset Open(string? directory, ImageFolderOptions options)
    {
        options.Validate();
        Dataset dataset = directory is null ? Of("Fashion-MNIST (sample)", FashionMnist.LoadSample()) : Load(directory, options);

        int firstLabel = dataset.Train.Labels[0];
        if (dataset.Train.Labels.All(label => label == firstLabel))
            throw new DatasetException(directory ?? dataset.Name, $"has one class only ('{dataset.Train.ClassNames[firstLabel]}') among its training images, and at least two are needed");
        return dataset;
    }

    private static Dataset Load(string directory, ImageFolderOptions options)
    {
        DatasetFolder.Require(directory);
        string name = DatasetFolder.NameOf(directory);
        try
        {
            if (IdxFolder.HoldsNames(directory)) return Of(name, IdxFolder.Load(directory));
            if (CifarFolder.HoldsNames(directory)) return Of(name, CifarFolder.Load(directory));
            if (ImageFolder.HoldsClasses(directory))
            {
                ImageFolderResult images = ImageFolder.Load(directory, options);
                return new Dataset(name, images.Train, images.Test, images.Skipped);
            }
        }
        catch (Exception e) when (DatasetException.IsRefusal(e))
        {
            throw DatasetException.Refused(directory, e);
        }
        throw new DatasetException(directory, "holds no dataset: neither IDX files (train-images-idx3-ubyte), nor CIFAR-10's batches (data_batch_1.bin), nor a sub-folder of images for each class");
    }

    private static Dataset Of(string name, (ImageDataset Train, ImageDataset Test) parts) => new(name, parts.Train, parts.Test, []);
}
