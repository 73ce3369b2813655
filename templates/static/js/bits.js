/**
 * Sets of rows, one bit a row. Pure.
 *
 * Filtering is anding words of 32 rows: a set of a million rows is 125 kB, and joining two takes some 20 microseconds. Sets are changed only
 * while they are made; then they are counted, and what is counted is remembered.
 */
(function () {
  "use strict";

  const catalog = (globalThis.catalog = globalThis.catalog || {});

  class Bits {
    /**
     * @param {number} rows
     * @param {Uint32Array} [words] Row r is bit r % 32 of word r / 32; no bit beyond the last row is set. By itself the set is empty.
     */
    constructor(rows, words = new Uint32Array(Math.ceil(rows / 32))) {
      this.rows = rows;
      this.words = words;
      /** How many rows are in it; -1 until counted. */
      this.counted = -1;
      /** How many are in it before each word. @type {Uint32Array | null} */
      this.counts = null;
    }

    /** @param {number} rows */
    static full(rows) {
      const bits = new Bits(rows);
      bits.fill(0, rows);
      return bits;
    }

    copy() {
      return new Bits(this.rows, this.words.slice());
    }

    /** @param {Bits} other Only what is in it, too, stays. */
    keep({ words: others }) {
      const { words } = this;
      for (let w = 0; w < words.length; w++) words[w] &= others[w];
      return this;
    }

    /** @param {Bits} other What is in it goes. */
    drop({ words: others }) {
      const { words } = this;
      for (let w = 0; w < words.length; w++) words[w] &= ~others[w];
      return this;
    }

    /** @param {Bits} other What is in it comes. */
    add({ words: others }) {
      const { words } = this;
      for (let w = 0; w < words.length; w++) words[w] |= others[w];
      return this;
    }

    /** @returns {Bits} All other rows. */
    not() {
      return Bits.full(this.rows).drop(this);
    }

    /**
     * Puts a run of rows in.
     * @param {number} from
     * @param {number} to The row after the last.
     */
    fill(from, to) {
      if (from >= to) return;
      const { words } = this;
      const first = from >>> 5;
      const last = (to - 1) >>> 5;
      const head = -1 << (from & 31);
      const tail = -1 >>> (31 - ((to - 1) & 31));
      if (first === last) {
        words[first] |= head & tail;
        return;
      }
      words[first] |= head;
      words.fill(0xffffffff, first + 1, last);
      words[last] |= tail;
    }

    /** @param {number} row */
    put(row) {
      this.words[row >>> 5] |= 1 << (row & 31);
    }

    /** @param {number} row */
    has(row) {
      return (this.words[row >>> 5] & (1 << (row & 31))) !== 0;
    }

    /** How many rows are in it. */
    get size() {
      if (this.counted < 0) this.counted = this.counts ? this.counts[this.words.length] : countBoth(this.words, this.words);
      return this.counted;
    }

    /**
     * How many rows are in this and in another.
     * @param {Bits} other
     */
    common(other) {
      return countBoth(this.words, other.words);
    }

    /** How many rows are in it before each word, and at the end in all. */
    ranks() {
      if (this.counts) return this.counts;
      const { words } = this;
      const counts = new Uint32Array(words.length + 1);
      let sum = 0;
      for (let w = 0; w < words.length; w++) {
        counts[w] = sum;
        sum += ones(words[w]);
      }
      counts[words.length] = sum;
      this.counts = counts;
      return counts;
    }

    /**
     * How many rows are in it before a row.
     * @param {number} row
     */
    rank(row) {
      const ranks = this.counts ?? this.ranks();
      const inside = row & 31;
      return ranks[row >>> 5] + (inside ? ones(this.words[row >>> 5] & ~(-1 << inside)) : 0);
    }

    /**
     * Some of its rows, in order.
     * @param {number} from Counted among them.
     * @param {number} to
     * @returns {number[]}
     */
    rowsBetween(from, to) {
      const ranks = this.ranks();
      const { words } = this;
      const found = [];
      let low = 0;
      for (let high = words.length; low < high; ) {
        const middle = (low + high) >>> 1;
        if (ranks[middle + 1] <= from) low = middle + 1;
        else high = middle;
      }
      let place = low < words.length ? ranks[low] : 0;
      for (let w = low; w < words.length && place < to; w++) {
        for (let word = words[w] | 0; word && place < to; word &= word - 1, place++) {
          if (place >= from) found.push(w * 32 + 31 - Math.clz32(word & -word));
        }
      }
      return found;
    }

    /**
     * Writes its rows into a list, in order.
     * @param {Int32Array} list Long enough.
     * @param {number} [flip] -1 for the rows that are not in it.
     * @returns {number} How many.
     */
    list(list, flip = 0) {
      const { words, rows } = this;
      const last = words.length - 1;
      let place = 0;
      for (let w = 0; w <= last; w++) {
        let word = words[w] ^ flip;
        if (w === last && rows & 31) word &= ~(-1 << (rows & 31));
        const base = w << 5;
        if (word === -1) {
          for (let row = base; row < base + 32; row++) list[place++] = row;
          continue;
        }
        for (; word; word &= word - 1) list[place++] = base + 31 - Math.clz32(word & -word);
      }
      return place;
    }
  }

  /** @param {number} word How many of its bits are set. */
  function ones(word) {
    word -= (word >>> 1) & 0x55555555;
    word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
    return Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }

  /** @type {(words: Uint32Array, others: Uint32Array) => number} */
  function countBoth(words, others) {
    let sum = 0;
    for (let w = 0; w < words.length; w++) sum += ones(words[w] & others[w]);
    return sum;
  }

  catalog.Bits = Bits;
})();
