// Numbers: how they are read, added with the bits of the C# loops, and written.

const page = JSON.parse(document.getElementById("data").textContent);
const isSingle = page.dType === "float32";

// The elements of a tensor.
function decode(base64, Type) {
  const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0));
  return new Type(bytes.buffer);
}

const Real = isSingle ? Float32Array : Float64Array;
const round = isSingle ? Math.fround : number => number;

const tensors = {};
for (const [name, tensor] of Object.entries(page.tensors)) {
  const Type = name === "indices" ? Int32Array : Real;
  tensors[name] = {
    name, shape: tensor.shape, data: decode(tensor.data, Type),
    libtorch: tensor.libtorch ? decode(tensor.libtorch, Type) : null,
  };
}

const asDouble = new Float64Array(1), asBits = new BigInt64Array(asDouble.buffer);

// The neighbour of a finite number, not zero, towards +infinity or -infinity.
function neighbour(number, upwards) {
  asDouble[0] = number;
  asBits[0] += (number > 0) === upwards ? 1n : -1n;
  return asDouble[0];
}

// a + b = sum + error, exactly (D. E. Knuth, The Art of Computer Programming, volume 2, section 4.2.2, theorem B).
function twoSum(a, b) {
  const sum = a + b, rest = sum - a;
  return [sum, (a - (sum - rest)) + (b - rest)];
}

// a * b = product + error, exactly (T. J. Dekker, A Floating-Point Technique for Extending the Available Precision, 1971).
function twoProduct(a, b) {
  const split = number => {
    const scaled = 134217729 * number, high = scaled - (scaled - number);
    return [high, number - high];
  };
  const product = a * b, [aHigh, aLow] = split(a), [bHigh, bLow] = split(b);
  return [product, aLow * bLow - (((product - aHigh * bHigh) - aLow * bHigh) - aHigh * bLow)];
}

// a + b, where it is not exact the neighbour whose last bit is 1: to round that once more, to fewer bits, is to round once
// (S. Boldo and G. Melquiond, Emulation of a FMA and Correctly Rounded Sums, 2008).
function addToOdd(a, b) {
  const [sum, error] = twoSum(a, b);
  if (!(error !== 0) || !Number.isFinite(sum) || Number.isNaN(error)) return sum;
  asDouble[0] = sum;
  return (asBits[0] & 1n) === 1n ? sum : neighbour(sum, error > 0);
}

// a * b + c, rounded once, as FusedMultiplyAdd does.
function multiplyAdd(a, b, c) {
  const plain = a * b + c;
  if (!Number.isFinite(plain)) return round(plain);
  if (isSingle) return Math.fround(addToOdd(a * b, c)); // the product of two singles is exact
  const [product, low] = twoProduct(a, b);
  if (!Number.isFinite(low)) return plain;
  const [high, rest] = twoSum(c, low), [sum, error] = twoSum(product, high);
  return sum + addToOdd(rest, error);
}

// Whether two numbers have the same bits; NaN is NaN, whatever its payload.
const sameBits = (a, b) => Object.is(a, b);

// How many numbers of the type lie between two.
function ulps(a, b) {
  if (Number.isNaN(a) || Number.isNaN(b)) return Infinity;
  const order = number => {
    if (isSingle) {
      const bits = new Int32Array(Float32Array.of(number).buffer)[0];
      return BigInt(bits < 0 ? -2147483648 - bits : bits);
    }
    asDouble[0] = number;
    return asBits[0] < 0n ? -9223372036854775808n - asBits[0] : asBits[0];
  };
  const distance = order(a) - order(b);
  return Number(distance < 0n ? -distance : distance);
}

// The shortest text that reads back as the same number.
function exact(number, single = isSingle) {
  if (Number.isNaN(number)) return "NaN";
  if (!Number.isFinite(number)) return number > 0 ? "∞" : "-∞";
  if (Object.is(number, -0)) return "-0";
  if (!single) return String(number);
  for (let digits = 1; digits < 9; digits++) {
    const text = number.toPrecision(digits);
    if (Math.fround(text) === number) return String(Number(text));
  }
  return String(Number(number.toPrecision(9)));
}

// A product, which is not rounded: as many digits as tell it apart.
const productText = number => String(Number((number + 0).toPrecision(isSingle ? 9 : 15))); // + 0: -0 reads as 0

// A number that fits into a cell.
function short(number) {
  const whole = exact(number);
  if (whole.length <= 5) return whole;
  const size = Math.abs(number);
  if (size >= 99999.5 || size < 0.0005) return number.toExponential(0).replace("e+", "e");
  return number.toPrecision(size < 0.01 ? 1 : size < 1 ? 2 : 3).replace(/\.0+$/, "").replace(/e\+.*/, () => "") || whole;
}
