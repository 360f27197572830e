using System.CommandLine;
using Cnn.Reference.Cases;
using Cnn.Reference.Exercises;
using Cnn.Reference.Files;
using Cnn.Reference.Mistakes;
using Cnn.Reference.Printing;
using Cnn.Reference.Processes;
using Spectre.Console;

namespace Cnn.Reference.Commands;

/// <summary><c>museum</c>: the collection of mistakes, what each gives, and how well they are recognised.</summary>
internal static class MuseumCommand
{
    private const string Name = "museum";
    private const int MostNear = 5; // names that are offered for another one
    private const double MostWork = 1e5; // multiply-adds of a case of the corpus: a mistake is made by the literal loops

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var id = new Argument<string?>("mistake")
        {
            Description = "Shows this one; without, all are listed.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var language = Options.Language();
        var prove = new Option<bool>("--prove")
        {
            Description = "Makes every mistake, and every two at once, and says how many are named from what they give, and whether " +
                "1,000 right solutions are called right. It takes about half a minute.",
        };
        var command = new Command(
            Name, "Shows what people get wrong in these layers, where it happened, and the smallest case that shows it.")
        {
            id, language, prove,
        };
        command.SetAction((parsed, cancel) => Task.FromResult(
            parsed.GetValue(prove) ? MuseumProof.Print(cancel)
            : parsed.GetValue(id) is { } name ? Show(name, Languages.Of(parsed.GetValue(language)))
            : List(Languages.Of(parsed.GetValue(language)))));
        return command;
    }

    private static int List(Language language)
    {
        foreach (var mistake in Collection.All)
        {
            AnsiConsole.Console.Say(mistake.Id);
            AnsiConsole.Console.Say($"  {mistake.In(language)}", indent: 2);
            if (mistake.SeenIn.Count > 0) AnsiConsole.Console.Say($"  {string.Join(", ", mistake.SeenIn)}", indent: 2);
        }
        AnsiConsole.Console.Say(new Bilingual(
            $"{Collection.All.Count} mistakes; {Name} NAME shows one.",
            $"{Collection.All.Count} errores; {Name} NOMBRE muestra uno.").In(language));
        return ExitCodes.Success;
    }

    private static int Show(string id, Language language)
    {
        if (Collection.Find(id) is not { } mistake)
            throw new UsageException(Unknown(id));
        Say(mistake.Id);
        Say(mistake.In(language));
        Say($"{new Bilingual("look at", "mirá").In(language)}: {mistake.LookAt.In(language)}");
        Say($"{new Bilingual("made in", "donde se comete").In(language)}: {string.Join(", ", mistake.Where)}");
        foreach (string thread in mistake.SeenIn)
            Say($"{new Bilingual("seen in", "visto en").In(language)} {thread}: {Threads.Stories[thread].In(language)}");
        if (ExerciseTable.All.FirstOrDefault(each => each.Cases.Any(@case => IsShown(mistake, @case))) is { } exercise)
        {
            var @case = exercise.Cases.First(each => IsShown(mistake, each));
            Say($"{new Bilingual("exercise", "ejercicio").In(language)}: {exercise}, {@case}");
            AnsiConsole.Profile.Out.Writer.WriteLine();
            AnsiConsole.Profile.Out.Writer.WriteLine(exercise.Worked(mistake, @case, language));
        }
        if (Exposure.Smallest(mistake) is not { } exposure) return ExitCodes.Success;
        AnsiConsole.Profile.Out.Writer.WriteLine();
        string smallest = new Bilingual("smallest case of the layers", "el caso más chico de las capas").In(language);
        Say($"{smallest}: {exposure.Case}, {exposure.Operation}");
        Say(exposure.In(language));
        var (caught, all) = InCorpus(mistake);
        Say(new Bilingual(
            $"{Figures.Whole(caught)} of the {Figures.Count(all, "case")} of check's corpus that are small enough to try catch it.",
            $"Lo detectan {caught} de los {all} casos del corpus de check que son lo bastante chicos para probarlos.").In(language));
        return ExitCodes.Success;

        static void Say(string sentence) => AnsiConsole.Console.Say(sentence, indent: 2);
    }

    private static string Unknown(string id)
    {
        string[] names = [.. Collection.All.Select(mistake => mistake.Id)];
        string[] near = [.. names.Where(name => name.Contains(id, StringComparison.OrdinalIgnoreCase)).Take(MostNear)];
        if (near.Length == 0 && NearName.Of(id, names) is { } meant) near = [meant];
        return near.Length > 0 ? $"mistake {id}: did you mean {string.Join(", ", near)}?"
            : $"mistake {id}: must be the name of one; {Name} lists them all.";
    }

    private static bool IsShown(Mistake mistake, ExerciseCase @case)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        return mistake.Where.Contains(@case.Operation) && Exposure.Shows(mistake, @case.ToCall());
    }

    // Cases whose tensors lie otherwise, or hold other types, are the same problem.
    private static (int Caught, int All) InCorpus(Mistake mistake)
    {
        int caught = 0, all = 0;
        foreach (var @case in Corpus.All().Where(IsTried))
        {
            foreach (var operation in mistake.Where.Where(operation => operation.KindOf() == @case.Kind))
            {
                using var scope = TorchSharp.torch.NewDisposeScope();
                all++;
                if (Exposure.Shows(mistake, LayerCalls.Of(@case, operation))) caught++;
            }
        }
        return (caught, all);

        static bool IsTried(Case @case) =>
            @case is { PaddingMode: TorchSharp.PaddingModes.Zeros or TorchSharp.PaddingModes.Circular, N: > 0, C: > 0, Work: <= MostWork };
    }
}
