/**
 * A facet's column made ready to be filtered and counted. Pure.
 *
 * Rows are sorted by dataset, so what holds for a whole dataset is one run of rows. Parts of a column that lie in few runs are
 * filled and counted by run; the others row by row.
 */
(function () {
  "use strict";

  const catalog = (globalThis.catalog = globalThis.catalog || {});

  /** Rows that a run must have on the average, for runs to be worth more than rows. */
  const LONG = 8;

  const DAY = /^\d{4}(-\d\d(-\d\d)?)?$/;
  const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

  /** @typedef {import("./table.js").Column} Column */
  /** @typedef {import("./bits.js").Bits} Bits */

  class PartIndex {
    /**
     * @param {import("./table.js").Part} part
     * @param {number} values How many values the facet has.
     */
    constructor({ codes, sets, starts }, values) {
      this.codes = codes;
      this.sets = sets;
      this.starts = starts;
      /** How many codes there are: sets, or values and none. */
      this.size = starts ? starts.length - 1 : values + 1;
      /** The first row of each run and the row after the last; null where runs are short. @type {Int32Array | null} */
      this.runs = runsOf(codes);
      /** How many rows have each code. */
      this.totals = new Int32Array(this.size);
      if (this.runs) {
        for (let run = 0; run < this.runs.length - 1; run++) this.totals[codes[this.runs[run]]] += this.runs[run + 1] - this.runs[run];
      } else {
        catalog.countCodes(codes, this.totals);
      }
    }

    /**
     * Something about each code, from something about each value.
     * @param {Uint8Array} wanted By value; 1 or 0.
     * @returns {Uint8Array | null} By code: 1 where one of its values is wanted; null where none is.
     */
    table(wanted) {
      const { sets, starts, size } = this;
      const table = new Uint8Array(size);
      let any = 0;
      if (!sets || !starts) {
        for (let code = 0; code < size - 1; code++) any |= table[code] = wanted[code];
      } else {
        for (let code = 0; code < size; code++) {
          for (let i = starts[code]; i < starts[code + 1]; i++) table[code] |= wanted[sets[i]];
          any |= table[code];
        }
      }
      return any ? table : null;
    }

    /**
     * @param {Uint8Array} wanted By value; 1 or 0.
     * @returns {Int32Array} By code: how many of its values are wanted.
     */
    weights(wanted) {
      const { sets, starts, size } = this;
      if (!sets || !starts) return Int32Array.from(wanted);
      const weights = new Int32Array(size);
      for (let code = 0; code < size; code++) for (let i = starts[code]; i < starts[code + 1]; i++) weights[code] += wanted[sets[i]];
      return weights;
    }

    /** Whether every row has a value in this part. */
    get isFull() {
      const { starts, totals, size } = this;
      if (!starts) return totals[size - 1] === 0;
      return totals.every((total, code) => total === 0 || starts[code] < starts[code + 1]);
    }

    /**
     * Puts in the rows whose code is in a table.
     * @param {Uint8Array} table By code; 1 or 0.
     * @param {Bits} bits
     */
    put(table, bits) {
      const { codes, runs } = this;
      if (runs) {
        for (let run = 0; run < runs.length - 1; run++) if (table[codes[runs[run]]]) bits.fill(runs[run], runs[run + 1]);
        return;
      }
      const { words } = bits;
      const whole = codes.length >>> 5;
      for (let w = 0; w < whole; w++) {
        let word = 0;
        for (let bit = 0; bit < 32; bit += 8) {
          const row = w * 32 + bit;
          const low = table[codes[row]] | (table[codes[row + 1]] << 1) | (table[codes[row + 2]] << 2) | (table[codes[row + 3]] << 3);
          const high = table[codes[row + 4]] | (table[codes[row + 5]] << 1) | (table[codes[row + 6]] << 2) | (table[codes[row + 7]] << 3);
          word |= (low | (high << 4)) << bit;
        }
        words[w] |= word;
      }
      for (let row = whole << 5; row < codes.length; row++) if (table[codes[row]]) bits.put(row);
    }

    /**
     * Adds what is counted by code to what is counted by value.
     * @param {Int32Array} counted By code.
     * @param {Int32Array} counts By value, and at the end for none.
     */
    spread(counted, counts) {
      const { sets, starts } = this;
      const none = counts.length - 1;
      for (let code = 0; code < counted.length; code++) {
        const count = counted[code];
        if (count === 0) continue;
        if (!sets || !starts) {
          counts[code] += count;
          continue;
        }
        const end = starts[code + 1];
        if (starts[code] === end) counts[none] += count;
        for (let i = starts[code]; i < end; i++) counts[sets[i]] += count;
      }
    }

    /**
     * @param {number} row
     * @param {number[]} codes Takes the values of the row.
     */
    read(row, codes) {
      const code = this.codes[row];
      if (this.sets && this.starts) for (let i = this.starts[code]; i < this.starts[code + 1]; i++) codes.push(this.sets[i]);
      else if (code < this.size - 1) codes.push(code);
    }
  }

  class ColumnIndex {
    /**
     * @param {Column} column
     * @param {number} rows
     */
    constructor(column, rows) {
      this.column = column;
      this.rows = rows;
      /** How many values it has; also the code for none. */
      this.none = column.values.length;
      /** Made when first asked for. @type {PartIndex[] | null} */
      this.partIndexes = null;
      /** The code of each value; made when first asked for. @type {Map<string, number> | null} */
      this.codes = null;
      /** Rows with a value. @type {Bits | null} */
      this.rowsWithValue = null;
      /** The place of each code in the order of the values; equal ones share theirs. @type {Int32Array | null} */
      this.places = null;
    }

    /** @returns {PartIndex[]} */
    get parts() {
      this.partIndexes = this.partIndexes ?? this.column.parts.map((part) => new PartIndex(part, this.none));
      return this.partIndexes;
    }

    /**
     * @param {string} value
     * @returns {number} Its code, or -1.
     */
    codeOf(value) {
      this.codes = this.codes ?? new Map(this.column.values.map((each, code) => [each, code]));
      return this.codes.get(value) ?? -1;
    }

    /**
     * @param {number} row
     * @returns {number[]} Its values.
     */
    codesOf(row) {
      /** @type {number[]} */
      const codes = [];
      for (const part of this.parts) part.read(row, codes);
      return codes;
    }

    /**
     * Rows that have one of the values. One pass over each part of the column that has them.
     * @param {readonly number[]} codes
     * @returns {Bits}
     */
    withCodes(codes) {
      const wanted = new Uint8Array(this.none + 1);
      for (const code of codes) wanted[code] = 1;
      const bits = new catalog.Bits(this.rows);
      for (const part of this.parts) {
        const table = part.table(wanted);
        if (table) part.put(table, bits);
      }
      return bits;
    }

    /**
     * @param {readonly string[]} values Unknown ones are in no row.
     * @returns {Bits}
     */
    holding(values) {
      return this.withCodes(values.map((value) => this.codeOf(value)).filter((code) => code >= 0));
    }

    /**
     * Rows among some that have just one of the values.
     * @param {readonly number[]} codes
     * @param {Bits} among
     * @returns {Bits}
     */
    withOneOf(codes, among) {
      const wanted = new Uint8Array(this.none + 1);
      for (const code of codes) wanted[code] = 1;
      const found = new catalog.Bits(this.rows);
      const rows = new Int32Array(among.size);
      among.list(rows);
      const sums = new Int32Array(rows.length);
      for (const part of this.parts) {
        const weights = part.weights(wanted);
        for (let i = 0; i < rows.length; i++) sums[i] += weights[part.codes[rows[i]]];
      }
      for (let i = 0; i < rows.length; i++) if (sums[i] === 1) found.put(rows[i]);
      return found;
    }

    /** Rows that have a value at all. @returns {Bits} Not to be changed. */
    valued() {
      if (!this.rowsWithValue) {
        const isFull = this.parts.some((part) => part.isFull);
        this.rowsWithValue = isFull ? catalog.Bits.full(this.rows) : this.withCodes(Array.from(this.column.values.keys()));
      }
      return this.rowsWithValue;
    }

    /**
     * Rows that have a value within limits, those included.
     * @param {string} min Empty for no limit.
     * @param {string} max
     * @returns {Bits} None where a limit is no number, or no day.
     */
    within(min, max) {
      const [from, to] = this.column.kind === "date" ? days(this.column.values, min, max) : numbers(this.column.numbers, min, max);
      return this.withCodes(Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i));
    }

    /**
     * Sorts the values: numbers and days as they are, others by their labels in natural order.
     * @returns {Int32Array} The place of each code; equal numbers share theirs.
     */
    order() {
      if (this.places) return this.places;
      const { kind, numbers, labels } = this.column;
      const places = new Int32Array(this.none);
      if (kind === "choice") {
        const keys = labels.map(catalog.naturalText);
        const codes = Array.from(labels.keys()).sort((a, b) => (keys[a] < keys[b] ? -1 : keys[a] > keys[b] ? 1 : a - b));
        codes.forEach((code, place) => (places[code] = place));
      } else {
        for (let code = 1; code < this.none; code++) places[code] = places[code - 1] + (numbers && numbers[code] === numbers[code - 1] ? 0 : 1);
      }
      this.places = places;
      return places;
    }
  }

  /**
   * @param {Float64Array | null} values Ascending; NaN at the end.
   * @param {string} min
   * @param {string} max
   * @returns {[number, number]} The first code within, and the one after the last.
   */
  function numbers(values, min, max) {
    if (!values || (min && !NUMBER.test(min)) || (max && !NUMBER.test(max))) return [0, 0];
    const low = min ? Number(min) : -Infinity;
    const high = max ? Number(max) : Infinity;
    return [firstWhere(values, (each) => !(each < low)), firstWhere(values, (each) => !(each <= high))];
  }

  /**
   * @param {string[]} values Days, ascending.
   * @param {string} min A day, or only its month or year.
   * @param {string} max All of that month or year is in.
   * @returns {[number, number]}
   */
  function days(values, min, max) {
    if ((min && !DAY.test(min)) || (max && !DAY.test(max))) return [0, 0];
    return [firstWhere(values, (each) => each >= min), max ? firstWhere(values, (each) => each.slice(0, max.length) > max) : values.length];
  }

  /**
   * @template T
   * @param {ArrayLike<T>} values For which a test fails up to a place and holds from there on.
   * @param {(value: T) => boolean} test
   * @returns {number} That place.
   */
  function firstWhere(values, test) {
    let from = 0;
    for (let to = values.length; from < to; ) {
      const middle = (from + to) >>> 1;
      if (test(values[middle])) to = middle;
      else from = middle + 1;
    }
    return from;
  }

  /**
   * One pass, four bytes at a time: within a run they are all alike.
   * @param {Uint8Array | Uint16Array | Uint32Array} codes
   * @returns {Int32Array | null}
   */
  function runsOf(codes) {
    const most = Math.floor(codes.length / LONG);
    if (!most) return null;
    const runs = new Int32Array(most + 1);
    const size = codes.BYTES_PER_ELEMENT;
    const isAligned = codes.byteOffset % 4 === 0;
    const words = isAligned ? new Uint32Array(codes.buffer, codes.byteOffset, (codes.length * size) >>> 2) : new Uint32Array(0);
    const repeat = [0, 0x01010101, 0x00010001, 0, 1][size];
    let run = 1;
    let before = codes[0];
    let same = Math.imul(before, repeat) >>> 0;
    /** @type {(from: number, to: number) => boolean} Whether there are few enough. */
    const look = (from, to) => {
      for (let row = from; row < to; row++) {
        if (codes[row] === before) continue;
        if (run === most) return false;
        runs[run++] = row;
        before = codes[row];
      }
      same = Math.imul(before, repeat) >>> 0;
      return true;
    };
    const step = 4 / size;
    for (let word = 0; word < words.length; word++) {
      if (words[word] !== same && !look(word * step, (word + 1) * step)) return null;
    }
    if (!look(words.length * step, codes.length)) return null;
    runs[run] = codes.length;
    return runs.slice(0, run + 1);
  }

  catalog.ColumnIndex = ColumnIndex;
})();
