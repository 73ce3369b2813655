/**
 * What the explorer loads only when something asks for it: names and texts, and the order of names.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;

  /** What readers call the files. @type {Record<string, string>} */
  const NAMES = { text: "names", order: "the order of names" };

  /** @typedef {import("./query.js").State} State */

  class Extras {
    /** @param {any} engine A Facets. */
    constructor(engine) {
      this.engine = engine;
      /** Given to the engine, or on the way. @type {Map<string, Promise<void>>} */
      this.given = new Map();
    }

    /**
     * @param {State} state
     * @returns {string[]} What must come before it can be drawn.
     */
    missing(state) {
      const missing = new Set(this.engine.needs(state));
      const isSearched = (/** @type {string} */ column) => this.engine.table.search.some((/** @type {{facet: string}} */ { facet }) => facet === column);
      if (catalog.viewOf(state, this.engine) === "table" && state.columns.some(isSearched) && !this.engine.text.isGiven) missing.add("text");
      return [...missing];
    }

    /**
     * @param {string[]} missing
     * @param {(what: string) => void} [progress] Told in words what is loaded, and how far.
     */
    async load(missing, progress = () => {}) {
      for (const name of missing) {
        progress(`Loading ${NAMES[name]} …`);
        let load = this.given.get(name);
        if (!load) {
          load = this.give(name, (loaded, total) => progress(`Loading ${NAMES[name]} … ${percent(loaded, total)}`));
          this.given.set(name, load);
          load.catch(() => this.given.delete(name)); // so that a second try is one
        }
        await load;
      }
    }

    /**
     * @param {string} name
     * @param {(loaded: number, total: number) => void} progress In bytes.
     */
    async give(name, progress) {
      const bytes = await catalog.load(name, "arrow.gz", progress);
      if (name === "text") this.engine.giveText(bytes, globalThis.fl);
      else this.engine.giveOrder(bytes, globalThis.fl);
    }
  }

  /**
   * @param {number} part
   * @param {number} whole 0 where it is not known.
   * @returns {string}
   */
  function percent(part, whole) {
    return whole ? `${Math.min(100, Math.floor((100 * part) / whole))}\u00a0%` : "";
  }

  catalog.percent = percent;
  catalog.Extras = Extras;
})();
