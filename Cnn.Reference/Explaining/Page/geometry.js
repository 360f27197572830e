// Where things lie: indices of windows, of cells, of elements, in the layers' names and in the exercise's.

const isConv = page.kind === "conv", isMax = page.kind === "max";
const { height, width } = page;

const inputIndex = (axis, o, k) => o * axis.stride - axis.padBefore + k * axis.dilation;
const isInput = (axis, i) => i >= 0 && i < axis.in;
const isOutput = (axis, o) => o >= 0 && o < axis.out;

// The window whose tap k reads cell i; null where the stride keeps it from that.
function outputIndex(axis, i, k) {
  const start = i + axis.padBefore - k * axis.dilation;
  return start % axis.stride === 0 ? start / axis.stride : null;
}

// The cells of an axis that some window reads.
function readCells(axis) {
  const cells = new Set();
  for (let o = 0; o < axis.out; o++) for (let k = 0; k < axis.kernel; k++) cells.add(inputIndex(axis, o, k));
  return cells;
}
const readRows = readCells(height), readColumns = readCells(width);

// The index after the last that is drawn: windows may overhang the padding.
const drawnEnd = axis => Math.max(axis.in + axis.padAfter, inputIndex(axis, axis.out - 1, axis.kernel - 1) + 1);

// A tensor's sizes with four axes: the bias is one row.
const shape4 = tensor => tensor.shape.length === 4 ? tensor.shape : [1, 1, 1, tensor.shape[0]];

function flat(tensor, index) {
  const [, b, c, d] = shape4(tensor);
  return ((index[0] * b + index[1]) * c + index[2]) * d + index[3];
}

function unflat(tensor, at) {
  const [, b, c, d] = shape4(tensor);
  return [Math.floor(at / (b * c * d)), Math.floor(at / (c * d)) % b, Math.floor(at / d) % c, at % d];
}

const value = (name, index) => tensors[name].data[flat(tensors[name], index)];

// What the axes of a tensor are called in the loops.
const axes = {
  input: ["n", "c", "ih", "iw"],
  gradInput: ["n", "c", "ih", "iw"],
  weight: ["oc", "ic", "kh", "kw"],
  gradWeight: ["oc", "ic", "kh", "kw"],
  bias: ["", "", "", "oc"],
  gradBias: ["", "", "", "oc"],
  output: isConv ? ["n", "oc", "oh", "ow"] : ["n", "c", "oh", "ow"],
  gradOutput: isConv ? ["n", "oc", "oh", "ow"] : ["n", "c", "oh", "ow"],
};

const named = (names, index) => names.map((name, i) => name ? `${name}=${index[i]}` : null).filter(Boolean).join(", ");

// An element in the layers' order: output[n=0, oc=1, oh=2, ow=0].
const nchwName = (name, index) => `${name}[${named(axes[name], index)}]`;

// The same element as the exercise calls it: Z[i=0, h=2, w=0, c=1].
function exerciseName(name, [a, b, c, d]) {
  switch (name) {
    case "input": return `A_prev[i=${a}, h=${c}, w=${d}, c=${b}]`;
    case "gradInput": return `dA_prev[i=${a}, h=${c}, w=${d}, c=${b}]`;
    case "weight": return `W[${c}, ${d}, c_prev=${b}, c=${a}]`;
    case "gradWeight": return `dW[${c}, ${d}, c_prev=${b}, c=${a}]`;
    case "bias": return `b[0, 0, 0, c=${d}]`;
    case "gradBias": return `db[0, 0, 0, c=${d}]`;
    case "output": return `${isConv ? "Z" : "A"}[i=${a}, h=${c}, w=${d}, c=${b}]`;
    default: return `${isConv ? "dZ" : "dA"}[i=${a}, h=${c}, w=${d}, c=${b}]`;
  }
}
