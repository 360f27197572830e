using System.Text;
using Cnn.Reference.Exercises;
using Cnn.Reference.Processes;
using TorchSharp;

namespace Cnn.Reference.Workbook;

/// <summary>The part of the process that a student's functions have of their own: reads which are to be checked, and checks them.</summary>
internal static class LessonLoop
{
    /// <summary>The hidden word that starts it, where its requests come from another process.</summary>
    public const string Verb = "worker";

    /// <summary>Runs until the requests end.</summary>
    /// <param name="exercises">The class with the student's functions.</param>
    public static int Run(Type exercises)
    {
        using var output = Console.OpenStandardOutput();
        var check = new LessonCheck(exercises);
        using var printed = new Printing(text => Messages.Send(output, new LessonMessage(Printed: text)));
        Console.SetOut(TextWriter.Null); // standard output is for messages alone
        Marking.Asking = sizes => Messages.Send(output, new LessonMessage(Asked: sizes));
        torch.get_num_threads(); // loads libtorch
        Messages.Send(output, new LessonMessage(Done: true)); // ready
        foreach (var request in Messages.Requests<LessonRequest>())
        {
            printed.Begin();
            var lesson = LessonTable.All.First(each => each.Name == request.Name);
            Messages.Send(output, new LessonMessage(Result: check.Check(lesson, request.Silent ? null : printed)));
            Messages.Send(output, new LessonMessage(Done: true));
        }
        return ExitCodes.Success;
    }

    /// <summary>Hands on what is printed, at once: it may be the last before a crash. Of very much, only the beginning.</summary>
    private sealed class Printing(Action<string> send) : TextWriter
    {
        private const int Most = 20_000; // characters of an answer
        private int left = Most;

        public override Encoding Encoding => Encoding.UTF8;

        public void Begin() => left = Most;

        public override void Write(char value) => Write($"{value}");

        public override void Write(string? value)
        {
            if (string.IsNullOrEmpty(value) || left <= 0) return;
            send(value.Length <= left ? value : value[..left]);
            left -= value.Length;
            if (left <= 0) send($"...{Environment.NewLine}");
        }

        public override void WriteLine(string? value) => Write(value + Environment.NewLine);

        public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));
    }
}
