// A plane of a tensor as a table of cells, with roving tabindex: one cell is in the tab order, and the arrow keys move on.

class Grid {
  // name: the tensor. choose: called with a cell's index on Enter or a click; null where that does nothing.
  constructor(name, choose) {
    this.name = name;
    this.choose = choose;
    this.tensor = tensors[name];
    this.plane = null;
    this.marked = [];
    this.box = make("figure", { class: "grid-box", "data-tensor": name });
    this.caption = make("figcaption", {});
    this.selectors = make("span", { class: "selectors" });
    this.scroller = make("div", { class: "scroller" });
    this.box.append(this.caption, this.selectors, this.scroller);
    const isInput = name === "input";
    [this.top, this.left] = isInput ? [-height.padBefore, -width.padBefore] : [0, 0];
    const [, , rows, columns] = shape4(this.tensor);
    [this.bottom, this.right] = isInput ? [drawnEnd(height), drawnEnd(width)] : [rows, columns];
    this.largest = this.tensor.data.reduce((most, number) => Number.isFinite(number) ? Math.max(most, Math.abs(number)) : most, 0);
  }

  // Shows one plane, by its first two indices.
  show(first, second) {
    if (this.plane && this.plane[0] === first && this.plane[1] === second) return;
    this.plane = [first, second];
    this.build();
  }

  build() {
    const table = make("table", { role: "grid", "aria-label": this.label(), class: this.right - this.left > 12 ? "dense" : "" });
    const head = make("tr", {}, make("td", { class: "corner", role: "presentation" }));
    for (let column = this.left; column < this.right; column++) head.append(make("th", { scope: "col" }, String(column)));
    table.append(make("thead", {}, head));
    const body = make("tbody", {});
    this.cells = [];
    for (let row = this.top; row < this.bottom; row++) {
      const line = make("tr", {}, make("th", { scope: "row" }, String(row)));
      const cells = [];
      for (let column = this.left; column < this.right; column++) {
        const cell = make("td", { tabindex: "-1", "data-row": row, "data-column": column });
        cells.push(cell);
        line.append(cell);
      }
      this.cells.push(cells);
      body.append(line);
    }
    table.append(body);
    this.scroller.replaceChildren(table);
    this.marked = [];
    this.focused = [Math.max(0, this.top), Math.max(0, this.left)];
    this.cell(...this.focused).tabIndex = 0;
    table.addEventListener("keydown", event => this.key(event));
    table.addEventListener("pointerover", event => event.target.dataset.row && this.read(event.target));
    table.addEventListener("focusin", event => event.target.dataset.row && this.read(event.target));
    table.addEventListener("click", event => event.target.dataset.row && this.pick(event.target));
    this.write();
  }

  label() {
    return say().gridLabel(this.name, named(axes[this.name].slice(0, 2), this.plane) || this.name);
  }

  cell(row, column) {
    return this.cells[row - this.top]?.[column - this.left];
  }

  index(row, column) {
    return [...this.plane, row, column];
  }

  isElement(row, column) {
    const [, , rows, columns] = shape4(this.tensor);
    return row >= 0 && row < rows && column >= 0 && column < columns;
  }

  // Writes every cell: its number, or what it is instead.
  write() {
    this.caption.replaceChildren(make("b", {}, this.name), ` ${this.exercise()}`);
    for (let row = this.top; row < this.bottom; row++)
      for (let column = this.left; column < this.right; column++) this.writeCell(row, column);
  }

  exercise() {
    const text = exerciseName(this.name, [0, 0, 0, 0]);
    return `(${text.slice(0, text.indexOf("["))})`;
  }

  writeCell(row, column) {
    const cell = this.cell(row, column);
    const text = this.textOf(row, column), key = `${text.text} ${text.kind} ${text.small ?? ""}`;
    if (cell.written === key) return;
    cell.written = key;
    cell.className = text.kind;
    cell.replaceChildren(text.text, ...(text.small ? [make("small", {}, text.small)] : []));
    const share = Number.isFinite(text.number) && this.largest > 0 ? text.number / this.largest : 0;
    cell.style.setProperty("--heat", `${Math.round(Math.abs(share) * 32)}%`);
    cell.style.setProperty("--hue", share < 0 ? "var(--negative)" : "var(--positive)");
  }

