/**
 * The facet engine: what is left under a choice, and how many images each value would give. Pure.
 *
 * OR inside a facet, AND between facets. The counts of a facet leave its own choice out. Each image counts once for each of its
 * values. Costs are for 1,000,000 rows: a choice is one pass over its column, counts one pass over the rows that are left.
 */
(function () {
  "use strict";

  const catalog = (globalThis.catalog = globalThis.catalog || {});

  /** The sieve's name for the free text; no facet is called this. */
  const TEXT = "\u0000text";

  /** @typedef {import("./table.js").Column} Column */

  class Facets {
    /** @param {import("./table.js").Table} table */
    constructor(table) {
      this.table = table;
      this.sieve = new catalog.Sieve(table.rows);
      this.text = new catalog.TextSearch(table);
      /** The choice in force, by facet. @type {Map<string, string[]>} */
      this.choices = new Map();
      this.words = "";
      /** @type {Map<string, Column>} */
      this.columns = new Map(table.columns.map((/** @type {Column} */ column) => [column.facet, column]));
      /** The code of each value, by facet; made when first chosen from. @type {Map<string, Map<string, number>>} */
      this.codes = new Map();
      /** Counts over all rows, by facet. @type {Map<string, Int32Array>} */
      this.totals = new Map();
      /** Counts under the choice in force, by facet. @type {Map<string, Int32Array>} */
      this.counted = new Map();
    }

    /**
     * Puts a choice in force. Only what differs from the last one is worked out again.
     * @param {Map<string, string[]>} choices Values by facet; unknown ones match no image.
     * @param {string} text Words and quoted phrases that an image's name or values must hold, all of them.
     */
    apply(choices, text) {
      for (const facet of new Set([...this.choices.keys(), ...choices.keys()])) {
        const before = this.choices.get(facet) ?? [];
        const values = choices.get(facet) ?? [];
        if (before.length === values.length && before.every((value) => values.includes(value))) continue;
        this.sieve.set(facet, values.length ? this.failing(facet, values) : null);
        this.counted.clear();
      }
      const words = catalog.terms(text);
      const joined = words.join("\n"); // phrases hold spaces
      if (joined !== this.words) {
        this.sieve.set(TEXT, words.length ? this.text.failing(words) : null);
        this.counted.clear();
        this.words = joined;
      }
      this.choices = new Map(choices);
    }

    /** How many images are left. @returns {number} */
    get total() {
      return this.sieve.conditions.size ? this.sieve.passing().length : this.table.rows;
    }

    /**
     * Some of the rows that are left, in the table's order.
     * @param {number} from
     * @param {number} to
     * @returns {number[]}
     */
    rows(from, to) {
      if (this.sieve.conditions.size) return Array.from(this.sieve.passing().subarray(from, to));
      const end = Math.min(to, this.table.rows);
      return Array.from({ length: Math.max(0, end - from) }, (_, i) => from + i);
    }

    /**
     * How many images each value of a facet would give, this facet's own choice left out.
     * @param {string} facet One of the table's.
     * @returns {Int32Array} By code, and at the end the images without a value where the column is single-valued. Not to be changed.
     */
    counts(facet) {
      const column = /** @type {Column} */ (this.columns.get(facet));
      const conditions = this.sieve.conditions;
      if (!conditions.size || (conditions.size === 1 && conditions.has(facet))) return this.totalsOf(column);
      let counts = this.counted.get(facet);
      if (!counts) {
        counts = new Int32Array(column.values.length + 1);
        countRows(column, this.sieve.passing(), counts);
        countRows(column, this.sieve.misses(facet), counts);
        this.counted.set(facet, counts);
      }
      return counts;
    }

    /**
     * How many images there would be if a facet's choice were cleared, all else kept.
     * @param {string} facet
     * @returns {number}
     */
    without(facet) {
      return this.total + this.sieve.misses(facet).length;
    }

    /** The same for the free text. @returns {number} */
    withoutText() {
      return this.without(TEXT);
    }

    /**
     * How many images a facet's choice gives by itself.
     * @param {string} facet
     * @returns {number}
     */
    alone(facet) {
      const fails = this.sieve.conditions.get(facet)?.fails;
      return fails ? fails.reduce((/** @type {number} */ sum, /** @type {number} */ fail) => sum - fail, fails.length) : this.table.rows;
    }

    /** The same for the free text. @returns {number} */
    aloneText() {
      return this.alone(TEXT);
    }

    /**
     * @param {string} facet
     * @param {string} value
     * @returns {number} Its code, or -1.
     */
    codeOf(facet, value) {
      const column = this.columns.get(facet);
      if (!column) return -1;
      let codes = this.codes.get(facet);
      if (!codes) {
        codes = new Map(column.values.map((each, code) => [each, code]));
        this.codes.set(facet, codes);
      }
      return codes.get(value) ?? -1;
    }

    /**
     * Counts over all rows.
     * @param {Column} column
     * @returns {Int32Array}
     */
    totalsOf(column) {
      let counts = this.totals.get(column.facet);
      if (!counts) {
        counts = new Int32Array(column.values.length + 1);
        const { codes, offsets } = column;
        const end = offsets ? offsets[this.table.rows] : codes.length;
        for (let i = offsets ? offsets[0] : 0; i < end; i++) counts[codes[i]]++;
        this.totals.set(column.facet, counts);
      }
      return counts;
    }

    /**
     * @param {string} facet
     * @param {string[]} values
     * @returns {Uint8Array} 1 for each row that has none of the values.
     */
    failing(facet, values) {
      const fails = new Uint8Array(this.table.rows).fill(1);
      const column = this.columns.get(facet);
      const codes = values.map((value) => this.codeOf(facet, value)).filter((code) => code >= 0);
      if (column && codes.length) pass(column, codes, fails);
      return fails;
    }
  }

  /**
   * Writes 0 for each row that has one of the codes.
   * @param {Column} column
   * @param {readonly number[]} wanted
   * @param {Uint8Array} fails
   */
  function pass({ codes, offsets, values }, wanted, fails) {
    const isWanted = new Uint8Array(values.length + 1);
    for (const code of wanted) isWanted[code] = 1;
    if (!offsets) {
      for (let row = 0; row < fails.length; row++) if (isWanted[codes[row]]) fails[row] = 0;
      return;
    }
    for (let row = 0, i = offsets[0]; row < fails.length; row++) {
      for (const end = offsets[row + 1]; i < end; i++) if (isWanted[codes[i]]) fails[row] = 0;
    }
  }

  /**
   * Adds one for each value of each of the rows.
   * @param {Column} column
   * @param {Uint32Array} rows
   * @param {Int32Array} counts By code.
   */
  function countRows({ codes, offsets }, rows, counts) {
    if (!offsets) {
      for (let r = 0; r < rows.length; r++) counts[codes[rows[r]]]++;
      return;
    }
    for (let r = 0; r < rows.length; r++) {
      const row = rows[r];
      for (let i = offsets[row], end = offsets[row + 1]; i < end; i++) counts[codes[i]]++;
    }
  }

  catalog.Facets = Facets;
  catalog.passCodes = pass;
})();
