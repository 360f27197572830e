"""Checks the functions of cnn_exercises.py.

python check.py                the first one that is not right yet
python check.py conv_forward   that one; 3 is the same
python check.py hint [NAME]    the next hint

A function is called with the cases of the exercise. What went in and what
came out is saved with np.savez in results/, and diagnose reads that: the
command is shown, to be used with files of your own as well.
"""
import contextlib
import hashlib
import io
import json
import os
import shlex
import subprocess
import sys
import textwrap
import traceback

PROGRAM = []
LANGUAGE = "en"
HERE = os.path.dirname(os.path.abspath(__file__))
MEMORY = os.path.join(HERE, ".exercises.json")
WIDTH = 80

WORDS = {
    "en": {
        "no numpy": "numpy is missing. To install it:\n"
                    "  {0} -m pip install numpy",
        "not run": "cnn_exercises.py cannot be run: {0}",
        "not written": "{0} is not written yet: open cnn_exercises.py.",
        "results": "{0}, case {1}: it must return {2}.",
        "numbers": "{0}, case {1}: {2} must be an array of numbers; "
                   "it is {3}.",
        "unknown": "{0}: must be hint, or one of {1}.",
        "too much": "{0}: is one word too many.",
        "diagnose": "To have these numbers diagnosed again:",
        "hint": "{0}, hint {1} of {2}:",
        "last hint": "Those are all hints for {0}.",
        "next hint": "A hint: python check.py hint {0}",
        "next": "On to {0}: python check.py",
        "all": "All eight are right.",
        "stopped": "Stopped, in {0}.",
        "or": "or",
        "done": "done",
        "wrong": "wrong",
        "open": "not written yet",
    },
    "es": {
        "no numpy": "Falta numpy. Para instalarlo:\n"
                    "  {0} -m pip install numpy",
        "not run": "cnn_exercises.py no se puede ejecutar: {0}",
        "not written": "{0} todavía no está escrita: abrí cnn_exercises.py.",
        "results": "{0}, caso {1}: debe devolver {2}.",
        "numbers": "{0}, caso {1}: {2} debe ser un array de números; "
                   "es {3}.",
        "unknown": "{0}: debe ser hint, o una de {1}.",
        "too much": "{0}: es una palabra de más.",
        "diagnose": "Para diagnosticar otra vez estos números:",
        "hint": "{0}, pista {1} de {2}:",
        "last hint": "Esas son todas las pistas de {0}.",
        "next hint": "Una pista: python check.py hint {0}",
        "next": "Para seguir con {0}: python check.py",
        "all": "Las ocho están bien.",
        "stopped": "Interrumpido, en {0}.",
        "or": "o",
        "done": "lista",
        "wrong": "mal",
        "open": "sin escribir",
    },
}[LANGUAGE]

try:
    import numpy as np
except ModuleNotFoundError:
    print(WORDS["no numpy"].format(sys.executable), file=sys.stderr)
    sys.exit(2)


def conv(case):
    return {"stride": int(case["stride"]), "pad": int(case["pad"])}


def pool(case):
    return {"f": int(case["f"]), "stride": int(case["stride"])}


def conv_cache(case):
    return case["A_prev"], case["W"], case["b"], conv(case)


def sides(case):
    return tuple(int(side) for side in case["shape"])


# Of each function: the names of its results, and how it is called.
FUNCTIONS = {
    "zero_pad": (
        ["X_pad"], lambda f, a: f(a["X"], int(a["pad"]))),
    "conv_single_step": (
        ["Z"], lambda f, a: f(a["a_slice_prev"], a["W"], a["b"])),
    "conv_forward": (
        ["Z", "cache"],
        lambda f, a: f(a["A_prev"], a["W"], a["b"], conv(a))),
    "pool_forward": (
        ["A", "cache"],
        lambda f, a: f(a["A_prev"], pool(a), str(a["mode"]))),
    "conv_backward": (
        ["dA_prev", "dW", "db"], lambda f, a: f(a["dZ"], conv_cache(a))),
    "create_mask_from_window": (
        ["mask"], lambda f, a: f(a["x"])),
    "distribute_value": (
        ["a"], lambda f, a: f(float(a["dz"]), sides(a))),
    "pool_backward": (
        ["dA_prev"],
        lambda f, a: f(a["dA"], (a["A_prev"], pool(a)), str(a["mode"]))),
}
NAMES = list(FUNCTIONS)

