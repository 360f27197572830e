// The page: grids, controls, and what they say.

const find = id => document.getElementById(id);
const termsBox = new Terms(find("sum")), codeBox = new Code(find("code"));
let grids = {}, gridsOf = null;

// The grid of the result: elements fill as they are computed, differ from libtorch's, or are wrong on purpose.
class ResultGrid extends Grid {
  textOf(row, column) {
    const plain = super.textOf(row, column), at = flat(this.tensor, this.index(row, column));
    const wrong = mistakes.at(player.viewName, at);
    if (wrong !== undefined) return { text: short(wrong), number: wrong, kind: "mistaken", small: short(plain.number) };
    const isComputed = at < player.element || (at === player.element && player.step === player.lastStep);
    if (at === player.element && player.step > 0 && !isComputed)
      return { text: short(player.terms[player.step - 1].sum), kind: `${plain.kind} running` };
    if (this.isHidden(at)) return { text: "", kind: `${plain.kind} blank` };
    const differs = this.tensor.libtorch && !sameBits(this.tensor.libtorch[at], this.tensor.data[at]);
    return { ...plain, small: differs ? "≈" : "" };
  }

  // Whether an element is not computed yet, and not shown either.
  isHidden(at) {
    const isComputed = at < player.element || (at === player.element && player.step === player.lastStep);
    return !isComputed && !find("all").checked && !mistakes.chosen;
  }

  sentence(row, column) {
    const text = say(), at = flat(this.tensor, this.index(row, column)), sentence = super.sentence(row, column);
    if (this.isHidden(at)) return `${sentence.split(" = ")[0]}: ${text.notYet}`;
    const wrong = mistakes.at(player.viewName, at);
    if (wrong !== undefined) return `${sentence} (${text.right}); ${text.instead}: ${exact(wrong, true)}`;
    const theirs = this.tensor.libtorch?.[at];
    return theirs === undefined || sameBits(theirs, this.tensor.data[at]) ? sentence
      : `${sentence}; libtorch: ${exact(theirs)}, ${text.differs(ulps(theirs, this.tensor.data[at]))}`;
  }
}

function buildGrids(view) {
  grids = {};
  for (const name of view.sources) grids[name] = new Grid(name, null);
  grids[view.result] = new ResultGrid(view.result, index => {
    player.pause();
    const at = flat(player.result, index);
    player.element = at;
    player.go(at, player.lastStep);
  });
  find("grids").replaceChildren(...Object.values(grids).map(grid => grid.box));
}

// Which plane of a source the current step reads.
function planeOf(state, name) {
  const term = state.terms[Math.min(Math.max(state.step - 1, 0), state.terms.length - 1)];
  return term?.reads.find(read => read.name === name)?.index ?? (grids[name].plane ? [...grids[name].plane] : [0, 0]);
}

// Selectors for the planes of a grid: of the result they choose an element, of a source the first term that reads there.
function select(grid, state) {
  const [first, second] = shape4(grid.tensor), isResult = grid.name === state.view.result;
  const key = `${grid.plane} ${language} ${isResult ? "" : state.element}`;
  if (grid.selected === key) return;
  grid.selected = key;
  const choices = [[0, first], [1, second]].filter(([axis, count]) => count > 1 && axes[grid.name][axis]);
  const isFocused = [...grid.selectors.querySelectorAll("select")].indexOf(document.activeElement);
  grid.selectors.replaceChildren(...choices.map(([axis, count]) => {
    const name = axes[grid.name][axis];
    const box = make("select", {}, ...Array.from({ length: count }, (_, i) => make("option", { value: i }, String(i))));
    box.value = String(grid.plane[axis]);
    if (!isResult) {
      const reached = new Set(state.terms.map(term => term.reads.find(read => read.name === grid.name)?.index[axis]));
      for (const option of box.options) option.disabled = !reached.has(Number(option.value));
    }
    box.addEventListener("change", () => turn(grid, axis, Number(box.value), isResult));
    return make("label", {}, `${say().plane[name]} (${name}) `, box);
  }));
  if (isFocused >= 0) grid.selectors.querySelectorAll("select")[isFocused]?.focus();
}

function turn(grid, axis, to, isResult) {
  player.pause();
  const state = player.state();
  if (isResult) {
    const index = [...state.index];
    index[axis] = to;
    player.go(flat(player.result, index), 0);
    return;
  }
  const other = grid.plane[1 - axis];
  const reads = term => term.reads.find(read => read.name === grid.name)?.index;
  let at = state.terms.findIndex(term => reads(term)?.[axis] === to && reads(term)?.[1 - axis] === other);
  if (at < 0) at = state.terms.findIndex(term => reads(term)?.[axis] === to);
  player.go(player.element, at + 1);
}

