using static Cnn.Tests.Commands.CommandLine;

namespace Cnn.Tests.Commands;

/// <summary>One sentence says which argument is wrong, what was given, and what it must be.</summary>
[Trait(Traits.Speed, Traits.Slow)]
public sealed class WrongArgumentTests
{
    private const string Small = "conv n2 c2 h4 w5 o2 k2x3 s1x2 p1x0 d1 g2 float32 seed4";
    private const string Whole = "a whole number from 0 to 2147483647.";

    [Theory]
    [InlineData($"--cases many: must be {Whole}", "check", "--cases", "many")]
    [InlineData($"--cases \"\": must be {Whole}", "check", "--cases", "")]
    [InlineData($"--cases -1: must be {Whole}", "check", "--cases", "-1")]
    [InlineData($"--cases 1e9: must be {Whole}", "check", "--cases", "1e9")]
    [InlineData($"--cases: its value is missing; it must be {Whole}", "check", "--cases")]
    [InlineData($"--seed: its value is missing; it must be {Whole}", "check", "--seed=")]
    [InlineData("--cases 1, 2: must be given once.", "check", "--cases", "1", "--cases", "2")]
    [InlineData("--timeout NaN: must be a number of seconds, more than 0 and at most 3600.", "check", "--timeout", "NaN")]
    [InlineData("--level \"\": must be exact, real, corners, differences, same-bits or images.", "check", "--level", "")]
    [InlineData("--algorithm: its value is missing; it must be fast or literal.", "bench", "--algorithm")]
    [InlineData("--filter \"\": must be a text that is not empty.", "bench", "--filter", "")]
    [InlineData("--method: its value is missing; it must be Namespace.Type.Method.", "check", "--kernel", "x.dll", "--method")]
    [InlineData("--lr 1e400: must be a number, more than 0 and at most 100.", "train", "--lr", "1e400")]
    [InlineData("--size 0: must be a whole number from 1 to 16384, or two of them as HxW.", "train", "--size", "0")]
    [InlineData("--size \"\": must be a whole number from 1 to 16384, or two of them as HxW.", "train", "--size", "")]
    [InlineData("--channels 2: must be 1 or 3.", "train", "--channels", "2")]
    [InlineData("--test-share 1: must be a number, more than 0 and less than 1.", "train", "--test-share", "1")]
    [InlineData("--layers \"\": must be a text that is not empty.", "train", "--layers", "")]
    [InlineData("--json \"\": must name a file, not a folder.", "check", Small, "--json", "")]
    [InlineData("--json /: must name a file, not a folder.", "check", Small, "--json", "/")]
    [InlineData("--json: its value is missing; it must name a file, not a folder.", "doctor", "--json")]
    [InlineData("--json /no/such/x.json: cannot be written: there is no such folder.", "check", Small, "--json", "/no/such/x.json")]
    [InlineData("--rows /: must name a file, not a folder.", "bench", "--rows", "/")]
    [InlineData("--rows no.txt: cannot be read: there is no such file.", "bench", "--rows", "no.txt")]
    [InlineData("--file no.txt: cannot be read: there is no such file.", "check", "--file", "no.txt")]
    [InlineData("--data \"\": must name a folder.", "train", "--data", "")]
    [InlineData("--run \"\": must name a folder or a file.", "predict", "--run", "", "a.png")]
    [InlineData("--run: its value is missing; it must name a folder or a file.", "predict", "a.png", "--run")]
    [InlineData("--run: is missing; it must name a folder or a file.", "predict", "a.png")]
    [InlineData("IMAGE: is missing; it must be PNG, JPEG, WebP, BMP or GIF files, of any size.", "predict", "--run", "run")]
    [InlineData("IMAGE \"\": must name a file.", "predict", "--run", "run", "a.png", "")]
    [InlineData("--bogus: not an option of predict.", "predict", "--run", "run", "a.png", "--bogus")]
    [InlineData("--bogus: not an option of check.", "check", "--bogus")]
    [InlineData("--modle: not an option of check.", "check", "--modle", "lenet5")]
    [InlineData("\"a b\": not an argument of bench.", "bench", "a b")]
    [InlineData("\"@x\": a case starts with conv, max, avg or adaptive.", "check", "@x")]
    [InlineData("\"\": not a command; there is check, bench, train, predict, doctor, museum, explain, exercises, diagnose.", "")]
    [InlineData("exercises: must be followed by new, numpy or watch, and a folder, by solution and a function, or by check.", "exercises")]
    [InlineData("folder \"\": must not be empty.", "exercises", "new", "")]
    [InlineData("folder \"\": must not be empty.", "exercises", "watch", "")]
    [InlineData("no-such holds no Exercises.csproj: exercises new writes such a folder.", "exercises", "watch", "no-such")]
    [InlineData("file \"\": must not be empty.", "diagnose", "", "--exercise", "zero_pad")]
    [InlineData("nwe: did you mean new?", "exercises", "nwe", "x")]
    [InlineData("exercises foo: must be new, numpy, watch, solution or check.", "exercises", "foo")]
    [InlineData("folder: is missing; it must be a folder, which is made where it is missing.", "exercises", "new")]
    [InlineData("folder: is missing; it must be a folder that exercises new has written.", "exercises", "watch")]
    [InlineData("musem: did you mean museum?", "musem")]
    [InlineData("file: is missing; it must be a file of np.savez: inputs and results by the exercise's names; of several calls, with _1, " +
        "_2 ...", "diagnose")]
    [InlineData("function relu: must be zero_pad, conv_single_step, conv_forward, pool_forward, conv_backward, create_mask_from_window, " +
        "distribute_value or pool_backward.", "exercises", "solution", "relu")]
    [InlineData("--langage: not an option of new.", "exercises", "new", "x", "--langage", "es")]
    [InlineData("-x: not a command; there is check, bench, train, predict, doctor, museum, explain, exercises, diagnose.", "-x")]
    public void IsOneSentence(string sentence, params string[] arguments)
    {
        var (code, output, error) = Run(arguments);
        Assert.Equal((2, "", sentence), (code, output, error.TrimEnd()));
    }
}