running = ""  # the function that is at work, for who stops it


class Complaint(Exception):
    """A sentence about a function; nothing is compared."""

    def __init__(self, state, sentence):
        super().__init__(sentence)
        self.state = state


def cases(name):
    """Gives the cases of a function: dictionaries of arrays by name."""
    numbered = {}
    with np.load(os.path.join(HERE, "cases", name + ".npz")) as file:
        for key in file.files:
            plain, number = key.rsplit("_", 1)
            numbered.setdefault(int(number), {})[plain] = file[key]
    return [numbered[number] for number in sorted(numbered)]


def student():
    """Gives the student's module."""
    try:
        import cnn_exercises
    except Exception as error:
        text = "%s: %s" % (type(error).__name__, error)
        raise Complaint("wrong", WORDS["not run"].format(text)) from None
    return cnn_exercises


def told(error, module):
    """Gives an exception's type, message, file and line, a line each."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename == module.__file__]
    message = str(error).split("\n")[0]
    lines = [type(error).__name__, message]
    if own:
        lines += [os.path.basename(module.__file__), str(own[-1].lineno)]
    return "\n".join(lines)


def results(name, number, case):
    """Calls the function, and gives what it returns by name."""
    names, call = FUNCTIONS[name]
    module = student()
    given = {key: np.copy(value) for key, value in case.items()}
    try:
        returned = call(getattr(module, name), given)
    except NotImplementedError as error:
        frames = traceback.extract_tb(error.__traceback__)
        if frames[-1].name == name:
            sentence = WORDS["not written"].format(name)
            raise Complaint("open", sentence) from None
        return {"raised": told(error, module)}
    except Exception as error:
        return {"raised": told(error, module)}
    wanted = [key for key in names if key != "cache"]
    values = returned if isinstance(returned, tuple) else (returned,)
    if returned is None or len(values) not in (len(wanted), len(names)):
        forms = [", ".join(wanted)]
        if wanted != names:
            forms.append(", ".join(names))
        what = (" %s " % WORDS["or"]).join(forms)
        raise Complaint("wrong", WORDS["results"].format(name, number, what))
    return {key: numbers(name, number, key, value)
            for key, value in zip(wanted, values)}


def numbers(name, number, key, value):
    """Gives a result as an array that can be saved without pickling."""
    try:
        array = np.asarray(value)
    except ValueError:  # lists of different lengths
        array = np.array(None)
    if array.dtype.kind not in "biuf":
        sentence = WORDS["numbers"].format(
            name, number, key, type(value).__name__)
        raise Complaint("wrong", sentence)
    return array.astype(np.float64)


def save(name):
    """Saves inputs and results of all cases, and gives the file's name."""
    global running
    running = name
    arrays = {}
    for number, case in enumerate(cases(name), start=1):
        for key, value in {**case, **results(name, number, case)}.items():
            arrays["%s_%d" % (key, number)] = value
    folder = os.path.join(HERE, "results")
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, name + ".npz")
    np.savez(path, **arrays)
    return path


def memory():
    """Gives what is remembered; nothing where the file is damaged."""
    try:
        with open(MEMORY, encoding="utf-8") as file:
            kept = json.load(file)
    except (OSError, ValueError):
        kept = {}
    if not isinstance(kept, dict):
        kept = {}
    for key in ("hints", "seen"):
        if not isinstance(kept.get(key), dict):
            kept[key] = {}
    return kept


