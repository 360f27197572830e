using System.CommandLine;
using System.Globalization;
using Cnn.Reference.Cases;
using Cnn.Reference.Explaining;
using Cnn.Reference.Files;
using Cnn.Reference.Oracle;
using Cnn.Reference.Printing;
using Cnn.Reference.Processes;
using Spectre.Console;

namespace Cnn.Reference.Commands;

/// <summary><c>explain</c>: a page that steps through one layer, forwards and backwards.</summary>
internal sealed class ExplainCommand
{
    private const string Default = "conv n1 c1 h4 w5 o1 k3 s2 p1 seed3"; // small enough to be checked by hand
    private const int DefaultSize = 28, MostSize = 96;

    private readonly Option<string?> line = Options.Text(
        "--case",
        $"The layer and its sizes, as check names them: \"conv n1 c2 h5 w6 o3 k3 p1\", \"max h6 w6 k2\". Unless given, \"{Default}\".");

    private readonly Option<Cases.Numbers?> numbers = Options.OneOf<Cases.Numbers>(
        "--numbers",
        "What fills its tensors, beside a picture its weights: exact: small whole numbers, unless said; real: from -1 to 1; " +
        "ties: -1, 0 and 1; special: NaN and infinity among them.");

    private readonly Option<string?> image = Options.Path("--image", "A picture as the input: PNG, JPEG, WebP, BMP or GIF.", "file");

    private readonly Option<int> size = Options.Number(
        "--size", "With --image: its longer side becomes so many cells, from 2 to 96.", DefaultSize, least: 2, most: MostSize);

    private readonly Option<string?> run = RunOption.Create(
        "A trained network instead: the folder of a run (train --output), or one of its checkpoints.");

    private readonly Option<int> layer = Options.Number(
        "--layer", "With --run: which layer, counted from 1.", byDefault: 1, least: 1, most: 10_000);

    private readonly Option<string?> npz = Options.Path(
        "--npz", "Tensors of yours instead, saved with np.savez: by the exercise's names (A_prev, W, b, stride, pad, dZ), or by PyTorch's.",
        "file");

    private readonly Option<FileInfo?> output = Options.File("--output", "Where the page goes: explain.html unless said.");

    private readonly Option<bool> text = new("--text") { Description = "Print one element worked by hand instead." };

    private readonly Option<string?> of = Options.Word(
        "--of", "With --text: of which tensor; output unless said.",
        ["output", CodeView.GradInput, CodeView.GradWeight, CodeView.GradBias]);

    private readonly Option<long[]?> at = new RuledOption<long[]?>("--at", "must be indices such as 0,1,2,3", ReadIndex)
    {
        Description = "With --text: its index, n,c,h,w; the first element unless given.",
        HelpName = "index",
    };

    private readonly Option<string?> language = Options.Language();

    /// <summary>Makes the command.</summary>
    public static Command Create() => new ExplainCommand().Build();

    private Command Build()
    {
        var command = new Command(
            "explain", "Writes a page that steps through a convolution or a pool, forwards and backwards, beside libtorch.")
        {
            line, numbers, image, size, run, layer, npz, output, text, of, at, language,
        };
        Exclude(command, run, line, numbers, size);
        Exclude(command, npz, line, numbers, size, image, run);
        Exclude(command, text, output);
        Need(command, image, size);
        Need(command, run, layer);
        Need(command, text, of, at);
        Options.Require(command, result =>
        {
            if (Options.IsGiven(result, image) && result.GetValue(line)?.Split(' ').FirstOrDefault(PictureInput.IsOfThePicture) is { } word)
                result.AddError(
                    $"{line.Name}: {word} does not go with {image.Name}; images, channels, height and width are the picture's.");
        });
        command.SetAction((parsed, cancel) => Task.FromResult(Run(parsed, cancel)));
        return command;
    }

    // What does not stand beside an option, and what stands beside it only.
    private static void Exclude(Command command, Option option, params Option[] others) => Options.Require(command, result =>
    {
        foreach (var other in others)
            if (Options.IsGiven(result, option) && Options.IsGiven(result, other))
                result.AddError($"{other.Name}: does not go with {option.Name}.");
    });