// Which cells of a plane an element reads, and which the current step.
function marksOf(state, grid) {
  const marks = new Map(), place = read => `${read.index[2]},${read.index[3]}`;
  const isHere = read => read.name === grid.name && read.index[0] === grid.plane[0] && read.index[1] === grid.plane[1];
  if (grid.name === state.view.result) {
    if (state.index[0] === grid.plane[0] && state.index[1] === grid.plane[1]) marks.set(`${state.index[2]},${state.index[3]}`, "current");
    return marks;
  }
  if (grid.name === "bias") {
    marks.set(`0,${state.index[1]}`, state.step === player.lastStep ? "current" : "window");
    return marks;
  }
  const window = isMax && state.viewName === "gradInput" && grid.name === "input"; // the window of the current term
  const term = state.terms[state.step - 1];
  if (window) {
    for (const read of term?.reads ?? []) if (isHere(read)) marks.set(place(read), "window");
    marks.set(`${state.index[2]},${state.index[3]}`, "current");
    return marks;
  }
  for (const each of state.terms) for (const read of each.reads) if (isHere(read)) marks.set(place(read), "window");
  for (const read of term?.reads ?? []) if (isHere(read)) marks.set(place(read), "current");
  return marks;
}

function show(state) {
  if (gridsOf !== state.viewName) buildGrids(state.view);
  gridsOf = state.viewName;
  for (const grid of Object.values(grids)) {
    const isResult = grid.name === state.view.result;
    const plane = isResult ? state.index : planeOf(state, grid.name);
    grid.show(plane[0], plane[1]);
    if (isResult) grid.write();
    select(grid, state);
    grid.mark(marksOf(state, grid));
  }
  termsBox.show(state);
  codeBox.show(state);
  showControls(state);
}

function showControls(state) {
  const text = say(), atStart = state.element === 0 && state.step === 0;
  const focused = document.activeElement;
  for (const id of ["first", "back"]) find(id).disabled = atStart;
  find("previous").disabled = state.element === 0;
  find("next").disabled = state.element === player.count - 1;
  for (const id of ["step", "last"]) find(id).disabled = player.isAtEnd;
  if (focused?.disabled && focused.closest(".controls")) find(player.isAtEnd ? "back" : "step").focus(); // where one can go on
  find("play").querySelector(".icon").textContent = player.timer ? "❚❚" : "▷";
  find("play").querySelector(".name").textContent = player.timer ? text.pause : text.play;
  find("cell").value = state.element + 1;
  find("cell").max = player.count;
  find("cells").textContent = text.of(player.count);
  find("progress").max = player.lastStep;
  find("progress").value = state.step;
  find("progress").setAttribute("aria-valuetext", `${state.step} / ${player.lastStep}`);
  const status = find("status");
  status.setAttribute("aria-live", player.timer ? "off" : "polite"); // what runs by itself is not read out
  status.textContent = sentenceOf(state);
}

// The step in words.
function sentenceOf({ view, index, terms, step }) {
  const text = say(), name = nchwName(view.result, index);
  if (step === 0) return text.stepStart(name, exact(view.start()), isMax && view.result === "output");
  const term = terms[step - 1];
  if (!term) return text.stepEnd(name, endOf(view, index, terms));
  const operand = i => `${nchwName(term.reads[i].name, term.reads[i].index)} = ${exact(term.numbers[i])}`;
  const note = noteOf(view, term);
  if (isMax && view.result === "output") return text.stepTerm(step, terms.length, text.compared(operand(0), exact(term.sum), note));
  if (isMax) return text.stepTerm(step, terms.length, `${operand(0)}; ${note}.`);
  if (view.divides) return text.stepTerm(step, terms.length, text.plus(`${operand(0)} / ${term.divisor}`, exact(term.sum)));
  if (view.operands.length === 1) return text.stepTerm(step, terms.length, text.plus(operand(0), exact(term.sum)));
  return text.stepTerm(step, terms.length, text.times(operand(0), operand(1), exact(term.sum)));
}

// -10 + bias[0] 4 = -6; 12 / 6 = 2; or the sum itself
function endOf(view, index, terms) {
  const sum = terms.length ? terms[terms.length - 1].sum : view.start(), end = finished(view, index, terms);
  if (end.bias !== undefined) return `${exact(sum)} + bias[${end.biasAt}] (${exact(end.bias)}) = ${exact(end.value)}`;
  return end.divisor ? `${exact(sum)} / ${end.divisor} = ${exact(end.value)}` : exact(end.value);
}

// n_H (height) = floor((4 - 3 + 2 * 1) / 2) + 1 = 2
function sizeText(name, axisName, axis) {
  const padding = axis.padBefore === axis.padAfter ? `2 * ${axis.padBefore}` : `${axis.padBefore} + ${axis.padAfter}`;
  const window = axis.dilation === 1 ? `${axis.kernel}` : `(${axis.dilation} * (${axis.kernel} - 1) + 1)`;
  const room = `(${axis.in} - ${window} + ${padding}) / ${axis.stride}`; // as the exercise writes it
  const left = axis.in + axis.padBefore + axis.padAfter - axis.dilation * (axis.kernel - 1) - 1;
  const windows = (page.ceilMode ? Math.ceil : Math.floor)(left / axis.stride) + 1;
  const text = `${name} (${axisName}) = ${page.ceilMode ? "ceil" : "floor"}(${room}) + 1 = ${windows}`;
  return windows === axis.out ? text : `${text} - 1 = ${axis.out} (${say().dropped})`;
}

