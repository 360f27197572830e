using System.Reflection;
using System.Reflection.Emit;
using Cnn.Layers.Kernels;

namespace Cnn.Tests.Kernels;

/// <summary>
/// Sizes have 64 bits. Where one becomes an int (the length of a span, a loop over few), the cast is checked: a size that was
/// thought small and is not throws, and never turns into another.
/// </summary>
public sealed class NarrowingTests
{
    private static readonly OpCode[] Unchecked =
    [
        OpCodes.Conv_I4, OpCodes.Conv_U4, OpCodes.Conv_I2, OpCodes.Conv_U2, OpCodes.Conv_I1, OpCodes.Conv_U1,
    ];

    [Fact]
    public void NoSizeIsCutOff()
    {
        var types = typeof(NchwSpan<>).Assembly.GetTypes()
            .Where(type => type.Namespace?.StartsWith("Cnn.Layers", StringComparison.Ordinal) == true)
            .ToArray();
        Assert.Contains(types, type => type.Namespace == "Cnn.Layers.Kernels.Fast");
        var found = types.SelectMany(type => Methods(type).Where(CutsOff).Select(method => $"{type}: {method.Name}")).ToArray();
        Assert.True(found.Length == 0, string.Join(Environment.NewLine, found));
    }

    [Theory]
    [InlineData(nameof(FromLong), true)]
    [InlineData(nameof(FromNative), true)]
    [InlineData(nameof(FromReal), true)]
    [InlineData(nameof(Checked), false)]
    [InlineData(nameof(Length), false)]
    public void AnUncheckedCastIsFound(string method, bool isFound) =>
        Assert.Equal(isFound, CutsOff(typeof(NarrowingTests).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!));

    private static IEnumerable<MethodBase> Methods(Type type) => type
        .GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        .OfType<MethodBase>();

    private static bool CutsOff(MethodBase method)
    {
        if (method.GetMethodBody() is not { } body) return false;
        var before = OpCodes.Nop;
        foreach (var (code, _) in Instructions.Of(body))
        {
            // An array's length is a native integer, which the compiler makes an int.
            if (Unchecked.Contains(code) && before != OpCodes.Ldlen) return true;
            before = code;
        }
        return false;
    }

    private static int FromLong(long size) => (int)size;

    private static int FromNative(nint size) => (int)size;

    private static int FromReal(double size) => (int)size;

    private static int Checked(long size) => checked((int)size);

    private static int Length(long[] sizes) => sizes.Length;
}
