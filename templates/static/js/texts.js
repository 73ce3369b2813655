/**
 * A text for each row, searched in the bytes of the file. Pure.
 *
 * Texts of plain letters are searched as they lie there, capitals read as small ones: no copy is made. Those with others are folded, once,
 * into a long text of their own.
 */
(function () {
  "use strict";

  const catalog = (globalThis.catalog = globalThis.catalog || {});

  /** Stands between the values of a key in one text. */
  const BETWEEN = 0x1f;

  /** Each byte as it is, and each byte with capitals A to Z small. */
  const SAME = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const SMALL = SAME.map((byte) => (byte > 64 && byte < 91 ? byte + 32 : byte));

  /** The letter whose small form depends on what follows. */
  const SIGMA = "\u03a3";
  /** In place of what a character folds to: that depends on others. No text holds it. */
  const WITH_OTHERS = "\n\n";
  /** Characters that a byte folds to at most: U+FDFA, a whole sentence in three bytes, to 18. */
  const EXPANSION = 6;
  /** Room for characters that fold to several, at first. */
  const SPARE = 4096;

  const ASCII = /^[\x00-\x7f]*$/;

  /** @typedef {import("./bits.js").Bits} Bits */

  class Texts {
    /**
     * @param {{values: Uint8Array, offsets: Int32Array, validity: Uint8Array, nullCount: number} | undefined} batch Of a UTF-8 column.
     * @param {number} rows
     */
    constructor(batch, rows) {
      this.rows = rows;
      this.bytes = batch?.values ?? new Uint8Array(0);
      this.offsets = batch?.offsets ?? new Int32Array(1);
      this.decoder = new TextDecoder();
      this.rowsWithText = validBits(batch, rows);
      /** Texts that are not plain, folded, each ended by a line break; made by the first search. @type {Folded | null} */
      this.folded = null;
    }

    /**
     * @param {number} row
     * @returns {string | null}
     */
    text(row) {
      if (!this.rowsWithText.has(row)) return null;
      return this.decoder.decode(this.bytes.subarray(this.offsets[row], this.offsets[row + 1]));
    }

    /**
     * @param {number} row
     * @returns {string[]}
     */
    values(row) {
      return this.text(row)?.split(String.fromCharCode(BETWEEN)) ?? [];
    }

    /** Rows that have a text. @returns {Bits} Not to be changed. */
    valued() {
      return this.rowsWithText;
    }

    /** Texts have no limits. @returns {Bits} */
    within() {
      return new catalog.Bits(this.rows);
    }

    /**
     * Rows that have one of the values, to the letter.
     * @param {readonly string[]} values
     * @returns {Bits}
     */
    holding(values) {
      const found = new catalog.Bits(this.rows);
      const { bytes } = this;
      const isWhole = (/** @type {number} */ at, /** @type {number} */ end, /** @type {number} */ from, /** @type {number} */ to) =>
        (at === from || bytes[at - 1] === BETWEEN) && (end === to || bytes[end] === BETWEEN);
      for (const value of values) {
        if (value) this.scan(new TextEncoder().encode(value), SAME, isWhole, found);
        else for (let row = 0; row < this.rows; row++) if (this.values(row).includes("")) found.put(row);
      }
      return found;
    }

    /**
     * Puts in the rows whose text holds a word.
     * @param {string} word Folded.
     * @param {((text: string, at: number) => boolean) | null} begins Where it must begin a word: whether it does so at a place.
     * @param {Bits} found
     */
    search(word, begins, found) {
      this.folded = this.folded ?? this.fold();
      this.folded.search(word, begins, found);
      if (!ASCII.test(word)) return;
      const { bytes } = this;
      const isBeginning = (/** @type {number} */ at, /** @type {number} */ _end, /** @type {number} */ from) => at === from || !isLetterOrDigit(SMALL[bytes[at - 1]]);
      // Nothing that is not plain is found by bytes: an accent may follow a letter.
      const { isPlain } = this.folded;
      const accept = begins ? isBeginning : () => true;
      this.scan(new TextEncoder().encode(word), SMALL, accept, found, isPlain);
    }

    /**
     * Puts in the rows in whose bytes some others lie. Skips ahead by what the last byte of the window tells (Horspool's way).
     * @param {Uint8Array} wanted At least one.
     * @param {Uint8Array} as How bytes are read; `wanted` is written so.
     * @param {(at: number, end: number, from: number, to: number) => boolean} accept Told where they lie, and where the row's text does.
     * @param {Bits} found
     * @param {Bits | null} [among] Rows to look at; null for all.
     */
    scan(wanted, as, accept, found, among = null) {
      const { bytes, offsets, rows } = this;
      const before = wanted.length - 1;
      // How far the window may go on when a byte is its last; 0 where that may be the end of what is wanted.
      const steps = new Uint32Array(256);
      const steady = stepsOf(wanted, as);
      for (let byte = 0; byte < 256; byte++) steps[byte] = as[byte] === wanted[before] ? 0 : steady[byte];
      const end = offsets[rows];
      let row = 0;
      for (let at = offsets[0] + before; at < end; ) {
        const step = steps[bytes[at]];
        if (step) {
          at += step;
          continue;
        }
        const from = at - before;
        let i = 0;
        while (i < before && as[bytes[from + i]] === wanted[i]) i++;
        if (i === before) {
          while (offsets[row + 1] <= from) row++;
          const to = offsets[row + 1];
          if (at < to && (!among || among.has(row)) && accept(from, at + 1, offsets[row], to)) {
            found.put(row);
            at = to + before;
            continue;
          }
        }
        at += steady[bytes[at]];
      }
    }

    /** Folding changes lengths: texts that are not plain are written anew. @returns {Folded} */
    fold() {
      const { bytes, offsets, rows } = this;
      const others = [];
      for (let at = offsets[0], row = 0; at < offsets[rows]; at++) {
        if (bytes[at] < 128) continue;
        while (offsets[row + 1] <= at) row++;
        others.push(row);
        at = offsets[row + 1] - 1;
      }
      return new Folded(rows, Int32Array.from(others), bytes, offsets);
    }
  }

  /** The folded texts of some rows, one after the other, each ended by a line break, which no word holds. */
  class Folded {
    /**
     * @param {number} rows
     * @param {Int32Array} numbers Of the rows whose texts are folded.
     * @param {Uint8Array} bytes UTF-8.
     * @param {Int32Array} offsets By row.
     */
    constructor(rows, numbers, bytes, offsets) {
      this.numbers = numbers;
      /** Where each text begins, and the end of the last. */
      this.starts = new Int32Array(numbers.length + 1);
      const size = numbers.reduce((sum, row) => sum + offsets[row + 1] - offsets[row] + 1, 0);
      /** What is folded so far, as UTF-16. */
      this.units = new Uint16Array(size + SPARE);
      this.length = 0;
      /** What single characters fold to. @type {string[]} */
      this.characters = [];
      numbers.forEach((row, place) => {
        this.take(bytes, offsets[row], offsets[row + 1]);
        this.starts[place + 1] = this.length;
      });
      this.joined = new TextDecoder("utf-16").decode(this.units.subarray(0, this.length));
      this.units = new Uint16Array(0);
      this.characters = [];
      /** The other rows; null where these are none. @type {Bits | null} */
      this.isPlain = null;
      if (numbers.length) {
        const others = new catalog.Bits(rows);
        for (const row of numbers) others.put(row);
        this.isPlain = others.not();
      }
    }

    /**
     * Folds character by character: what stands beside one matters for none but the last sigma of a word.
     * @param {Uint8Array} bytes UTF-8; a text lies in them from a place up to another.
     * @param {number} from
     * @param {number} to
     */
    take(bytes, from, to) {
      this.makeRoom(to - from);
      const { units, characters } = this;
      let place = this.length;
      for (let at = from; at < to; ) {
        const first = bytes[at];
        if (first < 128) {
          units[place++] = SMALL[first];
          at++;
          continue;
        }
        const isShort = first < 0xe0;
        const code = isShort ? ((first & 31) << 6) | (bytes[at + 1] & 63) : ((first & 15) << 12) | ((bytes[at + 1] & 63) << 6) | (bytes[at + 2] & 63);
        let folded = first < 0xf0 ? (characters[code] ??= foldAlone(code)) : WITH_OTHERS;
        at += isShort ? 2 : 3;
        if (folded === WITH_OTHERS) {
          folded = catalog.fold(new TextDecoder().decode(bytes.subarray(from, to)));
          place = this.length;
          at = to;
        }
        for (let i = 0; i < folded.length; i++) units[place++] = folded.charCodeAt(i);
      }
      units[place++] = 10;
      this.length = place;
    }

    /** @param {number} bytes Of a text that is folded next. */
    makeRoom(bytes) {
      const most = this.length + bytes * EXPANSION + 1;
      if (most <= this.units.length) return;
      const units = new Uint16Array(2 * most);
      units.set(this.units.subarray(0, this.length));
      this.units = units;
    }

    /** @type {(word: string, begins: ((text: string, at: number) => boolean) | null, found: Bits) => void} */
    search(word, begins, found) {
      const { joined, starts, numbers } = this;
      let place = 0;
      for (let at = joined.indexOf(word); at !== -1; ) {
        if (begins && !begins(joined, at)) {
          at = joined.indexOf(word, at + 1);
          continue;
        }
        while (starts[place + 1] <= at) place++;
        found.put(numbers[place++]);
        at = joined.indexOf(word, starts[place]);
      }
    }
  }

  /**
   * How far a window over bytes may go on, by its last one.
   * @type {(wanted: Uint8Array, as: Uint8Array) => Uint32Array}
   */
  function stepsOf(wanted, as) {
    const { length } = wanted;
    return Uint32Array.from(as, (byte) => {
      const last = wanted.lastIndexOf(byte, length - 2);
      return length === 1 || last < 0 ? length : length - 1 - last;
    });
  }

  /**
   * @param {number} code Of a character of one UTF-16 unit.
   * @returns {string}
   */
  function foldAlone(code) {
    const character = String.fromCharCode(code);
    return character.normalize("NFKD").includes(SIGMA) ? WITH_OTHERS : catalog.fold(character);
  }

  /** @param {number} byte Plain, and no capital. */
  const isLetterOrDigit = (byte) => (byte > 96 && byte < 123) || (byte > 47 && byte < 58);

  /**
   * Arrow keeps one bit a row, as sets of rows do.
   * @type {(batch: {validity: Uint8Array, nullCount: number} | undefined, rows: number) => Bits}
   */
  function validBits(batch, rows) {
    if (!batch?.nullCount) return catalog.Bits.full(rows);
    const words = new Uint32Array(Math.ceil(rows / 32));
    for (let byte = 0; byte < Math.ceil(rows / 8); byte++) words[byte >>> 2] |= batch.validity[byte] << ((byte & 3) * 8);
    return new catalog.Bits(rows, words).keep(catalog.Bits.full(rows));
  }

  catalog.Texts = Texts;
})();
