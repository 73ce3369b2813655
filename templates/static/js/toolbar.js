/**
 * The bar over the result: which view of it, in which order, grouped by what.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;
  const { query } = catalog;

  /** The facet of plates: without them there is no view of them. */
  const PLATE = "plate";
  /** Facets that no order is made by: most images have several of their values. */
  const UNORDERED = ["tag"];

  /** @typedef {import("./query.js").State} State */

  class Toolbar {
    /**
     * @param {HTMLElement} root The explorer.
     * @param {any} engine A Facets.
     * @param {(template: string) => any} make
     * @param {(state: State) => void} change
     * @param {() => State} read
     */
    constructor(root, engine, make, change, read) {
      const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
      this.root = root;
      this.engine = engine;
      this.change = change;
      this.read = read;
      this.views = find("[data-views]");
      this.sorts = /** @type {HTMLSelectElement} */ (root.querySelector("[data-sort-by]"));
      this.way = find("[data-sort-way]");
      this.sort = find("[data-sort-control]");
      this.columnMenu = find("[data-column-menu]");
      this.groups = new catalog.GroupMenu(root, engine, make, change, read);
      this.columns = new catalog.ColumnMenu(root, engine, make, change, read);
      this.more = new catalog.Menu(find("[data-more]"));
      find("[data-done]").addEventListener("click", () => {
        this.more.close();
        this.more.button.focus();
      });
      /** What it shows of the state. */
      this.shown = "";
      /** Of what one can sort by. @type {Map<string, string>} */
      this.orders = ordersOf(engine);
      const isKey = (/** @type {[string, string]} */ [name]) => name.startsWith("key:");
      const orders = [...this.orders];
      this.sorts.append(...catalog.optionsOf("", orders.filter((order) => !isKey(order))), ...catalog.optionsOf("Keys", orders.filter(isKey)));
      this.views.addEventListener("click", (event) => this.show(event));
      this.sorts.addEventListener("change", () => this.change(query.withSort(this.read(), this.sorts.value)));
      this.way.addEventListener("click", () => {
        const { sort } = this.read();
        this.change(query.withSort(this.read(), sort.startsWith("-") ? sort.slice(1) : `-${sort}`));
      });
    }

    /** @param {State} state In force. */
    update(state) {
      const view = catalog.viewOf(state, this.engine);
      const shown = JSON.stringify([view, state.sort, state.groups, state.columns]);
      if (shown === this.shown) return; // most clicks are on values
      this.shown = shown;
      this.root.dataset.view = view;
      for (const button of /** @type {NodeListOf<HTMLElement>} */ (this.views.querySelectorAll("[data-show]"))) {
        button.setAttribute("aria-pressed", String(button.dataset.show === view));
      }
      const by = state.sort.replace(/^-/, "");
      if (by && !this.orders.has(by)) {
        this.orders.set(by, by);
        this.sorts.append(...catalog.optionsOf("", [[by, by]])); // an address may name what the catalogue does not have
      }
      this.sorts.value = by;
      const isTurned = state.sort.startsWith("-");
      this.way.hidden = !by;
      this.way.dataset.sortWay = isTurned ? "descending" : "ascending";
      this.way.setAttribute("aria-label", isTurned ? "Descending; sort ascending" : "Ascending; sort descending");
      this.sort.hidden = view === "plates";
      this.columnMenu.hidden = view !== "table";
      this.groups.update(state);
      if (view === "table") this.columns.update(state);
    }

    /** @param {MouseEvent} event On a button of a view. A result that is not regrouped is what each of them shows. */
    show({ target }) {
      const button = target instanceof Element ? target.closest("[data-show]") : null;
      if (!(button instanceof HTMLElement)) return;
      this.more.close();
      this.change(query.withView(query.withGroups(this.read(), []), button.dataset.show ?? ""));
    }
  }

  /**
   * @param {any} engine A Facets.
   * @returns {Map<string, string>} Name and label of each order but the table's own.
   */
  function ordersOf(engine) {
    const facets = [...engine.columns.values(), ...engine.table.search].filter(({ facet }) => !UNORDERED.includes(facet));
    return new Map([["name", "Name"], ...facets.map(({ facet, label }) => /** @type {[string, string]} */ ([facet, label]))]);
  }

  /**
   * @param {State} state
   * @param {any} engine A Facets.
   * @returns {string} What shows it: `grid`, `table`, `plates` where there are any, or `tree` where it is regrouped.
   */
  catalog.viewOf = (state, engine) => {
    if (state.groups.length) return "tree";
    return state.view === "plates" && !engine.columns.has(PLATE) ? "grid" : state.view;
  };

  catalog.Toolbar = Toolbar;
})();
