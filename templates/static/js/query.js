/**
 * The state of the explorer and its address. Pure. The grammar is written down in `docs/addresses.md`; keep the two together.
 *
 *     facet=value        any number of times: the same facet means or, different facets mean and
 *     all:facet=value    images that hold it too      not:facet=value    images that do not
 *     has=facet          images with any value        lacks=facet        images without
 *     min:facet=limit    max:facet=limit              q=words            free text
 *     page=2  sort=name  group=facet  view=table  col=facet    how it is shown
 *     v=2                version of the grammar, 1 where it is not given
 */
(function () {
  "use strict";

  const catalog = (globalThis.catalog = globalThis.catalog || {});

  /** The version of the grammar that this script reads and writes. */
  const VERSION = 2;

  /** Parameters that mail programs and networks hang on links; they are no facets. */
  const TRACKING = /^(utm_.*|[a-z]*clid|mc_[ce]id|_hs.*)$/;

  /** What stands before a facet's name, and the list it fills. */
  const LISTS = /** @type {const} */ ([["", "any"], ["all:", "all"], ["not:", "none"]]);

  /** The views; the first is where none is named. */
  const VIEWS = ["grid", "table", "plates"];

  /**
   * What is asked of one facet; all of it must hold. Never changed in place.
   * @typedef {object} Choice
   * @property {string[]} any Values of which an image has one.
   * @property {string[]} all Values that an image has, each of them.
   * @property {string[]} none Values that an image has not.
   * @property {boolean} has Whether it must have a value.
   * @property {boolean} lacks Whether it must have none.
   * @property {string} min A number in the facet's unit, or a day; included. Empty for no limit.
   * @property {string} max
   */

  /** @typedef {"any" | "all" | "none"} Mode */

  /**
   * Never changed in place: the functions below return new ones.
   * @typedef {object} State
   * @property {Map<string, Choice>} choices By facet, in the order of choosing; no empty ones.
   * @property {string} text
   * @property {number} page From 1.
   * @property {number} version Of the grammar it was read from.
   * @property {string} sort `name`, or a facet; with `-` before it the other way round. Empty for the table's order.
   * @property {string[]} groups Facets, or `tag set:LABEL`, to group by, the outermost first.
   * @property {string} view `grid`, `table` or `plates`.
   * @property {string[]} columns Facets that are the columns of the table view; empty for the usual ones.
   */

  /** @type {Choice} */
  const NOTHING = Object.freeze({
    any: /** @type {string[]} */ (Object.freeze([])),
    all: /** @type {string[]} */ (Object.freeze([])),
    none: /** @type {string[]} */ (Object.freeze([])),
    has: false,
    lacks: false,
    min: "",
    max: "",
  });

  /** @returns {State} Nothing chosen, shown in the usual way. */
  const empty = () => ({ choices: new Map(), text: "", page: 1, version: 1, sort: "", groups: [], view: VIEWS[0], columns: [] });

  /**
   * What is asked of a facet.
   * @param {State} state
   * @param {string} facet
   * @returns {Choice} One that asks nothing where the facet is not chosen from.
   */
  const choice = (state, facet) => state.choices.get(facet) ?? NOTHING;

  /** @type {(choice: Choice) => boolean} */
  const asksNothing = ({ any, all, none, has, lacks, min, max }) => !(any.length || all.length || none.length || has || lacks || min || max);

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
      else if (name === "sort") state.sort = value;
      else if (name === "view") state.view = VIEWS.includes(value) ? value : VIEWS[0];
      else if (name === "group") state.groups = withOne(state.groups, value);
      else if (name === "col") state.columns = withOne(state.columns, value);
      else if (name && !TRACKING.test(name)) readChoice(state.choices, name, value);
    }
    return state;
  }

  /**
   * Takes one pair of an address into the choices.
   * @param {Map<string, Choice>} choices Changed.
   * @param {string} name
   * @param {string} value
   */
  function readChoice(choices, name, value) {
    const set = (/** @type {string} */ facet, /** @type {(before: Choice) => Partial<Choice>} */ change) => {
      const before = choices.get(facet) ?? NOTHING;
      const after = { ...before, ...change(before) };
      if (facet && !asksNothing(after)) choices.set(facet, after);
    };
    const [, prefix, facet] = /^(all:|not:|min:|max:|)(.*)$/s.exec(name) ?? ["", "", name];
    const list = LISTS.find(([each]) => each === prefix);
    if (name === "has" || name === "lacks") set(value, () => ({ [name]: true }));
    else if (list) set(facet, (before) => ({ [list[1]]: add(before[list[1]], value) }));
    else set(facet, () => ({ [prefix.slice(0, 3)]: value.trim() }));
  }

  /**
   * Writes a state as an address.
   * @param {State} state
   * @returns {string} Without `?`; empty where nothing is chosen.
   */
  function format({ choices, text, page, sort, groups, view, columns }) {
    /** @type {string[]} */
    const parts = [];
    /** Whether a reader of version 1 would not understand all of it. */
    let isNew = false;
    const write = (/** @type {string} */ name, /** @type {string} */ value, since = VERSION) => {
      parts.push(`${encode(name)}=${encode(value)}`);
      isNew = isNew || since > 1;
    };
    for (const [facet, chosen] of choices) {
      for (const [prefix, list] of LISTS) for (const value of chosen[list]) write(prefix + facet, value, prefix ? VERSION : 1);
      if (chosen.has) write("has", facet);
      if (chosen.lacks) write("lacks", facet);
      if (chosen.min) write(`min:${facet}`, chosen.min);
      if (chosen.max) write(`max:${facet}`, chosen.max);
    }
    if (text.trim()) write("q", text.trim(), 1);
    if (sort) write("sort", sort);
    for (const group of groups) write("group", group);
    if (view !== VIEWS[0]) write("view", view);
    for (const column of columns) write("col", column);
    if (page > 1) write("page", String(page), 1);
    if (isNew) write("v", String(VERSION));
    return parts.join("&");
  }

  /**
   * Asks something else of a facet. Goes to the first page.
   * @param {State} state
   * @param {string} facet
   * @param {Choice} chosen
   * @returns {State}
   */
  function withChoice(state, facet, chosen) {
    const choices = new Map(state.choices);
    if (asksNothing(chosen)) choices.delete(facet);
    else choices.set(facet, chosen);
    return { ...state, choices, page: 1 };
  }

  /**
   * Chooses a value, or no longer. A value that is asked for in another way is no longer asked for in that way. Goes to the first page.
   * @param {State} state
   * @param {string} facet
   * @param {string} value
   * @param {Mode} [mode]
   * @returns {State}
   */
  function toggle(state, facet, value, mode = "any") {
    const before = choice(state, facet);
    const isOn = before[mode].includes(value);
    const chosen = { ...before };
    for (const [, list] of LISTS) if (before[list].includes(value)) chosen[list] = before[list].filter((each) => each !== value);
    if (!isOn) chosen[mode] = [...before[mode], value];
    return withChoice(state, facet, chosen);
  }

  /**
   * Clears a facet's choice. Goes to the first page.
   * @type {(state: State, facet: string) => State}
   */
  const without = (state, facet) => withChoice(state, facet, NOTHING);

  /** @type {(state: State, text: string) => State} */
  const withText = (state, text) => ({ ...state, text, page: 1 });

  /** @type {(state: State, page: number) => State} */
  const withPage = (state, page) => ({ ...state, page });

  /** @type {(state: State, sort: string) => State} */
  const withSort = (state, sort) => ({ ...state, sort });

  /** @type {(state: State, groups: string[]) => State} */
  const withGroups = (state, groups) => ({ ...state, groups: [...new Set(groups)] });

  /** @type {(state: State, view: string) => State} */
  const withView = (state, view) => ({ ...state, view: VIEWS.includes(view) ? view : VIEWS[0] });

  /** @type {(state: State, columns: string[]) => State} */
  const withColumns = (state, columns) => ({ ...state, columns: [...new Set(columns)] });

  /** Whether it lets every image through. @type {(state: State) => boolean} */
  const isEmpty = (state) => !state.choices.size && !state.text.trim();

  /** @type {(list: string[], value: string) => string[]} */
  const add = (list, value) => (list.includes(value) ? list : [...list, value]);

  /** @type {(list: string[], name: string) => string[]} */
  const withOne = (list, name) => (name ? add(list, name) : list);

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

  catalog.query = {
    VERSION, empty, parse, format, choice, withChoice, toggle, without, withText, withPage, withSort, withGroups, withView, withColumns, isEmpty,
  };
})();
