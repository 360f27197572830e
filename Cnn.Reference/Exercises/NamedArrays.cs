using Cnn.Reference.Files;
using Cnn.Reference.Interchange;
using Cnn.Reference.Printing;
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
    private const string Object = "type |O"; // what numpy makes of a dictionary, or a tuple

    private static readonly Bilingual Inside = new(
        "Of hparameters and cache, save what is in them: stride=2, pad=1, A_prev=A_prev.",
        "De hparameters y cache guardá lo que tienen adentro: stride=2, pad=1, A_prev=A_prev.");

    private readonly HashSet<string> asked = [];

    /// <summary>What of the file is no array of numbers and no text, and why. Nothing of it was read.</summary>
    public IReadOnlyDictionary<string, string> Unread { get; init; } = new Dictionary<string, string>();

    /// <summary>All names that a file may have here: another one that is close to one of them is a slip.</summary>
    public IReadOnlyCollection<string> Known { get; init; } = [];

    /// <summary>Reads a file: one call, or several that are numbered from 1.</summary>
    /// <param name="file">The file.</param>
    /// <param name="language">In which language refusals are.</param>
    /// <param name="known">All names that the file may have; where none are given, any name that ends in a number numbers.</param>
    /// <returns>At least one; the tensors are of the caller's scope.</returns>
    /// <exception cref="UsageException">The file cannot be read, or is damaged.</exception>
    public static IReadOnlyList<NamedArrays> Read(FileInfo file, Language language, IReadOnlyCollection<string>? known = null)
    {
        Dictionary<string, string> texts = [], unread = [];
        if (IsOneArray(file))
            throw new UsageException(new Bilingual(
                $"{file}: holds one array, as np.save writes it; np.savez writes several, by their names: " +
                "np.savez(\"mine.npz\", X=X, ...).",
                $"{file}: tiene un solo array, como lo escribe np.save; np.savez escribe varios, con sus nombres: " +
                "np.savez(\"mio.npz\", X=X, ...).").In(language));
        var tensors = Read(file, texts, unread);
        int count = 0;
        while (tensors.Keys.Any(name => IsOf(name, $"_{count + 1}"))) count++;
        return count == 0 ? [Call("")] : [.. Enumerable.Range(1, count).Select(number => Call($"_{number}"))];

        NamedArrays Call(string suffix) =>
            new($"{file}", suffix, tensors, texts, language) { Unread = unread, Known = known ?? [] };

        bool IsOf(string name, string suffix) => name.EndsWith(suffix, StringComparison.Ordinal)
            && (known is null || known.Contains(name[..^suffix.Length]));
    }

    /// <summary>The names in the file that nobody has asked for.</summary>
    /// <param name="calls">All calls of it.</param>
    public static IReadOnlyList<string> Unused(IReadOnlyList<NamedArrays> calls) =>
        [.. calls[0].Names.Except(calls.SelectMany(call => call.asked)).Order(StringComparer.Ordinal)];

    private IEnumerable<string> Names => tensors.Keys.Concat(texts.Keys).Concat(Unread.Keys);

    /// <summary>A text; null where it is not there.</summary>
    public string? TextIfAny(string name)
    {
        asked.Add(name + suffix);
        return texts.GetValueOrDefault(name + suffix);
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
        string? word = TextIfAny(name);
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

    // The first bytes of a .npy.
    private static bool IsOneArray(FileInfo file)
    {
        try
        {
            using var stream = file.OpenRead();
            byte[] begin = new byte[NpyHeader.Mark.Length];
            return stream.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false) == begin.Length
                && begin.AsSpan().SequenceEqual(NpyHeader.Mark);
        }
        catch (Exception exception) when (FileFault.IsRefusal(exception))
        {
            return false; // which reading the whole of it tells
        }
    }

    private static Dictionary<string, Tensor> Read(FileInfo file, Dictionary<string, string> texts, Dictionary<string, string> unread)
    {
        try
        {
            using var stream = file.OpenRead();
            return NpzFile.Read(stream, texts, unread);
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            throw new UsageException($"{file} {exception.Message.TrimEnd('.')}.");
        }
        catch (Exception exception) when (FileFault.IsRefusal(exception))
        {
            throw new UsageException($"{file}: must be a file that can be read ({FileFault.Reason($"{file}", exception, writes: false)}).");
        }
    }

    private Tensor? Find(string name)
    {
        asked.Add(name + suffix);
        return tensors.GetValueOrDefault(name + suffix);
    }

    private UsageException Missing(string name)
    {
        string whole = name + suffix;
        if (Unread.TryGetValue(whole, out string? why)) return Refuse($"{whole} {why}.{Advice()}");
        string[] names = [.. Names.Where(each => each.EndsWith(suffix, StringComparison.Ordinal))];
        var others = names.Select(each => each[..^suffix.Length]).Where(each => !Known.Contains(each));
        if (NearName.Of(name, others) is { } near)
        {
            return Refuse(new Bilingual(
                $"{near}{suffix}: did you mean {whole}? np.savez must be given it by that name.",
                $"{near}{suffix}: ¿querías decir {whole}? Hay que dárselo a np.savez con ese nombre."));
        }
        string there = names.Length == 0 ? "-" : string.Join(", ", names);
        return Refuse(new Bilingual(
            $"{whole} is missing; np.savez must be given it by that name. There is: {there}.",
            $"falta {whole}; hay que dárselo a np.savez con ese nombre. Está: {there}.").In(language) + Advice());
    }

    private string Advice() =>
        Unread.Values.Any(why => why.Contains(Object, StringComparison.Ordinal)) ? $" {Inside.In(language)}" : "";
}