// All that depends on the language, but not on the step.
function speak() {
  const text = say();
  document.documentElement.lang = language;
  find("title").textContent = text.title[page.kind];
  document.title = `${text.title[page.kind]}: ${page.case}`;
  find("case").textContent = page.case;
  find("command").textContent = page.command ? `cnn ${page.command}` : "";
  find("readout").textContent = text.hint;
  find("notes").textContent = page.notes.map(note => note[language]).join(" ");
  find("notes").hidden = page.notes.length === 0;
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = text[element.dataset.word];
  for (const element of document.querySelectorAll("[data-label]")) element.setAttribute("aria-label", text[element.dataset.label]);
  find("help").replaceChildren(...text.keys.map(key => make("li", {}, key)));
  find("formula").textContent = `${sizeText("n_H", text.heightName, height)}; ${sizeText("n_W", text.widthName, width)}`;
  find("views").replaceChildren(make("legend", {}, text.what), ...Object.keys(views).map(name => {
    const radio = make("input", { type: "radio", name: "view", value: name });
    radio.checked = name === player.viewName;
    radio.addEventListener("change", () => {
      player.pause();
      player.choose(name);
      speakResult();
    });
    radio.addEventListener("click", event => event.detail > 0 && find("step").focus()); // by pointer: the arrow keys step
    return make("label", {}, radio, ` ${text.views[name]}`);
  }));
  mistakes.fill(find("mistake"));
  for (const grid of Object.values(grids)) {
    grid.build();
    grid.selected = null;
  }
  player.show();
  speakResult();
}

// What is said of the whole result: libtorch's bits, and the chosen mistake.
function speakResult() {
  const text = say(), { result } = player, name = player.view.result;
  let same = 0, ulp = 0, off = 0;
  result.data.forEach((number, at) => {
    if (sameBits(number, result.libtorch[at])) same++;
    else [ulp, off] = [Math.max(ulp, ulps(number, result.libtorch[at])), Math.max(off, Math.abs(number - result.libtorch[at]))];
  });
  const count = result.data.length;
  const verdict = same === count ? text.allSame(name, same) : text.someDiffer(name, same, count, ulp, Number(off.toPrecision(2)));
  find("mistake-text").replaceChildren(...mistakes.sentences(player.viewName).map(sentence => make("p", {}, sentence)));
  const old = document.querySelector(".verdict"), line = make("p", { class: "verdict" }, verdict);
  if (old) old.replaceWith(line);
  else find("sum").after(line);
}

function wire() {
  const actions = {
    first: () => player.first(), previous: () => player.skip(-1), back: () => player.back(), step: () => player.forward(),
    next: () => player.skip(1), last: () => player.last(),
  };
  for (const [id, action] of Object.entries(actions))
    find(id).addEventListener("click", () => {
      player.pause();
      action();
    });
  find("play").addEventListener("click", () => player.toggle());
  find("speed").addEventListener("change", () => {
    if (!player.timer) return;
    player.pause();
    player.toggle();
  });
  find("cell").addEventListener("change", event => {
    player.pause();
    const asked = Number.parseInt(event.target.value, 10);
    if (Number.isNaN(asked)) event.target.value = player.element + 1;
    else player.go(asked - 1, 0);
  });
  find("progress").addEventListener("input", event => {
    player.pause();
    player.go(player.element, Number(event.target.value));
  });
  find("all").addEventListener("change", () => player.show());
  find("small").addEventListener("change", event => document.body.classList.toggle("small", event.target.checked));
  find("mistake").addEventListener("change", event => {
    mistakes.chosen = page.mistakes.find(mistake => mistake.id === event.target.value) ?? null;
    player.show();
    speakResult();
  });
  find("language").addEventListener("change", event => {
    language = event.target.value;
    remember();
    speak();
  });
  find("theme").addEventListener("change", event => {
    paint(event.target.value);
    remember();
  });
  document.addEventListener("keydown", key);
}

function paint(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

// Language and colours stay when the page is loaded again: they are the address's fragment, which a link may set as well.
function remember() {
  history.replaceState(null, "", `#language=${language}&theme=${find("theme").value}`);
}

function recall() {
  const asked = new URLSearchParams(location.hash.slice(1));
  for (const [id, usual] of [["language", language], ["theme", "auto"]]) {
    const isThere = [...find(id).options].some(option => option.value === asked.get(id));
    find(id).value = isThere ? asked.get(id) : usual;
  }
  language = find("language").value;
  paint(find("theme").value);
}

// Arrow keys outside of grids, and of what has arrow keys of its own.
function key(event) {
  if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest("input, select, pre, [role=region]")) return;
  const action = {
    ArrowRight: () => event.shiftKey ? player.skip(1) : player.forward(),
    ArrowLeft: () => event.shiftKey ? player.skip(-1) : player.back(),
    Home: () => player.first(),
    End: () => player.last(),
  }[event.key];
  if (!action) return;
  event.preventDefault();
  player.pause();
  action();
}

document.body.classList.toggle("long", !isSingle); // numbers of 17 digits need the width of the page
recall();
wire();
speak();
