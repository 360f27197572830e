using System.Text.RegularExpressions;
using Cnn.Layers;
using Cnn.Reference;
using Cnn.Reference.Exercises;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Tests.Mistakes;

/// <summary>Slips that students made, written as they wrote them: each is named.</summary>
public partial class SlipTests
{
    private static readonly (string Slip, Func<ExerciseResult> Check, string Id)[] Table =
    [
        .. ZeroPads(), .. SingleSteps(), .. ConvForwards(), .. ConvBackwards(), .. PoolForwards(), .. Masks(), .. Distributions(),
        .. PoolBackwards(), .. LoopSlips(), .. FurtherSlips(), .. ThrownSlips(),
    ];

    public static TheoryData<string, string> Slips
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (slip, _, id) in Table) data.Add(slip, id);
            return data;
        }
    }

    [Theory, MemberData(nameof(Slips))]
    public void SlipIsNamed(string slip, string id)
    {
        using var scope = NewDisposeScope();
        var result = Table.Single(each => each.Slip == slip).Check();
        Assert.True(string.Join(", ", result.Mistakes) == id, $"{string.Join(", ", result.Mistakes)}: {result.Explanation}");
    }

    /// <summary>Without a slip, the student is right.</summary>
    [Fact]
    public void TheStudentPasses()
    {
        using var scope = NewDisposeScope();
        var right = new Student();
        Assert.All(
            (ExerciseResult[])
            [
                ExerciseCheck.ZeroPad(right.Pad), ExerciseCheck.ConvSingleStep(right.Step), Forward(right), Backward(right),
                PoolForward(right), Mask(right), Distribute(right), PoolBackward(right),
            ],
            result => Assert.True(result.Passed, result.Explanation));
    }

    private static ExerciseResult Forward(Student student) => ExerciseCheck.ConvForward(student.ConvForward);

    private static ExerciseResult Backward(Student student) => ExerciseCheck.ConvBackward(student.ConvBackward);

    private static ExerciseResult PoolForward(Student student) => ExerciseCheck.PoolForward(student.PoolForward);

    private static ExerciseResult PoolBackward(Student student) => ExerciseCheck.PoolBackward(student.PoolBackward);

    private static ExerciseResult Mask(Student student) => ExerciseCheck.CreateMaskFromWindow(student.Mask);

    private static ExerciseResult Distribute(Student student) =>
        ExerciseCheck.DistributeValue((dz, shape) => student.Distribute(dz, shape.n_H, shape.n_W));

    private static Func<string, Tensor, Tensor> CopyFor(string name) => (gradient, of) => gradient == name ? of.clone() : zeros_like(of);

    private static IEnumerable<(string, Func<ExerciseResult>, string)> ZeroPads()
    {
        (string Slip, Func<long, long[]> Pairs, string Id)[] slips =
        [
            ("nothing", p => [0, 0], "padding-missing"),
            ("twice", p => [0, 0, 2 * p, 2 * p, 2 * p, 2 * p], "padding-twice"),
            ("before only", p => [0, 0, p, 0, p, 0], "padding-before-only"),
            ("behind only", p => [0, 0, 0, p, 0, p], "padding-after-only"),
            ("images and height", p => [0, 0, 0, 0, p, p, p, p], "padding-on-batch-and-height"),
            ("width and channels", p => [p, p, p, p], "padding-on-width-and-channels"),
            ("channels", p => [p, p], "padding-on-channels-only"),
            ("height", p => [0, 0, 0, 0, p, p], "padding-on-height-only"),
            ("width", p => [0, 0, p, p], "padding-on-width-only"),
            ("all but images", p => [p, p, p, p, p, p], "padding-on-channels"),
            ("all", p => [p, p, p, p, p, p, p, p], "padding-on-every-axis"),
        ];
        foreach (var (slip, pairs, id) in slips)
            yield return ($"ZeroPad: {slip}", () => ExerciseCheck.ZeroPad((X, pad) => nn.functional.pad(X, pairs(pad))), id);
        (string Slip, Func<long, long, long, (long, long)> To, string Id)[] copies =
        [
            ("without + pad", (h, w, p) => (h, w), "padding-offset-missing"),
            ("without + pad in rows", (h, w, p) => (h, w + p), "padding-offset-missing-rows"),
            ("without + pad in columns", (h, w, p) => (h + p, w), "padding-offset-missing-columns"),
            ("+ 2 * pad", (h, w, p) => (h + 2 * p, w + 2 * p), "padding-offset-twice"),
            ("+ 1 for + pad", (h, w, p) => p == 0 ? (h, w) : (h + 1, w + 1), "padding-offset-of-one"),
            ("h and w swapped", (h, w, p) => (w + p, h + p), "padding-transposed"),
        ];
        foreach (var (slip, to, id) in copies)
            yield return ($"ZeroPad: copied {slip}", () => ExerciseCheck.ZeroPad((X, pad) => Copied(X, pad, X.shape[0], to)), id);
        yield return ("ZeroPad: nothing copied", () => ExerciseCheck.ZeroPad((X, pad) => Copied(X, pad, 0, Right)), "image-not-copied");
        yield return ("ZeroPad: image 0 copied", () => ExerciseCheck.ZeroPad((X, pad) => Copied(X, pad, 1, Right)), "first-image-copied");
        yield return ("ZeroPad: X_pad[0, ...] =",
            () => ExerciseCheck.ZeroPad((X, pad) => Copied(X, pad, X.shape[0], Right, i => 0)), "first-image-overwritten");
        yield return ("ZeroPad: ones, copied without + pad",
            () => ExerciseCheck.ZeroPad((X, pad) => Copied(X, pad, X.shape[0], (h, w, p) => (h, w), border: 1)),
            "padding-of-ones, padding-offset-missing");
        yield return ("ZeroPad: image 0 everywhere",
            () => ExerciseCheck.ZeroPad((X, pad) => Copied(X[..1].expand(X.shape), pad, X.shape[0], Right)), "first-image-only");

        static (long, long) Right(long h, long w, long pad) => (h + pad, w + pad);

        static Tensor Copied(
            Tensor X, long pad, long images, Func<long, long, long, (long, long)> to, Func<long, long>? image = null, double border = 0)
        {
            var X_pad = X.new_zeros(X.shape[0], X.shape[1] + 2 * pad, X.shape[2] + 2 * pad, X.shape[3]).fill_(border);
            for (long i = 0; i < images; i++)
                for (long h = 0; h < X.shape[1]; h++)
                    for (long w = 0; w < X.shape[2]; w++)
                    {
                        var (row, column) = to(h, w, pad);
                        X_pad[image?.Invoke(i) ?? i, row, column] = X[i, h, w];
                    }
            return X_pad;
        }
    }

    private static IEnumerable<(string, Func<ExerciseResult>, string)> SingleSteps()
    {
        (string Slip, Func<Tensor, Tensor, Tensor, Tensor> Step, string Id)[] slips =
        [
            ("= for +=", (a, W, b) => Looped(a, W, b, (_, product) => product), "last-product-only"),
            ("return inside the loop", (a, W, b) => a[0, 0, 0] * W[0, 0, 0] + b.squeeze(), "first-product-only"),
            ("bias added to each product", (a, W, b) => (a * W + b.squeeze()).sum(), "bias-per-product"),
            ("return inside the loop over rows", (a, W, b) => (a[0] * W[0]).sum() + b.squeeze(), "first-row-only"),
            ("return inside the loop over channels", (a, W, b) => (a[.., .., 0] * W[.., .., 0]).sum() + b.squeeze(), "first-channel-only"),
            ("= for +=, rows", (a, W, b) => (a[^1] * W[^1]).sum() + b.squeeze(), "last-row-only"),
            ("= for +=, channels", (a, W, b) => (a[.., .., ^1] * W[.., .., ^1]).sum() + b.squeeze(), "last-channel-only"),
            ("return inside the loop over columns", (a, W, b) => (a[0, 0] * W[0, 0]).sum() + b.squeeze(), "first-cell-only"),
            ("one row too few", (a, W, b) => (a[..^1] * W[..^1]).sum() + b.squeeze(), "last-row-missing"),
            ("one column too few", (a, W, b) => (a[.., ..^1] * W[.., ..^1]).sum() + b.squeeze(), "last-column-missing"),
            ("one channel too few", (a, W, b) => (a[.., .., ..^1] * W[.., .., ..^1]).sum() + b.squeeze(), "last-channel-missing"),
            ("product of sums", (a, W, b) => a.sum() * W.sum() + b.squeeze(), "product-of-sums"),
            ("mean for sum", (a, W, b) => (a * W).mean() + b.squeeze(), "products-averaged"),
            ("bias alone", (a, W, b) => b.squeeze().clone(), "products-missing"),
            ("without W", (a, W, b) => a.sum() + b.squeeze(), "filter-not-used"),
            ("- b", (a, W, b) => (a * W).sum() - b.squeeze(), "bias-subtracted"),
        ];
        yield return ("ConvSingleStep: * b",
            () => ExerciseCheck.ConvSingleStep((a, W, b) => (a * W).sum() * b.squeeze()), "bias-multiplied");
        yield return (
            "ConvSingleStep: a + W", () => ExerciseCheck.ConvSingleStep((a, W, b) => (a + W).sum() + b.squeeze()), "filter-added");
        foreach (var (slip, step, id) in slips)
        {
            yield return ($"ConvSingleStep: {slip}", () => ExerciseCheck.ConvSingleStep(step), id);
            yield return ($"ConvForward: {slip}", () => Forward(new() { Step = step }), id);
        }

        static Tensor Looped(Tensor a_slice_prev, Tensor W, Tensor b, Func<Tensor, Tensor, Tensor> add)
        {
            var sum = zeros([], ScalarType.Float64);
            for (long x = 0; x < W.shape[0]; x++)
                for (long y = 0; y < W.shape[1]; y++)
                    for (long c = 0; c < W.shape[2]; c++)
                        sum = add(sum, a_slice_prev[x, y, c] * W[x, y, c]);
            return sum + b.squeeze();
        }
    }

    private static IEnumerable<(string, Func<ExerciseResult>, string)> ConvForwards()
    {
        (string Slip, Student Student, string Id)[] slips =
        [
            .. Convolutions(),
            ("+ pad for + 2 * pad", new() { Size = (n_prev, f, pad, stride) => (n_prev - f + pad) / stride + 1 }, "size-with-one-pad"),
            ("without pad", new() { Size = (n_prev, f, pad, stride) => (n_prev - f) / stride + 1 }, "size-without-padding"),
            ("without + 1", new() { Size = (n_prev, f, pad, stride) => (n_prev - f + 2 * pad) / stride }, "size-without-plus-one"),
            ("divided by f", new() { Size = (n_prev, f, pad, stride) => (n_prev - f + 2 * pad) / f + 1 }, "size-divided-by-kernel"),
            ("n_H and n_W swapped", new() { SwapsSizes = true }, "size-swapped"),
            ("n_prev / stride", new() { Size = (n_prev, f, pad, stride) => n_prev / stride }, "size-of-image-by-stride"),
            ("without + 1, + pad for + 2 * pad", new() { Size = (n_prev, f, pad, stride) => (n_prev - f + pad) / stride },
                "size-without-plus-one, size-with-one-pad"),
            ("vert_start = h", new() { Start = (h, stride, f) => h }, "stride-ignored"),
            ("Z[0, h, w, c] =", new() { Place = (i, h, w, c) => [0, h, w, c] }, "first-image-overwritten"),
            ("image padded twice",
                new() { Pad = (X, pad) => nn.functional.pad(X, [0, 0, 2 * pad, 2 * pad, 2 * pad, 2 * pad]) }, "padding-doubled"),
            ("window one short", new() { VertEnd = Short, HorizEnd = Short }, "window-one-short"),
            ("window one short, rows", new() { VertEnd = Short }, "window-one-short-height"),
            ("window one short, columns", new() { HorizEnd = Short }, "window-one-short-width"),
            ("window of side stride", new() { VertEnd = OfStride, HorizEnd = OfStride }, "window-of-stride"),
        ];
        foreach (var (slip, student, id) in slips) yield return ($"ConvForward: {slip}", () => Forward(student), id);
        yield return ("ConvForward: sum declared outside of the loops", () => ExerciseCheck.ConvForward((A_prev, W, b, hparameters) =>
        {
            var sum = zeros([], ScalarType.Float64);
            var student = new Student { Step = (a, w, bias) => (sum = sum + (a * w).sum()) + bias.squeeze() };
            return student.ConvForward(A_prev, W, b, hparameters);
        }), "sum-not-reset");
    }

    private static IEnumerable<(string, Func<ExerciseResult>, string)> ConvBackwards()
    {
        (string Slip, Student Student, string Id)[] slips =
        [
            .. Convolutions(),
            ("cut from pad to -pad", new() { Crop = (dA_prev_pad, pad) => CutAsInNumpy(dA_prev_pad, pad) }, "gradient-cut-to-nothing"),
            ("border not cut off", new() { Crop = (dA_prev_pad, _) => dA_prev_pad }, "gradient-keeps-padding"),
            ("= for +=", new() { Add = Overwrite }, "gradient-overwritten, weight-gradient-overwritten, bias-gradient-overwritten"),
            ("-= for +=", new() { Add = (gradient, more) => gradient.sub_(more) }, "gradient-subtracted"),
            ("-dZ[i, h, w, c]", new() { Upstream = (dZ, dz) => -dz }, "gradient-subtracted"),
            ("vert_start = h", new() { Start = (h, stride, f) => h }, "stride-ignored"),
            ("dA_prev begins as A_prev", new() { Begin = CopyFor("dA_prev") }, "input-gradient-begins-with-input"),
            ("dW begins as W", new() { Begin = CopyFor("dW") }, "weight-gradient-begins-with-weight"),
            ("db begins as b", new() { Begin = CopyFor("db") }, "bias-gradient-begins-with-bias"),
            ("db[.., .., .., 0] +=", new() { BiasPlace = c => 0 }, "bias-gradient-to-first-filter"),
            ("W and a_slice exchanged",
                new() { ForInput = (filter, a_slice) => a_slice, ForWeight = (filter, a_slice) => filter },
                "input-gradient-of-window, weight-gradient-of-filter"),
            ("dZ[0, h, w, c]", new() { Place = (i, h, w, c) => [0, h, w, c] }, "upstream-of-first-image"),
            ("dZ[i, h, w, 0]", new() { Place = (i, h, w, c) => [i, h, w, 0] }, "upstream-of-first-channel"),
            ("db += dz + b", new() { BiasTerm = (dz, b) => dz + b }, "bias-added-to-bias-gradient"),
            ("dW from A_prev", new() { SliceOf = (A_prev, _) => A_prev }, "weight-gradient-without-padding"),
        ];
        foreach (var (slip, student, id) in slips) yield return ($"ConvBackward: {slip}", () => Backward(student), id);
        (string Slip, Func<Tensor, Tensor> dA_prev, Func<Tensor, Tensor> dW, string Id)[] parts =
        [
            ("first image of dA_prev", dA => Images(dA, image => image == 0), dW => dW, "input-gradient-of-first-image"),
            ("last image of dA_prev", dA => Images(dA, image => image == dA.shape[0] - 1), dW => dW, "input-gradient-of-last-image"),
            ("dW transposed", dA => dA, dW => dW.transpose(0, 1), "weight-gradient-transposed"),
            ("dW flipped", dA => dA, dW => dW.flip(0, 1), "weight-gradient-flipped"),
        ];
        foreach (var (slip, ofInput, ofWeight, id) in parts)
        {
            yield return ($"ConvBackward: {slip}", () => ExerciseCheck.ConvBackward((dZ, A_prev, W, b, hparameters) =>
            {
                var (dA_prev, dW, db) = new Student().ConvBackward(dZ, A_prev, W, b, hparameters);
                return (ofInput(dA_prev), ofWeight(dW), db);
            }), id);
        }

        static Tensor Images(Tensor dA_prev, Func<long, bool> isWritten)
        {
            var some = dA_prev.clone();
            for (long i = 0; i < some.shape[0]; i++)
                if (!isWritten(i)) some[i] = 0;
            return some;
        }
    }

    private static (string Slip, Student Student, string Id)[] Convolutions() =>
    [
        ("c in the place of the channel", new() { Filter = (W, c) => W[.., .., (int)c] }, "filter-and-channel-swapped"),
        ("n_C and n_C_prev swapped", new() { Filters = W => W.shape[2] }, "channels-counted-as-filters"),
        ("[i, w, h, c] in Z", new() { Place = (i, h, w, c) => [i, w, h, c] }, "corners-swapped"),
        ("h * stride + pad", new() { Shift = pad => pad }, "padding-ignored"),
        .. Corners(),
    ];

    private static IEnumerable<(string, Func<ExerciseResult>, string)> PoolForwards()
    {
        (string Slip, Student Student, string Id)[] slips =
        [
            .. Pools(),
            ("size rounded up",
                new() { Size = (n_prev, f, pad, stride) => (n_prev - f + stride - 1) / stride + 1 }, "size-rounded-up"),
            ("size without + 1", new() { Size = (n_prev, f, pad, stride) => (n_prev - f) / stride }, "size-without-plus-one"),
            ("size divided by f", new() { Size = (n_prev, f, pad, stride) => (n_prev - f) / f + 1 }, "size-divided-by-kernel"),
            ("n_H and n_W swapped", new() { SwapsSizes = true }, "size-swapped"),
            ("n_prev / stride", new() { Size = (n_prev, f, pad, stride) => n_prev / stride }, "size-of-image-by-stride"),
            ("window one short", new() { VertEnd = Short, HorizEnd = Short }, "window-one-short"),
            ("window one short, rows", new() { VertEnd = Short }, "window-one-short-height"),
            ("window one short, columns", new() { HorizEnd = Short }, "window-one-short-width"),
            ("A[0, h, w, c] =", new() { Place = (i, h, w, c) => [0, h, w, c] }, "first-image-overwritten"),
            ("modes swapped", new() { Max = (x, _, _, _) => x.mean(), Mean = x => x.max() }, "pool-mode-ignored"),
            ("always max", new() { Mean = x => x.max() }, "pool-mode-ignored"),
            ("always mean", new() { Max = (x, _, _, _) => x.mean() }, "pool-mode-ignored"),
            ("min for max", new() { Max = (x, _, _, _) => x.min() }, "minimum"),
            ("sum for mean", new() { Mean = x => x.sum() }, "average-not-divided"),
            ("/ f * f", new() { Mean = x => x.sum() / x.shape[0] * x.shape[1] }, "average-not-divided"),
            ("maximum begins with the image's first cell",
                new() { Max = (x, A_prev, i, c) => maximum(x.max(), A_prev[i, 0, 0, c]) }, "maximum-starts-at-corner"),
            ("first cell", new() { Max = (x, _, _, _) => x[0, 0] }, "first-cell-wins"),
            ("maximum begins with 0", new() { Max = (x, _, _, _) => x.max().clamp_min(0) }, "maximum-starts-at-zero"),
            ("divided by f", new() { Mean = x => x.sum() / x.shape[0] }, "average-divided-by-side"),
            ("divided by f + f", new() { Mean = x => x.sum() / (x.shape[0] + x.shape[1]) }, "average-divided-by-both-sides"),
        ];
        foreach (var (slip, student, id) in slips) yield return ($"PoolForward: {slip}", () => PoolForward(student), id);
        yield return ("PoolForward: maximum declared outside of the loops", () => ExerciseCheck.PoolForward((A_prev, hparameters, mode) =>
        {
            var largest = tensor(double.NegativeInfinity);
            return new Student { Max = (x, _, _, _) => largest = maximum(largest, x.max()) }.PoolForward(A_prev, hparameters, mode);
        }), "maximum-not-reset");
        yield return ("PoolForward: sum declared outside of the loops", () => ExerciseCheck.PoolForward((A_prev, hparameters, mode) =>
        {
            var sum = zeros([], ScalarType.Float64);
            return new Student { Mean = x => (sum = sum + x.sum()) / (double)x.numel() }.PoolForward(A_prev, hparameters, mode);
        }), "sum-not-reset");
    }

    private static IEnumerable<(string, Func<ExerciseResult>, string)> PoolBackwards()
    {
        (string Slip, Student Student, string Id)[] slips =
        [
            .. Pools(),
            ("min for max", new() { Mask = x => x == x.min() }, "minimum"),
            ("mask inverted", new() { Mask = x => x < x.max() }, "mask-inverted"),
            ("a_prev_slice for mask", new() { Mask = x => x }, "window-for-mask"),
            ("mask / sum(mask)", new() { Mask = x => (x == x.max()).to(ScalarType.Float64) / (x == x.max()).sum() }, "ties-share"),
            ("sum(dA)", new() { Upstream = (dA, da) => dA.sum() }, "upstream-summed"),
            ("dA[0, h, w, c]", new() { Place = (i, h, w, c) => [0, h, w, c] }, "upstream-of-first-image"),
            ("dA[i, h, w, 0]", new() { Place = (i, h, w, c) => [i, h, w, 0] }, "upstream-of-first-channel"),
            ("= for +=, vert_start = h",
                new() { Add = Overwrite, Start = (h, stride, f) => h }, "stride-ignored, gradient-overwritten"),
            ("whole window for its maximum", new() { Mask = x => ones_like(x) }, "gradient-to-whole-window"),
            ("argmax", new() { Mask = OfFirst }, "first-maximum-only"),
            ("max of A_prev", new() { MaskOf = (x, A_prev, i, c) => x == A_prev.max() }, "mask-of-all-images"),
            ("max of the image", new() { MaskOf = (x, A_prev, i, c) => x == A_prev[i].max() }, "mask-of-image"),
            ("max of the channel", new() { MaskOf = (x, A_prev, i, c) => x == A_prev[.., .., .., (int)c].max() }, "mask-of-channel"),
            ("max of the image's channel",
                new() { MaskOf = (x, A_prev, i, c) => x == A_prev[(int)i, .., .., (int)c].max() }, "mask-of-plane"),
            ("= for +=", new() { Add = Overwrite }, "gradient-overwritten"),
            ("-= for +=", new() { Add = (gradient, more) => gradient.sub_(more) }, "gradient-subtracted"),
            ("1 / (f * f) of integers",
                new() { Distribute = (dz, n_H, n_W) => full(n_H, n_W, dz * (1 / (n_H * n_W)), ScalarType.Float64) },
                "pool-gradient-left-zero"),
            ("mask of the first channel", new() { MaskChannel = c => 0 }, "pool-first-channel-only"),
            ("dz not divided", new() { Distribute = (dz, n_H, n_W) => full(n_H, n_W, dz, ScalarType.Float64) }, "average-not-divided"),
            ("divided by f + f",
                new() { Distribute = (dz, n_H, n_W) => full(n_H, n_W, dz / (n_H + n_W), ScalarType.Float64) },
                "average-divided-by-both-sides"),
        ];
        foreach (var (slip, student, id) in slips) yield return ($"PoolBackward: {slip}", () => PoolBackward(student), id);
    }

    private static (string Slip, Student Student, string Id)[] Pools() =>
    [
        ("vert_start = h * f", new() { Start = (h, stride, f) => h * f }, "stride-is-kernel"),
        ("vert_start = h * stride * stride", new() { Start = (h, stride, f) => h * stride * stride }, "stride-squared"),
        ("vert_start = h", new() { Start = (h, stride, f) => h }, "stride-ignored"),
        ("window of side stride", new() { VertEnd = OfStride, HorizEnd = OfStride }, "window-of-stride"),
        ("vert_end = h + f", new() { EndsFromIndex = true }, "window-end-without-stride"),
        ("all channels", new() { SlicesAllChannels = true }, "pool-mixes-channels"),
        .. Corners(),
    ];

    // Of all four functions that have the loops.
    private static IEnumerable<(string, Func<ExerciseResult>, string)> LoopSlips()
    {
        (string Slip, Student Student, string Conv, string Pool)[] slips =
        [
            Alike("h < n_H - 1", EndsAt(0, 1, 0, 0), "last-window-missing-height"),
            Alike("w < n_W - 1", EndsAt(0, 0, 1, 0), "last-window-missing-width"),
            Alike("h < n_H - 1, w < n_W - 1", EndsAt(0, 1, 1, 0), "last-window-missing"),
            Alike("c < n_C - 1", EndsAt(0, 0, 0, 1), "last-output-channel-missing"),
            Alike("i < 1", new() { Ends = shape => [1, .. shape[1..]] }, "return-inside-loop"),
            // No pool of the exercise has three images: without the last, there is the first.
            ("i < m - 1", EndsAt(1, 0, 0, 0), "last-image-missing", "return-inside-loop"),
        ];
        foreach (var (slip, student, conv, pool) in slips)
        {
            yield return ($"ConvForward: {slip}", () => Forward(student), conv);
            yield return ($"ConvBackward: {slip}", () => Backward(student), conv);
            yield return ($"PoolForward: {slip}", () => PoolForward(student), pool);
            yield return ($"PoolBackward: {slip}", () => PoolBackward(student), pool);
        }

        static (string, Student, string, string) Alike(string slip, Student student, string id) => (slip, student, id, id);

        static Student EndsAt(long i, long h, long w, long c) =>
            new() { Ends = shape => [shape[0] - i, shape[1] - h, shape[2] - w, shape[3] - c] };
    }

    private static (string Slip, Student Student, string Id)[] Corners() =>
    [
        ("h and w swapped in the corners", new() { Corner = (h, w) => (w, h) }, "corners-swapped"),
        ("vert_start twice in the slice", new() { Cut = (rows, columns) => (rows, rows) }, "column-from-row"),
        ("horiz_start twice in the slice", new() { Cut = (rows, columns) => (columns, columns) }, "row-from-column"),
        ("both corners from h", new() { Corner = (h, w) => (h, h) }, "column-from-row"),
        ("both corners from w", new() { Corner = (h, w) => (w, w) }, "row-from-column"),
    ];

    private static IEnumerable<(string, Func<ExerciseResult>, string)> Masks()
    {
        (string Slip, Func<Tensor, Tensor> Mask, string Id)[] slips =
        [
            (">", x => x > x.max(), "mask-empty"),
            ("magnitudes compared", x => x.abs() == x.abs().max(), "mask-of-magnitudes"),
            ("maximum so far", x => (x.reshape(-1) == x.reshape(-1).cummax(0).values).reshape(x.shape), "mask-of-running-maximum"),
            (">= 0", x => x >= 0, "mask-of-positive"),
            ("max of magnitudes", x => x == x.abs().max(), "mask-of-largest-magnitude"),
            ("maximum begins with 0", x => x == x.max().clamp_min(0), "maximum-starts-at-zero"),
            ("<", x => x < x.max(), "mask-inverted"),
            ("<=", x => x <= x.max(), "mask-full"),
            ("min", x => x == x.min(), "minimum"),
            ("argmax", OfFirst, "first-maximum-only"),
            ("max of each row", x => x == x.amax([1], keepdim: true), "mask-per-row"),
            ("max of each column", x => x == x.amax([0], keepdim: true), "mask-per-column"),
        ];
        foreach (var (slip, mask, id) in slips) yield return ($"CreateMaskFromWindow: {slip}", () => Mask(new() { Mask = mask }), id);
    }

    private static IEnumerable<(string, Func<ExerciseResult>, string)> Distributions()
    {
        (string Slip, Func<double, long, long, Tensor> Distribute, string Id)[] slips =
        [
            ("not divided", (dz, n_H, n_W) => ones(n_H, n_W, ScalarType.Float64) * dz, "value-not-divided"),
            ("/ n_H * n_W", (dz, n_H, n_W) => ones(n_H, n_W, ScalarType.Float64) * (dz / n_H * n_W), "average-multiplied-by-width"),
            ("one cell", (dz, n_H, n_W) => Cells(dz, n_H, n_W, 1, 1), "average-in-first-cell"),
            ("h < n_H - 1, w < n_W - 1", (dz, n_H, n_W) => Cells(dz, n_H, n_W, n_H - 1, n_W - 1), "average-loops-short"),
            ("n_H + n_W", (dz, n_H, n_W) => ones(n_H, n_W, ScalarType.Float64) * (dz / (n_H + n_W)), "average-divided-by-both-sides"),
            ("n_H only", (dz, n_H, n_W) => ones(n_H, n_W, ScalarType.Float64) * (dz / n_H), "average-divided-by-side"),
            ("n_H * n_H", (dz, n_H, n_W) => ones(n_H, n_W, ScalarType.Float64) * (dz / (n_H * n_H)), "average-divided-by-height-squared"),
            ("n_W * n_W", (dz, n_H, n_W) => ones(n_H, n_W, ScalarType.Float64) * (dz / (n_W * n_W)), "average-divided-by-width-squared"),
            ("1 / (n_H * n_W) of integers",
                (dz, n_H, n_W) => ones(n_H, n_W, ScalarType.Float64) * (dz * (1 / (n_H * n_W))), "average-zero"),
            ("zeros for ones", (dz, n_H, n_W) => zeros(n_H, n_W, ScalarType.Float64) * (dz / (n_H * n_W)), "average-zero"),
            ("without dz", (dz, n_H, n_W) => ones(n_H, n_W, ScalarType.Float64) / (n_H * n_W), "average-of-one"),
            ("n_W only", (dz, n_H, n_W) => ones(n_H, n_W, ScalarType.Float64) * (dz / n_W), "average-divided-by-width"),
            ("n_W, n_H", (dz, n_H, n_W) => ones(n_W, n_H, ScalarType.Float64) * (dz / (n_H * n_W)), "shape-swapped"),
        ];
        foreach (var (slip, distribute, id) in slips)
            yield return ($"DistributeValue: {slip}", () => Distribute(new() { Distribute = distribute }), id);

        static Tensor Cells(double dz, long n_H, long n_W, long rows, long columns)
        {
            var a = zeros(n_H, n_W, ScalarType.Float64);
            for (long h = 0; h < rows; h++)
                for (long w = 0; w < columns; w++)
                    a[h, w] = dz / (n_H * n_W);
            return a;
        }
    }

    // Their names are those of the operation; what is said is their own.
    private static IEnumerable<(string, Func<ExerciseResult>, string)> FurtherSlips()
    {
        (string Slip, Func<Tensor, Tensor> Laid, string Id)[] slips =
        [
            ("by channel", x => x.permute(2, 0, 1), "window-by-channel"),
            ("by column", x => x.permute(1, 0, 2), "kernel-transposed"),
            ("reversed", x => x.flip(0, 1), "kernel-flipped"),
        ];
        foreach (var (slip, laid, id) in slips)
        {
            yield return ($"Im2Col: {slip}",
                () => FurtherCheck.Im2Col((A_prev, f, hparameters) => Columns(A_prev, f, hparameters, laid)), id);
        }
        yield return ("ConvBackwardByGather: without stride", () => FurtherCheck.ConvBackwardByGather((dZ, W, hparameters, shape) =>
            Gathered(dZ, W, hparameters, shape, (row, h, stride, pad) => row + pad - h)), "stride-ignored");
        yield return ("ConvBackwardByGather: without pad", () => FurtherCheck.ConvBackwardByGather((dZ, W, hparameters, shape) =>
            Gathered(dZ, W, hparameters, shape, (row, h, stride, pad) => row - h * stride)), "padding-ignored");

        static Tensor Columns(Tensor A_prev, long f, HParameters hparameters, Func<Tensor, Tensor> laid)
        {
            var (stride, pad, side) = ((int)hparameters.stride, (int)hparameters.pad, (int)f);
            var A_prev_pad = nn.functional.pad(A_prev, [0, 0, pad, pad, pad, pad]);
            long n_H = (A_prev.shape[1] - f + 2 * pad) / stride + 1, n_W = (A_prev.shape[2] - f + 2 * pad) / stride + 1;
            var columns = A_prev.new_zeros(A_prev.shape[0], n_H, n_W, f * f * A_prev.shape[3]);
            for (int i = 0; i < A_prev.shape[0]; i++)
                for (int h = 0; h < n_H; h++)
                    for (int w = 0; w < n_W; w++)
                        columns[i, h, w] = laid(A_prev_pad[i, (h * stride)..(h * stride + side), (w * stride)..(w * stride + side), ..])
                            .reshape(-1);
            return columns;
        }

        static Tensor Gathered(
            Tensor dZ, Tensor W, HParameters hparameters, (long n_H_prev, long n_W_prev) shape, Func<long, long, long, long, long> place)
        {
            var (stride, pad, f) = (hparameters.stride, hparameters.pad, W.shape[0]);
            var dA_prev = dZ.new_zeros(dZ.shape[0], shape.n_H_prev, shape.n_W_prev, W.shape[2]);
            for (int i = 0; i < dZ.shape[0]; i++)
                for (int row = 0; row < shape.n_H_prev; row++)
                    for (int column = 0; column < shape.n_W_prev; column++)
                        for (int h = 0; h < dZ.shape[1]; h++)
                            for (int w = 0; w < dZ.shape[2]; w++)
                            {
                                var (kh, kw) = (place(row, h, stride, pad), place(column, w, stride, pad));
                                if (kh < 0 || kh >= f || kw < 0 || kw >= f) continue;
                                dA_prev[i, row, column] += (W[kh, kw] * dZ[i, h, w]).sum(-1);
                            }
            return dA_prev;
        }
    }

    private static Tensor CutAsInNumpy(Tensor dA_prev_pad, long pad)
    {
        long rows = pad == 0 ? 0 : dA_prev_pad.shape[1] - 2 * pad, columns = pad == 0 ? 0 : dA_prev_pad.shape[2] - 2 * pad;
        return dA_prev_pad.narrow(1, pad, rows).narrow(2, pad, columns);
    }

    private static Tensor OfFirst(Tensor x) => (arange(x.numel()) == x.argmax()).reshape(x.shape);

    private static void Overwrite(Tensor gradient, Tensor value) => gradient.copy_(value);

    private static long Short(long start, long stride, long f) => start + f - 1;

    /// <summary>Two slips that give the same have one sentence, which is true of both; and it says where to look for either.</summary>
    [Theory]
    [InlineData("ConvForward: [i, w, h, c] in Z", "in the index, Z[i, w, h, c]", "vert_start, horiz_start, Z[i, h, w, c]")]
    [InlineData("ConvBackward: [i, w, h, c] in Z", "in the index, dZ[i, w, h, c]", "vert_start, horiz_start, dZ[i, h, w, c]")]
    [InlineData("ConvForward: h * stride + pad", "start at h * stride + pad", "A_prev_pad, vert_start")]
    [InlineData("ConvBackward: h < n_H - 1", "The loop over h stops one window too early", "the loops over h and w")]
    [InlineData("PoolBackward: h < n_H - 1, w < n_W - 1", "leave out the last row and column", "the loops over h and w")]
    [InlineData("PoolForward: i < m - 1", "Only the first image is computed", "the loop over the images")]
    [InlineData("PoolForward: vert_start twice in the slice", "or the slice takes its columns", "horiz_start and the slice")]
    [InlineData("ConvBackward: -= for +=", "or dZ is taken with a minus", "the line with -=, or the minus sign")]
    [InlineData("PoolForward: sum for mean", "missing, or undone: / f * f", "A[i, h, w, c]")]
    [InlineData("ConvBackward: = for +=", "overwrites dW", "the line that writes to dW")]
    [InlineData("DistributeValue: not divided", "is missing", "the line with the division")]
    public void TheSentenceIsTrueOfWhateverGivesTheSame(string slip, string says, string lookAt)
    {
        using var scope = NewDisposeScope();
        string told = Whitespace().Replace(Table.Single(each => each.Slip == slip).Check().Explanation, " ");
        Assert.Contains(says, told, StringComparison.Ordinal);
        Assert.Contains($"Look at {lookAt}.", told, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Whitespace();

    private static long OfStride(long start, long stride, long f) => start + stride;
}
