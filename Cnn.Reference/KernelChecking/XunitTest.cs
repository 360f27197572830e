using System.Globalization;
using System.Text;
using Cnn.Reference.Cases;
using Cnn.Reference.Checking;
using Cnn.Reference.Comparison;
using Cnn.Reference.Printing;

namespace Cnn.Reference.KernelChecking;

/// <summary>
/// A failing problem as an xunit test: its numbers, a call of the kernel, and what must come. Where a call would end the test's
/// process, or not show the fault each time, it is a check of that problem alone.
/// </summary>
/// <remarks>All names are whole, so that it compiles wherever it is put.</remarks>
internal static partial class XunitTest
{
    private const string Torch = "TorchSharp.torch", Own = "Cnn.Reference";
    private const int Width = WorkedSum.Width;
    private const int Room = GuardedMemory<float>.Guard; // what is written as far out is caught in the check, too
    private const int Calls = 10, CallsOfRare = 100; // of a kernel whose numbers differ from call to call, and of one that seldom does

    /// <summary>The method's text.</summary>
    public static string Of(Kernel kernel, KernelCheckOptions options, Shrunk shrunk, Truth truth)
    {
        var (instance, failure) = shrunk;
        return Of(kernel, instance.Case, failure,
            shrunk.FailsByItsLine ? Check(kernel, options, instance.Case, failure)
            : kernel.OnlyType is null ? Tensors(kernel, instance, failure, truth)
            : Spans(kernel, instance, failure, truth));
    }

    private static string Of(Kernel kernel, Case @case, TrialFailure failure, IEnumerable<string> body)
    {
        var text = new StringBuilder();
        text.AppendLine("[Xunit.Fact]");
        text.AppendLine(CultureInfo.InvariantCulture, $"public void {Name(kernel, @case)}()");
        text.AppendLine("{");
        Comment($"yours {Sentence(failure)}");
        if (!IsNamed(kernel)) Comment(Stub);
        foreach (string line in body) text.AppendLine(Fold($"    {line}"));
        return text.AppendLine("}").ToString();

        void Comment(string sentence)
        {
            foreach (string line in Folding.Fold(sentence, Width - 8).Split('\n'))
                text.AppendLine(CultureInfo.InvariantCulture, $"    // {line}");
        }
    }

    /// <summary>Whether a plain call shows a fault too rarely, or ends or blocks whoever makes it.</summary>
    public static bool NeedsTheCheck(Kernel kernel, FaultKind kind) => kind switch
    {
        FaultKind.Died or FaultKind.Hung or FaultKind.NotRepeatable or FaultKind.OldMemory => true,
        FaultKind.Unwritten => kernel.OnlyType is null, // whoever calls over spans fills them first
        _ => false,
    };

    // A name and its value stay together.
    private static string Fold(string line)
    {
        const string between = ": ", kept = ":\u00a0";
        string folded = Folding.Fold(line.Replace(between, kept, StringComparison.Ordinal), Width, indent: 8);
        return folded.Replace(kept, between, StringComparison.Ordinal);
    }

    // The case without its first word, which the kind says; as much as fits into a line.
    private static string Name(Kernel kernel, Case @case)
    {
        string sizes = @case.ToString()[@case.ToString().IndexOf(' ', StringComparison.Ordinal)..];
        string name = $"{kernel.Kind}{new string([.. sizes.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_')])}";
        return name[..Math.Min(name.Length, Width - "public void ()".Length)];
    }

    private static string Sentence(TrialFailure failure) =>
        failure.Kind == FaultKind.WrongNumber ? $"gives another number than libtorch: {failure.Sentence}" : failure.Sentence;

