using static TorchSharp.torchvision;

namespace Cnn.Reference.Networks;

/// <summary>The networks that can be named on the command line.</summary>
internal static class NetworkTable
{
    private const int Classes = 10; // of the images that travel with the program; torchvision's networks keep their thousand
    private const long ImageNet = 224; // height and width of the images that torchvision's networks are made for

    /// <summary>The networks, small ones first.</summary>
    public static IReadOnlyList<Network> All { get; } =
    [
        new("lenet5", 1, 28, 28, () => new LeNet5(Classes)),
        new("dilated", 3, 64, 32, () => new DilatedNetwork(Classes)),
        new("rectangular", 1, 28, 24, () => new RectangularNetwork(Classes)),
        new("alexnet", 3, ImageNet, 64, () => models.alexnet()),
        new("vgg11", 3, ImageNet, 32, () => models.vgg11()),
        new("vgg16_bn", 3, ImageNet, 32, () => models.vgg16_bn()),
        new("resnet18", 3, ImageNet, 64, () => models.resnet18()),
        new("resnet50", 3, ImageNet, 64, () => models.resnet50()),
        new("resnet50_dilated", 3, ImageNet, 64, () => models.resnet50(replace_stride_with_dilation: (false, true, true))),
        new("resnext50_32x4d", 3, ImageNet, 64, () => models.resnext50_32x4d()),
        new("mobilenet_v2", 3, ImageNet, 64, () => models.mobilenet_v2()),
        new("mobilenet_v3_small", 3, ImageNet, 64, () => models.mobilenet_v3_small()),
        new("mobilenet_v3_large", 3, ImageNet, 64, () => models.mobilenet_v3_large()),
        new("googlenet", 3, ImageNet, 64, () => models.googlenet()),
        new("inception_v3", 3, 299, 96, () => models.inception_v3()),
    ];

    /// <summary>The network of that name; null where there is none.</summary>
    public static Network? Find(string name) => All.FirstOrDefault(network => network.Name == name);
}
