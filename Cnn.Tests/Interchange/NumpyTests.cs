using System.Text;
using Cnn.Reference;
using Cnn.Reference.Interchange;
using Cnn.Tests.Build;
using TorchSharp;
using static TorchSharp.torch;

namespace Cnn.Tests.Interchange;

/// <summary>Files that NumPy has written (see numpy/make.py), and NumPy itself where it is installed.</summary>
public sealed class NumpyTests : IDisposable
{
    private static readonly Dictionary<string, ScalarType> Types = new()
    {
        ["f2"] = ScalarType.Float16,
        ["f4"] = ScalarType.Float32,
        ["f8"] = ScalarType.Float64,
        ["i1"] = ScalarType.Int8,
        ["i2"] = ScalarType.Int16,
        ["i4"] = ScalarType.Int32,
        ["i8"] = ScalarType.Int64,
        ["u1"] = ScalarType.Byte,
        ["b1"] = ScalarType.Bool,
    };

    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("types.npz")]
    [InlineData("compressed.npz")]
    [InlineData("bigendian.npz")]
    [InlineData("fortran.npz")]
    public void EveryTypeIsRead(string file)
    {
        var read = Weights.Read(PathOf(file));
        Assert.Equal(Types.Keys, read.Keys);
        foreach (string code in Types.Keys) SomeTensors.AssertSame(Expected(code, [2, 3, 4]), read[code], code);
    }

    [Fact]
    public void EveryShapeIsRead()
    {
        var read = Weights.Read(PathOf("shapes.npz"));
        Assert.Equal(["scalar", "none", "row", "a.b.weight"], read.Keys);
        SomeTensors.AssertSame(Expected("f4", []), read["scalar"], "scalar");
        SomeTensors.AssertSame(Expected("f8", [0, 3]), read["none"], "none");
        SomeTensors.AssertSame(Expected("i8", [5]), read["row"], "row");
        SomeTensors.AssertSame(Expected("f4", [1, 2, 3, 1, 2]), read["a.b.weight"], "a.b.weight");
    }

    [Fact]
    public void EveryVersionIsRead()
    {
        var read = Weights.Read(PathOf("versions.npz"));
        Assert.Equal(["version1", "version2", "version3", "python2", "other"], read.Keys);
        Assert.All(read, array => SomeTensors.AssertSame(Expected("f4", [2, 3, 4]), array.Value, array.Key));
    }

    [Theory]
    [InlineData("refused-object.npz", "its array 'o' has the type |O, and must have one of f4, f8, f2, i8, i4, i2, i1, u1, b1.")]
    [InlineData("refused-complex.npz", "its array 'c' has the type <c8, and must have one of ")]
    [InlineData("refused-unsigned.npz", "its array 'u' has the type <u4, and must have one of ")]
    [InlineData("refused-text.npz", "its array 't' has the type <U2, and must have one of ")]
    [InlineData("refused-structured.npz", "its array 's' is a structured array, which no tensor can be.")]
    [InlineData("refused-other.npz", "holds 'readme.txt', which is no array of NumPy's.")]
    public void WhatNoTensorCanBeIsRefused(string file, string fault)
    {
        string sentence = Assert.Throws<InvalidDataException>(() => Weights.Read(PathOf(file))).Message;
        Assert.StartsWith($"'{PathOf(file)}' ", sentence, StringComparison.Ordinal);
        Assert.Contains(fault, sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3, 4), 'more': True}")]
    [InlineData("{'descr': '<f4', 'fortran_order': False}")]
    [InlineData("{'descr': '<f4', 'fortran_order': 0, 'shape': (2, 3, 4)}")]
    [InlineData("{'descr': '<f4', 'descr': '<f4', 'shape': (2, 3, 4)}")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3, 4)")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3, 4)} 1")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3, -4)}")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,, 3)}")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': 24}")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': ((2, 3), 4)}")]
    [InlineData("{'descr': '|f4', 'fortran_order': False, 'shape': (2, 3, 4)}")]
    [InlineData("{'descr': 'f4', 'fortran_order': False, 'shape': (2, 3, 4)}")]
    [InlineData("")]
    [InlineData("((((((((")]
    public void AHeaderThatIsNoneIsRefused(string header) => Assert.Throws<InvalidDataException>(() => Header(header));

    /// <summary>More than memory holds, and more than a number does: known before anything is allocated.</summary>
    [Fact]
    public void AShapeBeyondAllFilesIsCounted()
    {
        const string before = "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4611686018427387904, ";
        Assert.True(Header(before + "4611686018427387904)}").Bytes > long.MaxValue);
        Assert.Equal(0, Header(before + "0)}").Bytes);
    }

    [NumpyFact]
    public void NumpyReadsWhatIsWritten()
    {
        var tensors = SomeTensors.Make(bfloat16: false);
        string file = folder["some.npz"];
        Weights.Save(tensors, file);
        const string script = """
            import sys, zipfile, numpy as np
            assert zipfile.ZipFile(sys.argv[1]).testzip() is None
            file = np.load(sys.argv[1])
            for name in file.files: print(name, file[name].dtype, *file[name].shape, file[name].tobytes().hex(), sep="|")
            """;
        var (code, output) = Python.Run(script, file);
        Assert.True(code == 0, output);
        var expected = tensors.Select(
            tensor => string.Join('|', [tensor.Key, TypeOf(tensor.Value), .. tensor.Value.shape, SomeTensors.HexOf(tensor.Value)]));
        Assert.Equal(expected, output.TrimEnd('\n').Split('\n'));

        static string TypeOf(Tensor tensor) => tensor.dtype == ScalarType.Byte ? "uint8" : tensor.dtype.ToString().ToLowerInvariant();
    }

    /// <summary>What comes back from NumPy is what went there.</summary>
    [NumpyFact]
    public void NumpyWritesWhatIsRead()
    {
        var tensors = SomeTensors.Make(bfloat16: false);
        string file = folder["some.npz"], back = folder["back.npz"];
        Weights.Save(tensors, file);
        var (code, output) = Python.Run("import sys, numpy as np; np.savez_compressed(sys.argv[2], **np.load(sys.argv[1]))", file, back);
        Assert.True(code == 0, output);
        SomeTensors.AssertSame(tensors, Weights.Read(back));
    }

    /// <summary>safetensors as its description has it, by a reader and a writer that share nothing with ours.</summary>
    [NumpyFact]
    public void PythonReadsAndWritesSafetensors()
    {
        var tensors = SomeTensors.Make(bfloat16: false);
        string file = folder["some.safetensors"], back = folder["back.safetensors"];
        Weights.Save(tensors, file);
        const string script = """
            import json, struct, sys, numpy as np
            types = {"F16": "<f2", "F32": "<f4", "F64": "<f8", "I8": "i1", "I16": "<i2", "I32": "<i4", "I64": "<i8",
                     "U8": "u1", "BOOL": "?"}
            data = open(sys.argv[1], "rb").read()
            n, = struct.unpack("<Q", data[:8])
            header = json.loads(data[8:8 + n])
            assert header.pop("__metadata__")["format"] == "pt"
            arrays = {}
            for name, entry in header.items():
                begin, end = entry["data_offsets"]
                arrays[name] = np.frombuffer(data[8 + n + begin:8 + n + end], types[entry["dtype"]]).reshape(entry["shape"])
            codes = {np.dtype(code): name for name, code in types.items()}
            header, body = {}, b""
            for name, a in arrays.items():
                header[name] = {"dtype": codes[a.dtype], "shape": list(a.shape), "data_offsets": [len(body), len(body) + a.nbytes]}
                body += a.tobytes()
            text = json.dumps(header).encode()
            open(sys.argv[2], "wb").write(struct.pack("<Q", len(text)) + text + body)
            """;
        var (code, output) = Python.Run(script, file, back);
        Assert.True(code == 0, output);
        SomeTensors.AssertSame(tensors, Weights.Read(back));
    }

    private static NpyHeader Header(string text)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text), mark = new NpyHeader(ScalarType.Float32, []).Write()[..8];
        return NpyHeader.Read(new MemoryStream([.. mark, (byte)bytes.Length, 0, .. bytes]));
    }

    // As make.py has it.
    private static Tensor Expected(string code, long[] shape)
    {
        var numbers = arange(shape.Aggregate(1L, (product, size) => product * size)).reshape(shape);
        return code == "b1" ? (numbers % 3).eq(1) : (numbers - (code == "u1" ? 0 : 3)).to(Types[code]);
    }

    private static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Interchange", "numpy", file);
}