    private static IEnumerable<string> Tensors(Kernel kernel, Instance instance, TrialFailure failure, Truth truth)
    {
        var (@case, operands) = instance;
        yield return $"using var scope = {Torch}.NewDisposeScope();";
        foreach (string line in Yours(kernel)) yield return line;
        var given = Given(kernel.Kind, operands).Select(each => each.Name).ToArray();
        foreach (var (name, numbers) in Given(kernel.Kind, operands)) yield return $"var {name} = {Tensor(name, numbers, @case)};";
        string call = Call(kernel.Kind, @case, changed: "");
        yield return kernel.Kind == KernelKind.Conv2dGradients
            ? $"var (gradInput, gradWeight, gradBias) = {call};"
            : $"var output = {call};";
        if (failure.Kind == FaultKind.SharedResult)
            yield return $"_ = {Call(kernel.Kind, @case, changed: " + 1")};";
        if (failure.Kind == FaultKind.ViewOfOperand)
        {
            yield return "// Must not change the result:";
            foreach (string name in given) yield return $"{name}.fill_(7);";
        }
        if (failure.Kind == FaultKind.ChangedOperand)
            foreach (var (name, numbers) in Given(kernel.Kind, operands))
                yield return $"Xunit.Assert.Equal({Literal(numbers)}, {Numbers(name)});";
        foreach (string result in kernel.Kind.Results())
            if (truth.Results.GetValueOrDefault(result) is { } expected)
            {
                string name = Variable(result);
                yield return $"Xunit.Assert.Equal({Torch}.ScalarType.{@case.DType}, {name}!.dtype);";
                yield return $"Xunit.Assert.Equal(new long[] {{ {string.Join(", ", expected.Shape)} }}, {name}.shape);";
                foreach (string line in Compare(name, expected, truth.Bounds?[result], Numbers(name))) yield return line;
            }
        yield return $"static double[] Numbers({Torch}.Tensor tensor) =>";
        yield return $"    tensor.to({Torch}.ScalarType.Float64).contiguous()";
        yield return "    .data<double>().ToArray();";
    }

    // "changed" stands behind the first operand.
    private static string Call(KernelKind kind, Case @case, string changed)
    {
        string steps = $"{Pair(@case.Stride)}, {Pair(@case.Padding)}";
        return kind switch
        {
            KernelKind.Conv2d =>
                $"yours(input{changed}, weight, {(@case.Bias ? "bias" : "null")}, {steps}, {Pair(@case.Dilation)}, {@case.Groups})",
            KernelKind.Conv2dGradients =>
                $"yours(gradOutput{changed}, input, weight, {Word(@case.Bias)}, {steps}, {Pair(@case.Dilation)}, {@case.Groups})",
            KernelKind.MaxPool2d => $"yours(input{changed}, {Pair(@case.Kernel)}, {steps}, {Pair(@case.Dilation)}, {Word(@case.CeilMode)})",
            _ =>
                $"yours(input{changed}, {Pair(@case.Kernel)}, {steps}, {Word(@case.CeilMode)}, {Word(@case.CountIncludePad)}, " +
                $"{Divisor(@case)})",
        };
    }

    private static string Divisor(Case @case) => @case.DivisorOverride?.ToString(CultureInfo.InvariantCulture) ?? "null";