    private static void Need(Command command, Option option, params Option[] others) => Options.Require(command, result =>
    {
        foreach (var other in others)
            if (!Options.IsGiven(result, option) && Options.IsGiven(result, other))
                result.AddError($"{other.Name}: goes with {option.Name} only.");
    });

    private int Run(ParseResult parsed, CancellationToken cancel)
    {
        var file = parsed.GetValue(output) ?? new FileInfo("explain.html");
        bool isThere = file.Exists;
        var spoken = Languages.Of(parsed.GetValue(language));
        HiddenCaches.Prepare(); // libtorch's numbers stand beside ours
        using var walkthrough = Read(parsed, cancel);
        if (parsed.GetValue(text)) return Print(walkthrough, parsed, spoken);
        using (var page = ReportFile.Open(file, output.Name)!)
            page.Write(stream => ExplainPage.Write(stream, walkthrough, spoken, Again(parsed)));
        AnsiConsole.Console.Say(new Bilingual(
            $"{file}{(isThere ? ", replaced," : "")} steps through {walkthrough.Case}: open it in a browser.",
            $"{file}{(isThere ? ", reemplazado," : "")} recorre {walkthrough.Case} paso a paso: abrilo en un navegador.").In(spoken),
            indent: 2);
        return ExitCodes.Success;
    }

    private static string Again(ParseResult parsed) =>
        string.Join(' ', parsed.Tokens.Select(token => token.Value.Any(char.IsWhiteSpace) ? $"\"{token.Value}\"" : token.Value));

    private int Print(Walkthrough walkthrough, ParseResult parsed, Language spoken)
    {
        string name = parsed.GetValue(of) ?? "output";
        if (walkthrough.Ours(name) is not { } result) throw new UsageException($"{of.Name} {name}: {walkthrough.Case} has none.");
        long[] index = parsed.GetValue(at) is { Length: > 0 } given ? given : new long[result.dim()];
        if (index.Length != result.dim() || index.Zip(result.shape).Any(axis => axis.First < 0 || axis.First >= axis.Second))
            throw new UsageException($"{at.Name} {string.Join(',', index)}: {name} has shape ({string.Join(", ", result.shape)}).");
        ElementText.Print(AnsiConsole.Console, walkthrough, name == "output" ? CodeView.Forward : name, index, spoken);
        return ExitCodes.Success;
    }

    private static bool ReadIndex(string text, out long[]? index)
    {
        string[] parts = text.Split(',');
        index = new long[parts.Length];
        for (int i = 0; i < parts.Length; i++)
            if (!long.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out index[i])) return false;
        return true;
    }

    private Walkthrough Read(ParseResult parsed, CancellationToken cancel)
    {
        string? words = parsed.GetValue(line);
        try
        {
            var (problem, note) = Problem(parsed, words, cancel);
            return Walkthrough.Of(problem, note);
        }
        catch (FormatException exception)
        {
            throw new UsageException($"{line.Name}: {exception.Message}.");
        }
        catch (ArgumentException exception)
        {
            throw new UsageException($"{line.Name}: {exception.Message}");
        }
    }

    private (Problem Problem, Bilingual? Note) Problem(ParseResult parsed, string? words, CancellationToken cancel)
    {
        var fill = parsed.GetValue(numbers) ?? Cases.Numbers.Exact;
        if (parsed.GetValue(run) is { } folder)
        {
            using var checkpoint = RunOption.Load(folder);
            int number = parsed.GetValue(layer);
            try
            {
                return TrainedInput.Of(checkpoint, number, parsed.GetValue(image), cancel);
            }
            catch (ArgumentException exception)
            {
                throw new UsageException($"{layer.Name} {number}: {exception.Message}.");
            }
        }
        if (parsed.GetValue(npz) is { } file) return SavedInput.Of(new FileInfo(file), Languages.Of(parsed.GetValue(language)));
        if (parsed.GetValue(image) is { } picture) return PictureInput.Of(picture, parsed.GetValue(size), words, fill, cancel);
        return (new Problem(CaseWords.Parse(words ?? Default), fill), null);
    }
}
