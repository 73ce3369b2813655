/**
 * Which values of a facet a reader sees first, and which ones hold the words that somebody typed. Pure.
 */
(function () {
  "use strict";

  const catalog = (globalThis.catalog = globalThis.catalog || {});

  /** Values that stand open in a facet before "Show all"; one more where that would take its place. */
  const SHOWN = 5;
  /** Numbers of up to so many values stand as a list, too; days and more numbers are left to their bars until somebody asks. */
  const LISTED = 200;

  /** @typedef {import("./table.js").Column} Column */

  class FacetOrder {
    /** @param {Column} column */
    constructor(column) {
      this.column = column;
      const { kind, values } = column;
      /** Numbers and days stand in their own order. */
      this.isAscending = kind !== "choice";
      this.few = kind === "date" || (kind === "number" && values.length > LISTED) ? 0 : SHOWN;
      this.all = Array.from(values.keys());
      /** Of a question that is answered by yes or no: the codes in this order. @type {number[] | null} */
      this.yesNo = kind === "choice" && values.length === 2 ? yesNo(values) : null;
      /** Folded labels, and those of the groups that a value stands in; made when first searched. @type {string[][] | null} */
      this.folded = null;
    }

    /**
     * How many values stand open, besides those that are asked for.
     * @param {number} matching Values there are to show.
     * @returns {number}
     */
    lengthOf(matching) {
      return matching <= SHOWN + 1 ? matching : this.few;
    }

    /**
     * The values that hold words, themselves or by what they are grouped under.
     * @param {readonly string[]} words Folded; none for all values.
     * @returns {number[]} Codes, ascending; the same list each time where there are no words.
     */
    matching(words) {
      if (!words.length) return this.all;
      this.folded = this.folded ?? foldAll(this.column);
      const { folded } = this;
      return this.all.filter((code) => words.every((word) => folded[code].some((text) => catalog.holds(text, word))));
    }

    /**
     * The first values: what is asked for, in the order of asking; then those of most images, numbers and days in their own order.
     * Costs a pass over the codes, and sorts only where more than a handful is wanted.
     * @param {number[]} codes That may be shown.
     * @param {Int32Array} counts By code.
     * @param {Map<number, unknown>} marked By the codes of what is asked for.
     * @param {number} size How many, and more where more is asked for.
     * @returns {number[]}
     */
    first(codes, counts, marked, size) {
      if (this.yesNo) return codes === this.all ? this.yesNo : this.yesNo.filter((code) => codes.includes(code));
      if (!size && !marked.size) return [];
      const allowed = codes === this.all ? null : new Set(codes);
      const asked = [...marked.keys()].filter((code) => !allowed || allowed.has(code));
      const room = Math.min(codes.length, Math.max(size, asked.length)) - asked.length;
      const others = asked.length ? codes.filter((code) => !marked.has(code)) : codes;
      const rest = room <= SHOWN ? most(others, counts, room) : sorted(others, counts).slice(0, room);
      if (this.isAscending) rest.sort((a, b) => a - b);
      return [...asked, ...rest];
    }
  }

  /**
   * The codes of most images; among equals those that have more in the whole catalogue, as codes are ordered.
   * @param {number[]} codes Ascending.
   * @param {Int32Array} counts
   * @param {number} size A handful.
   * @returns {number[]}
   */
  function most(codes, counts, size) {
    /** @type {number[]} */
    const best = [];
    if (!size) return best;
    for (const code of codes) {
      if (best.length === size && counts[code] <= counts[best[size - 1]]) continue;
      let place = best.length;
      while (place > 0 && counts[best[place - 1]] < counts[code]) place--;
      best.splice(place, 0, code);
      if (best.length > size) best.pop();
    }
    return best;
  }

  /**
   * @param {number[]} codes Ascending.
   * @param {Int32Array} counts
   * @returns {number[]} By images, then as they were.
   */
  function sorted(codes, counts) {
    const size = codes.length;
    const greatest = codes.reduce((so, code) => Math.max(so, counts[code]), 0);
    // One number a value, so that thousands are sorted without calling back.
    const keys = Float64Array.from(codes, (code, place) => (greatest - counts[code]) * size + place);
    return Array.from(keys.sort(), (key) => codes[key % size]);
  }

  /**
   * @param {string[]} values Two.
   * @returns {number[] | null} The codes of yes and no, or null where they say something else.
   */
  function yesNo(values) {
    const words = values.map((value) => catalog.fold(value.trim()));
    const yes = words.findIndex((word) => word === "yes" || word === "true");
    return yes >= 0 && words[1 - yes] === (words[yes] === "yes" ? "no" : "false") ? [yes, 1 - yes] : null;
  }

  /**
   * @param {Column} column
   * @returns {string[][]} By code.
   */
  function foldAll({ labels, groups }) {
    const folded = labels.map((label) => [catalog.fold(label)]);
    for (const { label, codes } of groups) {
      const heading = catalog.fold(label);
      for (const code of codes) folded[code].push(`${heading} ${folded[code][0]}`);
    }
    return folded;
  }

  catalog.FacetOrder = FacetOrder;
})();
