using System.Text.RegularExpressions;

namespace Cnn.Reference.Exercises;

// The messages themselves.
internal static partial class ExceptionWords
{
    [GeneratedRegex(@"The size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\) at non-singleton dimension (\d+)")]
    private static partial Regex OtherSizes();

    [GeneratedRegex(@"The expanded size of the tensor \((\d+)\) must match the existing size \((\d+)\) at non-singleton dimension (\d+)")]
    private static partial Regex OtherSizeThanPlace();

    [GeneratedRegex(@"output with shape \[(.*?)\] doesn't match the broadcast shape \[(.*?)\]")]
    private static partial Regex OtherShapeThanPlace();

    [GeneratedRegex(@"index (-?\d+) out of range for tensor of size \[(.*?)\]")]
    private static partial Regex IndexOfTensor();

    [GeneratedRegex(@"cannot be applied to a 0-dim tensor|[Tt]oo many indices for tensor")]
    private static partial Regex NoMoreAxes();

    [GeneratedRegex("a Tensor with .* cannot be converted to Scalar|Number of elements in the tensor must be 1")]
    private static partial Regex NotOneCell();

    [GeneratedRegex(@"^\w+ is not compatible with (\w+)$")]
    private static partial Regex ItemOfOtherType();

    [GeneratedRegex(@"shape '\[(.*?)\]' is invalid for input of size (\d+)")]
    private static partial Regex OtherCount();

    [GeneratedRegex(@"Dimension out of range \(.*but got (-?\d+)\)")]
    private static partial Regex OtherAxis();

    [GeneratedRegex("Dimension size must be non-negative|negative dimension -")]
    private static partial Regex NegativeSize();

    [GeneratedRegex(@"Expected reduction dim to be specified for input.numel\(\) == 0")]
    private static partial Regex NothingToReduce();

    [GeneratedRegex("could not infer output dtype|expected scalar type|can't be cast to the desired output type|the same dtype")]
    private static partial Regex OtherDtypes();

    [GeneratedRegex("^Padding length ")]
    private static partial Regex WrongPadding();

    [GeneratedRegex("mat1 and mat2 shapes|dimensions of batch2 tensor|mat1 must be a matrix")]
    private static partial Regex WrongProduct();

    [GeneratedRegex("Sizes of tensors must match except|stack expects each tensor")]
    private static partial Regex WrongParts();

    [GeneratedRegex("^Tensor invalid")]
    private static partial Regex DisposedTensor();

    [GeneratedRegex("can't allocate memory")]
    private static partial Regex NoMemory();

    [GeneratedRegex("^Index was out")]
    private static partial Regex ArrayIndex();

    [GeneratedRegex("^Non-negative number required")]
    private static partial Regex RangeEnd();

    [GeneratedRegex("^Object reference not set")]
    private static partial Regex Null();

    [GeneratedRegex("^The method or operation is not implemented")]
    private static partial Regex NotImplemented();

    [GeneratedRegex("^Attempted to divide by zero")]
    private static partial Regex Division();

    // Of one rank each: of two axes, three, four.
    [GeneratedRegex(
        @"operands could not be broadcast together with shapes " +
        @"((?:\(\d+,\d+\) ?){2}|(?:\(\d+,\d+,\d+\) ?){2}|(?:\(\d+,\d+,\d+,\d+\) ?){2})$")]
    private static partial Regex NumpyShapes();

    [GeneratedRegex(@"operands could not be broadcast together with shapes (\(.*\))")]
    private static partial Regex NumpyRanks();

    [GeneratedRegex("operands could not be broadcast together with remapped shapes")]
    private static partial Regex NumpyPairs();

    [GeneratedRegex(@"^shapes \(.*\) and \(.*\) not aligned|^matmul: .*mismatch in its core dimension")]
    private static partial Regex NumpyProduct();

    [GeneratedRegex("^Cannot interpret '.*' as a data type")]
    private static partial Regex NumpyShapeAsType();

    [GeneratedRegex(@"non-broadcastable output operand with shape \((.*?)\) doesn't match the broadcast shape \((.*?)\)")]
    private static partial Regex NumpyOutput();

    [GeneratedRegex(@"could not broadcast input array from shape \((.*?)\) into shape \(((?:\d+,)*0(?:,\d+)*)\)")]
    private static partial Regex NumpyEmptyPlace();

    [GeneratedRegex(@"could not broadcast input array from shape \((.*?)\) into shape \((.*?)\)")]
    private static partial Regex NumpyPlace();

    [GeneratedRegex(@"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)")]
    private static partial Regex NumpyIndex();

    [GeneratedRegex("too many indices for array")]
    private static partial Regex NumpyManyIndices();

    [GeneratedRegex("setting an array element with a sequence")]
    private static partial Regex NumpySequence();

    [GeneratedRegex(@"cannot reshape array of size (\d+) into shape \((.*?)\)")]
    private static partial Regex NumpyCount();

    [GeneratedRegex(@"axis (-?\d+) is out of bounds for array")]
    private static partial Regex NumpyAxis();

    [GeneratedRegex("negative dimensions are not allowed")]
    private static partial Regex NumpyNegative();

    [GeneratedRegex("zero-size array to reduction operation")]
    private static partial Regex NumpyEmpty();

    [GeneratedRegex("only (?:length-1|size-1|0-dimensional) arrays can be converted|can only convert an array of size 1")]
    private static partial Regex NumpyNotOneCell();

    [GeneratedRegex("The truth value of an array with more than one element")]
    private static partial Regex NumpyTruth();

    [GeneratedRegex("object cannot be interpreted as an integer|slice indices must be integers|^only integers, slices")]
    private static partial Regex PythonNotWhole();

    [GeneratedRegex("(?:^name|local variable) '(\\w+)'.* (?:is not defined|not associated with a value|referenced before assignment)")]
    private static partial Regex PythonName();

    [GeneratedRegex("'?NoneType'? (?:object|and)|and 'NoneType'")]
    private static partial Regex PythonNone();

    [GeneratedRegex(@"'dict' object has no attribute '(\w+)'")]
    private static partial Regex PythonDictionary();

    [GeneratedRegex(@"too many values to unpack \(expected (\d+)")]
    private static partial Regex PythonManyValues();

    [GeneratedRegex(@"not enough values to unpack \(expected (\d+), got (\d+)")]
    private static partial Regex PythonFewValues();

    [GeneratedRegex("^('\\w+')$")]
    private static partial Regex PythonKey();

    [GeneratedRegex("^(?:tuple|list) (?:assignment )?index out of range")]
    private static partial Regex PythonIndex();

    [GeneratedRegex("^maximum recursion depth exceeded")]
    private static partial Regex PythonRecursion();
}
