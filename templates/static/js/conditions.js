/**
 * What the rows must fulfil, as sets of rows. Pure.
 *
 * What is asked of a facet makes two sets. The open one, of `any` and of the limits, is what the facet's own counts leave out: a click
 * on another value widens it. The kept one, of `all`, `none`, `has` and `lacks`, narrows its own counts, too.
 */
(function () {
  "use strict";

  const catalog = (globalThis.catalog = globalThis.catalog || {});

  /** @typedef {import("./bits.js").Bits} Bits */
  /** @typedef {import("./query.js").Choice} Choice */

  /**
   * Where the rows of a facet come from: a column, or the texts of a key.
   * @typedef {object} Source
   * @property {(values: readonly string[]) => Bits} holding Rows with one of the values.
   * @property {() => Bits} valued Rows with any value.
   * @property {(min: string, max: string) => Bits} within
   */

  class Condition {
    /**
     * @param {Source | null} source Null for a facet that the catalogue does not have: no row has a value.
     * @param {number} rows
     * @param {Choice} choice
     * @param {Condition | undefined} before The same facet's last one: what both ask is not worked out again.
     */
    constructor(source, rows, choice, before) {
      this.source = source ?? nowhere(rows);
      this.rows = rows;
      this.choice = choice;
      this.before = before;
      /** Sets of rows by what they are of. @type {Map<string, Bits>} */
      this.pieces = new Map();
      const { any, none, has, lacks, min, max } = choice;
      /** @type {Bits | null} */
      this.open = null;
      if (any.length) this.open = this.holding(any);
      if (min || max) this.open = both(this.open, this.piece(JSON.stringify({ min, max }), () => this.source.within(min, max)));
      /** @type {Bits | null} */
      this.kept = this.all();
      if (none.length) this.kept = without(this.kept, this.holding(none));
      if (has) this.kept = both(this.kept, this.source.valued());
      if (lacks) this.kept = without(this.kept, this.source.valued());
      this.before = undefined;
    }

    /** Rows that have all that are asked for; null where none is. @returns {Bits | null} */
    all() {
      return this.choice.all.reduce((/** @type {Bits | null} */ rows, value) => both(rows, this.holding([value])), null);
    }

    /**
     * @param {string[]} values
     * @returns {Bits} Not to be changed.
     */
    holding(values) {
      return this.piece(JSON.stringify(values), () => this.source.holding(values));
    }

    /**
     * @param {string} name
     * @param {() => Bits} make
     */
    piece(name, make) {
      const piece = this.pieces.get(name) ?? this.before?.pieces.get(name) ?? make();
      this.pieces.set(name, piece);
      return piece;
    }
  }

  /**
   * @param {Bits | null} one Null for all rows.
   * @param {Bits} other
   * @returns {Bits}
   */
  const both = (one, other) => (one ? one.copy().keep(other) : other);

  /** @type {(one: Bits | null, other: Bits) => Bits} */
  const without = (one, other) => (one ? one.copy().drop(other) : other.not());

  /** @type {(rows: number) => Source} */
  function nowhere(rows) {
    const none = () => new catalog.Bits(rows);
    return { holding: none, valued: none, within: none };
  }

  /** Sets of rows by name, what is in all of them, and what is missing from just one. */
  class Sieve {
    /** @param {number} rows */
    constructor(rows) {
      this.rows = rows;
      /** @type {Map<string, Bits>} */
      this.sets = new Map();
      /** @type {{passing: Bits, near: Bits} | null} */
      this.sifted = null;
    }

    /**
     * Puts a set in place of the one of that name, or takes it away.
     * @param {string} name
     * @param {Bits | null} bits
     * @returns {boolean} Whether anything changed.
     */
    set(name, bits) {
      if ((this.sets.get(name) ?? null) === bits) return false;
      if (bits) this.sets.set(name, bits);
      else this.sets.delete(name);
      this.sifted = null;
      return true;
    }

    /** Rows in every set. @returns {Bits} */
    get passing() {
      return this.sift().passing;
    }

    /**
     * Rows in every set but one.
     * @param {string} name Of a set that there is.
     * @returns {Bits}
     */
    passingBut(name) {
      const { passing, near } = this.sift();
      return near.copy().drop(this.sets.get(name)).add(passing);
    }

    /**
     * Rows in every set but some.
     * @param {...string} names
     * @returns {Bits}
     */
    passingWithout(...names) {
      /** @type {Bits | null} */
      let rows = null;
      for (const [name, set] of this.sets) if (!names.includes(name)) rows = rows ? rows.keep(set) : set.copy();
      return rows ?? catalog.Bits.full(this.rows);
    }

    /** One pass over each set. @returns {{passing: Bits, near: Bits}} `near`: rows that are missing from just one set. */
    sift() {
      if (this.sifted) return this.sifted;
      const missing = new catalog.Bits(this.rows);
      const twice = new catalog.Bits(this.rows);
      for (const { words } of this.sets.values()) {
        const once = missing.words;
        const again = twice.words;
        for (let w = 0; w < words.length; w++) {
          const fails = ~words[w];
          again[w] |= once[w] & fails;
          once[w] |= fails;
        }
      }
      const full = catalog.Bits.full(this.rows);
      const passing = full.copy().drop(missing);
      const near = missing.drop(twice).keep(full); // the last word may have bits beyond the last row
      this.sifted = { passing, near };
      return this.sifted;
    }
  }

  catalog.Condition = Condition;
  catalog.Sieve = Sieve;
})();
