// Wrong on purpose: what a mistake of the collection gives, beside what is right.

const mistakes = {
  chosen: null,

  // What the chosen mistake makes of a view; null where nothing is chosen, or it is not made there.
  of(viewName) {
    const wrong = this.chosen?.views.find(each => each.view === viewName);
    if (!wrong) return null;
    wrong.numbers ??= wrong.data ? decode(wrong.data, Float32Array) : null;
    return wrong;
  },

  // The wrong number of an element: undefined where it is right, or this page does not hold it.
  at(viewName, at) {
    const wrong = this.of(viewName), number = wrong?.numbers?.[at];
    if (number === undefined) return undefined;
    const right = tensors[views[viewName].result].data, largest = this.largest(viewName);
    const same = Object.is(number, Math.fround(right[at])) || Math.abs(number - right[at]) <= 1e-5 * largest || (Number.isNaN(number) && Number.isNaN(right[at]));
    return same ? undefined : number;
  },

  largest(viewName) {
    const wrong = this.of(viewName);
    wrong.largest ??= tensors[views[viewName].result].data.reduce((most, number) => Number.isFinite(number) ? Math.max(most, Math.abs(number)) : most, 0);
    return wrong.largest;
  },

  fill(select) {
    const text = say();
    const options = page.mistakes.map(mistake => {
      const shows = mistake.views.some(view => view.cells > 0);
      const option = make("option", { value: mistake.id }, shows ? mistake.id : `${mistake.id} (${text.notHere})`);
      option.disabled = !shows;
      return option;
    });
    select.replaceChildren(make("option", { value: "" }, text.noMistake), ...options);
    select.value = this.chosen?.id ?? "";
    select.disabled = options.length === 0;
  },

  // What is said of the chosen mistake in a view.
  sentences(viewName) {
    const text = say();
    if (page.mistakes.length === 0) return [text.noMistakes];
    if (!this.chosen) return [];
    const sentences = [language === "es" ? this.chosen.spanish : this.chosen.english, text.lookAt(this.chosen.lookAt)];
    const wrong = this.of(viewName);
    if (!wrong) {
      const elsewhere = this.chosen.views.filter(view => view.cells > 0).map(view => text.views[view.view]);
      return [...sentences, text.wrongElsewhere(elsewhere.join(", "))];
    }
    const all = tensors[views[viewName].result].data.length;
    if (wrong.cells === 0) return [...sentences, text.wrongNothing];
    if (!wrong.data) return [...sentences, text.wrongShape(wrong.shape)];
    return [...sentences, text.wrongCells(wrong.cells, all)];
  },
};
