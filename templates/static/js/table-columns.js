/**
 * The columns that the table view can have, those it has at first, and how wide they are. Pure.
 */
(function () {
  "use strict";

  const catalog = (globalThis.catalog = globalThis.catalog || {});

  /** Columns that stand first, where the catalogue has them. */
  const FIRST = ["dataset", "plate", "tag"];
  /** Keys that stand next. */
  const KEYS = 5;
  /** Columns that stand last. */
  const LAST = ["acquired"];
  /** Facets whose values have pages of their own. */
  const OBJECTS = ["project", "dataset", "screen", "plate"];
  /** Values that are looked at to guess a column's width. */
  const LOOKED_AT = 40;
  /** Of a column, in characters. */
  const NARROWEST = 8;
  const WIDEST = 28;

  /**
   * A column as the table shows it.
   * @typedef {object} TableColumn
   * @property {string} facet
   * @property {string} label
   * @property {"number" | "date" | "choice" | "text"} kind A text has no facet: its values come with the names.
   * @property {string} unit
   * @property {boolean} isObject Whether its values are projects, datasets, screens or plates.
   */

  /**
   * @param {any} engine A Facets.
   * @returns {TableColumn[]} Facets, then keys that are only searched.
   */
  function tableColumns(engine) {
    const facets = [...engine.columns.values()].map(({ facet, label, kind, unit }) => ({ facet, label, kind, unit, isObject: OBJECTS.includes(facet) }));
    const searched = engine.table.search.map((/** @type {{facet: string, label: string}} */ { facet, label }) => ({
      facet, label, kind: "text", unit: "", isObject: false,
    }));
    return [...facets, ...searched];
  }

  /**
   * @param {TableColumn[]} columns All there are.
   * @returns {string[]} The facets of those that a table begins with.
   */
  function usualColumns(columns) {
    const has = (/** @type {string} */ facet) => columns.some((column) => column.facet === facet);
    const keys = columns.filter(({ facet, kind }) => facet.startsWith("key:") && kind !== "text").map(({ facet }) => facet);
    return [...FIRST.filter(has), ...keys.slice(0, KEYS), ...LAST.filter(has)];
  }

  /**
   * @param {any} engine
   * @param {TableColumn} column
   * @returns {number} In characters, from its heading and its values.
   */
  function columnWidth(engine, { facet, label, kind }) {
    const word = Math.max(...label.split(/\s+/).map((each) => each.length));
    const heading = Math.max(word, label.length / 2) + 5; // on two lines, with the mark of its order
    const labels = kind === "text" ? [] : engine.columns.get(facet).labels.slice(0, LOOKED_AT);
    const longest = labels.reduce((/** @type {number} */ most, /** @type {string} */ each) => Math.max(most, each.length), kind === "text" ? WIDEST / 2 : 0);
    return Math.min(Math.max(longest + 2, Math.min(heading, WIDEST), NARROWEST), WIDEST);
  }

  catalog.tableColumns = tableColumns;
  catalog.usualColumns = usualColumns;
  catalog.columnWidth = columnWidth;
})();
