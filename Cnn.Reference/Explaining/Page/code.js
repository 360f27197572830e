// The C# that computes the view, with the line of the current step.

class Code {
  constructor(box) {
    this.box = box;
    this.which = "literal";
    this.shown = null;
  }

  show({ viewName, terms, step }) {
    const key = `${viewName} ${this.which} ${language}`;
    if (this.shown !== key) this.build(viewName);
    this.shown = key;
    const source = this.source(viewName);
    const term = terms[step - 1];
    const gets = each => this.which === "lesson" && isMax ? each.marked : each.takes !== false;
    const isStored = !isScattered(viewName) || terms.some(gets); // a cell that gets nothing is only cleared
    const end = isStored ? source.store : source.start;
    const [from, to] = step === 0 ? source.start : !term ? end : term.takes ? source.taken : source.term;
    this.lines.forEach((line, i) => {
      line.classList.toggle("current", i >= from && i <= to);
      if (i === from) line.setAttribute("aria-current", "step");
      else line.removeAttribute("aria-current");
    });
    this.note.textContent = this.remark(viewName, terms, step);
    const line = this.lines[from], box = this.scroller, width = line.textContent.length * this.character;
    const indent = Math.max(0, line.textContent.search(/\S/) - 2) * this.character, hidden = width + 4 * this.character - box.clientWidth;
    box.scrollLeft = Math.max(0, Math.min(indent, hidden)); // as much of the line as fits
    if (line.offsetTop < box.scrollTop || line.offsetTop + line.offsetHeight > box.scrollTop + box.clientHeight)
      box.scrollTop = line.offsetTop - box.clientHeight / 2;
  }

  // What the exercise does otherwise; or that it has no such layer.
  remark(viewName, terms, step) {
    const text = say();
    if (!page.lesson[viewName]) return text.noLesson;
    if (this.which === "literal") return "";
    const end = step > terms.length ? finished(player.view, player.state().index, terms) : {};
    if (end.lesson !== undefined && end.lesson !== null) return `${text.rule} ${text.lessonGives(exact(end.lesson))}`;
    return viewName === "gradInput" ? text.lessonOrder : "";
  }

  source(viewName) {
    return this.which === "lesson" && page.lesson[viewName] || page.code[viewName];
  }

  build(viewName) {
    const text = say(), source = this.source(viewName);
    const choices = page.lesson[viewName] ? ["literal", "lesson"] : [];
    const buttons = choices.map(which => {
      const button = make("button", { type: "button", "aria-pressed": String(which === this.which) }, text[which]);
      button.addEventListener("click", () => {
        this.which = which;
        this.shown = null;
        player.show();
        this.box.querySelector("[aria-pressed=true]").focus();
      });
      return button;
    });
    this.lines = source.lines.map(line => make("span", { class: "line" }, `${line}\n`));
    const code = make("pre", { tabindex: "0", role: "region", "aria-label": source.title }, make("code", {}, ...this.lines));
    this.scroller = code;
    this.note = make("p", { class: "note" });
    this.box.replaceChildren(make("p", { class: "choice" }, make("code", {}, source.title), " ", ...buttons), code, this.note);
    const ruler = make("span", {}, "0".repeat(100));
    code.append(ruler);
    this.character = ruler.getBoundingClientRect().width / 100;
    ruler.remove();
  }
}

// The gradients of pools: the loops go from window to window, and add to the cells.
const isScattered = viewName => !isConv && viewName === "gradInput";
