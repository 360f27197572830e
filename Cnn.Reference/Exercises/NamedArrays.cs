using Cnn.Reference.Commands;
using Cnn.Reference.Data;
using Cnn.Reference.Interchange;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Reference.Exercises;

/// <summary>The arrays of one call, as a student has saved them: by the exercise's names, of any numbers.</summary>
/// <param name="file">The file's name, for refusals.</param>
/// <param name="suffix">What stands behind each name, where there are several calls: <c>_2</c>.</param>
/// <param name="tensors">All arrays of the file.</param>
/// <param name="texts">All texts of the file.</param>
/// <param name="language">In which language refusals are.</param>
internal sealed class NamedArrays(
    string file, string suffix, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> texts, Language language)
{
    private static readonly Bilingual Inside = new(
        "Of hparameters and cache, save what is in them: stride=2, pad=1, A_prev=A_prev.",
        "De hparameters y cache guardá lo que tienen adentro: stride=2, pad=1, A_prev=A_prev.");

    /// <summary>Reads a file: one call, or several that are numbered from 1.</summary>
    /// <param name="file">The file.</param>
    /// <param name="language">In which language refusals are.</param>
    /// <returns>At least one; the tensors are of the caller's scope.</returns>
    /// <exception cref="UsageException">The file cannot be read, or is damaged.</exception>
    public static IReadOnlyList<NamedArrays> Read(FileInfo file, Language language)
    {
        var texts = new Dictionary<string, string>();
        var tensors = Read(file, texts, language);
        int count = 0;
        while (tensors.Keys.Any(name => name.EndsWith($"_{count + 1}", StringComparison.Ordinal))) count++;
        return count == 0
            ? [new($"{file}", "", tensors, texts, language)]
            : [.. Enumerable.Range(1, count).Select(number => new NamedArrays($"{file}", $"_{number}", tensors, texts, language))];
    }

    /// <summary>An array of numbers, as float64.</summary>
    /// <exception cref="UsageException">It is not there.</exception>
    public Tensor Numbers(string name) => Find(name)?.to(ScalarType.Float64) ?? throw Missing(name);

    /// <summary>The same, or null where it is not there.</summary>
    public Tensor? NumbersIfAny(string name) => Find(name)?.to(ScalarType.Float64);

    /// <summary>The type in which an array was saved; null where it is not there.</summary>
    public ScalarType? TypeOf(string name) => Find(name)?.dtype;

    /// <summary>Numbers along height and width: two, or one for both; null where they are not there.</summary>
    /// <exception cref="UsageException">They are not whole, or more.</exception>
    public (long H, long W)? PairIfAny(string name)
    {
        if (NumbersIfAny(name) is not { } array) return null;
        double[] numbers = [.. array.reshape(-1).data<double>()];
        return numbers.Length is 1 or 2 && numbers.All(number => number == Math.Floor(number) && Math.Abs(number) <= int.MaxValue)
            ? ((long)numbers[0], (long)numbers[^1])
            : throw Refuse(name, new("must be one or two whole numbers", "deben ser uno o dos números enteros"));
    }

    /// <summary>One number.</summary>
    /// <exception cref="UsageException">It is not there, or is not one.</exception>
    public double Number(string name)
    {
        var array = Numbers(name);
        return array.numel() == 1 ? array.item<double>() : throw Refuse(name, new("must be one number", "debe ser un solo número"));
    }

    /// <summary>One whole number.</summary>
    /// <exception cref="UsageException">It is not there, or is not one.</exception>
    public long Whole(string name)
    {
        double number = Number(name);
        return number == Math.Floor(number) && Math.Abs(number) <= int.MaxValue
            ? (long)number : throw Refuse(name, new("must be a whole number", "debe ser un número entero"));
    }

    /// <summary>Whether a pool takes the average: "max" or "average", or 0 and 1.</summary>
    /// <exception cref="UsageException">It is not there, or is something else.</exception>
    public bool IsAverage(string name)
    {
        string? word = texts.GetValueOrDefault(name + suffix);
        if (word is null && Find(name) is null) throw Missing(name);
        return word switch
        {
            "max" => false,
            "average" => true,
            null when Whole(name) is 0 or 1 => Whole(name) == 1,
            _ => throw Refuse(name, new("must be \"max\" or \"average\"", "debe ser \"max\" o \"average\"")),
        };
    }

    /// <summary>A refusal of one of the arrays.</summary>
    public UsageException Refuse(string name, Bilingual rule) =>
        new(new Bilingual($"{file}: {name}{suffix} {rule.English}.", $"{file}: {name}{suffix} {rule.Spanish}.").In(language));

    /// <inheritdoc cref="Refuse(string)"/>
    public UsageException Refuse(Bilingual sentence) => Refuse(sentence.In(language));

    /// <summary>A refusal of the call as a whole.</summary>
    /// <param name="sentence">What is wrong.</param>
    public UsageException Refuse(string sentence) => new($"{file}: {sentence}");

    private static Dictionary<string, Tensor> Read(FileInfo file, Dictionary<string, string> texts, Language language)
    {
        try
        {
            using var stream = file.OpenRead();
            return NpzFile.Read(stream, texts);
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            // Of a dictionary, or a tuple, numpy makes an array of objects.
            string inside = exception.Message.Contains("type |O", StringComparison.Ordinal) ? $" {Inside.In(language)}" : "";
            throw new UsageException($"{file} {exception.Message.TrimEnd('.')}.{inside}");
        }
        catch (Exception exception) when (DatasetException.IsRefusal(exception))
        {
            throw new UsageException($"{file}: must be a file that can be read ({FileFault.Reason($"{file}", exception, writes: false)}).");
        }
    }

    private Tensor? Find(string name) => tensors.GetValueOrDefault(name + suffix);

    private UsageException Missing(string name)
    {
        string[] names = [.. tensors.Keys.Concat(texts.Keys).Where(each => each.EndsWith(suffix, StringComparison.Ordinal))];
        string there = names.Length == 0 ? "-" : string.Join(", ", names);
        return new(new Bilingual(
            $"{file}: {name}{suffix} is missing; np.savez must be given it by that name. There is: {there}.",
            $"{file}: falta {name}{suffix}; hay que dárselo a np.savez con ese nombre. Está: {there}.").In(language));
    }
}
