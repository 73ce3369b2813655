/**
 * Free text over the names and values of images. Pure.
 *
 * An image holds a word where its name or one of its values does. A word of one or two characters must begin a word there: `a` is
 * in nearly every text. Values are looked at once each, in the dictionaries; names, and the texts of keys that are no facets, are
 * searched once they are given.
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

  /** @typedef {import("./bits.js").Bits} Bits */

  class TextSearch {
    /**
     * @param {import("./table.js").Table} table
     * @param {Map<string, import("./columns.js").ColumnIndex>} indexes By facet.
     */
    constructor(table, indexes) {
      this.table = table;
      this.indexes = indexes;
      /** @type {import("./texts.js").Texts | null} */
      this.names = null;
      /** Texts of keys that are found by words alone, by facet. @type {Map<string, import("./texts.js").Texts>} */
      this.keys = new Map();
      /** Folded texts for people, by facet. @type {Map<string, string[]>} */
      this.folded = new Map();
      /** The rows of the last words, so that typing one more works out one. @type {Map<string, Bits>} */
      this.last = new Map();
    }

    /** Whether names and texts are there; without them, values alone are searched. */
    get isGiven() {
      return this.names !== null;
    }

    /**
     * @param {Uint8Array} bytes Of `data/text.arrow.gz`, unzipped.
     * @param {{tableFromIPC: (bytes: Uint8Array) => any}} flechette
     */
    give(bytes, flechette) {
      const arrow = flechette.tableFromIPC(bytes);
      const texts = (/** @type {string} */ name) => new catalog.Texts(arrow.getChild(name)?.data[0], this.table.rows);
      this.names = texts("name");
      for (const { facet } of this.table.search) this.keys.set(facet, texts(facet));
      this.last.clear();
    }

    /**
     * @param {readonly string[]} words Folded, at least one.
     * @returns {Bits} Rows that hold all of them.
     */
    holding(words) {
      this.last = new Map(words.map((word) => [word, this.last.get(word) ?? this.holdingWord(word)]));
      const [first, ...others] = this.last.values();
      return others.reduce((rows, each) => rows.keep(each), first.copy());
    }

    /**
     * @param {string} word Folded.
     * @returns {Bits}
     */
    holdingWord(word) {
      const rows = new catalog.Bits(this.table.rows);
      for (const index of this.indexes.values()) {
        const codes = isSaid(index.column) ? this.matchingCodes(index.column, word) : [];
        if (codes.length) rows.add(index.withCodes(codes));
      }
      const begins = needsBeginning(word) ? beginsWord : null;
      for (const texts of [this.names, ...this.keys.values()]) texts?.search(word, begins, rows);
      return rows;
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
  }

  /**
   * Whether a facet's values are found by words. Days of taking and of import are nobody's words: `2` would find every image of a century.
   * @param {import("./table.js").Column} column
   */
  const isSaid = ({ kind, facet }) => kind !== "date" || facet.startsWith("key:");

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

  catalog.TextSearch = TextSearch;
})();
