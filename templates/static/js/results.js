/**
 * The images that are left, in the view that is asked for: how many there are, and which of the views shows them.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;

  /** Images of a page of the addresses. */
  const PAGE = 48;

  /** @typedef {import("./query.js").State} State */

  class Results {
    /**
     * @param {HTMLElement} root The explorer.
     * @param {any} engine A Facets.
     * @param {any} store A CardStore.
     * @param {(template: string) => any} make
     * @param {(state: State) => string} address
     * @param {(sort: string) => void} sort Puts another order in force.
     */
    constructor(root, engine, store, make, address, sort) {
      const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
      this.engine = engine;
      this.total = find("[data-total]");
      this.number = find(".explorer__number");
      this.of = find(".explorer__of");
      this.main = find("[data-main]");
      this.bar = find("[data-bar]");
      const cards = new catalog.ImageCards(engine, store, make);
      const covered = () => this.covered();
      /** @type {Record<string, any>} */
      this.views = {
        grid: new catalog.GridView(root, engine, store, cards, covered),
        table: new catalog.TableView(root, engine, store, cards, make, sort),
        tree: new catalog.TreeView(root, engine, store, cards, make, address),
        plates: new catalog.PlatesView(root, engine, make, address, covered),
      };
      this.shown = "";
      this.isFromTop = false;
      store.arrived = (/** @type {Error | null} */ problem) => {
        this.views[this.shown]?.arrived?.();
        this.failed(problem);
      };
      /** Told when cards could not be loaded, and when they can again. @type {(problem: Error | null) => void} */
      this.failed = () => {};
    }

    /**
     * @param {State} state In force.
     * @param {boolean} fromTop Whether the reader is to see its first images.
     * @returns {Promise<boolean> | null} Of a view that takes its time: whether it came to show this state.
     */
    show(state, fromTop) {
      this.isFromTop = fromTop;
      // In the frame that draws, and before the view does: to ask where things are, now, would have the browser lay out twice.
      if (fromTop) requestAnimationFrame(() => this.isFromTop && this.toTop());
      const view = catalog.viewOf(state, this.engine);
      for (const [name, other] of Object.entries(this.views)) if (name !== view) other.hide();
      this.shown = view;
      const shows = this.views[view].show(state);
      return shows instanceof Promise ? shows : null;
    }

    writeTotal() {
      const { total } = this.engine;
      const all = this.engine.table.rows;
      this.total.dataset.total = String(total);
      this.number.textContent = catalog.images(total);
      this.of.textContent = total === all ? "" : `of ${catalog.number(all)}`;
    }

    /**
     * Says what is loaded before the result can be shown.
     * @param {string} what Empty where nothing is.
     */
    wait(what) {
      this.main.setAttribute("aria-busy", String(Boolean(what)));
      if (what) this.of.textContent = what;
    }

    /** What the bar over the result covers of it, in pixels. */
    covered() {
      const { position, top } = getComputedStyle(this.bar);
      return position === "sticky" ? this.bar.offsetHeight + parseFloat(top) : 0;
    }

    /** @param {number} page Of the addresses, from 1; the last where there are fewer. */
    goToPage(page) {
      const place = (page - 1) * PAGE;
      if (this.shown === "grid" || this.shown === "table") this.views[this.shown].goTo(Math.min(place, Math.max(0, this.engine.total - 1)));
    }

    /** To the first images, where the reader is further down. */
    toTop() {
      this.isFromTop = false;
      if (this.main.getBoundingClientRect().top < 0) this.main.scrollIntoView({ block: "start", behavior: "instant" });
      this.views[this.shown].box?.scrollTo({ top: 0, behavior: "instant" });
    }
  }

  catalog.Results = Results;
})();
