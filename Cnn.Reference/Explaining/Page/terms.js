// One element worked out: a row for each term, and what is done to the sum.

const mostRows = 300; // of more, those around the current term

class Terms {
  constructor(box) {
    this.box = box;
    this.shown = null;
  }

  // Shows an element at a step: 0 before the first term, then one a term, then the end.
  show(state) {
    const { view, index, terms, step } = state;
    const from = terms.length <= mostRows ? 0 : Math.max(0, Math.min(terms.length - mostRows, Math.floor((step - mostRows / 2) / 50) * 50));
    const key = `${state.viewName} ${index} ${from} ${language} ${mistakes.chosen?.id}`;
    if (this.shown !== key) this.build(state, from);
    this.shown = key;
    const isEnd = step === terms.length + 1;
    this.rows.forEach((row, i) => {
      const number = from + i + 1;
      row.className = number === step ? "current" : number < step ? "done" : "ahead";
      if (number === step) row.setAttribute("aria-current", "step");
      else row.removeAttribute("aria-current");
    });
    this.end.className = isEnd ? "end" : "end ahead";
    const row = this.rows[step - 1 - from];
    if (row) this.reveal(row);
    else if (isEnd) this.table.scrollTop = this.table.scrollHeight;
    else if (step === 0) this.table.scrollTop = 0;
  }

  reveal(row) {
    const box = this.table, margin = 60;
    if (row.offsetTop < box.scrollTop + margin) box.scrollTop = row.offsetTop - margin;
    else if (row.offsetTop + row.offsetHeight > box.scrollTop + box.clientHeight - margin)
      box.scrollTop = row.offsetTop + row.offsetHeight - box.clientHeight + margin;
  }

  build({ view, index, terms }, from) {
    const text = say(), name = nchwName(view.result, index);
    const heading = make("p", { class: "name" }, make("b", {}, name), ` = ${exerciseName(view.result, index)}`);
    const places = view.place ? axes[view.place].slice(2) : [];
    const last = view.divides ? [text.columns.divisor, text.columns.share] : view.operands.length > 1 ? [text.columns.product] : [];
    const sum = isMax && view.result === "output" ? text.columns.max : text.columns.sum;
    const kindOf = (column, i) => column === sum ? "sum" : places.includes(column) && i >= view.indices.length ? "place" : "";
    const head = make("tr", {}, ...[...view.indices, ...places, ...view.operands, ...last, sum].map((column, i) =>
      make("th", { scope: "col", class: kindOf(column, i) }, column)));
    const shown = terms.slice(from, from + mostRows);
    this.rows = shown.map(term => this.row(view, term));
    const body = make("tbody", {});
    if (from > 0) body.append(this.remark(text.more(from)));
    body.append(...this.rows);
    if (from + shown.length < terms.length) body.append(this.remark(text.more(terms.length - from - shown.length)));
    const isMaximum = isMax && view.result === "output";
    const caption = make("caption", {}, text.begin(name, exact(view.start()), isMaximum));
    const table = make("table", { class: isMax ? "terms" : "terms pinned" }, caption, make("thead", {}, head), body);
    this.table = make("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": text.terms }, table);
    this.end = this.ending(view, index, terms);
    this.box.replaceChildren(heading, this.table, ...(terms.length === 0 ? [make("p", {}, text.none)] : []), this.end);
  }

  remark(text) {
    return make("tr", {}, make("td", { colspan: "12", class: "more" }, `… ${text}`));
  }

  row(view, term) {
    const text = say();
    const place = view.place ? term.reads.find(each => each.name === view.place).index.slice(2) : [];
    const numbers = term.numbers.map((number, i) => {
      const read = term.reads[i];
      return read.inside ? exact(number) : read.name === "input" ? text.zero : text.outside;
    });
    const last = view.divides ? [String(term.divisor), exact(term.product)] : view.operands.length > 1 ? [productText(term.product)] : [];
    const cells = (texts, kind) => texts.map(cell => make("td", { class: kind }, cell));
    const row = make("tr", {},
      ...cells(term.at.map(String), ""), ...cells(place.map(String), "place"), ...cells([...numbers, ...last], ""));
    row.append(make("td", { class: "sum" }, exact(term.sum)));
    const note = noteOf(view, term);
    if (note) row.append(make("td", { class: "note" }, note));
    return row;
  }

  ending(view, index, terms) {
    const text = say(), list = make("dl", {});
    const sum = terms.length ? terms[terms.length - 1].sum : view.start();
    const end = finished(view, index, terms);
    const add = (name, content, attributes = {}) => list.append(make("dt", {}, name), make("dd", attributes, content));
    add(isMax && view.result === "output" ? text.columns.max : text.columns.sum, exact(sum));
    if (end.bias !== undefined) add(text.bias(end.biasAt), exact(end.bias));
    if (end.divisor) add(text.dividedBy(end.divisor, text.divisors[page.divisorRule]), exact(end.value));
    add(view.result, exact(end.value), { class: "result" });
    const wrong = mistakes.at(player.viewName, flat(tensors[view.result], index));
    if (wrong !== undefined) add(text.instead, exact(wrong, true), { class: "mistaken" });
    const theirs = tensors[view.result].libtorch[flat(tensors[view.result], index)];
    const verdict = sameBits(theirs, end.value) ? text.same : text.differs(ulps(theirs, end.value));
    add(text.libtorch, `${exact(theirs)}: ${verdict}`, { class: "libtorch" });
    const notes = [];
    if (end.winner) notes.push(make("p", {}, text.winner(end.winner)));
    const marks = end.lesson !== undefined && end.lesson !== null ? ` ${text.lessonGives(exact(end.lesson))}` : "";
    if (isMax) notes.push(make("p", { class: "ties" }, text.rule + marks));
    if (view.operands.length > 1) notes.push(make("p", { class: "note" }, text.fused));
    return make("div", {}, list, ...notes);
  }
}

// Why a term counts, or does not.
function noteOf(view, term) {
  const text = say();
  if (!isMax) return "";
  if (view.result === "output") return term.isNaN ? text.isNaN : term.takes ? text.takes : term.ties ? text.ties : "";
  return term.takes ? text.won : term.marked ? text.tied : text.lost(term.winner);
}
