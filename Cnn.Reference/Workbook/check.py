"""Checks the functions of cnn_exercises.py.

python check.py                     the first one that is not right yet
python check.py conv_forward        that one; 3 is the same
python check.py all                 all of them
python check.py hint [NAME]         the next hint
python check.py next                leaves it for later, with --anyway
python check.py solution [NAME]     how it can be written, afterwards
python check.py diagnose NAME FILE  what is wrong in a file of np.savez

A function is called with the cases of the exercise. What went in and what
came out is saved with np.savez in results/, and diagnose reads that.
"""
import ast
import difflib
import hashlib
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import textwrap
import traceback

# Starts the program that knows the right answers; a path in it counts from
# here. On another machine, or where the program was moved: change it.
PROGRAM = []
LANGUAGE = "en"
HERE = os.path.dirname(os.path.abspath(__file__))
RESULTS = os.path.join(HERE, "results")
MEMORY = os.path.join(HERE, ".exercises.json")
WIDTH = 80
LIMIT = 10  # seconds, for a function that is called for its state alone
SAVE = "--save"  # what this file tells itself, to call a function
ANYWAY = "--anyway"  # although a function is not right yet
TAKES = {"hint": 1, "solution": 1, "diagnose": 2, "all": 0, "next": 0,
         "help": 0}  # verbs, and how many words may follow
ALIASES = {"pista": "hint", "todas": "all", "siguiente": "next",
           "solución": "solution", "solucion": "solution", "ayuda": "help",
           "diagnosticar": "diagnose", "--help": "help", "-h": "help"}
STOPPED = 130  # the exit code after Ctrl-C

