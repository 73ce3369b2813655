/**
 * Text made fit for comparing: accents folded, words, natural order. Pure; the same rules as `catalog_builder/text.py`.
 */
(function () {
  "use strict";

  const catalog = (globalThis.catalog = globalThis.catalog || {});

  const ASCII = /^[\x00-\x7f]*$/;

  /** Whether a mark has a combining class, by mark. @type {Map<string, boolean>} */
  const combining = new Map();

  /**
   * Whether Unicode gives a character a combining class other than 0, which is what Python's `unicodedata.combining` tells.
   * JavaScript does not know the class, but sorts by it when it normalises: a mark moves past another of a higher class.
   * Vowel signs of Indic scripts are marks without a class: dropping them would change the word.
   * @param {string} mark
   * @returns {boolean}
   */
  function isCombining(mark) {
    let known = combining.get(mark);
    if (known === undefined) {
      known = (mark + "\u0334").normalize("NFD") !== mark + "\u0334" || ("\u0345" + mark).normalize("NFD") !== "\u0345" + mark;
      combining.set(mark, known);
    }
    return known;
  }

  /**
   * Lower case without accents: `Zürich` and `zurich` are the same.
   * @param {string} text
   * @returns {string}
   */
  catalog.fold = (text) => {
    if (ASCII.test(text)) return text.toLowerCase();
    return text
      .normalize("NFKD")
      .replace(/\p{M}/gu, (mark) => (isCombining(mark) ? "" : mark))
      .toLowerCase();
  };

  /**
   * The folded words of what somebody typed, each once. Whitespace alone parts words: `img-7`, `CD4+` and `a:b` are words.
   * @param {string} text
   * @returns {string[]}
   */
  catalog.words = (text) => [...new Set(catalog.fold(text).split(/\s+/).filter(Boolean))];

  /**
   * Where folded words occur in a text.
   * @param {string} text As it is shown.
   * @param {readonly string[]} words Folded.
   * @returns {[number, number][]} Ranges of the text, from and up to, in order and apart.
   */
  catalog.occurrences = (text, words) => {
    let folded = "";
    /** The place in the text of each folded character. @type {number[]} */
    const places = [];
    let place = 0;
    for (const character of text) {
      const piece = catalog.fold(character);
      for (let i = 0; i < piece.length; i++) places.push(place);
      folded += piece;
      place += character.length;
    }
    places.push(place);
    const marked = new Uint8Array(text.length);
    for (const word of words) {
      for (let at = word ? folded.indexOf(word) : -1; at !== -1; at = folded.indexOf(word, at + 1)) {
        let end = at + word.length;
        // Half of a character that folds to several, such as a ligature, is marked whole.
        while (end < places.length - 1 && places[end] === places[end - 1]) end++;
        marked.fill(1, places[at], places[end]);
      }
    }
    /** @type {[number, number][]} */
    const ranges = [];
    for (let i = 0; i < marked.length; i++) {
      if (!marked[i]) continue;
      const from = i;
      while (i < marked.length && marked[i]) i++;
      ranges.push([from, i]);
    }
    return ranges;
  };

  /**
   * A key for compareNatural, worked out once for each text.
   * @param {string} text
   * @returns {(string | {digits: string})[]}
   */
  catalog.naturalKey = (text) =>
    catalog
      .fold(text)
      .split(/(\d+)/)
      .filter(Boolean)
      .map((run) => (/^\d/.test(run) ? { digits: run.replace(/^0+/, "") } : run));

  /**
   * Puts A2 before A10 and ignores case and accents.
   * @param {ReturnType<typeof catalog.naturalKey>} one
   * @param {ReturnType<typeof catalog.naturalKey>} other
   * @returns {number} Below zero where `one` comes first.
   */
  catalog.compareNatural = (one, other) => {
    for (let i = 0; i < one.length && i < other.length; i++) {
      const a = one[i];
      const b = other[i];
      if (typeof a === "string" || typeof b === "string") {
        if (typeof a !== "string") return -1; // numbers before words
        if (typeof b !== "string") return 1;
        if (a !== b) return a < b ? -1 : 1;
      } else if (a.digits !== b.digits) {
        // By length first: the 10,000 digits a name may hold are no number.
        return a.digits.length - b.digits.length || (a.digits < b.digits ? -1 : 1);
      }
    }
    return one.length - other.length;
  };

  /**
   * A text whose plain order, by code units, is the natural order of another: A2 before A10, case and accents ignored. For sorting many.
   * @param {string} text
   * @returns {string}
   */
  catalog.naturalText = (text) =>
    catalog.fold(text).replace(/[0-9]+/g, (/** @type {string} */ run) => {
      const digits = run.replace(/^0+/, "");
      return `\u0001${String.fromCharCode(digits.length)}${digits}`; // by length first; no printed sign is as low
    });
})();