    private static IEnumerable<string> Spans(Kernel kernel, Instance instance, TrialFailure failure, Truth truth)
    {
        var (@case, operands) = instance;
        string element = kernel.Yours.GetType().GetGenericArguments()[0].Name;
        foreach (string line in Yours(kernel)) yield return line;
        string? spoilt = failure.Kind == FaultKind.OutOfBounds ? Variable(failure.Tensor!) : null;
        foreach (var (name, numbers) in Given(kernel.Kind, operands)) yield return $"var {ArrayOf(name)} = {Array(numbers)};";
        if (operands.Bias is null && kernel.Kind == KernelKind.Conv2d) yield return $"var bias = new System.{element}[0];";
        foreach (string result in kernel.Kind.Results())
        {
            long count = truth.Results.GetValueOrDefault(result)?.Count ?? 0;
            yield return $"var {ArrayOf(Variable(result))} = new System.{element}[{count}];";
            if (count > 0)
                yield return $"System.Array.Fill({ArrayOf(Variable(result))}, System.{element}.{(@case.IsReal ? "NaN" : "MaxValue")});";
        }
        long[] shape = KernelKinds.OutputShape(@case);
        string output = Place("Out", shape[2], shape[3]), input = Place("In", @case.H, @case.W);
        string steps =
            $"{Place("Kernel", @case.Kernel.H, @case.Kernel.W)}, {Place("Stride", @case.Stride.H, @case.Stride.W)}, " +
            $"{Place("Pad", @case.Padding.H, @case.Padding.W)}";
        string dilation = Place("Dilation", @case.Dilation.H, @case.Dilation.W);
        string pool = $"N: {@case.N}, Channels: {@case.C}, {input}, {output}, {steps}";
        string sizes = @case.Kind switch
        {
            LayerKind.Conv =>
                $"Conv2dSizes(N: {@case.N}, InChannels: {@case.C}, {input}, OutChannels: {@case.O}, {output}, {steps}, {dilation}, " +
                $"Groups: {@case.Groups})",
            LayerKind.Max => $"MaxPool2dSizes({pool}, {dilation})",
            _ => $"AvgPool2dSizes({pool}, CountIncludePad: {Word(@case.CountIncludePad)}, DivisorOverride: {Divisor(@case)})",
        };
        yield return $"var sizes = new {Own}.{sizes};";
        if (spoilt is not null)
        {
            // Room for what must not be written: of an array of its own, memory behind would be somebody else's.
            yield return $"var room = new System.{element}[{spoilt}Only.Length + {2 * Room}];";
            yield return $"System.Array.Fill(room, (System.{element})77);";
            yield return $"{spoilt}Only.CopyTo(room, {Room});";
            yield return $"var {spoilt} = System.MemoryExtensions.AsSpan(room, {Room}, {spoilt}Only.Length);";
        }
        yield return $"yours({string.Join(", ", kernel.Kind.Operands().Concat(kernel.Kind.Results().Select(Variable)))}, sizes);";
        if (spoilt is not null)
        {
            yield return $"foreach (var each in room[..{Room}]) Xunit.Assert.Equal((System.{element})77, each);";
            yield return $"foreach (var each in room[^{Room}..]) Xunit.Assert.Equal((System.{element})77, each);";
        }
        if (failure.Kind == FaultKind.ChangedOperand)
            foreach (var (name, numbers) in Given(kernel.Kind, operands))
                yield return $"Xunit.Assert.Equal({Literal(numbers)}, {Doubles(name)});";
        foreach (string result in kernel.Kind.Results())
            if (truth.Results.GetValueOrDefault(result) is { } expected)
                foreach (string line in Compare(Variable(result), expected, truth.Bounds?[result], Doubles(Variable(result))))
                    yield return line;
        yield return $"static double[] Numbers(System.Span<System.{element}> numbers) =>";
        yield return $"    System.Array.ConvertAll(numbers.ToArray(), each => (double)each);";

        string Array(NumberArray numbers) => $"System.Array.ConvertAll({Literal(numbers)}, each => (System.{element})each)";

        string ArrayOf(string name) => name == spoilt ? $"{name}Only" : name;

        static string Doubles(string name) => $"Numbers({name})";
    }

    private static IEnumerable<string> Compare(string name, NumberArray expected, NumberArray? bounds, string actual)
    {
        if (bounds is null)
        {
            yield return "// libtorch's:";
            yield return $"Xunit.Assert.Equal({Literal(expected)}, {actual});";
            yield break;
        }
        yield return "// libtorch's, and how far off rounding may be:";
        yield return $"var {name}Wanted = {Literal(expected)};";
        yield return $"var {name}Bounds = {Literal(bounds)};";
        yield return $"var {name}Found = {actual};";
        yield return $"for (int i = 0; i < {name}Wanted.Length; i++)";
        yield return
            $"    Xunit.Assert.InRange({name}Found[i], {name}Wanted[i] - {name}Bounds[i], {name}Wanted[i] + {name}Bounds[i]);";
    }

    private static IEnumerable<(string Name, NumberArray Numbers)> Given(KernelKind kind, Operands operands)
    {
        if (kind == KernelKind.Conv2dGradients) yield return ("gradOutput", operands.GradOutput!);
        yield return ("input", operands.Input);
        if (operands.Weight is { } weight) yield return ("weight", weight);
        if (kind == KernelKind.Conv2d && operands.Bias is { } bias) yield return ("bias", bias);
    }

