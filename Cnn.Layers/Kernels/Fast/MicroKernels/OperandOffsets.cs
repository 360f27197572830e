namespace Cnn.Layers.Kernels.Fast;

/// <summary>
/// Where term k of every sum of a register tile finds its operands: elements from where a row of A and a column of B begin. A table of
/// these takes the place of im2col: nothing is copied for each tap.
/// </summary>
/// <param name="A">From the row's offset.</param>
/// <param name="B">From the column's.</param>
internal readonly record struct OperandOffsets(int A, int B);
