// What the page says, in English and in Spanish. A word is a text, or a function that makes one of numbers.

let language = document.documentElement.lang;

const plural = (count, one, many) => `${count} ${count === 1 ? one : many}`;

const words = {
  en: {
    title: { conv: "A convolution, step by step", max: "A max pool, step by step", avg: "An average pool, step by step" },
    language: "Language", theme: "Colours", themeAuto: "as the system", themeLight: "light", themeDark: "dark",
    what: "What is computed",
    views: {
      forward: "output", gradInput: "gradient of the input", gradWeight: "gradient of the weight", gradBias: "gradient of the bias",
    },
    controls: "Steps",
    first: "First", previous: "Previous element", back: "Back", step: "Step", next: "Next element", last: "Last",
    play: "Play", pause: "Pause",
    cell: "Element", of: count => `of ${count}`, progress: "Step in the element", speed: "Steps a second",
    grids: "Tensors", sum: "One element, worked out", terms: "terms of the sum", code: "The code that does it",
    showAll: "show elements that are not computed yet", small: "small cells, colours only",
    literal: "the loops", lesson: "the exercise",
    wrong: "Wrong on purpose",
    wrongIntro: "Choose a mistake that people make, and see which elements it changes.",
    mistake: "Mistake", noMistake: "none", notHere: "does not show here",
    lookAt: at => `Where to look: ${at}.`,
    wrongCells: (count, all) =>
      `${count} of ${all} elements ${count === 1 ? "changes" : "change"}; what the mistake gives is above, what is right below.`,
    wrongNothing: "Nothing changes here.",
    wrongElsewhere: view => `It is not made here, but in another view: ${view}.`,
    wrongShape: shape => `The result has another shape: (${shape.join(", ")}).`,
    right: "right", instead: "with the mistake",
    help: "Keys",
    keys: [
      "Outside of a grid: right and left arrow make a step; with Shift, an element. Home and End go to the first and the last element.",
      "In a grid: the arrow keys move from cell to cell. In the grid of the result, Enter shows how that element is computed.",
      "Hover over a cell, or move to it, to read its indices: in the layers' order (N, C, H, W), and as the exercise names it.",
    ],
    hint: "The cell's indices are shown here.",
    plane: { n: "image", c: "channel", oc: "filter", ic: "channel" },
    padding: "padding", overhang: "beyond the padding", unread: "no window reads it", notYet: "not computed yet",
    heightName: "height", widthName: "width", dropped: "a window that begins behind the input is left out",
    begin: (name, start, isMaximum) => `${isMaximum ? "The maximum" : name} begins with ${start}.`,
    columns: { place: "reads", product: "product", share: "share", sum: "sum", max: "maximum", divisor: "divided by" },
    none: "No window reads this cell: the sum has no terms.",
    more: count => `${plural(count, "term", "terms")} more`,
    bias: at => `+ bias[${at}]`, dividedBy: (by, rule) => `divided by ${by} (${rule})`,
    divisors: {
      override: "divisor_override", padding: "the cells in input and padding; what lies beyond does not count",
      input: "the cells in the input alone",
    },
    winner: ([ih, iw]) => `the maximum is that of ih=${ih}, iw=${iw}`,
    takes: "new maximum", ties: "equal, and not the first", isNaN: "NaN is above every number",
    won: "this cell was the maximum: it gets the gradient", lost: ([ih, iw]) => `not added: ih=${ih}, iw=${iw} was the maximum`,
    tied: "not added: equal to the maximum, and not the first",
    rule: "Of equal cells the first is the maximum.",
    lessonGives: text => `The exercise's mask marks all of them, and gets ${text} here.`,
    outside: "0 (no such window)", zero: "0 (padding)",
    libtorch: "libtorch", same: "the same bits",
    differs: ulp => `${Number.isFinite(ulp) ? plural(ulp, "ulp", "ulp") : "another number"} away: it adds in another order`,
    allSame: (name, count) => count === 1 ? `${name}: its one element has libtorch's bits.`
      : `${name}: all ${count} elements have libtorch's bits.`,
    someDiffer: (name, same, count, ulp, off) =>
      `${name}: ${same} of ${count} elements have libtorch's bits. The others, marked ≈, are at most ${off} away, because ` +
      `libtorch adds in another order; that is up to ${ulp} ulp (steps from one ${page.dType} to the next, which are tiny near zero).`,
    fused: "Products are not rounded: each step is one fused multiply-add, rounded once.",
    stepStart: (name, start, isMaximum) => `${name}: the ${isMaximum ? "maximum" : "sum"} begins with ${start}.`,
    stepTerm: (i, count, text) => `Term ${i} of ${count}: ${text}`,
    times: (left, right, sum) => `${left} times ${right}; the sum is ${sum}.`,
    plus: (text, sum) => `plus ${text}; the sum is ${sum}.`,
    compared: (text, most, note) => `${text}; the maximum is ${most}${note ? ` (${note})` : ""}.`,
    stepEnd: (name, text) => `${name} = ${text}.`,
    lessonOrder: "The exercise walks over the windows and adds these terms in their order.",
    noLesson: "The exercise has no such layer: its windows are square, with one stride and one pad, without dilation and " +
      "groups; its pools have no padding.",
    legend: "Thick frame: what this step reads. Thin frame: what the element reads. Dashed: padding. " +
      "Hatched: no window reads it. ≈: libtorch's differs in the last places.",
    gridLabel: (name, at) => `${name}, ${at}`,
  },
  es: {
    title: { conv: "Una convolución, paso a paso", max: "Un max pool, paso a paso", avg: "Un average pool, paso a paso" },
    language: "Idioma", theme: "Colores", themeAuto: "los del sistema", themeLight: "claros", themeDark: "oscuros",
    what: "Qué se calcula",
    views: {
      forward: "salida", gradInput: "gradiente de la entrada", gradWeight: "gradiente de los pesos", gradBias: "gradiente del bias",
    },
    controls: "Pasos",
    first: "Primero", previous: "Elemento anterior", back: "Atrás", step: "Paso", next: "Elemento siguiente", last: "Último",
    play: "Reproducir", pause: "Pausa",
    cell: "Elemento", of: count => `de ${count}`, progress: "Paso dentro del elemento", speed: "Pasos por segundo",
    grids: "Tensores", sum: "Un elemento, a mano", terms: "términos de la suma", code: "El código que lo hace",
    showAll: "mostrar los elementos que todavía no se calcularon", small: "celdas chicas, solo colores",
    literal: "los bucles", lesson: "el ejercicio",
    wrong: "Mal a propósito",
    wrongIntro: "Elegí un error frecuente y mirá qué elementos cambia.",
    mistake: "Error", noMistake: "ninguno", notHere: "acá no se nota",
    lookAt: at => `Dónde mirar: ${at}.`,
    wrongCells: (count, all) =>
      `${count === 1 ? "Cambia" : "Cambian"} ${count} de ${all} elementos; arriba está lo que da el error y abajo lo correcto.`,
    wrongNothing: "Acá no cambia nada.",
    wrongElsewhere: view => `No se comete acá, sino en otra vista: ${view}.`,
    wrongShape: shape => `El resultado tiene otra forma: (${shape.join(", ")}).`,
    right: "correcto", instead: "con el error",
    help: "Teclas",
    keys: [
      "Fuera de una grilla: las flechas derecha e izquierda dan un paso; con Mayúsculas, un elemento. " +
        "Inicio y Fin van al primero y al último.",
      "En una grilla: las flechas van de celda en celda. En la del resultado, Enter muestra cómo se calcula ese elemento.",
      "Pasá el puntero por una celda, o andá hasta ella, para leer sus índices: en el orden de las capas (N, C, H, W) " +
        "y como los nombra el ejercicio.",
    ],
    hint: "Acá se ven los índices de la celda.",
    plane: { n: "imagen", c: "canal", oc: "filtro", ic: "canal" },
    padding: "padding", overhang: "más allá del padding", unread: "ninguna ventana la lee", notYet: "todavía sin calcular",
    heightName: "alto", widthName: "ancho", dropped: "una ventana que empieza más allá de la entrada no cuenta",
    begin: (name, start, isMaximum) => `${isMaximum ? "El máximo" : name} empieza en ${start}.`,
    columns: { place: "lee", product: "producto", share: "parte", sum: "suma", max: "máximo", divisor: "dividido por" },
    none: "Ninguna ventana lee esta celda: la suma no tiene términos.",
    more: count => `${plural(count, "término", "términos")} más`,
    bias: at => `+ bias[${at}]`, dividedBy: (by, rule) => `dividido por ${by} (${rule})`,
    divisors: {
      override: "divisor_override", padding: "las celdas de la entrada y del padding; lo de más allá no cuenta",
      input: "solo las celdas de la entrada",
    },
    winner: ([ih, iw]) => `el máximo es el de ih=${ih}, iw=${iw}`,
    takes: "nuevo máximo", ties: "igual, y no es la primera", isNaN: "NaN está por encima de todo número",
    won: "esta celda era el máximo: recibe el gradiente", lost: ([ih, iw]) => `no se suma: el máximo era ih=${ih}, iw=${iw}`,
    tied: "no se suma: igual al máximo, y no es la primera",
    rule: "Entre celdas iguales el máximo es la primera.",
    lessonGives: text => `La máscara del ejercicio las marca todas, y acá obtiene ${text}.`,
    outside: "0 (no hay tal ventana)", zero: "0 (padding)",
    libtorch: "libtorch", same: "los mismos bits",
    differs: ulp => `a ${Number.isFinite(ulp) ? plural(ulp, "ulp", "ulp") : "otro número"}: suma en otro orden`,
    allSame: (name, count) => count === 1 ? `${name}: su elemento tiene los bits de libtorch.`
      : `${name}: los ${count} elementos tienen los bits de libtorch.`,
    someDiffer: (name, same, count, ulp, off) =>
      `${name}: ${same} de ${count} elementos tienen los bits de libtorch. Los demás, marcados con ≈, difieren en a lo sumo ${off}, ` +
      `porque libtorch suma en otro orden; son hasta ${ulp} ulp (pasos de un ${page.dType} al siguiente, que cerca de cero son diminutos).`,
    fused: "Los productos no se redondean: cada paso es una multiplicación y suma fusionada (fused multiply-add) que se redondea una vez.",
    stepStart: (name, start, isMaximum) => `${name}: ${isMaximum ? "el máximo" : "la suma"} empieza en ${start}.`,
    stepTerm: (i, count, text) => `Término ${i} de ${count}: ${text}`,
    times: (left, right, sum) => `${left} por ${right}; la suma es ${sum}.`,
    plus: (text, sum) => `más ${text}; la suma es ${sum}.`,
    compared: (text, most, note) => `${text}; el máximo es ${most}${note ? ` (${note})` : ""}.`,
    stepEnd: (name, text) => `${name} = ${text}.`,
    lessonOrder: "El ejercicio recorre las ventanas y suma estos términos en ese orden.",
    noLesson: "El ejercicio no tiene esta capa: sus ventanas son cuadradas, con un solo stride y un solo pad, sin dilation ni " +
      "groups; sus pools no tienen padding.",
    legend: "Marco grueso: lo que lee este paso. Marco fino: lo que lee el elemento. Línea cortada: padding. " +
      "Rayado: ninguna ventana la lee. ≈: la de libtorch difiere en las últimas cifras.",
    gridLabel: (name, at) => `${name}, ${at}`,
  },
};

const say = () => words[language];
