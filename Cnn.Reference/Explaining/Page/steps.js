// The elements of each view: the terms of every sum, in the order of the C# loops.
//
// A view has: result, the tensor whose elements are computed; sources, the tensors that they are computed of; columns, what a row of
// the sum shows; start(), what a sum begins with; terms(index), the terms of one element; finish(index, sum), what is done to the sum.
// A term: at, its loop indices; reads, the elements that it reads, by tensor; numbers, what it multiplies or adds; sum, after it.

const inGroup = isConv ? tensors.weight.shape[1] : 1;
const outGroup = isConv ? tensors.weight.shape[0] / page.groups : 1;

// An element of a plane, or the zero around it.
function read(name, index, inside) {
  return { name, index, inside, number: inside ? value(name, index) : 0 };
}

const readInput = (n, c, ih, iw) => read("input", [n, c, ih, iw], isInput(height, ih) && isInput(width, iw));
const readGradOutput = (n, c, oh, ow) => read("gradOutput", [n, c, oh, ow], isOutput(height, oh) && isOutput(width, ow));

// acc = acc + left * right, from zero.
function multiplied(pairs) {
  let sum = 0;
  return pairs.map(({ at, left, right }) => {
    sum = multiplyAdd(left.number, right.number, sum);
    return { at, reads: [left, right], numbers: [left.number, right.number], product: left.number * right.number, sum };
  });
}

const conv = {
  forward: {
    result: "output", sources: tensors.bias ? ["input", "weight", "bias"] : ["input", "weight"], operands: ["input", "weight"],
    indices: ["ic", "kh", "kw"], place: "input",
    start: () => 0,
    terms([n, oc, oh, ow]) {
      const pairs = [], groupStart = Math.floor(oc / outGroup) * inGroup;
      for (let ic = 0; ic < inGroup; ic++)
        for (let kh = 0; kh < height.kernel; kh++)
          for (let kw = 0; kw < width.kernel; kw++)
            pairs.push({
              at: [ic, kh, kw],
              left: readInput(n, groupStart + ic, inputIndex(height, oh, kh), inputIndex(width, ow, kw)),
              right: read("weight", [oc, ic, kh, kw], true),
            });
      return multiplied(pairs);
    },
    finish([, oc], sum) {
      if (!tensors.bias) return { value: sum };
      const bias = tensors.bias.data[oc];
      return { value: round(sum + bias), bias, biasAt: oc };
    },
  },
  gradInput: {
    result: "gradInput", sources: ["gradOutput", "weight"], operands: ["gradOutput", "weight"],
    indices: ["oc", "kh", "kw"], place: "gradOutput",
    start: () => 0,
    terms([n, c, ih, iw]) {
      const pairs = [], g = Math.floor(c / inGroup), ic = c % inGroup;
      for (let oc = g * outGroup; oc < (g + 1) * outGroup; oc++)
        for (let kh = 0; kh < height.kernel; kh++)
          for (let kw = 0; kw < width.kernel; kw++) {
            const oh = outputIndex(height, ih, kh), ow = outputIndex(width, iw, kw);
            if (oh === null || ow === null) continue;
            pairs.push({ at: [oc, kh, kw], left: readGradOutput(n, oc, oh, ow), right: read("weight", [oc, ic, kh, kw], true) });
          }
      return multiplied(pairs);
    },
    finish: (index, sum) => ({ value: sum }),
  },
  gradWeight: {
    result: "gradWeight", sources: ["gradOutput", "input"], operands: ["gradOutput", "input"], indices: ["n", "oh", "ow"], place: "input",
    start: () => 0,
    terms([oc, ic, kh, kw]) {
      const pairs = [], c = Math.floor(oc / outGroup) * inGroup + ic;
      for (let n = 0; n < tensors.input.shape[0]; n++)
        for (let oh = 0; oh < height.out; oh++)
          for (let ow = 0; ow < width.out; ow++)
            pairs.push({
              at: [n, oh, ow],
              left: readGradOutput(n, oc, oh, ow),
              right: readInput(n, c, inputIndex(height, oh, kh), inputIndex(width, ow, kw)),
            });
      return multiplied(pairs);
    },
    finish: (index, sum) => ({ value: sum }),
  },
  gradBias: {
    result: "gradBias", sources: ["gradOutput"], operands: ["gradOutput"], indices: ["n", "oh", "ow"], place: null,
    start: () => 0,
    terms([, , , oc]) {
      const terms = [];
      let sum = 0;
      for (let n = 0; n < tensors.input.shape[0]; n++)
        for (let oh = 0; oh < height.out; oh++)
          for (let ow = 0; ow < width.out; ow++) {
            const cell = readGradOutput(n, oc, oh, ow);
            sum = round(sum + cell.number);
            terms.push({ at: [n, oh, ow], reads: [cell], numbers: [cell.number], sum });
          }
      return terms;
    },
    finish: (index, sum) => ({ value: sum }),
  },
};

