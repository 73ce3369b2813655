/**
 * The rows that are left as a tree, regrouped by any sequence of facets. Pure.
 *
 * A node's rows are a piece of a list that its parent was split into when it was first asked for what is below: unfolding a whole level
 * costs about as much as one pass over the rows. A row with several values is in several branches. Nothing is kept beyond a change of
 * what is left.
 */
(function () {
  "use strict";

  const catalog = (globalThis.catalog = globalThis.catalog || {});

  /** Before the label of a tag set: its tags alone, and the facet that they are of. */
  const TAG_SET = "tag set:";
  const TAGS = "tag";

  const NO_VALUE = "no value";

  /** @typedef {import("./bits.js").Bits} Bits */
  /** @typedef {import("./columns.js").ColumnIndex} ColumnIndex */

  /**
   * @typedef {object} Branch
   * @property {number} code Of the value; the number of values, where the rows have none.
   * @property {string} label
   * @property {string} value As in addresses; empty where the rows have none.
   * @property {number} count
   */

  /** One level of a tree. */
  class Level {
    /**
     * @param {ColumnIndex | undefined} index Undefined for a facet that the catalogue does not have.
     * @param {readonly number[] | null} codes The only ones that count; null for all.
     */
    constructor(index, codes) {
      this.index = index;
      this.none = index?.none ?? 0;
      /** By code, whether it counts. @type {Uint8Array} */
      this.counts = new Uint8Array(this.none + 1).fill(codes ? 0 : 1);
      for (const code of codes ?? []) this.counts[code] = 1;
      this.counts[this.none] = 0;
      /** Rows with a value that counts. @type {Bits | null} */
      this.valued = !index ? null : codes ? index.withCodes(codes) : index.valued();
    }

    /**
     * How many of some rows have each value.
     * @param {Int32Array} rows
     * @returns {Int32Array} By code, and at the end those without.
     */
    count(rows) {
      const counts = new Int32Array(this.none + 1);
      for (const part of this.index?.parts ?? []) {
        if (rows.length < part.size) countEach(part, rows, counts);
        else {
          const counted = new Int32Array(part.size);
          catalog.countListed(part.codes, rows, rows.length, counted);
          part.spread(counted, counts);
        }
      }
      let without = rows.length;
      if (this.valued) for (let i = 0; i < rows.length; i++) if (this.valued.has(rows[i])) without--;
      return this.only(counts, without);
    }

    /**
     * The same for a set of rows: the whole of what is left is counted faster so.
     * @param {Bits} bits
     * @param {import("./counting.js").Counter} counter
     */
    countBits(bits, counter) {
      if (!this.index || !this.valued) return Int32Array.of(bits.size);
      return this.only(counter.count(this.index, bits, true), bits.size - bits.common(this.valued));
    }

    /**
     * Counts of the values that count.
     * @param {Int32Array} counts By code; changed.
     * @param {number} without Rows that have none of them.
     */
    only(counts, without) {
      for (let code = 0; code < this.none; code++) if (!this.counts[code]) counts[code] = 0;
      counts[this.none] = without;
      return counts;
    }

    /**
     * Splits rows by their values.
     * @param {Int32Array} rows
     * @returns {{starts: Int32Array, rows: Int32Array}} Those with a value from `starts[code]` up to `starts[code + 1]`, in their order.
     */
    split(rows) {
      const counts = this.count(rows);
      const starts = new Int32Array(counts.length + 1);
      for (let code = 0; code < counts.length; code++) starts[code + 1] = starts[code] + counts[code];
      const next = starts.slice();
      const split = new Int32Array(starts[counts.length]);
      const { counts: isIn, none, valued } = this;
      const parts = this.index?.parts ?? [];
      for (let i = 0; i < rows.length; i++) {
        const row = rows[i];
        if (!valued || !valued.has(row)) {
          split[next[none]++] = row;
          continue;
        }
        for (const { codes, sets, starts: of } of parts) {
          const code = codes[row];
          if (!sets || !of) {
            if (isIn[code]) split[next[code]++] = row;
          } else {
            for (let j = of[code]; j < of[code + 1]; j++) if (isIn[sets[j]]) split[next[sets[j]]++] = row;
          }
        }
      }
      return { starts, rows: split };
    }

    /**
     * @param {Int32Array} counts
     * @returns {Branch[]} Those that there are: numbers and days in their order, others by their rows; those without a value last.
     */
    branches(counts) {
      /** @type {Branch[]} */
      const branches = [];
      const { index, none } = this;
      if (index) {
        const { labels, values, kind } = index.column;
        for (let code = 0; code < none; code++) {
          if (counts[code]) branches.push({ code, label: labels[code], value: values[code], count: counts[code] });
        }
        const order = index.order();
        if (kind === "choice") branches.sort((one, other) => other.count - one.count || order[one.code] - order[other.code]);
      }
      if (counts[none]) branches.push({ code: none, label: NO_VALUE, value: "", count: counts[none] });
      return branches;
    }
  }

  /** @type {(part: import("./columns.js").PartIndex, rows: Int32Array, counts: Int32Array) => void} */
  function countEach({ codes, sets, starts }, rows, counts) {
    for (let i = 0; i < rows.length; i++) {
      const code = codes[rows[i]];
      if (!sets || !starts) counts[code]++;
      else for (let j = starts[code]; j < starts[code + 1]; j++) counts[sets[j]]++;
    }
  }

  class Branches {
    /** @param {Map<string, ColumnIndex>} indexes By facet. */
    constructor(indexes) {
      this.indexes = indexes;
      /** By name. @type {Map<string, Level>} */
      this.levels = new Map();
      /** What nodes were split into, by the groups above and the path. @type {Map<string, {starts: Int32Array, rows: Int32Array}>} */
      this.splits = new Map();
    }

    /** What one can group by: each facet, and below the tags each tag set. @returns {{name: string, label: string}[]} */
    groupables() {
      const found = [];
      for (const { column } of this.indexes.values()) {
        found.push({ name: column.facet, label: column.label });
        if (column.facet === TAGS) for (const { label } of column.groups) found.push({ name: TAG_SET + label, label });
      }
      return found;
    }

    /**
     * @param {string} name A facet, or `tag set:LABEL`. Of an unknown one no row has a value.
     * @returns {Level}
     */
    level(name) {
      let level = this.levels.get(name);
      if (!level) {
        const isSet = name.startsWith(TAG_SET);
        const index = this.indexes.get(isSet ? TAGS : name);
        const group = isSet ? index?.column.groups.find(({ label }) => label === name.slice(TAG_SET.length)) : null;
        level = isSet && !group ? new Level(undefined, null) : new Level(index, group?.codes ?? null);
        this.levels.set(name, level);
      }
      return level;
    }

    /**
     * The rows of a node.
     * @param {Int32Array} root The rows that are left.
     * @param {readonly string[]} groups
     * @param {readonly number[]} path Codes, one for each level down to the node.
     * @returns {Int32Array} A piece of a list; not to be changed.
     */
    rows(root, groups, path) {
      let rows = root;
      for (let depth = 0; depth < path.length; depth++) {
        const level = this.level(groups[depth]);
        const name = JSON.stringify([groups.slice(0, depth + 1), path.slice(0, depth)]);
        const split = this.splits.get(name) ?? level.split(rows);
        this.splits.set(name, split);
        const code = path[depth];
        rows = code >= 0 && code <= level.none ? split.rows.subarray(split.starts[code], split.starts[code + 1]) : rows.subarray(0, 0);
      }
      return rows;
    }

    /** Forgets what was split: other rows are left, or in another order. */
    clear() {
      this.splits.clear();
    }
  }

  catalog.Branches = Branches;
})();
