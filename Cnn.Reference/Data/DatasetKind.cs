namespace Cnn.Reference.Data;

/// <summary>The forms in which images come.</summary>
public enum DatasetKind
{
    /// <summary>The sample of Fashion-MNIST that travels with the program.</summary>
    Sample,

    /// <summary>IDX files of MNIST's or EMNIST's names.</summary>
    Idx,

    /// <summary>CIFAR-10's binary batches.</summary>
    Cifar,

    /// <summary>Image files in one sub-folder a class. Only these have no size of their own.</summary>
    Images,
}
