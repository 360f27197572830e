using System.Reflection;
using System.Reflection.Emit;

namespace Cnn.Reference.Workbook;

/// <summary>Which of the exercise's functions a student's function calls: one that is wrong makes its caller wrong.</summary>
internal static class Callees
{
    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => field.GetValue(null)).OfType<OpCode>().ToDictionary(code => code.Value);

    /// <summary>Finds them, through functions of the student's own, too; none where the function is missing.</summary>
    /// <param name="exercises">The class with the functions.</param>
    /// <param name="lesson">Whose are asked for.</param>
    public static IReadOnlyList<Lesson> Of(Type exercises, Lesson lesson)
    {
        var found = new HashSet<Lesson>();
        var open = new Stack<MethodBase>(
            exercises.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
                .Where(each => each.Name == lesson.Name));
        var seen = open.ToHashSet();
        while (open.TryPop(out var method))
        {
            foreach (var called in Called(method).Where(seen.Add))
            {
                if (LessonTable.All.FirstOrDefault(each => each.Name == called.Name) is { } other) found.Add(other);
                else open.Push(called);
            }
        }
        return [.. LessonTable.All.Where(each => each != lesson && found.Contains(each))];

        // Local functions and lambdas are methods as well, of the class or of one inside of it.
        bool IsOwn(MethodBase method) => method.DeclaringType is { } type && (type == exercises || type.DeclaringType == exercises);

        IEnumerable<MethodBase> Called(MethodBase method) => Tokens(method.GetMethodBody()?.GetILAsByteArray() ?? [])
            .Select(token => method.Module.ResolveMethod(token)).OfType<MethodBase>().Where(IsOwn);
    }

    // Of methods of the same assembly, without type arguments, wherever one is called or taken the address of.
    private static IEnumerable<int> Tokens(byte[] code)
    {
        const byte twoBytes = 0xFE, methods = 0x06; // the first of a long code; the table of an assembly's own methods
        for (int at = 0; at < code.Length;)
        {
            short value = code[at] == twoBytes ? (short)((code[at++] << 8) | code[at++]) : code[at++];
            var operand = Codes[value].OperandType;
            if (operand == OperandType.InlineMethod && code[at + 3] == methods) yield return BitConverter.ToInt32(code, at);
            at += operand switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(code, at),
                _ => 4,
            };
        }
    }
}
