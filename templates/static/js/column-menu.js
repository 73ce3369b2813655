/**
 * Which facets are columns of the table view: boxes to tick, in a list that can be searched.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;
  const { query } = catalog;

  /** From this number of columns on, the list has a search box. */
  const FIND_FROM = 12;
  /** Characters of a name. */
  const NAME = 40;

  /** @typedef {import("./query.js").State} State */

  class ColumnMenu {
    /**
     * @param {HTMLElement} root The explorer.
     * @param {any} engine A Facets.
     * @param {(template: string) => any} make
     * @param {(state: State) => void} change
     * @param {() => State} read
     */
    constructor(root, engine, make, change, read) {
      const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
      this.root = find("[data-column-menu]");
      this.list = find("[data-columns]");
      this.usual = /** @type {HTMLButtonElement} */ (root.querySelector("[data-usual-columns]"));
      this.box = /** @type {HTMLInputElement} */ (root.querySelector("[data-find-column] input"));
      this.make = make;
      this.change = change;
      this.read = read;
      this.all = catalog.tableColumns(engine);
      this.menu = new catalog.Menu(this.root, () => this.update(this.read()));
      this.list.addEventListener("change", (event) => this.ticked(event));
      this.usual.addEventListener("click", () => {
        this.change(query.withColumns(this.read(), []));
        /** @type {HTMLElement | null} */ (this.list.querySelector("input"))?.focus();
      });
      find("[data-find-column]").hidden = this.all.length < FIND_FROM;
      this.box.addEventListener("input", () => this.find());
    }

    /** @param {State} state In force. */
    update(state) {
      const chosen = this.chosen(state);
      if (!this.list.firstElementChild) this.list.append(...this.all.map((/** @type {any} */ column) => this.item(column)));
      const boxes = /** @type {HTMLInputElement[]} */ ([...this.list.querySelectorAll("input")]);
      for (const box of boxes) {
        box.checked = chosen.includes(box.value);
        box.disabled = box.checked && chosen.length === 1; // a table without columns is the usual one again
      }
      this.usual.disabled = !state.columns.length;
    }

    /** @param {State} state */
    chosen(state) {
      const names = this.all.map(({ facet }) => facet);
      const known = state.columns.filter((/** @type {string} */ column) => names.includes(column));
      return known.length ? known : catalog.usualColumns(this.all);
    }

    /** @param {any} column */
    item({ facet, label }) {
      const item = this.make("column");
      item.querySelector("input").value = facet;
      catalog.writeName(item.querySelector("bdi"), label, NAME);
      item.dataset.words = catalog.fold(label);
      return item;
    }

    /** @param {Event} event A box was ticked, or is no longer. */
    ticked({ target }) {
      const { value, checked } = /** @type {HTMLInputElement} */ (target);
      const state = this.read();
      const chosen = this.chosen(state);
      const columns = checked ? [...chosen, value] : chosen.filter((/** @type {string} */ each) => each !== value);
      const usual = catalog.usualColumns(this.all);
      const isUsual = columns.length === usual.length && usual.every((/** @type {string} */ each, /** @type {number} */ place) => each === columns[place]);
      this.change(query.withColumns(state, isUsual ? [] : columns));
    }

    find() {
      const words = catalog.words(this.box.value);
      for (const item of /** @type {Iterable<HTMLElement>} */ (this.list.children)) {
        item.hidden = !words.every((/** @type {string} */ word) => item.dataset.words?.includes(word));
      }
    }
  }

  catalog.ColumnMenu = ColumnMenu;
})();
