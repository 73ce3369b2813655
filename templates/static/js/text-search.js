/**
 * Free text over the names and values of images. Pure.
 *
 * An image holds a word where its name or one of its values does. A word of one or two characters must begin a word there: `a` is
 * in nearly every text. Values are looked at once each, in the dictionaries, before any row; names lie folded in one long text that
 * is searched as a whole, made when the first word is asked for.
 */
(function () {
  "use strict";

  const catalog = (globalThis.catalog = globalThis.catalog || {});

  /** Words of up to this length must begin a word. */
  const SHORT = 2;

  /** A phrase in quotes, as keyboards write them, up to the end where they are not closed yet; or a word. */
  const PHRASE_OR_WORD = /(?<!\S)["“”„]([^"“”„]*)(?:["“”„]|$)|\S+/g;

  const LETTER_OR_DIGIT = /[\p{L}\p{N}\p{M}]/u;
  /** Scripts that put no spaces between words: a word may begin anywhere. */
  const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

  /**
   * The folded words and phrases of what somebody typed, each once. In double quotes stands one phrase, its whitespace one space.
   * @param {string} text
   * @returns {string[]}
   */
  catalog.terms = (text) => {
    const terms = [...text.matchAll(PHRASE_OR_WORD)].map(([all, phrase]) => catalog.fold(phrase ?? all).trim().replace(/\s+/g, " "));
    return [...new Set(terms.filter(Boolean))];
  };

  class TextSearch {
    /** @param {import("./table.js").Table} table */
    constructor(table) {
      this.table = table;
      /** @type {{text: string, starts: Uint32Array} | null} */
      this.names = null;
      /** Folded texts for people, by facet. @type {Map<string, string[]>} */
      this.folded = new Map();
      /** What the last words failed, so that typing one more works out one. @type {Map<string, Uint8Array>} */
      this.last = new Map();
    }

    /**
     * @param {readonly string[]} words Folded, at least one.
     * @returns {Uint8Array} 1 for each row that lacks one of the words.
     */
    failing(words) {
      this.last = new Map(words.map((word) => [word, this.last.get(word) ?? this.failingWord(word)]));
      const each = [...this.last.values()];
      if (each.length === 1) return each[0].slice();
      const fails = each[0].slice();
      for (const other of each.slice(1)) for (let row = 0; row < fails.length; row++) fails[row] |= other[row];
      return fails;
    }

    /**
     * @param {string} word Folded.
     * @returns {Uint8Array}
     */
    failingWord(word) {
      const fails = new Uint8Array(this.table.rows).fill(1);
      for (const column of this.table.columns) {
        const codes = this.matchingCodes(column, word);
        if (codes.length) catalog.passCodes(column, codes, fails);
      }
      this.passNames(word, fails);
      return fails;
    }

    /**
     * The values of a facet that hold a word.
     * @param {import("./table.js").Column} column
     * @param {string} word Folded.
     * @returns {number[]} Codes.
     */
    matchingCodes(column, word) {
      let folded = this.folded.get(column.facet);
      if (!folded) {
        folded = column.labels.map(catalog.fold);
        this.folded.set(column.facet, folded);
      }
      const holds = needsBeginning(word) ? holdsBeginning : holdsAnywhere;
      const codes = [];
      for (let code = 0; code < folded.length; code++) if (holds(folded[code], word)) codes.push(code);
      return codes;
    }

    /**
     * Writes 0 for each row whose name holds the word.
     * @param {string} word Folded.
     * @param {Uint8Array} fails
     */
    passNames(word, fails) {
      this.names = this.names ?? foldNames(this.table);
      const { text, starts } = this.names;
      const isStrict = needsBeginning(word);
      let row = 0;
      for (let at = text.indexOf(word); at !== -1; ) {
        if (isStrict && !beginsWord(text, at)) {
          at = text.indexOf(word, at + 1);
          continue;
        }
        while (starts[row + 1] <= at) row++;
        fails[row] = 0;
        row++;
        at = text.indexOf(word, starts[row]);
      }
    }
  }

  /**
   * @param {string} word Folded.
   * @returns {boolean} Whether it counts only where a word begins. One that begins with a sign, as `+`, counts anywhere.
   */
  function needsBeginning(word) {
    const characters = [...word];
    return characters.length <= SHORT && LETTER_OR_DIGIT.test(characters[0]) && !UNSPACED.test(word);
  }

  /** @type {(text: string, word: string) => boolean} */
  const holdsAnywhere = (text, word) => text.includes(word);

  /** @type {(text: string, word: string) => boolean} */
  function holdsBeginning(text, word) {
    for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) if (beginsWord(text, at)) return true;
    return false;
  }

  /**
   * @param {string} text
   * @param {number} at
   * @returns {boolean} Whether no letter or digit stands before this place.
   */
  function beginsWord(text, at) {
    if (at === 0) return true;
    const before = text.charCodeAt(at - 1);
    if (before < 128) return !((before > 96 && before < 123) || (before > 47 && before < 58) || (before > 64 && before < 91));
    const isHalf = before >= 0xdc00 && before < 0xe000;
    return !LETTER_OR_DIGIT.test(isHalf ? text.slice(Math.max(0, at - 2), at) : text[at - 1]);
  }

  /**
   * Whether a text holds a word by the same rule as images do.
   * @type {(text: string, word: string) => boolean} Both folded.
   */
  catalog.holds = (text, word) => (needsBeginning(word) ? holdsBeginning : holdsAnywhere)(text, word);

  /**
   * All names folded, each ended by a line break, which no word holds.
   * @param {import("./table.js").Table} table
   * @returns {{text: string, starts: Uint32Array}} Where each name begins, and the end of the last.
   */
  function foldNames({ rows, names: { bytes, offsets } }) {
    const starts = new Uint32Array(rows + 1);
    const plain = new Uint8Array(offsets[rows] - offsets[0] + rows);
    let to = 0;
    let isAscii = true;
    for (let row = 0, from = offsets[0]; row < rows; row++) {
      for (const end = offsets[row + 1]; from < end; from++) {
        const byte = bytes[from];
        if (byte > 127) isAscii = false;
        plain[to++] = byte > 64 && byte < 91 ? byte + 32 : byte;
      }
      plain[to++] = 10;
      starts[row + 1] = to;
    }
    const decoder = new TextDecoder();
    if (isAscii) return { text: decoder.decode(plain), starts };

    // Folding changes lengths: each name by itself.
    const parts = new Array(rows);
    for (let row = 0, start = 0; row < rows; row++) {
      const part = catalog.fold(decoder.decode(bytes.subarray(offsets[row], offsets[row + 1]))) + "\n";
      parts[row] = part;
      start += part.length;
      starts[row + 1] = start;
    }
    return { text: parts.join(""), starts };
  }

  catalog.TextSearch = TextSearch;
})();
