using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Tests.Lesson;

/// <summary>One JSON file of the folder <c>published</c>; its README says what is in it.</summary>
internal sealed class PublishedCase
{
    private readonly JsonElement root;

    public PublishedCase(string name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "StepByStep", "published", name + ".json");
        root = JsonDocument.Parse(File.ReadAllText(path)).RootElement;
    }

    public long Hyperparameter(string name) => root.GetProperty("hyperparameters").GetProperty(name).GetInt64();

    public Tensor Input(string name) => Array("inputs", name);

    public Tensor Output(string name) => Array("outputs", name);

    public IEnumerable<string> Outputs => root.GetProperty("outputs").EnumerateObject().Select(output => output.Name);

    public IEnumerable<PublishedFigure> Figures => root.GetProperty("published").EnumerateArray().Select(PublishedFigure.Read);

    private Tensor Array(string group, string name)
    {
        var array = root.GetProperty(group).GetProperty(name);
        var shape = array.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64()).ToArray();
        var data = array.GetProperty("data").EnumerateArray();
        return data.First().ValueKind is JsonValueKind.True or JsonValueKind.False
            ? tensor(data.Select(value => value.GetBoolean()).ToArray(), shape)
            : tensor(data.Select(value => value.GetDouble()).ToArray(), shape, dtype: ScalarType.Float64);
    }
}

/// <summary>Something a public notebook prints: which array, which part of it, in which style, and the digits.</summary>
internal sealed record PublishedFigure(string What, string Of, JsonElement Select, string Style, string[] Digits)
{
    public static PublishedFigure Read(JsonElement figure)
    {
        var value = figure.GetProperty("value");
        return new(
            figure.GetProperty("what").GetString()!,
            figure.GetProperty("of").GetString()!,
            figure.GetProperty("select"),
            figure.GetProperty("style").GetString()!,
            value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(v => v.GetString()!)] : [value.GetString()!]);
    }

    /// <summary>The part of an array that the notebook prints.</summary>
    public double[] Part(Tensor array)
    {
        if (Select.TryGetProperty("index", out var index))
            return Tensors.Values(array[[.. index.EnumerateArray().Select(i => TensorIndex.Single(i.GetInt64()))]]);
        if (Select.TryGetProperty("shape", out _))
            return [.. array.shape];
        if (Select.TryGetProperty("all", out _))
            return Tensors.Values(array);
        Assert.Equal("mean", Select.GetProperty("reduce").GetString());
        return [Tensors.Values(array).Average()];
    }

    public void AssertPrints(double[] values)
    {
        if (Style == "repr")
            // All 17 digits of a mean, of which the last depend on the order in which numpy sums.
            Assert.All(Digits.Zip(values), pair => Assert.Equal(1, pair.Second / double.Parse(pair.First), 1e-14));
        else
            Assert.Equal(Digits, values.Select(value => Print(value, Style)));
    }

    /// <summary>A number as the notebook's Python prints it.</summary>
    public static string Print(double value, string style) => style switch
    {
        "g12" => value.ToString("G12"),
        "fixed8" => value.ToString("0.########") is var digits && digits.Contains('.') ? digits : digits + ".",
        "sci8" => value.ToString("0.00000000e+00"),
        "cut7" => Cut(value, 7),
        "cut8" => Cut(value, 8),
        "exact" => value.ToString(),
        _ => throw new ArgumentException($"style is {style}; the README knows no such style.", nameof(style)),
    };

    private static string Cut(double value, int decimals)
    {
        var all = ((decimal)value).ToString("F15");
        return all[..(all.IndexOf('.') + 1 + decimals)];
    }
}
