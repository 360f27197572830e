using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using Cnn.Layers;

namespace Cnn.Tests;

/// <summary>
/// The public surface of Cnn.Layers, as text, is the one in PublicApi.txt. To accept a change: look at the message, run
/// <c>CNN_ACCEPT_API=1 dotnet test -c Release --filter PublicApiTests</c>, and commit the file.
/// </summary>
public sealed class PublicApiTests
{
    private const string AcceptVariable = "CNN_ACCEPT_API";

    [Fact]
    public void IsTheAcceptedOne()
    {
        string path = Path.Combine(Path.GetDirectoryName(ThisFile())!, "PublicApi.txt");
        string actual = Describe(typeof(Conv2D).Assembly);
        if (Environment.GetEnvironmentVariable(AcceptVariable) is { Length: > 0 }) File.WriteAllText(path, actual);

        string[] accepted = File.ReadAllText(path).ReplaceLineEndings("\n").Split('\n'), found = actual.Split('\n');
        // A member's line starts with its indentation only: its type comes along, for the message to be readable.
        string[] gone = [.. WithTypes(accepted).Except(WithTypes(found))], added = [.. WithTypes(found).Except(WithTypes(accepted))];
        Assert.True(
            gone.Length + added.Length == 0 && accepted.SequenceEqual(found),
            $"""
            The public surface of Cnn.Layers is not that of {path}:
            {string.Join('\n', gone.Select(line => "- " + line).Concat(added.Select(line => "+ " + line)))}
            Where this is meant, run
              {AcceptVariable}=1 dotnet test -c Release --filter {nameof(PublicApiTests)}
            and commit the file.
            """);
    }

    private static IEnumerable<string> WithTypes(string[] lines)
    {
        string type = "";
        foreach (string line in lines)
        {
            if (line.StartsWith(' ')) yield return $"{type}: {line.Trim()}";
            else yield return type = line;
        }
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;

    private static string Describe(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Kind(type)).Append(' ').Append(type.FullName);
            var bases = new[] { type.BaseType }.Where(@base => @base is not null && @base != typeof(object) && @base != typeof(ValueType) && @base != typeof(Enum));
            foreach (var @base in bases) text.Append(" : ").Append(Name(@base!));
            text.Append('\n');
            foreach (string member in Members(type).Order(StringComparer.Ordinal)) text.Append("    ").Append(member).Append('\n');
        }
        return text.ToString();
    }

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
    };

    private static string Kind(Type type) =>
        type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct"
        : type is { IsAbstract: true, IsSealed: true } ? "static class" : type.IsSealed ? "sealed class" : type.IsAbstract ? "abstract class" : "class";

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
            return Enum.GetNames(type).Select(name => string.Create(CultureInfo.InvariantCulture, $"{name} = {Convert.ToInt64(Enum.Parse(type, name), CultureInfo.InvariantCulture)}"));
        const BindingFlags declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        return type.GetMembers(declared).Where(IsVisible).Select(Member).OfType<string>();
    }

    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        PropertyInfo property => property.GetAccessors(nonPublic: true).Any(IsVisible),
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        EventInfo @event => IsVisible(@event.AddMethod!),
        _ => true,
    };

    private static string? Member(MemberInfo member)
    {
        var nullability = new NullabilityInfoContext();
        return member switch
        {
            ConstructorInfo constructor => $"new({Parameters(constructor)})",
            MethodInfo { IsSpecialName: true } method when !method.Name.StartsWith("op_", StringComparison.Ordinal) => null, // of a property
            MethodInfo method => $"{Modifiers(method)}{Name(method.ReturnType, nullability.Create(method.ReturnParameter))} {method.Name}({Parameters(method)})",
            PropertyInfo property => $"{Modifiers(property.GetAccessors(true)[0])}{Name(property.PropertyType, nullability.Create(property))} {property.Name} {{ {Accessors(property)} }}",
            Type => null, // a nested type, listed by itself where it is public
            FieldInfo field => $"{(field.IsStatic ? "static " : "")}{Name(field.FieldType, nullability.Create(field))} {field.Name}",
            _ => $"{member.MemberType} {member.Name}",
        };

        string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
            $"{Name(parameter.ParameterType, nullability.Create(parameter))} {parameter.Name}{(parameter.HasDefaultValue ? $" = {Default(parameter)}" : "")}"));
    }

    private static string Modifiers(MethodBase method) =>
        (method.IsPublic ? "" : "protected ") + (method.IsStatic ? "static " : method.IsAbstract ? "abstract " : "");

    private static string Accessors(PropertyInfo property) => string.Join(
        ' ', new[] { (property.GetMethod, "get;"), (property.SetMethod, "set;") }.Where(accessor => accessor.Item1 is not null && IsVisible(accessor.Item1)).Select(accessor => accessor.Item2));

    private static string Default(ParameterInfo parameter)
    {
        if (parameter.DefaultValue is not { } value) return "null";
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        if (value is bool flag) return flag ? "true" : "false";
        return type.IsEnum ? $"{type.Name}.{Enum.GetName(type, value)}" : Convert.ToString(value, CultureInfo.InvariantCulture)!;
    }

    private static string Name(Type type, NullabilityInfo? nullability = null)
    {
        if (Nullable.GetUnderlyingType(type) is { } value) return Name(value) + "?";
        string question = !type.IsValueType && nullability?.ReadState == NullabilityState.Nullable ? "?" : "";
        if (type.IsArray) return $"{Name(type.GetElementType()!)}[]{question}";
        if (!type.IsGenericType) return (Keywords.GetValueOrDefault(type) ?? type.Name) + question;
        var arguments = type.GetGenericArguments().Select((argument, i) => Name(argument, nullability?.GenericTypeArguments.ElementAtOrDefault(i)));
        return type.Name.StartsWith("ValueTuple", StringComparison.Ordinal)
            ? $"({string.Join(", ", arguments)})"
            : $"{type.Name[..type.Name.IndexOf('`')]}<{string.Join(", ", arguments)}>{question}";
    }
}
