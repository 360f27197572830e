// Where the walkthrough stands: a view, one of its elements, a step in it. And how it goes on.

const player = {
  viewName: "forward",
  element: 0, // of the result, in row-major order
  step: 0,
  timer: null,

  get view() { return views[this.viewName]; },
  get result() { return tensors[this.view.result]; },
  get count() { return this.result.data.length; },

  // The element's terms are made once.
  get terms() {
    const key = `${this.viewName} ${this.element}`;
    if (this.made?.key !== key) this.made = { key, terms: this.view.terms(unflat(this.result, this.element)) };
    return this.made.terms;
  },

  get lastStep() { return this.terms.length + 1; },
  get isAtEnd() { return this.element === this.count - 1 && this.step === this.lastStep; },

  state() {
    return {
      viewName: this.viewName, view: this.view, element: this.element, step: this.step, terms: this.terms,
      index: unflat(this.result, this.element),
    };
  },

  go(element, step) {
    this.element = Math.max(0, Math.min(this.count - 1, element));
    this.step = Math.max(0, Math.min(this.lastStep, step));
    this.show();
  },

  forward() {
    if (this.step < this.lastStep) this.go(this.element, this.step + 1);
    else if (this.element < this.count - 1) this.go(this.element + 1, 0);
    if (this.isAtEnd) this.pause();
  },

  back() {
    if (this.step > 0) this.go(this.element, this.step - 1);
    else if (this.element > 0) {
      this.element--;
      this.go(this.element, this.lastStep);
    }
  },

  // An element further, at the step that this one is at: its beginning, or its end.
  skip(elements) {
    const atEnd = this.step === this.lastStep;
    this.element = Math.max(0, Math.min(this.count - 1, this.element + elements));
    this.go(this.element, atEnd ? this.lastStep : 0);
  },

  first() { this.go(0, 0); },

  last() {
    this.element = this.count - 1;
    this.go(this.element, this.lastStep);
  },

  choose(viewName) {
    this.viewName = viewName;
    this.go(0, 0);
  },

  toggle() {
    if (this.timer) this.pause();
    else {
      if (this.isAtEnd) this.first();
      this.timer = setInterval(() => this.forward(), 1000 / Number(document.getElementById("speed").value));
      this.show();
    }
  },

  pause() {
    if (!this.timer) return;
    clearInterval(this.timer);
    this.timer = null;
    this.show();
  },

  show() { show(this.state()); },
};
