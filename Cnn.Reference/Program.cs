using System.CommandLine;
using Cnn.Reference.Commands;
using Cnn.Reference.Data;

Terminal.SetUp();
var root = new RootCommand("Convolution and pooling layers in explicit C# loops, held against libtorch.") { CheckCommand.Create() };
var parsed = root.Parse(args);
if (parsed.Errors.Count > 0) return Refuse(parsed.Errors[0].Message);
try
{
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception exception) when (exception is UsageException or DatasetException)
{
    return Refuse(exception.Message);
}

static int Refuse(string sentence)
{
    Console.Error.WriteLine(sentence);
    return 2;
}
