using System.Reflection;
using Cnn.Reference.Printing;
using Cnn.Tests;
using Xunit.Abstractions;
using Xunit.Sdk;

[assembly: TestFramework("Cnn.Tests.Progress", "Cnn.Tests")]
[assembly: TestCollectionOrderer("Cnn.Tests.SlowestFirst", "Cnn.Tests")]

namespace Cnn.Tests;

/// <summary>xunit's own test framework, which says after each class of tests how far it has come: the whole takes minutes.</summary>
public sealed class Progress(IMessageSink messages) : XunitTestFramework(messages)
{
    /// <inheritdoc/>
    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) =>
        new Executor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);

    private sealed class Executor(AssemblyName assembly, ISourceInformationProvider sources, IMessageSink messages)
        : XunitTestFrameworkExecutor(assembly, sources, messages)
    {
        protected override void RunTestCases(
            IEnumerable<IXunitTestCase> testCases, IMessageSink executionMessageSink, ITestFrameworkExecutionOptions executionOptions)
        {
            var cases = testCases.ToList();
            int classes = cases.Select(test => test.TestMethod.TestClass.Class.Name).Distinct().Count();
            base.RunTestCases(cases, new Counter(executionMessageSink, DiagnosticMessageSink, classes), executionOptions);
        }
    }

    /// <summary>Passes every message on; after the last of a class, with a line.</summary>
    private sealed class Counter(IMessageSink next, IMessageSink lines, int classes) : LongLivedMarshalByRefObject, IMessageSink
    {
        private int done;

        public bool OnMessage(IMessageSinkMessage message)
        {
            if (message is ITestClassFinished finished)
            {
                string far = $"{Interlocked.Increment(ref done)} of {classes} classes";
                string tests = $"{Figures.Count(finished.TestsRun, "test")} in {Figures.Time((double)finished.ExecutionTime)}";
                lines.OnMessage(new DiagnosticMessage($"{far}: {finished.TestClass.Class.Name}, {tests}"));
            }
            return next.OnMessage(message);
        }
    }
}
