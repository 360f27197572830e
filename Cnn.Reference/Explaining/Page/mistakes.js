// Wrong on purpose: what a mistake of the collection gives, beside what is right.

const mistakes = {
  chosen: null,

  // What the chosen mistake makes of a view; null where nothing is chosen, or it is not made there.
  of(viewName) {
    return this.chosen?.views.find(each => each.view === viewName) ?? null;
  },

  // The wrong number of an element: undefined where it is right, or this page does not hold it.
  at(viewName, at) {
    const wrong = this.of(viewName);
    if (!wrong?.data) return undefined;
    if (!wrong.numbers) {
      const numbers = decode(wrong.data, Float32Array);
      wrong.numbers = new Map(Array.from(decode(wrong.places, Int32Array), (place, i) => [place, numbers[i]]));
    }
    return wrong.numbers.get(at);
  },

  fill(select) {
    const text = say();
    const shows = mistake => mistake.views.some(view => view.cells > 0);
    const sorted = [...page.mistakes.filter(shows), ...page.mistakes.filter(mistake => !shows(mistake))];
    const options = sorted.map(mistake => {
      const option = make("option", { value: mistake.id }, shows(mistake) ? mistake.id : `${mistake.id} (${text.notHere})`);
      option.disabled = !shows(mistake);
      return option;
    });
    select.replaceChildren(make("option", { value: "" }, text.noMistake), ...options);
    select.value = this.chosen?.id ?? "";
    select.disabled = options.length === 0;
  },

  // What is said of the chosen mistake in a view.
  sentences(viewName) {
    const text = say();
    if (!this.chosen) return [];
    const said = texts => language === "es" ? texts.spanish : texts.english;
    const sentences = [said(this.chosen), text.lookAt(said(this.chosen.lookAt))];
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
