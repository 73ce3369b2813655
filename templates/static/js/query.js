/**
 * The state of the explorer and its address. Pure. The grammar is written down in `docs/addresses.md`; keep the two together.
 *
 *     facet=value     any number of times: the same facet means or, different facets mean and
 *     q=words         free text        page=2    page of the results        v=1    version of the grammar, 1 where it is not given
 */
(function () {
  "use strict";

  const catalog = (globalThis.catalog = globalThis.catalog || {});

  /** The version of the grammar that this script reads and writes. */
  const VERSION = 1;

  /** Parameters that mail programs and networks hang on links; they are no facets. */
  const TRACKING = /^(utm_.*|[a-z]*clid|mc_[ce]id|_hs.*)$/;

  /**
   * Never changed in place: the functions below return new ones.
   * @typedef {object} State
   * @property {Map<string, string[]>} choices Values by facet, in the order of choosing; no empty lists.
   * @property {string} text
   * @property {number} page From 1.
   * @property {number} version Of the grammar it was read from.
   */

  /** @returns {State} Nothing chosen. */
  const empty = () => ({ choices: new Map(), text: "", page: 1, version: VERSION });

  /**
   * Reads a state from an address. Never fails: what makes no sense counts as not given.
   * @param {string} address The part after `?` or `#`, with or without that sign.
   * @returns {State}
   */
  function parse(address) {
    const state = empty();
    for (const [name, value] of new URLSearchParams(address.replace(/^[?#]/, ""))) {
      if (name === "q") state.text = value;
      else if (name === "page") state.page = wholeNumber(value);
      else if (name === "v") state.version = wholeNumber(value);
      else if (name && !TRACKING.test(name)) {
        const values = state.choices.get(name) ?? [];
        if (!values.includes(value)) state.choices.set(name, [...values, value]);
      }
    }
    return state;
  }

  /**
   * Writes a state as an address.
   * @param {State} state
   * @returns {string} Without `?`; empty where nothing is chosen.
   */
  function format({ choices, text, page }) {
    const parts = [];
    for (const [facet, values] of choices) for (const value of values) parts.push(`${encode(facet)}=${encode(value)}`);
    if (text.trim()) parts.push(`q=${encode(text.trim())}`);
    if (page > 1) parts.push(`page=${page}`);
    return parts.join("&");
  }

  /**
   * Chooses a value, or no longer. Goes to the first page.
   * @param {State} state
   * @param {string} facet
   * @param {string} value
   * @returns {State}
   */
  function toggle(state, facet, value) {
    const before = state.choices.get(facet) ?? [];
    const values = before.includes(value) ? before.filter((each) => each !== value) : [...before, value];
    const choices = new Map(state.choices);
    if (values.length) choices.set(facet, values);
    else choices.delete(facet);
    return { ...state, choices, page: 1 };
  }

  /**
   * Clears a facet's choice. Goes to the first page.
   * @param {State} state
   * @param {string} facet
   * @returns {State}
   */
  function without(state, facet) {
    const choices = new Map(state.choices);
    choices.delete(facet);
    return { ...state, choices, page: 1 };
  }

  /** @type {(state: State, text: string) => State} */
  const withText = (state, text) => ({ ...state, text, page: 1 });

  /** @type {(state: State, page: number) => State} */
  const withPage = (state, page) => ({ ...state, page });

  /** @type {(state: State) => boolean} */
  const isEmpty = (state) => !state.choices.size && !state.text.trim();

  /** @param {string} text */
  function wholeNumber(text) {
    return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : 1;
  }

  /**
   * Form encoding that leaves readable what needs no escape in a query: `key:cell+type=HeLa`.
   * @param {string} text
   */
  function encode(text) {
    return encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, "\ufffd"))
      .replace(/%20/g, "+")
      .replace(/%(3A|2C|2F|40)/g, decodeURIComponent)
      .replace(/[!'()*~]/g, (sign) => "%" + sign.charCodeAt(0).toString(16).toUpperCase());
  }

  catalog.query = { VERSION, empty, parse, format, toggle, without, withText, withPage, isEmpty };
})();
