using System.Xml.Linq;
using Cnn.Reference.Data;

namespace Cnn.Reference.Report;

/// <summary>Images of a dataset, as small as the page needs them.</summary>
internal static class DatasetImages
{
    private const int Longest = 96;

    /// <summary>The image as an element.</summary>
    public static XElement Element(ImageDataset data, int index, string alt)
    {
        Plane[] channels = [.. Enumerable.Range(0, data.Channels).Select(channel => Channel(data, index, channel).ShrunkTo(Longest))];
        return Picture.Element(Picture.OfImage(channels), alt, Picture.Width(channels[0], Longest));
    }

    private static Plane Channel(ImageDataset data, int index, int channel)
    {
        int size = data.Height * data.Width;
        byte[] pixels = data.Pixels;
        int first = (index * data.Channels + channel) * size; // as long as the array of all pixels, so within an int
        return new(data.Height, data.Width, Array.ConvertAll(pixels[first..(first + size)], pixel => (float)pixel));
    }
}
