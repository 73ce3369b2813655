/**
 * The rows in another order than the table's: by name, or by the values of a facet. Pure.
 *
 * Values have places in their order, rows are sorted by those in one pass (counting sort). Rows without a value come last, whichever way
 * round; rows that are alike stay in the table's order. Of several values the first in the order counts, the last where it is turned round.
 */
(function () {
  "use strict";

  const catalog = (globalThis.catalog = globalThis.catalog || {});

  /** The sort by the images' names; no facet is called this. */
  const NAME = "name";

  /** Stands between the values of a key in one text. */
  const BETWEEN = 0x1f;
  /** Room for keys that are longer than their texts, at first. */
  const KEY_ROOM = 4096;

  /** @typedef {import("./bits.js").Bits} Bits */
  /** @typedef {import("./columns.js").ColumnIndex} ColumnIndex */

  class Orders {
    /**
     * @param {number} rows
     * @param {Map<string, ColumnIndex>} indexes By facet.
     */
    constructor(rows, indexes) {
      this.rows = rows;
      this.indexes = indexes;
      /** The place of each row by name. @type {Uint32Array | null} */
      this.names = null;
      /** Texts of keys that are no facets. @type {Map<string, import("./texts.js").Texts>} */
      this.texts = new Map();
      /** The order made last. @type {{sort: string, order: Int32Array} | null} */
      this.last = null;
    }

    /**
     * @param {Uint8Array} bytes Of `data/order.arrow.gz`, unzipped.
     * @param {{tableFromIPC: (bytes: Uint8Array) => any}} flechette
     */
    give(bytes, flechette) {
      const batch = flechette.tableFromIPC(bytes).getChild("name")?.data[0];
      this.names = batch ? batch.values.subarray(0, this.rows) : new Uint32Array(0);
    }

    /**
     * @param {string} sort As in addresses.
     * @returns {boolean} Whether there is such an order, and what it needs.
     */
    has(sort) {
      const by = sort.replace(/^-/, "");
      return by === NAME ? this.names !== null : this.indexes.has(by) || this.texts.has(by);
    }

    /**
     * Sorts rows: one pass over all rows, and the first time for an order a few more.
     * @param {Bits} bits
     * @param {string} sort One that there is.
     * @returns {Int32Array}
     */
    sorted(bits, sort) {
      const order = this.order(sort);
      const sorted = new Int32Array(bits.size);
      const { words } = bits;
      let place = 0;
      for (let i = 0; i < order.length; i++) {
        const row = order[i];
        if (words[row >>> 5] & (1 << (row & 31))) sorted[place++] = row;
      }
      return sorted;
    }

    /**
     * @param {string} sort
     * @returns {Int32Array} All rows.
     */
    order(sort) {
      if (this.last?.sort === sort) return this.last.order;
      const isTurned = sort.startsWith("-");
      const by = isTurned ? sort.slice(1) : sort;
      const index = this.indexes.get(by);
      const texts = this.texts.get(by);
      let order;
      if (by === NAME) order = this.byName(isTurned);
      else if (index) order = countingSort(...placesOf(index, isTurned));
      else order = texts ? byText(texts, isTurned) : Int32Array.from({ length: this.rows }, (_, row) => row);
      this.last = { sort, order };
      return order;
    }

    /** @param {boolean} isTurned */
    byName(isTurned) {
      const order = new Int32Array(this.rows);
      const names = this.names ?? new Uint32Array(0);
      const last = this.rows - 1;
      for (let row = 0; row <= last; row++) order[isTurned ? last - names[row] : names[row]] = row;
      return order;
    }
  }

  /**
   * @param {ColumnIndex} index
   * @param {boolean} isTurned
   * @returns {[Int32Array, number]} The place of each row's value, and the place of none, which is the last.
   */
  function placesOf(index, isTurned) {
    const { none, rows } = index;
    const order = index.order();
    const byValue = new Int32Array(none + 1).fill(none);
    for (let code = 0; code < none; code++) byValue[code] = isTurned ? none - 1 - order[code] : order[code];
    const places = new Int32Array(rows).fill(none);
    for (const { codes, sets, starts, size } of index.parts) {
      const byCode = new Int32Array(size).fill(none);
      for (let code = 0; code < size; code++) {
        if (!sets || !starts) byCode[code] = byValue[code];
        else for (let i = starts[code]; i < starts[code + 1]; i++) byCode[code] = Math.min(byCode[code], byValue[sets[i]]);
      }
      for (let row = 0; row < rows; row++) {
        const place = byCode[codes[row]];
        if (place < places[row]) places[row] = place;
      }
    }
    return [places, none];
  }

  /**
   * @param {Int32Array} places Of each row, from 0.
   * @param {number} last
   * @returns {Int32Array} The rows by their places; those of one place in order.
   */
  function countingSort(places, last) {
    const next = new Int32Array(last + 2);
    for (let row = 0; row < places.length; row++) next[places[row] + 1]++;
    for (let place = 1; place < next.length; place++) next[place] += next[place - 1];
    const order = new Int32Array(places.length);
    for (let row = 0; row < places.length; row++) order[next[places[row]]++] = row;
    return order;
  }

  /**
   * @param {import("./texts.js").Texts} texts
   * @param {boolean} isTurned
   * @returns {Int32Array}
   */
  function byText(texts, isTurned) {
    const keys = new SortKeys(texts, isTurned);
    const order = new Int32Array(texts.rows);
    const { size } = texts.valued();
    const withText = order.subarray(0, size);
    texts.valued().list(withText);
    texts.valued().list(order.subarray(size), -1);
    keys.sort(withText, 0);
    return order;
  }

  /**
   * A key for each row, of bytes that are in the natural order of its text. Sorting takes four bytes of all keys at a time, as numbers,
   * which is a tenth of the work of comparing texts.
   */
  class SortKeys {
    /**
     * @param {import("./texts.js").Texts} texts
     * @param {boolean} isTurned
     */
    constructor(texts, isTurned) {
      this.isTurned = isTurned;
      const { rows, bytes, offsets } = texts;
      this.starts = new Int32Array(rows + 1);
      this.keys = new Uint8Array(bytes.length * 2 + KEY_ROOM);
      this.end = 0;
      for (let row = 0; row < rows; row++) {
        const start = this.end;
        const to = offsets[row + 1];
        for (let from = offsets[row], isFirst = true; from <= to; isFirst = false) {
          let until = from;
          while (until < to && bytes[until] !== BETWEEN) until++;
          const before = this.end;
          this.write(bytes, from, until);
          if (!isFirst) this.choose(start, before);
          from = until + 1;
        }
        this.starts[row + 1] = this.end;
      }
    }

    /**
     * Writes the key of a value.
     * @param {Uint8Array} bytes
     * @param {number} from
     * @param {number} to
     */
    write(bytes, from, to) {
      if (this.writePlain(bytes, from, to)) return;
      const key = new TextEncoder().encode(catalog.naturalText(new TextDecoder().decode(bytes.subarray(from, to))));
      this.makeRoom(key.length);
      this.keys.set(key, this.end);
      this.end += key.length;
    }

    /**
     * Of two keys, keeps the one that comes first in the order.
     * @param {number} start Of the one.
     * @param {number} before Where it ends and the other begins, which ends where all end.
     */
    choose(start, before) {
      const { keys, end } = this;
      let i = 0;
      while (start + i < before && before + i < end && keys[start + i] === keys[before + i]) i++;
      const isLess = start + i < before && (before + i === end || keys[before + i] < keys[start + i]);
      this.end = before;
      if (isLess === this.isTurned) return;
      keys.copyWithin(start, before, end);
      this.end = start + end - before;
    }

    /**
     * Writes the key of a plain text: capitals small, numbers by their length first, as `naturalText` has it.
     * @param {Uint8Array} bytes
     * @param {number} from
     * @param {number} to
     * @returns {boolean} Whether it is plain, and its numbers are not too long.
     */
    writePlain(bytes, from, to) {
      this.makeRoom(3 * (to - from));
      const { keys } = this;
      let end = this.end;
      for (let at = from; at < to; ) {
        const byte = bytes[at];
        if (byte > 127) return false;
        if (!isDigit(byte)) {
          keys[end++] = byte > 64 && byte < 91 ? byte + 32 : byte;
          at++;
          continue;
        }
        while (at < to && bytes[at] === ZERO) at++;
        let digits = 0;
        while (at + digits < to && isDigit(bytes[at + digits])) digits++;
        if (digits > 127) return false;
        keys[end++] = 1;
        keys[end++] = digits;
        for (const until = at + digits; at < until; at++) keys[end++] = bytes[at];
      }
      this.end = end;
      return true;
    }

    /** @param {number} bytes */
    makeRoom(bytes) {
      if (this.end + bytes <= this.keys.length) return;
      const keys = new Uint8Array(2 * (this.end + bytes));
      keys.set(this.keys.subarray(0, this.end));
      this.keys = keys;
    }

    /**
     * Sorts rows in place; those of equal keys stay as they are.
     * @param {Int32Array} rows That are alike up to a place in their keys.
     * @param {number} depth That place.
     */
    sort(rows, depth) {
      if (rows.length < 2) return;
      // A number holds 53 bits: so many bytes of the key as leave room for the row's place.
      const width = rows.length <= 2 ** 21 ? 4 : 3;
      const spread = 2 ** (53 - 8 * width);
      const numbers = new Float64Array(rows.length);
      for (let i = 0; i < rows.length; i++) numbers[i] = this.piece(rows[i], depth, width) * spread + i;
      numbers.sort();
      const before = rows.slice();
      for (let from = 0; from < numbers.length; ) {
        const piece = Math.floor(numbers[from] / spread);
        let to = from;
        while (to < numbers.length && Math.floor(numbers[to] / spread) === piece) {
          rows[to] = before[numbers[to] - piece * spread];
          to++;
        }
        if (to - from > 1 && this.starts[rows[from] + 1] - this.starts[rows[from]] > depth) this.sort(rows.subarray(from, to), depth + width);
        from = to;
      }
    }

    /**
     * A piece of a row's key as a number; the other way round where the order is.
     * @param {number} row
     * @param {number} depth
     * @param {number} width In bytes.
     */
    piece(row, depth, width) {
      const from = this.starts[row] + depth;
      const to = this.starts[row + 1];
      let piece = 0;
      for (let i = 0; i < width; i++) piece = piece * 256 + (from + i < to ? this.keys[from + i] : 0);
      return this.isTurned ? 2 ** (8 * width) - 1 - piece : piece;
    }
  }

  const ZERO = 48;

  /** @param {number} byte */
  const isDigit = (byte) => byte > 47 && byte < 58;

  catalog.Orders = Orders;
})();
