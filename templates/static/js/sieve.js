/**
 * Which rows pass a set of conditions, and which fail just one of them. Pure.
 *
 * The rows that fail only one condition are what makes facet counts cheap: with a facet's own choice left out, those rows are
 * in. A condition is known by a name and is an array with 1 for each row that fails it; where it comes from (a choice, a text, a
 * range) is no matter here.
 */
(function () {
  "use strict";

  const catalog = (globalThis.catalog = globalThis.catalog || {});

  /** What one failed condition adds: one to the upper half, which counts, and the condition's slot to the lower half. */
  const ONE = 0x10000;

  class Sieve {
    /** @param {number} rows */
    constructor(rows) {
      this.rows = rows;
      /**
       * For each row the number of conditions it fails, in the upper half, and the sum of their slots in the lower. Where it fails
       * one, the sum is that condition's slot. @type {Uint32Array}
       */
      this.failures = new Uint32Array(rows);
      /** @type {Map<string, {slot: number, fails: Uint8Array}>} */
      this.conditions = new Map();
      /** @type {{passing: Uint32Array, misses: Map<string, Uint32Array>} | null} */
      this.sorted = null;
    }

    /**
     * Puts a condition in place of the one of that name, or takes it away. One pass over the rows.
     * @param {string} name
     * @param {Uint8Array | null} fails 1 for each row that fails it; kept, not copied.
     */
    set(name, fails) {
      const { failures, conditions } = this;
      const before = conditions.get(name);
      if (!before && !fails) return;
      const slot = before ? before.slot : this.freeSlot();
      const weight = ONE + slot;
      if (before) {
        const old = before.fails;
        for (let row = 0; row < failures.length; row++) if (old[row]) failures[row] -= weight;
      }
      if (fails) {
        for (let row = 0; row < failures.length; row++) if (fails[row]) failures[row] += weight;
        conditions.set(name, { slot, fails });
      } else {
        conditions.delete(name);
      }
      this.sorted = null;
    }

    /**
     * The rows that pass every condition, in order.
     * @returns {Uint32Array}
     */
    passing() {
      return this.sort().passing;
    }

    /**
     * The rows that fail this condition and no other, in order: what would come back if it were taken away.
     * @param {string} name
     * @returns {Uint32Array} Empty where there is no such condition.
     */
    misses(name) {
      return this.sort().misses.get(name) ?? new Uint32Array(0);
    }

    /** Two passes over the rows, once after each change. */
    sort() {
      if (this.sorted) return this.sorted;
      const { failures, conditions } = this;
      const slots = Math.max(0, ...[...conditions.values()].map((condition) => condition.slot));
      const sizes = new Uint32Array(slots + 1);
      let passed = 0;
      for (let row = 0; row < failures.length; row++) {
        const failed = failures[row];
        if (failed === 0) passed++;
        else if (failed < 2 * ONE) sizes[failed - ONE]++;
      }
      const passing = new Uint32Array(passed);
      const bySlot = Array.from(sizes, (size) => new Uint32Array(size));
      const filled = new Uint32Array(slots + 1);
      let next = 0;
      for (let row = 0; row < failures.length; row++) {
        const failed = failures[row];
        if (failed === 0) passing[next++] = row;
        else if (failed < 2 * ONE) {
          const slot = failed - ONE;
          bySlot[slot][filled[slot]++] = row;
        }
      }
      const misses = new Map([...conditions].map(([name, { slot }]) => [name, bySlot[slot]]));
      this.sorted = { passing, misses };
      return this.sorted;
    }

    /**
     * The lowest slot not taken. Where hundreds of slots add up to more than the lower half holds, the rest is carried into a count
     * that is far above one by then: no row comes to look as if it failed one or none.
     */
    freeSlot() {
      const taken = new Set([...this.conditions.values()].map((condition) => condition.slot));
      let slot = 0;
      while (taken.has(slot)) slot++;
      return slot;
    }
  }

  catalog.Sieve = Sieve;
})();
