/**
 * The facet engine: what is left under a choice, and how many images each value would give. Pure.
 *
 * OR inside a facet's `any`, AND between everything else. A facet's counts leave its own `any` and its own limits out, and keep the rest
 * of its choice, so that each number is what a click gives. Each image counts once for each of its values.
 */
(function () {
  "use strict";

  const catalog = (globalThis.catalog = globalThis.catalog || {});

  /** The sieve's name for the free text; no facet is called this. */
  const TEXT = "\u0000text";

  /** The sieve's names for what is asked of a facet. */
  const open = (/** @type {string} */ facet) => `${facet}\u0000open`;
  const kept = (/** @type {string} */ facet) => `${facet}\u0000kept`;

  /** @typedef {import("./table.js").Column} Column */
  /** @typedef {import("./columns.js").ColumnIndex} ColumnIndex */
  /** @typedef {import("./bits.js").Bits} Bits */
  /** @typedef {import("./conditions.js").Condition} Condition */
  /** @typedef {import("./query.js").State} State */

  class Facets {
    /** @param {import("./table.js").Table} table */
    constructor(table) {
      this.table = table;
      /** @type {Map<string, Column>} */
      this.columns = new Map(table.columns.map((column) => [column.facet, column]));
      /** @type {Map<string, ColumnIndex>} */
      this.indexes = new Map(table.columns.map((column) => [column.facet, new catalog.ColumnIndex(column, table.rows)]));
      this.sieve = new catalog.Sieve(table.rows);
      this.counter = new catalog.Counter(table.rows);
      this.text = new catalog.TextSearch(table, this.indexes);
      this.orders = new catalog.Orders(table.rows, this.indexes);
      this.tree = new catalog.Branches(this.indexes);
      /** What is in force, by facet. @type {Map<string, Condition>} */
      this.conditions = new Map();
      this.words = "";
      this.sort = "";
      /** Counts under what is in force, by facet. @type {Map<string, Int32Array>} */
      this.counted = new Map();
      /** The rows that are left, sorted; made when asked for. @type {Int32Array | null} */
      this.sorted = null;
    }

    /**
     * What must be given before a state can be put in force.
     * @param {State} state
     * @returns {Set<"text" | "order">}
     */
    needs(state) {
      /** @type {Set<"text" | "order">} */
      const needs = new Set();
      const sort = state.sort.replace(/^-/, "");
      const isSearch = (/** @type {string} */ facet) => this.table.search.some((each) => each.facet === facet);
      const asksText = catalog.terms(state.text).length > 0 || isSearch(sort) || [...state.choices.keys()].some(isSearch);
      if (asksText && !this.text.isGiven) needs.add("text");
      if (sort === "name" && !this.orders.names) needs.add("order");
      return needs;
    }

    /**
     * Takes `data/text.arrow.gz`, unzipped. What is in force must be put in force again.
     * @param {Uint8Array} bytes
     * @param {{tableFromIPC: (bytes: Uint8Array) => any}} flechette
     */
    giveText(bytes, flechette) {
      this.text.give(bytes, flechette);
      this.orders.texts = this.text.keys;
      this.words = "";
      this.sieve.set(TEXT, null);
      for (const { facet } of this.table.search) {
        this.conditions.delete(facet);
        this.sieve.set(open(facet), null);
        this.sieve.set(kept(facet), null);
      }
      this.counted.clear();
      this.forgetOrder();
    }

    /**
     * Takes `data/order.arrow.gz`, unzipped.
     * @param {Uint8Array} bytes
     * @param {{tableFromIPC: (bytes: Uint8Array) => any}} flechette
     */
    giveOrder(bytes, flechette) {
      this.orders.give(bytes, flechette);
      this.forgetOrder();
    }

    /**
     * Puts a state in force. Only what differs from the last one is worked out again.
     * @param {State} state Unknown facets and values are in no image.
     */
    apply(state) {
      let isChanged = false;
      for (const facet of new Set([...this.conditions.keys(), ...state.choices.keys()])) {
        const before = this.conditions.get(facet);
        const choice = state.choices.get(facet);
        if (before?.choice === choice) continue;
        const condition = choice ? new catalog.Condition(this.source(facet), this.table.rows, choice, before) : null;
        isChanged = this.sieve.set(open(facet), condition?.open ?? null) || isChanged;
        isChanged = this.sieve.set(kept(facet), condition?.kept ?? null) || isChanged;
        if (condition) this.conditions.set(facet, condition);
        else this.conditions.delete(facet);
        this.counted.delete(facet);
      }
      const words = catalog.terms(state.text);
      const joined = words.join("\n"); // phrases hold spaces
      if (joined !== this.words) {
        isChanged = this.sieve.set(TEXT, words.length ? this.text.holding(words) : null) || isChanged;
        this.words = joined;
      }
      if (isChanged) this.counted.clear();
      if (isChanged || state.sort !== this.sort) this.forgetOrder();
      this.sort = state.sort;
    }

    forgetOrder() {
      this.sorted = null;
      this.tree.clear();
    }

    /** How many images are left. @returns {number} */
    get total() {
      return this.sieve.passing.size;
    }

    /**
     * Some of the rows that are left, in the order asked for.
     * @param {number} from
     * @param {number} to
     * @returns {number[]}
     */
    rows(from, to) {
      if (!this.orders.has(this.sort)) return this.sieve.passing.rowsBetween(from, to);
      return Array.from(this.allRows().subarray(from, to));
    }

    /** All rows that are left, in the order asked for. @returns {Int32Array} Not to be changed. */
    allRows() {
      if (!this.sorted) {
        const { passing } = this.sieve;
        this.sorted = this.orders.has(this.sort) ? this.orders.sorted(passing, this.sort) : new Int32Array(passing.size);
        if (!this.orders.has(this.sort)) passing.list(this.sorted);
      }
      return this.sorted;
    }

    /**
     * What is below a node of the tree that the images are regrouped into.
     * @param {string[]} groups Facets, or `tag set:LABEL`, the outermost first.
     * @param {number[]} path Codes down to the node; empty for the first level.
     * @returns {import("./branches.js").Branch[]} None below the last level.
     */
    branches(groups, path) {
      if (path.length >= groups.length) return [];
      const level = this.tree.level(groups[path.length]);
      if (!path.length) return level.branches(level.countBits(this.sieve.passing, this.counter));
      return level.branches(level.count(this.tree.rows(this.allRows(), groups, path)));
    }

    /**
     * Some of the rows of a node, in the order asked for.
     * @param {string[]} groups
     * @param {number[]} path
     * @param {number} from
     * @param {number} to
     * @returns {number[]}
     */
    branchRows(groups, path, from, to) {
      return Array.from(this.tree.rows(this.allRows(), groups, path).subarray(from, to));
    }

    /** What one can group by. @returns {{name: string, label: string}[]} */
    groupables() {
      return this.tree.groupables();
    }

    /**
     * How many images each value of a facet gives.
     * @param {string} facet One of the table's.
     * @returns {Int32Array} By code, and at the end the images without any value. Not to be changed.
     */
    counts(facet) {
      let counts = this.counted.get(facet);
      if (counts) return counts;
      const index = /** @type {ColumnIndex} */ (this.indexes.get(facet));
      const condition = this.conditions.get(facet);
      const known = index.column.counts;
      if (known && !condition && this.sieve.passing.size === this.table.rows) return known;
      const rows = condition?.open ? this.sieve.passingBut(open(facet)) : this.sieve.passing;
      counts = this.counter.count(index, rows, !condition?.open);
      if (condition?.choice.none.length) this.countExcluded(index, condition, counts);
      if (condition?.choice.has) counts[index.none] = this.countWithout(index, condition);
      this.counted.set(facet, counts);
      return counts;
    }

    /**
     * How many images have any value of a facet: what `has` gives. Like its counts it leaves out the facet's `any`, limits and `lacks`.
     * @param {string} facet One of the table's.
     * @returns {number}
     */
    countAny(facet) {
      const index = /** @type {ColumnIndex} */ (this.indexes.get(facet));
      const condition = this.conditions.get(facet);
      const rows = this.sieve.passingWithout(open(facet), kept(facet)).keep(index.valued());
      const all = condition?.all();
      if (all) rows.keep(all);
      if (condition?.choice.none.length) rows.drop(condition.holding(condition.choice.none));
      return rows.size;
    }

    /**
     * For values that are excluded, how many images there would be were they not.
     * @param {ColumnIndex} index
     * @param {Condition} condition
     * @param {Int32Array} counts Takes them.
     */
    countExcluded(index, condition, counts) {
      const { none, lacks } = condition.choice;
      const codes = none.map((value) => index.codeOf(value)).filter((code) => code >= 0);
      const rows = this.sieve.passingWithout(open(index.column.facet), kept(index.column.facet)).keep(condition.holding(none));
      const all = condition.all();
      if (all) rows.keep(all);
      if (lacks) rows.drop(index.valued());
      if (codes.length === 1) {
        counts[codes[0]] = rows.size;
        return;
      }
      // A row that has two of them stays out when one is let in again.
      const found = this.counter.count(index, index.withOneOf(codes, rows));
      for (const code of codes) counts[code] = found[code];
    }

    /**
     * @param {ColumnIndex} index
     * @param {Condition} condition
     * @returns {number} How many images there are without a value, were `has` not asked for.
     */
    countWithout(index, condition) {
      if (condition.choice.all.length) return 0;
      return this.sieve.passingWithout(open(index.column.facet), kept(index.column.facet)).drop(index.valued()).size;
    }

    /**
     * How many images there would be if all that is asked of a facet were cleared, all else kept.
     * @param {string} facet
     * @returns {number}
     */
    without(facet) {
      return this.sieve.passingWithout(open(facet), kept(facet)).size;
    }

    /** The same for the free text. @returns {number} */
    withoutText() {
      return this.sieve.passingWithout(TEXT).size;
    }

    /**
     * How many images there are by what is asked of a facet alone.
     * @param {string} facet
     * @returns {number}
     */
    alone(facet) {
      return this.aloneBy(open(facet), kept(facet));
    }

    /** The same for the free text. @returns {number} */
    aloneText() {
      return this.aloneBy(TEXT, TEXT);
    }

    /** @type {(one: string, other: string) => number} */
    aloneBy(one, other) {
      const [first, second] = [one, other].map((name) => this.sieve.sets.get(name)).filter(Boolean);
      if (!first) return this.table.rows;
      return second ? first.common(second) : first.size;
    }

    /**
     * @param {string} facet
     * @param {string} value
     * @returns {number} Its code, or -1.
     */
    codeOf(facet, value) {
      return this.indexes.get(facet)?.codeOf(value) ?? -1;
    }

    /**
     * @param {string} facet
     * @param {number} row
     * @returns {number[]} The codes of its values.
     */
    codesOf(facet, row) {
      return this.indexes.get(facet)?.codesOf(row) ?? [];
    }

    /**
     * @param {number} row
     * @returns {string} The image's name, once the texts are given.
     */
    textOf(row) {
      return this.text.names?.text(row) ?? "";
    }

    /**
     * @param {string} facet A key that is found by words alone.
     * @param {number} row
     * @returns {string[]} Its values, once the texts are given.
     */
    textsOf(facet, row) {
      return this.text.keys.get(facet)?.values(row) ?? [];
    }

    /** @param {string} facet */
    source(facet) {
      return this.indexes.get(facet) ?? this.text.keys.get(facet) ?? null;
    }
  }

  catalog.Facets = Facets;
})();
