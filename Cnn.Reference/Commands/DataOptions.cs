using System.CommandLine;
using System.Globalization;
using Cnn.Reference.Data;
using Cnn.Reference.Files;
using Cnn.Reference.Printing;
using Spectre.Console;

namespace Cnn.Reference.Commands;

/// <summary>Which images a command reads, and what becomes of those that have no size of their own.</summary>
internal sealed class DataOptions
{
    private const int LongestSide = ImageFolderOptions.LongestSide;

    private readonly Option<string?> data = Options.Path(
        "--data",
        "A folder: IDX files (MNIST, Fashion-MNIST, EMNIST), CIFAR-10's binary batches, or images (PNG, JPEG, WebP, BMP, GIF) in one " +
        "sub-folder a class, all together or apart in train and test. A sample of Fashion-MNIST unless given.",
        "folder");

    private readonly Option<bool> skip = new("--skip-bad") { Description = "Leave out images that cannot be read, and name them." };

    private readonly Option<(int Height, int Width)?> size = new RuledOption<(int Height, int Width)?>(
        "--size", $"must be a whole number from 1 to {LongestSide}, or two of them as HxW", ReadSize)
    {
        Description = "The size that image files are given: unless said, the one that all have, or else 64.",
        HelpName = "N|HxW",
    };

    private readonly Option<int?> channels = new RuledOption<int?>(
        "--channels", "must be 1 or 3", (text, out value) => (value = text switch { "1" => 1, "3" => 3, _ => null }) is not null)
    {
        Description = "1 makes image files grey, 3 red, green and blue: unless said, 1 if all are stored grey.",
        HelpName = "1|3",
    };

    private readonly Option<double?> testShare = new RuledOption<double?>(
        "--test-share", "must be a number, more than 0 and less than 1", ReadShare)
    {
        Description = "The part of the image files that is kept for testing: 0.2 unless said.",
        HelpName = "part",
    };

    /// <summary>Gives the command these options, before those that it has.</summary>
    public void AddTo(Command command)
    {
        int at = 0;
        foreach (var option in OfImages.Prepend(data)) command.Options.Insert(at++, option);
    }

    /// <summary>The options that say how images are read.</summary>
    public IEnumerable<Option> OfImages => [skip, size, channels, testShare];

    /// <summary>The folder that the user named; null for none.</summary>
    public string? Folder(ParseResult parsed) => parsed.GetValue(data);

    /// <summary>What the user asked for, as <see cref="Dataset.Open"/> takes it.</summary>
    /// <exception cref="UsageException">An option that only folders of images take is given with something else.</exception>
    /// <exception cref="DatasetException">Such an option is given, and the folder holds no dataset.</exception>
    public (string? Data, ImageFolderOptions Images) Read(ParseResult parsed)
    {
        string? directory = parsed.GetValue(data);
        foreach (Option option in OfImages)
            if (parsed.GetResult(option) is { Implicit: false } given && Dataset.KindOf(directory) is not DatasetKind.Images and var kind)
            {
                string asked = string.Join(' ', given.Tokens.Select(token => token.Value).Prepend(option.Name));
                throw new UsageException(
                    $"{asked}: only folders of images, one sub-folder a class, take it, and {Holder(directory, kind)}.");
            }

        (int Height, int Width)? wanted = parsed.GetValue(size);
        return (directory, new ImageFolderOptions
        {
            Height = wanted?.Height,
            Width = wanted?.Width,
            Channels = parsed.GetValue(channels),
            TestShare = parsed.GetValue(testShare),
            SkipBad = parsed.GetValue(skip),
        });
    }

    /// <summary>Reads the images, which takes a while where they are many; a person who watches is told so.</summary>
    /// <inheritdoc cref="Dataset.Open"/>
    public static Dataset Open((string? Folder, ImageFolderOptions Images) asked, CancellationToken cancel)
    {
        Dataset Read() => Dataset.Open(asked.Folder, asked.Images, cancel);
        return Terminal.IsInteractive && asked.Folder is not null
            ? AnsiConsole.Status().Start(Markup.Escape($"reading {asked.Folder}"), _ => Read())
            : Read();
    }

    private static string Holder(string? directory, DatasetKind kind) => kind switch
    {
        DatasetKind.Sample => "without --data the sample of Fashion-MNIST is read",
        DatasetKind.Idx => $"'{directory}' holds IDX files",
        _ => $"'{directory}' holds CIFAR-10's batches",
    };

    private static bool ReadSize(string text, out (int Height, int Width)? size)
    {
        int?[] sides = [.. text.Split('x').Select(Side)];
        size = sides switch
        {
            [{ } both] => (both, both),
            [{ } height, { } width] => (height, width),
            _ => null,
        };
        return size is not null;
    }

    private static bool ReadShare(string text, out double? share)
    {
        share = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double part) && part is > 0 and < 1
            ? part : null;
        return share is not null;
    }

    private static int? Side(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int side) && side is >= 1 and <= LongestSide ? side : null;
}
