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
    const [from, to] = step === 0 ? source.start : !term ? source.store : term.takes ? source.taken : source.term;
    this.lines.forEach((line, i) => {
      line.classList.toggle("current", i >= from && i <= to);
      if (i === from) line.setAttribute("aria-current", "step");
      else line.removeAttribute("aria-current");
    });
    const line = this.lines[from], box = this.scroller;
    if (line.offsetTop < box.scrollTop || line.offsetTop + line.offsetHeight > box.scrollTop + box.clientHeight)
      box.scrollTop = line.offsetTop - box.clientHeight / 2;
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
    this.box.replaceChildren(make("p", { class: "choice" }, make("code", {}, source.title), " ", ...buttons), code);
  }
}
