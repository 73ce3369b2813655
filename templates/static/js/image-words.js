/**
 * Words of the page of an image: shortened, made visible, leading somewhere, exactly as the program writes those of its pages. Pure.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;

  /** @typedef {Record<string, any>} Chunk As `site/image_chunks.py` writes it. */

  /** Python's blanks, which are not all of JavaScript's. */
  const BLANK = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
  const LEADING = new RegExp(`^${BLANK}+`);
  const TRAILING = new RegExp(`${BLANK}+$`);

  /**
   * A text broken at the middle, exactly as the program breaks those of its pages.
   * @param {string} text
   * @param {number} longest In characters.
   * @returns {string}
   */
  function middle(text, longest) {
    if (!isLonger(text, longest)) return text;
    const characters = [...text];
    const half = Math.floor((longest - 1) / 2);
    return `${characters.slice(0, half).join("").replace(TRAILING, "")}…${characters.slice(-half).join("").replace(LEADING, "")}`;
  }

  /**
   * @param {string} text
   * @param {number} most
   * @returns {boolean} Whether it has more characters.
   */
  function isLonger(text, most) {
    return text.length > most && [...text].length > most;
  }

  /**
   * @param {string} text
   * @param {string} nothing What stands for no text.
   * @returns {string}
   */
  function visible(text, nothing) {
    if (text.replace(LEADING, "")) return text;
    return text ? `“${text}”` : nothing;
  }

  /**
   * @param {string} text
   * @returns {string} Fit for an address, as Python's `quote` writes it.
   */
  function quoted(text) {
    return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  }

  /**
   * @param {Chunk} chunk
   * @returns {(word: string | any[]) => any} Makes a word that may lead somewhere, of a text, or of a text, an address, a kind, and
   *   whose images are counted.
   */
  function wordIn(chunk) {
    return (word) => {
      const [text, href = "", kind = "", owner] = typeof word === "string" ? [word] : word;
      return { text, href, kind, counted: owner === undefined ? null : { facet: "owner", value: owner, parts: chunk.ownerParts } };
    };
  }

  /**
   * @param {any[]} list
   */
  function separated(list) {
    return list.map((one, place) => ({ ...one, isLast: place === list.length - 1 }));
  }

  catalog.words = { middle, isLonger, visible, quoted, wordIn, separated };
})();
