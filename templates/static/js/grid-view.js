/**
 * The result as pictures.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;

  class GridView {
    /**
     * @param {HTMLElement} root The explorer.
     * @param {any} engine A Facets.
     * @param {any} store A CardStore.
     * @param {any} cards An ImageCards.
     * @param {() => number} covered What covers the top of the view, in pixels.
     */
    constructor(root, engine, store, cards, covered) {
      this.element = /** @type {HTMLElement} */ (root.querySelector("[data-grid]"));
      this.engine = engine;
      this.store = store;
      this.cards = cards;
      this.from = 0;
      /** Of the places that are drawn. @type {number[]} */
      this.rows = [];
      this.grid = new catalog.VirtualGrid(this.element, {
        make: () => cards.make(),
        prepare: (/** @type {number} */ from, /** @type {number} */ to) => {
          this.from = from;
          this.rows = engine.rows(from, to);
        },
        fill: (/** @type {HTMLElement} */ card, /** @type {number} */ place) => cards.assign(card, this.rows[place - this.from]),
        drawn: (/** @type {number} */ _from, /** @type {number} */ _to, /** @type {boolean} */ isPassing) => this.finish(isPassing),
        covered,
      });
      this.element.addEventListener("click", (event) => this.clicked(event));
      this.element.addEventListener("keydown", (event) => {
        const isOnPicture = event.target instanceof Element && event.target.matches(".explorer__open");
        if (event.key === " " && isOnPicture && this.enlarge(this.place(event.target))) event.preventDefault();
      });
    }

    /** Draws the result in force, in the next frame. */
    show() {
      this.element.querySelector("[data-waiting]")?.remove();
      this.element.setAttribute("aria-busy", "true");
      this.grid.show(this.engine.total);
    }

    hide() {
      this.element.querySelector("[data-waiting]")?.remove();
      this.element.setAttribute("aria-busy", "false");
      this.grid.hide();
    }

    /** A chunk has come. */
    arrived() {
      if (this.grid.rows.isShown) this.finish(false);
    }

    /** @param {boolean} isPassing */
    finish(isPassing) {
      if (isPassing) return;
      /** @type {number[]} */
      const missing = [];
      for (const card of this.grid.onPage()) if (!this.cards.finish(card)) missing.push(Number(card.dataset.row));
      this.store.want(missing);
      this.element.setAttribute("aria-busy", String(missing.length > 0));
    }

    /** @param {number} place An image's, to the top of the view. */
    goTo(place) {
      this.grid.goTo(place);
    }

    /** @param {EventTarget | null} target */
    place(target) {
      const card = target instanceof Element ? target.closest("[data-image]") : null;
      return card instanceof HTMLElement ? Number(card.dataset.at) : -1;
    }

    /** @param {number} place */
    enlarge(place) {
      return this.cards.enlarge(catalog.wholeResult(this.engine), place, (/** @type {number} */ last) => this.grid.focus(last));
    }

    /** @param {MouseEvent} event */
    clicked(event) {
      const target = /** @type {Element} */ (event.target);
      const place = this.place(target);
      if (place < 0) return;
      if (target.closest("[data-enlarge]")) this.enlarge(place);
      else if (target.closest(".explorer__open")) this.cards.leave(event, catalog.wholeResult(this.engine), place);
    }
  }

  catalog.GridView = GridView;
})();
