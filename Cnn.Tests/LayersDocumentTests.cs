using System.Runtime.CompilerServices;
using Cnn.Layers;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Cnn.Tests;

/// <summary>The example of docs/layers.md is this file's, line for line, and it runs.</summary>
public class LayersDocumentTests
{
    [Fact]
    public void TheExampleTrains()
    {
        var losses = new List<float>();
        // <example>
        random.manual_seed(1);
        using var model = Sequential(
            new Conv2D(in_channels: 1, out_channels: 8, kernel_size: 3, padding: Padding.Same),
            ReLU(),
            new Pool2D(PoolMode.Max, kernel_size: 2),
            new Conv2D(8, 16, (3, 5), stride: (1, 2), padding: (1, 2), groups: 2),
            ReLU(),
            new Pool2D(PoolMode.Average, (2, 1)) { algorithm = Algorithm.Literal }, // or Fast, the default: the same bits
            Flatten(),
            Linear(16 * 7 * 7, 10));
        using var optimizer = optim.SGD(model.parameters(), learningRate: 0.1);
        using var images = rand(32, 1, 28, 28);
        using var labels = randint(0, 10, [32], ScalarType.Int64);
        for (int step = 0; step < 10; step++)
        {
            using var scope = NewDisposeScope();
            optimizer.zero_grad();
            var loss = functional.cross_entropy(model.forward(images), labels);
            loss.backward();
            optimizer.step();
            losses.Add(loss.item<float>());
        }
        // </example>
        Assert.True(losses[^1] < losses[0], string.Join(" ", losses));
    }

    [Fact]
    public void TheDocumentShowsThisExample()
    {
        string source = File.ReadAllText(ThisFile());
        string document = File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "docs", "layers.md"));
        string[] example = source.Split("// <example>\n")[1].Split("        // </example>")[0].TrimEnd('\n').Split('\n');
        string shown = string.Join('\n', example.Select(line => line.Length == 0 ? "" : line[8..])).Replace(
            "losses.Add(loss.item<float>());", "Console.WriteLine(loss.item<float>());", StringComparison.Ordinal);
        Assert.Contains(shown, document.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
