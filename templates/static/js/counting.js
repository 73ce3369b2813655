/**
 * Counts how many of some rows have each value of a facet. Pure.
 *
 * What is least is looked at: the rows, the rows that are not among them, or the runs of a column that is constant over many rows.
 * The list of the rows is made once and serves all facets that are counted over the same rows.
 */
(function () {
  "use strict";

  const catalog = (globalThis.catalog = globalThis.catalog || {});

  /** What a run costs, in rows. */
  const RUN = 4;

  /** How many rows there must be for each code, for counting in four lanes to be worth it. */
  const LANES = 16;

  /** @typedef {import("./bits.js").Bits} Bits */
  /** @typedef {import("./columns.js").ColumnIndex} ColumnIndex */

  class Counter {
    /** @param {number} rows */
    constructor(rows) {
      this.rows = rows;
      /** Rows listed last, for the rows that are counted over most, and for others. @type {Listed[]} */
      this.lists = [new Listed(rows), new Listed(rows)];
    }

    /**
     * @param {ColumnIndex} index
     * @param {Bits} bits
     * @param {boolean} [isShared] Whether other facets are counted over the same rows.
     * @returns {Int32Array} By value, and at the end the rows without any.
     */
    count(index, bits, isShared = false) {
      const counts = new Int32Array(index.none + 1);
      const { size } = bits;
      const left = Math.min(size, this.rows - size);
      for (const part of index.parts) {
        const counted = new Int32Array(part.size);
        if (part.runs && part.runs.length * RUN < left) countRuns(part.codes, part.runs, bits, counted);
        else {
          const listed = this.lists[isShared ? 0 : 1].of(bits);
          catalog.countListed(part.codes, listed.rows, listed.length, counted);
          if (listed.isComplement) for (let code = 0; code < counted.length; code++) counted[code] = part.totals[code] - counted[code];
        }
        part.spread(counted, counts);
      }
      if (index.parts.length !== 1) counts[index.none] = size - bits.common(index.valued());
      return counts;
    }
  }

  /** The rows of a set, or the others where those are fewer, as a list. */
  class Listed {
    /** @param {number} rows */
    constructor(rows) {
      this.rows = new Int32Array(0);
      this.room = (rows >>> 1) + 1;
      this.length = 0;
      this.isComplement = false;
      /** @type {Bits | null} */
      this.bits = null;
    }

    /** @param {Bits} bits */
    of(bits) {
      if (this.bits === bits) return this;
      if (!this.rows.length) this.rows = new Int32Array(this.room);
      this.isComplement = bits.size * 2 > bits.rows;
      this.length = bits.list(this.rows, this.isComplement ? -1 : 0);
      this.bits = bits;
      return this;
    }
  }

  /**
   * @param {Uint8Array | Uint16Array | Uint32Array} codes
   * @param {Int32Array} runs
   * @param {Bits} bits
   * @param {Int32Array} counted By code.
   */
  function countRuns(codes, runs, bits, counted) {
    let before = 0;
    for (let run = 0; run < runs.length - 1; run++) {
      const upTo = bits.rank(runs[run + 1]);
      counted[codes[runs[run]]] += upTo - before;
      before = upTo;
    }
  }

  /**
   * Counts the codes of a list of rows.
   * @param {Uint8Array | Uint16Array | Uint32Array} codes
   * @param {Int32Array} rows
   * @param {number} length Of the list.
   * @param {Int32Array} counted By code; added to.
   */
  catalog.countListed = (codes, rows, length, counted) => {
    const { length: size } = counted;
    let i = 0;
    if (size * LANES < length) {
      // Four counts of each code, side by side: the next row need not wait until the last one is written.
      const [second, third, fourth] = [size, size * 2, size * 3];
      const lanes = new Int32Array(size * 4);
      for (; i < length - 3; i += 4) {
        const a = codes[rows[i]];
        const b = codes[rows[i + 1]] + second;
        const c = codes[rows[i + 2]] + third;
        const d = codes[rows[i + 3]] + fourth;
        lanes[a]++;
        lanes[b]++;
        lanes[c]++;
        lanes[d]++;
      }
      for (let code = 0; code < size; code++) counted[code] += lanes[code] + lanes[code + second] + lanes[code + third] + lanes[code + fourth];
    }
    for (; i < length; i++) counted[codes[rows[i]]]++;
  };

  /**
   * Counts the codes of all rows, in the same way.
   * @param {Uint8Array | Uint16Array | Uint32Array} codes
   * @param {Int32Array} counted By code; added to.
   */
  catalog.countCodes = (codes, counted) => {
    const { length } = codes;
    const { length: size } = counted;
    let row = 0;
    if (size * LANES < length) {
      const [second, third, fourth] = [size, size * 2, size * 3];
      const lanes = new Int32Array(size * 4);
      for (; row < length - 3; row += 4) {
        lanes[codes[row]]++;
        lanes[codes[row + 1] + second]++;
        lanes[codes[row + 2] + third]++;
        lanes[codes[row + 3] + fourth]++;
      }
      for (let code = 0; code < size; code++) counted[code] += lanes[code] + lanes[code + second] + lanes[code + third] + lanes[code + fourth];
    }
    for (; row < length; row++) counted[codes[row]]++;
  };

  catalog.Counter = Counter;
})();
