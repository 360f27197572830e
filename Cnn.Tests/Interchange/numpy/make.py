"""Writes the files beside it. In every array the numbers are 0, 1, 2 .. in the order of its indices, less 3 where the type has a sign."""
import io
import struct
import zipfile

import numpy as np

SHAPE = (2, 3, 4)


def numbers(code, shape=SHAPE):
    count = np.prod(shape, dtype=int)
    values = np.arange(count).reshape(shape)
    if code[-2] == "b":
        return values % 3 == 1
    return (values - (0 if code[-2] == "u" else 3)).astype(code)


TYPES = ["<f2", "<f4", "<f8", "|i1", "<i2", "<i4", "<i8", "|u1", "|b1"]
by_type = {code[-2:]: numbers(code) for code in TYPES}
np.savez("types.npz", **by_type)
np.savez_compressed("compressed.npz", **by_type)
np.savez("bigendian.npz", **{code[-2:]: numbers(code.replace("<", ">")) for code in TYPES})
np.savez("fortran.npz", **{code[-2:]: np.asfortranarray(numbers(code)) for code in TYPES})
np.savez("shapes.npz", scalar=numbers("<f4", ()), none=numbers("<f8", (0, 3)), row=numbers("<i8", (5,)), **{"a.b.weight": numbers("<f4", (1, 2, 3, 1, 2))})


def entry(version, header, data):
    text = header.encode("utf8") + b"\n"
    length = struct.pack("<H" if version == 1 else "<I", len(text))
    return b"\x93NUMPY" + bytes([version, 0]) + length + text + data


data = numbers("<f4").tobytes()
with zipfile.ZipFile("versions.npz", "w") as archive:
    for version in (1, 2, 3):
        array = io.BytesIO()
        np.lib.format.write_array(array, numbers("<f4"), version=(version, 0))
        archive.writestr(f"version{version}.npy", array.getvalue())
    archive.writestr("python2.npy", entry(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 3L, 4L), }", data))
    archive.writestr("other.npy", entry(1, '{"shape":(2,3,4),"fortran_order":False,"descr":"<f4"}', data))

with zipfile.ZipFile("refused-object.npz", "w") as archive:
    array = io.BytesIO()
    np.lib.format.write_array(array, np.array([None, 1], dtype=object))
    archive.writestr("o.npy", array.getvalue())
np.savez("refused-complex.npz", c=np.zeros(2, np.complex64))
np.savez("refused-unsigned.npz", u=np.zeros(2, np.uint32))
np.savez("refused-structured.npz", s=np.zeros(2, [("a", "<f4"), ("b", "<i8")]))
np.savez("refused-text.npz", t=np.array(["a", "bc"]))
with zipfile.ZipFile("refused-other.npz", "w") as archive:
    archive.writestr("readme.txt", "no array")
