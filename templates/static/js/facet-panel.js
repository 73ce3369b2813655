/**
 * The facets beside the images: which ones there are, which of them stand open, and what a click on them asks for.
 *
 * Elements are kept and moved, not made anew: a click changes a few texts.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;
  const { query } = catalog;

  /** Facets that begin unfolded: the first that have more than one value to choose from. */
  const OPEN = 8;
  /** Facets whose values are on the page while folded; those after them are drawn when opened. */
  const DRAWN = 80;
  /** The same in a catalogue of more than `MANY` images, where counting for what nobody sees would be felt. */
  const DRAWN_OF_MANY = 12;
  const MANY = 200_000;

  /** @typedef {import("./table.js").Column} Column */
  /** @typedef {import("./query.js").State} State */

  class FacetPanel {
    /**
     * @param {HTMLElement} root What holds the list of facets; its static content gives way.
     * @param {any} engine A Facets.
     * @param {(template: string) => any} make
     * @param {(state: State) => void} change Puts a state in force.
     * @param {() => State} read The state in force.
     */
    constructor(root, engine, make, change, read) {
      const drawn = engine.table.rows > MANY ? DRAWN_OF_MANY : DRAWN;
      const ask = (/** @type {(state: State) => State} */ step) => change(step(read()));
      const columns = /** @type {Column[]} */ (engine.table.columns).filter((column) => !column.isHidden);
      const open = new Set(columns.filter(({ values }) => values.length > 1).slice(0, OPEN));
      this.views = columns.map((column, place) => {
        return new catalog.FacetView(engine, column, make, ask, { isOpen: open.has(column), isDrawn: place < drawn });
      });
      /** @type {Map<Element | null | undefined, any>} */
      this.byRoot = new Map(this.views.map((/** @type {any} */ view) => [view.root, view]));
      this.root = root;
      this.isShown = false;
      this.timer = 0;
      root.addEventListener("click", (event) => {
        const button = /** @type {Element} */ (event.target).closest("button");
        this.byRoot.get(button?.closest("[data-facet]"))?.press(button);
      });
      root.addEventListener("keydown", steps);
      this.listenToFind(/** @type {HTMLElement} */ (root.closest("[data-panel]")));
    }

    /**
     * The box over many facets. It changes what is in sight, never what is chosen.
     * @param {HTMLElement} panel
     */
    listenToFind(panel) {
      const input = /** @type {HTMLInputElement | null} */ (panel.querySelector("[data-find] input"));
      const none = /** @type {HTMLElement} */ (panel.querySelector("[data-find-none]"));
      input?.addEventListener("input", () => {
        const words = catalog.words(input.value);
        const left = this.views.filter((/** @type {any} */ view) => view.seek(words));
        none.textContent = left.length ? "" : "No facet and no value has these words.";
      });
    }

    /**
     * What is in sight is drawn now, the rest a moment later.
     * @param {State} state In force, and applied to the engine.
     */
    update(state) {
      for (const view of this.views) view.update(query.choice(state, view.column.facet));
      if (!this.isShown) this.root.replaceChildren(...this.views.map((/** @type {any} */ view) => view.root));
      this.isShown = true;
      this.root.dataset.behind = "";
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.complete());
    }

    /** Has all values in the page say what is in force. */
    complete() {
      clearTimeout(this.timer);
      for (const view of this.views) view.complete();
      delete this.root.dataset.behind;
    }
  }

  /**
   * Up and down from value to value, right to what leaves it out, left back to it.
   * @param {KeyboardEvent} event
   */
  function steps(event) {
    const button = /** @type {Element} */ (event.target).closest(".facet__row > button");
    if (!button || event.altKey || event.ctrlKey || event.metaKey) return;
    const target = neighbour(button, event.key, getComputedStyle(button).direction === "rtl");
    if (!target) return;
    event.preventDefault();
    target.focus();
  }

  /**
   * @param {Element} button
   * @param {string} key
   * @param {boolean} isMirrored
   * @returns {HTMLElement | null}
   */
  function neighbour(button, key, isMirrored) {
    const item = /** @type {HTMLElement} */ (button.parentElement);
    const [onward, back] = isMirrored ? ["ArrowLeft", "ArrowRight"] : ["ArrowRight", "ArrowLeft"];
    if (key === onward) return item.querySelector(".facet__leave");
    if (key === back) return item.querySelector(".facet__value");
    if (key !== "ArrowDown" && key !== "ArrowUp") return null;
    const rows = [...(item.closest("[data-facet]")?.querySelectorAll(".facet__row:not([hidden])") ?? [])];
    const row = rows[rows.indexOf(item) + (key === "ArrowDown" ? 1 : -1)];
    return row ? row.querySelector(`.${button.className}`) : null;
  }

  catalog.FacetPanel = FacetPanel;
})();