    private static string Tensor(string name, NumberArray numbers, Case @case)
    {
        string shaped = $"{Torch}.tensor({Literal(numbers)}).reshape({string.Join(", ", numbers.Shape)})";
        string typed = @case.DType == TorchSharp.torch.ScalarType.Float64 ? shaped : $"{shaped}.to({Torch}.ScalarType.{@case.DType})";
        if (name is not ("input" or "gradOutput")) return typed;
        long[] size = numbers.Shape;
        return @case.Layout switch
        {
            Layout.ChannelsLast => $"{typed}.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)",
            Layout.Unbatched => $"{typed}.squeeze(0)",
            Layout.Expanded when @case.N > 1 => $"{typed}.slice(0, 0, 1, 1).expand({string.Join(", ", size)})",
            // Rows and columns swapped in memory; every second number is another's.
            Layout.Strided => $"{Torch}.stack(new[] {{ {typed}.transpose(2, 3), {typed}.transpose(2, 3) }}, 3)" +
                $".reshape({size[0]}, {size[1]}, {2 * size[3]}, {size[2]}).slice(2, 0, {2 * size[3]}, 2).transpose(2, 3)",
            Layout.Cropped =>
                $"{Torch}.nn.functional.pad({typed}, new long[] {{ 0, 3, 0, 1 }}).slice(2, 0, {size[2]}, 1).slice(3, 0, {size[3]}, 1)",
            _ => typed,
        };
    }

    private const string Stub =
        "FILL IN: in the place of the stub below belongs your kernel: it was a lambda, a local function or a method of an object, which " +
        "has no name to call it by. As it stands, this test fails whatever your kernel does.";

    /// <summary>Whether C# can call the kernel's method by its name.</summary>
    private static bool IsNamed(Kernel kernel)
    {
        var method = kernel.Yours.Method;
        return method.IsStatic && kernel.Yours.Target is null && !method.Name.Contains('<')
            && method.DeclaringType is { IsGenericType: false };
    }

    /// <summary>The kernel as a variable.</summary>
    private static IEnumerable<string> Yours(Kernel kernel)
    {
        var (type, method) = (kernel.Yours.GetType(), kernel.Yours.Method);
        string element = type.IsGenericType ? $"<System.{type.GetGenericArguments()[0].Name}>" : "";
        string variable = $"{Own}.{KernelDelegates.NameOf(type)}{element} yours =";
        if (!IsNamed(kernel))
        {
            string parameters = string.Join(", ", type.GetMethod("Invoke")!.GetParameters().Select(parameter => parameter.Name));
            yield return $"{variable} ({parameters}) =>";
            yield return "    throw new System.NotImplementedException(";
            yield return "        \"Fill in your kernel in the place of this stub.\");"; // on a line of its own: a text cannot be folded
            yield break;
        }
        string arguments = method.IsGenericMethod
            ? $"<{string.Join(", ", method.GetGenericArguments().Select(each => each.FullName))}>"
            : "";
        yield return $"{variable} {method.DeclaringType!.FullName!.Replace('+', '.')}.{method.Name}{arguments};";
    }

    private static string Place(string name, long height, long width) => $"{name}Height: {height}, {name}Width: {width}";

    private static string Variable(string result) => result switch
    {
        "grad input" => "gradInput",
        "grad weight" => "gradWeight",
        "grad bias" => "gradBias",
        _ => result,
    };

    private static string Numbers(string tensor) => $"Numbers({tensor})";

    private static string Literal(NumberArray numbers) => $"new double[] {{ {string.Join(", ", numbers.Numbers.Select(Literal))} }}";

    private static string Literal(double number) =>
        double.IsNaN(number) ? "double.NaN"
        : double.IsPositiveInfinity(number) ? "double.PositiveInfinity"
        : double.IsNegativeInfinity(number) ? "double.NegativeInfinity"
        : number == 0 ? "0"
        : number.ToString("R", CultureInfo.InvariantCulture);

    private static string Pair((long H, long W) pair) => $"new long[] {{ {pair.H}, {pair.W} }}";

    private static string Word(bool value) => value ? "true" : "false";
}
