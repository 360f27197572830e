# python check.py                checks the functions in their order, up to the first that is not right
# python check.py conv_forward   checks that one
#
# It calls the functions of cnn_exercises.py with the cases, saves what went in and what came out with np.savez, and has diagnose
# read that. The command that it runs is shown, to be used with files of your own as well.
import os
import shlex
import subprocess
import sys
import traceback

import numpy as np

PROGRAM = []
LANGUAGE = "en"
HERE = os.path.dirname(os.path.abspath(__file__))

WORDS = {
    "en": {
        "not written": "{0} is not written yet: open cnn_exercises.py.",
        "raised": "{0}, case {1}: it raised {2}: {3}",
        "results": "{0}, case {1}: it must return {2}.",
        "unknown": "{0}: must be one of {1}.",
        "diagnose": "To have it diagnosed:",
        "done": "All eight are right.",
    },
    "es": {
        "not written": "{0} todavía no está escrita: abrí cnn_exercises.py.",
        "raised": "{0}, caso {1}: lanzó {2}: {3}",
        "results": "{0}, caso {1}: debe devolver {2}.",
        "unknown": "{0}: debe ser una de {1}.",
        "diagnose": "Para que lo diagnostique:",
        "done": "Las ocho están bien.",
    },
}[LANGUAGE]


def conv(case):
    return {"stride": int(case["stride"]), "pad": int(case["pad"])}


def pool(case):
    return {"f": int(case["f"]), "stride": int(case["stride"])}


# Of each function: the names of its results, and how it is called.
FUNCTIONS = {
    "zero_pad": (["X_pad"], lambda f, a: f(a["X"], int(a["pad"]))),
    "conv_single_step": (["Z"], lambda f, a: f(a["a_slice_prev"], a["W"], a["b"])),
    "conv_forward": (["Z", "cache"], lambda f, a: f(a["A_prev"], a["W"], a["b"], conv(a))),
    "pool_forward": (["A", "cache"], lambda f, a: f(a["A_prev"], pool(a), str(a["mode"]))),
    "conv_backward": (["dA_prev", "dW", "db"], lambda f, a: f(a["dZ"], (a["A_prev"], a["W"], a["b"], conv(a)))),
    "create_mask_from_window": (["mask"], lambda f, a: f(a["x"])),
    "distribute_value": (["a"], lambda f, a: f(float(a["dz"]), tuple(int(side) for side in a["shape"]))),
    "pool_backward": (["dA_prev"], lambda f, a: f(a["dA"], (a["A_prev"], pool(a)), str(a["mode"]))),
}


def cases(name):
    """The cases of a function: dictionaries from the exercise's names to arrays."""
    numbered = {}
    with np.load(os.path.join(HERE, "cases", name + ".npz")) as file:
        for key in file.files:
            plain, number = key.rsplit("_", 1)
            numbered.setdefault(int(number), {})[plain] = file[key]
    return [numbered[number] for number in sorted(numbered)]


def results(name, number, case):
    """What the function returns, by the exercise's names; a sentence where it cannot be used."""
    import cnn_exercises
    names, call = FUNCTIONS[name]
    try:
        returned = call(getattr(cnn_exercises, name), {key: np.copy(value) for key, value in case.items()})
    except NotImplementedError:
        return WORDS["not written"].format(name)
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if frame.filename == cnn_exercises.__file__] or list(frames)
        place = "".join(traceback.format_list(own[-1:]))
        return WORDS["raised"].format(name, number, type(error).__name__, error) + "\n" + place.rstrip()
    values = returned if len(names) > 1 else (returned,)
    if returned is None or not isinstance(values, tuple) or len(values) != len(names):
        return WORDS["results"].format(name, number, ", ".join(names))
    return {key: value for key, value in zip(names, values) if key != "cache"}


def save(name):
    """Saves inputs and results, and gives the file's name; a sentence where there is nothing to save."""
    arrays = {}
    for number, case in enumerate(cases(name), start=1):
        found = results(name, number, case)
        if isinstance(found, str):
            return None, found
        arrays.update({"%s_%d" % (key, number): value for key, value in {**case, **found}.items()})
    folder = os.path.join(HERE, "results")
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, name + ".npz")
    np.savez(path, **arrays)
    return path, None


def check(name):
    """Whether a function is right."""
    path, sentence = save(name)
    if path is None:
        print(sentence)
        return False
    command = PROGRAM + ["diagnose", path, "--exercise", name, "--language", LANGUAGE]
    print(WORDS["diagnose"])
    print("  " + " ".join(shlex.quote(word) for word in command), flush=True)
    return subprocess.call(command) == 0


def main(names):
    for name in names:
        if name not in FUNCTIONS:
            print(WORDS["unknown"].format(name, ", ".join(FUNCTIONS)), file=sys.stderr)
            return 2
    if not all(check(name) for name in names or FUNCTIONS):
        return 1
    if not names:
        print(WORDS["done"])
    return 0


sys.exit(main(sys.argv[1:]))