// The cells of a window that lie in the input: a pool skips the others.
function windowCells(n, c, oh, ow) {
  const cells = [];
  for (let kh = 0; kh < height.kernel; kh++)
    for (let kw = 0; kw < width.kernel; kw++) {
      const cell = readInput(n, c, inputIndex(height, oh, kh), inputIndex(width, ow, kw));
      if (cell.inside) cells.push({ at: [kh, kw], cell });
    }
  return cells;
}

// The windows that read a cell, in the order of the loops.
function windowsOf(ih, iw) {
  const windows = [];
  for (let oh = 0; oh < height.out; oh++)
    for (let ow = 0; ow < width.out; ow++) {
      const kh = (ih - inputIndex(height, oh, 0)) / height.dilation, kw = (iw - inputIndex(width, ow, 0)) / width.dilation;
      const isTap = Number.isInteger(kh) && Number.isInteger(kw) && kh >= 0 && kh < height.kernel && kw >= 0 && kw < width.kernel;
      if (isTap) windows.push([oh, ow]);
    }
  return windows;
}

const winner = index => tensors.indices.data[flat(tensors.indices, index)];

const max = {
  forward: {
    result: "output", sources: ["input"], operands: ["input"], indices: ["kh", "kw"], place: "input",
    start: () => -Infinity,
    terms([n, c, oh, ow]) {
      let most = -Infinity;
      return windowCells(n, c, oh, ow).map(({ at, cell }) => {
        const ties = cell.number === most, takes = cell.number > most || Number.isNaN(cell.number);
        if (takes) most = cell.number;
        return { at, reads: [cell], numbers: [cell.number], sum: most, takes, ties, isNaN: Number.isNaN(cell.number) };
      });
    },
    finish(index, most) {
      const at = winner(index);
      return { value: most, winner: [Math.floor(at / width.in), at % width.in] };
    },
  },
  gradInput: {
    result: "gradInput", sources: ["gradOutput", "input"], operands: ["gradOutput"], indices: ["oh", "ow"], place: null,
    start: () => 0,
    terms([n, c, ih, iw]) {
      let sum = 0;
      return windowsOf(ih, iw).map(([oh, ow]) => {
        const up = readGradOutput(n, c, oh, ow), at = winner([n, c, oh, ow]);
        const takes = at === ih * width.in + iw;
        if (takes) sum = round(sum + up.number);
        // The exercise's mask: every cell that equals the maximum.
        const marked = value("input", [n, c, ih, iw]) === value("output", [n, c, oh, ow]);
        return {
          at: [oh, ow], reads: [up, ...windowCells(n, c, oh, ow).map(each => each.cell)], numbers: [up.number], sum, takes, marked,
          winner: [Math.floor(at / width.in), at % width.in],
        };
      });
    },
    finish(index, sum) {
      const marked = this.terms(index).filter(term => term.marked), lesson = marked.reduce((all, term) => round(all + term.numbers[0]), 0);
      return { value: sum, lesson: sameBits(lesson, sum) ? null : lesson };
    },
  },
};

const divisor = (oh, ow) => page.divisors[oh * width.out + ow];

const avg = {
  forward: {
    result: "output", sources: ["input"], operands: ["input"], indices: ["kh", "kw"], place: "input",
    start: () => 0,
    terms([n, c, oh, ow]) {
      let sum = 0;
      return windowCells(n, c, oh, ow).map(({ at, cell }) => {
        sum = round(sum + cell.number);
        return { at, reads: [cell], numbers: [cell.number], sum };
      });
    },
    finish([n, c, oh, ow], sum) {
      const by = divisor(oh, ow);
      return windowCells(n, c, oh, ow).length === 0 ? { value: 0 } : { value: round(sum / by), divisor: by };
    },
  },
  gradInput: {
    result: "gradInput", sources: ["gradOutput"], operands: ["gradOutput"], indices: ["oh", "ow"], place: null, divides: true,
    start: () => 0,
    terms([n, c, ih, iw]) {
      let sum = 0;
      return windowsOf(ih, iw).map(([oh, ow]) => {
        const up = readGradOutput(n, c, oh, ow), by = divisor(oh, ow), share = round(up.number / by);
        sum = round(sum + share);
        return { at: [oh, ow], reads: [up], numbers: [up.number], divisor: by, product: share, sum };
      });
    },
    finish: (index, sum) => ({ value: sum }),
  },
};

// What becomes of an element's sum.
const finished = (view, index, terms) => view.finish(index, terms.length ? terms[terms.length - 1].sum : view.start());

const views = Object.fromEntries(Object.entries({ conv, max, avg }[page.kind]).filter(([name]) => page.code[name]));