WORDS = {
    "en": {
        "no numpy": "numpy is missing. To install it:\n"
                    "  {0} -m pip install numpy",
        "not run": "cnn_exercises.py cannot be run: {0}",
        "not written": "{0} is not written yet: open cnn_exercises.py.",
        "results": "{0}, case {1}: it must return {2}, and returns {3} "
                   "values.",
        "numbers": "{0}, case {1}: {2} must be an array of numbers; "
                   "it is {3}.",
        "no function": "There is no function {0} in cnn_exercises.py.",
        "changed": "{0}, case {1}: it changed its input {2}; copy it first, "
                   "with {2}.copy().",
        "aliased": "{0}, case {1}: it changed its input {2}. {3} must begin "
                   "with zeros of that shape, {3} = np.zeros_like({2}); with "
                   "{3} = {2} the two are one array.",
        "exits": "{0}, case {1}: it must return {2}, and not end Python "
                 "with exit().",
        "died": "{0} ended Python itself ({1}).",
        "code": "exit code {0}",
        "endless": "{0} did not return within {1} s.",
        "unknown": "{0}: must be {1}, or the name or number of a function: "
                   "{2}.",
        "unknown name": "{0}: must be the name or number of a function: {1}.",
        "too much": "{0}: is one word too many.",
        "diagnose": "To have these numbers diagnosed again: "
                    "{command} diagnose {0}",
        "no results": "{1} is not there: {command} {0} writes it.",
        "hint": "{0}, hint {1} of {2}:",
        "last hint": "Those are all hints for {0}.",
        "meant": "{0}: did you mean {1}?",
        "nothing": "{0}, case {1}: it returns nothing, None: is "
                   "return {2} missing?",
        "calls": "{0} calls {1}, which is {2}: begin there, with "
                 "{command} {1}",
        "next hint": "A hint: {command} hint {0}",
        "begin": "Begin with {0}. A hint: {command} hint {0}",
        "back": "{0} is still open: {command} {0}",
        "next": "On to {0}: {command} {0}",
        "now": "Now: {0}.",
        "not yet": "{0} is not right yet: {command} {0} says why. "
                   "To leave it for later:\n  {command} next " + ANYWAY,
        "later": "{0} is not right yet, and its solution is for afterwards. "
                 "A hint, or the solution all the same:\n"
                 "  {command} hint {0}\n"
                 "  {command} solution {0} " + ANYWAY,
        "all": "All eight are right.",
        "help": [
            ("", "checks the first function that is not right yet"),
            ("conv_forward", "checks that one"),
            ("all", "checks all of them"),
            ("hint [NAME]", "the next hint"),
            ("next", "leaves a function for later, with --anyway"),
            ("solution [NAME]", "how it can be written, afterwards"),
            ("diagnose NAME FILE", "what is wrong in a file of np.savez"),
        ],
        "names": "NAME is conv_forward, for example, or its number, 3: {0}.",
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
        "results": "{0}, caso {1}: debe devolver {2}, y devuelve {3} "
                   "valores.",
        "numbers": "{0}, caso {1}: {2} debe ser un array de números; "
                   "es {3}.",
        "no function": "No hay ninguna función {0} en cnn_exercises.py.",
        "changed": "{0}, caso {1}: modificó su entrada {2}; primero copiala, "
                   "con {2}.copy().",
        "aliased": "{0}, caso {1}: modificó su entrada {2}. {3} debe empezar "
                   "con ceros de esa forma, {3} = np.zeros_like({2}); con "
                   "{3} = {2} los dos son un mismo array.",
        "exits": "{0}, caso {1}: debe devolver {2}, y no terminar Python "
                 "con exit().",
        "died": "{0} terminó a Python mismo ({1}).",
        "code": "código de salida {0}",
        "endless": "{0} no volvió en {1} s.",
        "unknown": "{0}: debe ser {1}, o el nombre o número de una función: "
                   "{2}.",
        "unknown name": "{0}: debe ser el nombre o número de una función: "
                        "{1}.",
        "too much": "{0}: es una palabra de más.",
        "diagnose": "Para diagnosticar otra vez estos números: "
                    "{command} diagnose {0}",
        "no results": "{1} no está: lo escribe {command} {0}.",
        "hint": "{0}, pista {1} de {2}:",
        "last hint": "Esas son todas las pistas de {0}.",
        "meant": "{0}: ¿querías decir {1}?",
        "nothing": "{0}, caso {1}: no devuelve nada, None: ¿falta "
                   "return {2}?",
        "calls": "{0} llama a {1}, que está {2}: empezá por ahí, con "
                 "{command} {1}",
        "next hint": "Una pista: {command} hint {0}",
        "begin": "Empezá por {0}. Una pista: {command} hint {0}",
        "back": "Todavía falta {0}: {command} {0}",
        "next": "Para seguir con {0}: {command} {0}",
        "now": "Ahora: {0}.",
        "not yet": "{0} todavía no está bien: {command} {0} dice por qué. "
                   "Para dejarla para después:\n  {command} next " + ANYWAY,
        "later": "{0} todavía no está bien, y la solución es para después. "
                 "Una pista, o la solución igual:\n"
                 "  {command} hint {0}\n"
                 "  {command} solution {0} " + ANYWAY,
        "all": "Las ocho están bien.",
        "help": [
            ("", "controla la primera que todavía no está bien"),
            ("conv_forward", "controla esa"),
            ("all", "controla todas"),
            ("hint [NOMBRE]", "la siguiente pista"),
            ("next", "deja una función para después, con --anyway"),
            ("solution [NOMBRE]", "cómo se puede escribir, después"),
            ("diagnose NOMBRE ARCHIVO",
             "qué está mal en un archivo de np.savez"),
        ],
        "names": "NOMBRE es conv_forward, por ejemplo, o su número, 3: {0}. "
                 "También se puede decir pista, siguiente, solución, todas y "
                 "ayuda.",
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


def started():
    """Gives the words that started this file, to be typed again."""
    typed = getattr(sys, "orig_argv", [sys.executable])[0]  # from 3.10 on
    name = os.path.basename(typed)
    there = shutil.which(name)
    is_path = os.path.dirname(typed) != ""
    if is_path and there and os.path.abspath(there) == os.path.abspath(typed):
        typed = name
    elif is_path and os.name == "nt" and sys.prefix == sys.base_prefix:
        typed = "py" if shutil.which("py") else typed
    return quoted([typed, sys.argv[0]])


def quoted(words):
    """Gives a command line of words."""
    if os.name == "nt":
        return subprocess.list2cmdline(words)
    return " ".join(map(shlex.quote, words))


UNBROKEN = "\u00a0"  # a space at which a line is not folded


def phrase(key, *given):
    """Gives a sentence, its commands as they are typed."""
    command = started().replace(" ", UNBROKEN)
    text = WORDS[key].replace("{command} ", "{command}" + UNBROKEN)
    for verb in TAKES:
        text = text.replace(UNBROKEN + verb + " ", UNBROKEN + verb + UNBROKEN)
    text = text.replace(" " + ANYWAY, UNBROKEN + ANYWAY)
    return text.format(*given, command=command)


def fold(text, indent=""):
    """Folds lines between their words; a longer word stays whole."""
    lines = [textwrap.fill(
        line, WIDTH, initial_indent=indent, subsequent_indent=indent,
        break_long_words=False, break_on_hyphens=False)
        for line in text.split("\n")]
    return "\n".join(lines).replace(UNBROKEN, " ")


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
    except (Exception, SystemExit) as error:
        text = type(error).__name__
        if not isinstance(error, SystemExit):
            text += ": %s" % error
        raise Complaint("wrong", WORDS["not run"].format(text)) from None
    return cnn_exercises


def told(error, module):
    """Gives an exception's type, message, file and line, a line each."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename == module.__file__]
    message = str(error).split("\n")[0]
    lines = [type(error).__name__, message]
    if own:  # from the function that was called in to the line that raised
        numbers = [str(frame.lineno) for frame in own]
        lines += [os.path.basename(module.__file__), " > ".join(numbers[:3])]
    return "\n".join(lines)


def results(name, number, case):
    """Calls the function, and gives what it returns by name."""
    names, call = FUNCTIONS[name]
    module = student()
    if not hasattr(module, name):
        raise Complaint("wrong", WORDS["no function"].format(name))
    given = {key: np.copy(value) for key, value in case.items()}
    wanted = [key for key in names if key != "cache"]
    try:
        returned = call(getattr(module, name), given)
    except NotImplementedError as error:
        frames = traceback.extract_tb(error.__traceback__)
        if frames[-1].name == name:
            sentence = WORDS["not written"].format(name)
            raise Complaint("open", sentence) from None
        return {"raised": told(error, module)}
    except SystemExit:
        sentence = WORDS["exits"].format(name, number, ", ".join(wanted))
        raise Complaint("wrong", sentence) from None
    except Exception as error:
        return {"raised": told(error, module)}
    for key, value in case.items():
        if given[key].tobytes() != value.tobytes():
            word = "aliased" if "d" + key in wanted else "changed"
            sentence = WORDS[word].format(name, number, key, "d" + key)
            raise Complaint("wrong", sentence)
    values = returned if isinstance(returned, tuple) else (returned,)
    if returned is None:
        what = ", ".join(wanted)
        raise Complaint("wrong", WORDS["nothing"].format(name, number, what))
    if len(values) not in (len(wanted), len(names)):
        forms = [", ".join(wanted)]
        if wanted != names:
            forms.append(", ".join(names))
        what = (" %s " % WORDS["or"]).join(forms)
        raise Complaint("wrong", WORDS["results"].format(
            name, number, what, len(values)))
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


def files(name):
    """Gives where inputs and results are saved, and where a complaint is."""
    return [os.path.join(RESULTS, name + end) for end in (".npz", ".json")]


def save(name):
    """Saves inputs and results of all cases, or why there are none."""
    path, told_path = files(name)
    arrays = {}
    try:
        for number, case in enumerate(cases(name), start=1):
            found = results(name, number, case)
            for key, value in {**case, **found}.items():
                arrays["%s_%d" % (key, number)] = value
    except Complaint as complaint:
        with open(told_path, "w", encoding="utf-8") as file:
            json.dump([complaint.state, str(complaint)], file)
        return
    np.savez(path, **arrays)


def call(names, limit=None):
    """Has a process of its own call functions, which may take it down.

    Gives what is to be said of those that did. With a limit, which is in
    seconds, what functions print is not shown.
    """
    global running
    os.makedirs(RESULTS, exist_ok=True)
    shown = subprocess.DEVNULL if limit else None
    ended = {}
    left = list(names)
    for old in [path for name in left for path in files(name)]:
        if os.path.exists(old):
            os.remove(old)
    while left:
        sys.stdout.flush()
        start = [sys.executable, "-B", "-u", os.path.abspath(__file__), SAVE]
        try:
            code = subprocess.run(
                start + left, stdout=shown, stderr=shown,
                timeout=limit).returncode
        except subprocess.TimeoutExpired:
            code = None
        except KeyboardInterrupt:
            code = STOPPED
        left = [name for name in left
                if not any(map(os.path.exists, files(name)))]
        if left:
            running = left[0]
            ended[running] = death(running, code)
        left = left[1:]
        if code == STOPPED:
            raise KeyboardInterrupt
    return ended


def death(name, code):
    """Gives a sentence on how the process of a function ended."""
    if code is None:
        return WORDS["endless"].format(name, LIMIT)
    if code < 0:
        how = signal.Signals(-code).name
    else:
        how = WORDS["code"].format(code)
    return WORDS["died"].format(name, how)


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


def diagnosed(path, name, **options):
    """Has a file diagnosed, from here, where the program's path begins."""
    words = ["diagnose", path, "--exercise", name, "--language", LANGUAGE]
    return subprocess.run(PROGRAM + words, cwd=HERE, **options)


def folded(text):
    return (fold(text) + "\n").encode()


def judge(name, kept, always=False):
    """Gives a function's state, and what is said of its results.

    Unless it is always to be said, what gave the same numbers before has
    the state that it had.
    """
    global running
    running = name
    path, told_path = files(name)
    if os.path.exists(told_path):
        with open(told_path, encoding="utf-8") as file:
            state, why = json.load(file)
        os.remove(told_path)
        kept["seen"].pop(name, None)
        return state, folded(why)
    with open(path, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    if not always and kept["seen"].get(name) in (
            [digest, "done"], [digest, "wrong"]):
        return kept["seen"][name][1], b""
    run = diagnosed(
        path, name, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    state = "done" if run.returncode == 0 else "wrong"
    said = run.stdout
    if state == "wrong":
        said += folded(phrase("diagnose", name))
    kept["seen"][name] = [digest, state]
    return state, said


def check(name, kept):
    """Gives a function's state, and what is said of it."""
    ended = call([name])
    if name in ended:
        return "wrong", folded(ended[name])
    return judge(name, kept, always=True)


def states_of(names, kept, news=None):
    """Gives the states of functions, of which nothing is said.

    But news takes what is said of those that are right now, and were not.
    """
    ended = call(names, LIMIT) if names else {}
    states = {}
    for name in names:
        before = kept["seen"].get(name, [None, None])
        state, said = ("wrong", b"") if name in ended else judge(name, kept)
        states[name] = state
        if news is not None and state == "done" and before[1] != "done":
            news.append(said)
    return states


def callees(name):
    """Gives the exercise's functions that a function calls."""
    with open(os.path.join(HERE, "cnn_exercises.py"), "rb") as file:
        try:
            tree = ast.parse(file.read())
        except (SyntaxError, ValueError):
            return []
    bodies = {node.name: node for node in tree.body
              if isinstance(node, ast.FunctionDef)}
    found = [name]
    for each in found:  # which grows: through the student's own functions
        words = {node.id for node in ast.walk(bodies.get(each, ast.Pass()))
                 if isinstance(node, ast.Name)}
        if each == name or each not in FUNCTIONS:
            found += [word for word in bodies
                      if word in words and word not in found]
    return [each for each in NAMES if each in found[1:]]


def first_open(states):
    """Gives the first function that is not right, or the last one."""
    return next((name for name in NAMES if states[name] != "done"), NAMES[-1])


def board(name, states):
    print()
    for number, each in enumerate(NAMES, start=1):
        mark = ">" if each == name else " "
        state = WORDS[states[each]]
        print("%s %d %-23s  %s" % (mark, number, each, state))
    print()


def say(said):
    sys.stdout.flush()
    sys.stdout.buffer.write(said)
    sys.stdout.flush()


def current(states, kept):
    """Gives the function that the student is at: what was gone on to, or
    the first that is not right."""
    name = kept.get("current")
    if name in NAMES and states[name] != "done":
        return name
    return first_open(states)


def answer(name, kept):
    """Says what is to be said of a function, and shows all eight."""
    news = []
    states = {} if name else states_of(NAMES, kept, news)
    name = name or current(states, kept)
    for right in news:
        say(right)
    state, said = check(name, kept)
    begin = name
    if state == "wrong":
        states = {**states_of(callees(name), kept), **states}
        for called in callees(name):
            if states[called] != "done":
                said = b""  # which would be of what is called
                begin = called if begin == name else begin
                print(fold(phrase(
                    "calls", name, called, WORDS[states[called]])))
    say(said)
    news = []
    others = [each for each in NAMES if each != name and each not in states]
    states.update(states_of(others, kept, news))
    for right in news:
        say(right)
    states[name] = state
    board(name, states)
    left = [each for each in NAMES if states[each] != "done"]
    if not left:
        print(WORDS["all"])
        return 0
    if state == "done":
        print(fold(phrase("next", left[0])))
        return 0
    print(fold(phrase("next hint", begin)))
    if NAMES.index(left[0]) < NAMES.index(begin):
        print(fold(phrase("back", left[0])))
    return 1


def answer_all(kept):
    """Says what is to be said of all eight."""
    states = {}
    for name in NAMES:
        states[name], said = check(name, kept)
        if states[name] != "open":
            say(said)
    board(current(states, kept), states)
    if all(state == "done" for state in states.values()):
        print(WORDS["all"])
        return 0
    print(fold(phrase("begin", first_open(states))))
    return 1


def go_on(anyway, kept):
    """Goes on to the next function that is not right."""
    states = states_of(NAMES, kept)
    name = current(states, kept)
    if states[name] == "done":  # then all of them are
        print(WORDS["all"])
        return 0
    if not anyway:
        print(fold(phrase("not yet", name)))
        return 1
    at = NAMES.index(name)
    left = [each for each in NAMES[at + 1:] + NAMES[:at + 1]
            if states[each] != "done"]
    kept["current"] = left[0]
    print(WORDS["now"].format(left[0]))
    board(left[0], states)
    return 0


def solution(name, anyway, kept):
    """Shows how a function can be written, once it is right."""
    name = name or current(states_of(NAMES, kept), kept)
    if not anyway and states_of([name], kept)[name] != "done":
        print(fold(phrase("later", name)))
        return 1
    words = ["exercises", "solution", name, "--language", LANGUAGE]
    sys.stdout.flush()
    return subprocess.run(PROGRAM + words, cwd=HERE).returncode


def diagnose(name, path, kept):
    """Has a file diagnosed: one of the student's own, or the last results."""
    name = name or current(states_of(NAMES, kept), kept)
    path = os.path.abspath(path) if path else files(name)[0]
    if not os.path.exists(path):
        return refuse(phrase("no results", name, path))
    sys.stdout.flush()
    return diagnosed(path, name).returncode


def show_help():
    for words, meaning in WORDS["help"]:
        print("%s %-23s  %s" % (started(), words, meaning))
    print()
    print(fold(WORDS["names"].format(", ".join(NAMES))))
    return 0


def hint(name, kept):
    """Gives the next hint; behind the last, that one again."""
    name = name or current(states_of(NAMES, kept), kept)
    with open(os.path.join(HERE, "hints.json"), encoding="utf-8") as file:
        hints = json.load(file)[name]
    given = kept["hints"].get(name)
    given = given if isinstance(given, int) and given > 0 else 0
    number = min(given + 1, len(hints))
    print(WORDS["hint"].format(name, number, len(hints)))
    print(fold(hints[number - 1], indent="  "))
    if number == len(hints):
        print(WORDS["last hint"].format(name))
    kept["hints"][name] = number
    return 0


def refuse(why):
    print(fold(why), file=sys.stderr)
    return 2


def named(word):
    """Gives the function that a word names, or its number; None for none."""
    if word.isdigit() and 1 <= int(word) <= len(NAMES):
        return NAMES[int(word) - 1]
    plain = word.lower().replace("_", "")
    return next((name for name in NAMES
                 if name.replace("_", "") == plain), None)


def unknown(word, is_verb):
    verbs = list(TAKES) if is_verb else []
    near = difflib.get_close_matches(word.lower(), NAMES + verbs, 1)
    if near:
        return refuse(WORDS["meant"].format(word, near[0]))
    if is_verb:
        return refuse(WORDS["unknown"].format(
            word, ", ".join(verbs), ", ".join(NAMES)))
    return refuse(WORDS["unknown name"].format(word, ", ".join(NAMES)))


def main(words):
    if words[:1] == [SAVE]:
        for name in words[1:]:
            save(name)
        return 0
    anyway = ANYWAY in words
    words = [word for word in words if word != ANYWAY]
    verb = ALIASES.get(words[0].lower(), words[0].lower()) if words else ""
    rest = words[1:] if verb in TAKES else words
    most = TAKES.get(verb, 1)
    if len(rest) > most:
        return refuse(WORDS["too much"].format(rest[most]))
    name = named(rest[0]) if rest else None
    if rest and name is None:
        return unknown(rest[0], is_verb=verb not in TAKES)
    kept = memory()
    try:
        if verb == "help":
            return show_help()
        if verb == "hint":
            return hint(name, kept)
        if verb == "all":
            return answer_all(kept)
        if verb == "next":
            return go_on(anyway, kept)
        if verb == "solution":
            return solution(name, anyway, kept)
        if verb == "diagnose":
            return diagnose(name, rest[1] if len(rest) > 1 else None, kept)
        return answer(name, kept)
    finally:
        remember(kept)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        if sys.argv[1:2] != [SAVE]:
            print("\n" + WORDS["stopped"].format(running or "check.py"))
        sys.exit(STOPPED)
    except BrokenPipeError:  # who reads has had enough, as head has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
