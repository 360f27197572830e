using System.Reflection;
using System.Reflection.Emit;
using Cnn.Layers.Geometry;
using Cnn.Layers.Kernels;
using TorchSharp;

namespace Cnn.Tests.Kernels;

/// <summary>Sizes and loops are plain C#: whoever reads or reuses them needs no tensor library.</summary>
public sealed class NoTorchSharpTests
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    [Fact]
    public void GeometryAndKernelsUseNoTypeOfTorchSharp()
    {
        string[] homes = [typeof(WindowAxis).Namespace!, typeof(NchwSpan<>).Namespace!];
        var types = typeof(WindowAxis).Assembly.GetTypes()
            .Where(type => homes.Any(home =>
                type.Namespace == home || type.Namespace?.StartsWith(home + ".", StringComparison.Ordinal) == true))
            .ToArray();

        Assert.Contains(typeof(NchwSpan<>), types);
        Assert.Contains(types, type => type.Namespace!.EndsWith(".Literal", StringComparison.Ordinal));
        Assert.Empty(types.SelectMany(type => UsesOfTorchSharp(type).Select(use => $"{type}: {use}")));
    }

    [Theory]
    [InlineData(typeof(InABase))]
    [InlineData(typeof(InAField))]
    [InlineData(typeof(InAnArgument))]
    [InlineData(typeof(InAResult))]
    [InlineData(typeof(InABody))]
    [InlineData(typeof(InALocal))]
    public void AUseAnywhereIsFound(Type type) => Assert.NotEmpty(UsesOfTorchSharp(type));

    private static IEnumerable<string> UsesOfTorchSharp(Type type) =>
        Uses(type).Where(use => use.Types.SelectMany(Parts).Any(part => part.Assembly == typeof(torch).Assembly)).Select(use => use.Where);

    private static IEnumerable<(string Where, IEnumerable<Type> Types)> Uses(Type type)
    {
        yield return ("base or interface", [type.BaseType ?? typeof(object), .. type.GetInterfaces()]);
        yield return ("constraint", type.GetGenericArguments().SelectMany(Constraints));
        foreach (var field in type.GetFields(Declared)) yield return (field.Name, [field.FieldType]);
        foreach (var method in type.GetMembers(Declared).OfType<MethodBase>())
        {
            yield return (method.Name, TypesOf(method));
            if (method.IsGenericMethod) yield return (method.Name, method.GetGenericArguments().SelectMany(Constraints));
            if (method.GetMethodBody() is not { } body) continue;
            yield return (method.Name, body.LocalVariables.Select(local => local.LocalType));
            yield return (method.Name, Operands(method, body).SelectMany(TypesOf));
        }
    }

    private static IEnumerable<Type> Constraints(Type argument) =>
        argument.IsGenericParameter ? argument.GetGenericParameterConstraints() : [argument];

    private static IEnumerable<Type> TypesOf(MemberInfo member) => member switch
    {
        Type type => [type],
        FieldInfo field => [field.FieldType, field.DeclaringType!],
        MethodBase method =>
        [
            .. method.GetParameters().Select(parameter => parameter.ParameterType),
            .. method is MethodInfo { ReturnType: var result } ? [result] : Type.EmptyTypes,
            .. method.IsGenericMethod ? method.GetGenericArguments() : [],
            .. method.DeclaringType is { } declaring ? [declaring] : Type.EmptyTypes,
        ],
        _ => [],
    };

    /// <summary>The types, methods and fields that a body's instructions name.</summary>
    private static IEnumerable<MemberInfo> Operands(MethodBase method, MethodBody body)
    {
        byte[] il = body.GetILAsByteArray()!;
        Type[] ofType = method.DeclaringType!.GetGenericArguments(), ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : [];
        foreach (var (code, at) in Instructions.Of(body))
            if (code.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
                yield return method.Module.ResolveMember(BitConverter.ToInt32(il, at), ofType, ofMethod)!;
    }

    private static IEnumerable<Type> Parts(Type type)
    {
        if (type.HasElementType) return Parts(type.GetElementType()!);
        return type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type) : [type];
    }

    // Each names TorchSharp in one place only.
#pragma warning disable CS0649, IDE0060
    private sealed class InABase(long n) : torch.Generator((ulong)n);

    private sealed class InAField
    {
        public List<torch.Tensor[]>? Tensors;
    }

    private abstract class InAnArgument
    {
        public abstract void Take(ref torch.Tensor tensor);
    }

    private abstract class InAResult
    {
        public abstract torch.Tensor? Give();
    }

    private sealed class InABody
    {
        public static void Act() => torch.set_num_threads(1);
    }

    private sealed class InALocal
    {
        public static bool Act(object any) => any is torch.Tensor tensor && tensor.Equals(any);
    }
#pragma warning restore CS0649, IDE0060
}
