namespace Cnn.Reference.Data;

/// <summary>Fashion-MNIST: grey images of clothes, 28 x 28, in ten classes. A sample of it travels with the program.</summary>
public static class FashionMnist
{
    /// <summary>MNIST's file names, with the classes' own names.</summary>
    public static IdxLayout Layout { get; } = IdxLayout.Mnist with
    {
        ClassNames = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"],
    };

    /// <summary>The first 6,000 training and the first 1,000 test images, from the output folder.</summary>
    public static (ImageDataset Train, ImageDataset Test) LoadSample() =>
        IdxFolder.Load(Path.Combine(AppContext.BaseDirectory, "Data", "fashion-mnist"), Layout);
}