def remember(kept):
    try:
        with open(MEMORY, "w", encoding="utf-8") as file:
            json.dump(kept, file)
    except OSError:
        pass  # a folder that cannot be written to is no reason to stop


def command(path, name):
    return PROGRAM + [
        "diagnose", path, "--exercise", name, "--language", LANGUAGE]


def check(name, kept, always=True):
    """Gives a function's state, and what is said of it.

    Unless it is always to be said, what the function prints is not shown,
    and what gave the same numbers before has the state that it had.
    """
    try:
        if always:
            path = save(name)
        else:
            with contextlib.redirect_stdout(io.StringIO()):
                path = save(name)
    except Complaint as complaint:
        sentence = textwrap.fill(str(complaint), WIDTH)
        return complaint.state, sentence.encode() + b"\n"
    with open(path, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    if not always and kept["seen"].get(name) in (
            [digest, "done"], [digest, "wrong"]):
        return kept["seen"][name][1], b""
    run = subprocess.run(
        command(path, name), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    state = "done" if run.returncode == 0 else "wrong"
    said = run.stdout
    if state == "wrong":
        words = " ".join(shlex.quote(word) for word in command(path, name))
        said += ("%s\n  %s\n" % (WORDS["diagnose"], words)).encode()
    kept["seen"][name] = [digest, state]
    return state, said


def first_open(kept):
    """Gives the first function that is not right; None where all are."""
    for name in NAMES:
        if check(name, kept, always=False)[0] != "done":
            return name
    return None


def board(name, states):
    print()
    for number, each in enumerate(NAMES, start=1):
        mark = ">" if each == name else " "
        state = WORDS[states[each]]
        print("%s %d %-23s  %s" % (mark, number, each, state))
    print()


def answer(name, kept):
    """Says what is to be said of a function, and shows all eight."""
    name = name or first_open(kept) or NAMES[-1]
    state, said = check(name, kept)
    sys.stdout.flush()
    sys.stdout.buffer.write(said)
    states = {each: check(each, kept, always=False)[0]
              for each in NAMES if each != name}
    states[name] = state
    board(name, states)
    left = [each for each in NAMES if states[each] != "done"]
    if state != "done":
        print(WORDS["next hint"].format(name))
    elif left:
        print(WORDS["next"].format(left[0]))
    else:
        print(WORDS["all"])
    return 0 if state == "done" else 1


def hint(name, kept):
    """Gives the next hint; behind the last, that one again."""
    name = name or first_open(kept) or NAMES[-1]
    with open(os.path.join(HERE, "hints.json"), encoding="utf-8") as file:
        hints = json.load(file)[name]
    given = kept["hints"].get(name)
    given = given if isinstance(given, int) and given > 0 else 0
    number = min(given + 1, len(hints))
    print(WORDS["hint"].format(name, number, len(hints)))
    for line in hints[number - 1].split("\n"):
        print(textwrap.fill(
            line, WIDTH, initial_indent="  ", subsequent_indent="  ",
            break_long_words=False, break_on_hyphens=False))
    if number == len(hints):
        print(WORDS["last hint"].format(name))
    kept["hints"][name] = number
    return 0


def refuse(sentence):
    print(textwrap.fill(sentence, WIDTH), file=sys.stderr)
    return 2


def main(words):
    wants_hint = words[:1] == ["hint"]
    names = words[1:] if wants_hint else words
    if len(names) > 1:
        return refuse(WORDS["too much"].format(names[1]))
    name = names[0] if names else None
    if name in [str(number) for number, _ in enumerate(NAMES, start=1)]:
        name = NAMES[int(name) - 1]
    if name is not None and name not in FUNCTIONS:
        return refuse(WORDS["unknown"].format(name, ", ".join(NAMES)))
    kept = memory()
    try:
        return hint(name, kept) if wants_hint else answer(name, kept)
    finally:
        remember(kept)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        print("\n" + WORDS["stopped"].format(running or "check.py"))
        sys.exit(130)