  // What a cell shows; the grid of the result adds to it.
  textOf(row, column) {
    if (!this.isElement(row, column)) return { text: isConv ? "0" : "·", kind: this.isPadding(row, column) ? "padding" : "overhang" };
    const number = this.tensor.data[flat(this.tensor, this.index(row, column))];
    const unread = (this.name === "input" || this.name === "gradInput") && !(readRows.has(row) && readColumns.has(column));
    return { text: short(number), number, kind: unread ? "unread" : "" };
  }

  isPadding(row, column) {
    return row < height.in + height.padAfter && column < width.in + width.padAfter;
  }

  // Marks cells: a map of "row,column" to the class that says why.
  mark(marks) {
    for (const [cell, kind] of this.marked) cell.classList.remove(kind);
    this.marked = [];
    let current = null;
    for (const [place, kind] of marks) {
      const cell = this.cell(...place.split(",").map(Number));
      if (!cell) continue;
      cell.classList.add(kind);
      this.marked.push([cell, kind]);
      if (kind === "current") current = cell;
    }
    current ??= this.marked[0]?.[0];
    if (current) this.reveal(current);
  }

  // Scrolls within the grid only; the page stays.
  reveal(cell) {
    const box = this.scroller, margin = 40;
    const { offsetLeft: left, offsetTop: top } = cell, right = left + cell.offsetWidth, bottom = top + cell.offsetHeight;
    if (left < box.scrollLeft + margin) box.scrollLeft = left - margin;
    else if (right > box.scrollLeft + box.clientWidth) box.scrollLeft = right - box.clientWidth + margin;
    if (top < box.scrollTop + margin) box.scrollTop = top - margin;
    else if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight + margin;
  }

  read(target) {
    const [row, column] = [Number(target.dataset.row), Number(target.dataset.column)];
    document.getElementById("readout").textContent = this.sentence(row, column);
  }

  sentence(row, column) {
    if (!this.isElement(row, column)) {
      if (!this.isPadding(row, column)) return `ih=${row}, iw=${column}: ${say().overhang}`;
      const padded = isConv ? `, a_prev_pad[${row + height.padBefore}, ${column + width.padBefore}, ${this.plane[1]}] = 0` : "";
      return `ih=${row}, iw=${column}${padded}: ${say().padding}`;
    }
    const index = this.index(row, column), number = this.tensor.data[flat(this.tensor, index)];
    const unread = this.textOf(row, column).kind.includes("unread") ? ` (${say().unread})` : "";
    return `${nchwName(this.name, index)}, ${exerciseName(this.name, index)} = ${exact(number)}${unread}`;
  }

  pick(target) {
    const [row, column] = [Number(target.dataset.row), Number(target.dataset.column)];
    this.focus(row, column);
    if (this.choose && this.isElement(row, column)) this.choose(this.index(row, column));
  }

  key(event) {
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    let [row, column] = this.focused;
    if (event.ctrlKey && event.key === "Home") row = this.top;
    if (event.ctrlKey && event.key === "End") row = this.bottom - 1;
    if (moves[event.key]) [row, column] = [row + moves[event.key][0], column + moves[event.key][1]];
    else if (event.key === "Home") column = this.left;
    else if (event.key === "End") column = this.right - 1;
    else if (event.key === "Enter" || event.key === " ") this.pick(event.target);
    else return;
    event.preventDefault();
    event.stopPropagation();
    if (this.cell(row, column)) this.focus(row, column);
  }

  focus(row, column) {
    this.cell(...this.focused).tabIndex = -1;
    this.focused = [row, column];
    const cell = this.cell(row, column);
    cell.tabIndex = 0;
    cell.focus({ preventScroll: true });
    this.reveal(cell);
  }
}

// An element with attributes and content.
function make(name, attributes, ...content) {
  const element = document.createElement(name);
  for (const [key, text] of Object.entries(attributes)) element.setAttribute(key, text);
  element.append(...content);
  return element;
}
