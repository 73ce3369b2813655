/**
 * A long grid of cards of one size: as many in a row as the style sheet says, those in sight on the page, arrow keys from one to the next.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;

  /** Cards that may be on the page at a time. */
  const MOST = 300;

  /**
   * @typedef {object} Cards
   * @property {() => HTMLElement} make A new card.
   * @property {(from: number, to: number) => void} prepare Called before these places are drawn.
   * @property {(card: HTMLElement, place: number) => void} fill
   * @property {(from: number, to: number, isPassing: boolean) => void} drawn Called after these places were drawn.
   * @property {() => number} covered What covers the top of the view, in pixels.
   */

  class VirtualGrid {
    /**
     * @param {HTMLElement} element
     * @param {Cards} cards
     */
    constructor(element, cards) {
      this.element = element;
      this.cards = cards;
      this.total = 0;
      /** In a row. */
      this.columns = 1;
      /** Where Tab comes to, and where the arrow keys go on from. */
      this.current = 0;
      this.ruler = rulerOf(element);
      this.width = 0;
      this.rows = new catalog.VirtualRows({
        space: element,
        box: null,
        make: () => this.makeRow(),
        prepare: (/** @type {number} */ first, /** @type {number} */ end) => cards.prepare(first * this.columns, end * this.columns),
        fill: (/** @type {HTMLElement} */ row, /** @type {number} */ number) => this.fillRow(row, number),
        drawn: (/** @type {number} */ first, /** @type {number} */ end, /** @type {boolean} */ isPassing) => this.drawn(first, end, isPassing),
        covered: cards.covered,
        most: () => Math.floor(MOST / this.columns),
      });
      element.addEventListener("keydown", (event) => this.walk(event));
      element.addEventListener("focusin", (event) => {
        const card = this.cardAround(event.target);
        if (card) this.enter(Number(card.dataset.at));
      });
      new ResizeObserver(() => this.resized()).observe(element);
    }

    /** @param {number} total Of cards; all are filled again. */
    show(total) {
      this.total = total;
      this.current = Math.min(this.current, Math.max(0, total - 1));
      this.rows.isShown = true;
      this.element.hidden = total === 0;
      if (total && !this.width) this.measure();
      this.rows.set(Math.ceil(total / this.columns), this.rowHeight);
    }

    hide() {
      this.rows.isShown = false;
      this.element.hidden = true;
    }

    /** Reads from the style sheet's own layout how wide and high cards are. */
    measure() {
      this.ruler.hidden = false;
      this.width = this.element.clientWidth;
      this.rowHeight = this.ruler.getBoundingClientRect().height;
      this.columns = getComputedStyle(this.ruler).gridTemplateColumns.split(" ").length;
      this.ruler.hidden = true;
    }

    /** The window has another width or the text another size: what was first in sight stays. */
    resized() {
      if (!this.rows.isShown || this.element.hidden || this.element.clientWidth === this.width) return;
      const first = this.rows.firstInSight * this.columns;
      const isBelow = this.rows.scroll <= 0;
      this.measure();
      this.rows.clear();
      this.rows.set(Math.ceil(this.total / this.columns), this.rowHeight);
      if (isBelow) this.rows.update();
      else this.goTo(first);
    }

    makeRow() {
      const row = /** @type {HTMLElement} */ (this.ruler.cloneNode(false));
      row.hidden = false;
      row.removeAttribute("data-ruler");
      for (let i = 0; i < this.columns; i++) row.append(this.cards.make());
      return row;
    }

    /**
     * @param {HTMLElement} row
     * @param {number} number
     */
    fillRow(row, number) {
      let place = number * this.columns;
      for (const card of /** @type {Iterable<HTMLElement>} */ (row.children)) {
        card.hidden = place >= this.total;
        card.dataset.at = String(place);
        if (!card.hidden) {
          this.cards.fill(card, place);
          card.setAttribute("aria-posinset", String(place + 1));
          card.setAttribute("aria-setsize", String(this.total));
          catalog.setTabs(card, place === this.current);
        }
        place++;
      }
    }

    /**
     * @param {number} first Row.
     * @param {number} end
     * @param {boolean} isPassing
     */
    drawn(first, end, isPassing) {
      const from = first * this.columns;
      const to = Math.min(end * this.columns, this.total);
      const isGone = this.current < from || this.current >= to;
      if (isGone && document.activeElement !== this.element) this.enter(Math.min(this.rows.firstInSight * this.columns, Math.max(0, this.total - 1)));
      this.cards.drawn(from, to, isPassing);
    }

    /** @returns {HTMLElement[]} The cards that are on the page, in order. */
    onPage() {
      return /** @type {HTMLElement[]} */ ([...this.element.querySelectorAll("[data-at]:not([hidden])")]);
    }

    /**
     * @param {number} place
     * @returns {HTMLElement | null}
     */
    card(place) {
      const row = this.rows.elements.get(Math.floor(place / this.columns));
      return /** @type {HTMLElement | null} */ (row?.children[place % this.columns] ?? null);
    }

    /**
     * @param {EventTarget | null} target
     * @returns {HTMLElement | null}
     */
    cardAround(target) {
      return target instanceof Element ? target.closest("[data-at]") : null;
    }

    /** @param {number} place Of the card that Tab comes to from now on, it alone. */
    enter(place) {
      const before = this.card(this.current);
      if (before) catalog.setTabs(before, false);
      this.current = place;
      const card = this.card(place);
      if (card) catalog.setTabs(card, true);
    }

    /** @param {number} place To the top of the view. */
    goTo(place) {
      this.rows.goTo(Math.floor(place / this.columns) * this.rowHeight - (place ? this.cards.covered() : 0));
    }

    /** @param {number} place */
    focus(place) {
      this.enter(Math.min(Math.max(place, 0), this.total - 1));
      this.rows.reveal(Math.floor(this.current / this.columns));
      /** @type {HTMLElement | null | undefined} */ (this.card(this.current)?.querySelector("a"))?.focus({ preventScroll: true });
    }

    /**
     * Arrow keys go from card to card, Home and End to the ends of the row, with Ctrl to those of the whole.
     * @param {KeyboardEvent} event
     */
    walk(event) {
      if (event.altKey || event.metaKey || event.shiftKey) return;
      const to = this.target(event.key, event.ctrlKey);
      if (to === null) return;
      event.preventDefault();
      event.stopPropagation();
      this.focus(to);
    }

    /**
     * @param {string} key
     * @param {boolean} isWhole
     * @returns {number | null} The place that a key leads to.
     */
    target(key, isWhole) {
      const { current, columns, total } = this;
      const start = current - (current % columns);
      const page = Math.max(1, Math.floor(innerHeight / this.rowHeight)) * columns;
      if (key === "Home") return isWhole ? 0 : start;
      if (key === "End") return isWhole ? total - 1 : Math.min(start + columns, total) - 1;
      if (isWhole) return null;
      if (key === "ArrowRight") return Math.min(current + 1, total - 1);
      if (key === "ArrowLeft") return Math.max(current - 1, 0);
      if (key === "ArrowDown") return start + columns >= total ? current : Math.min(current + columns, total - 1);
      if (key === "ArrowUp") return current < columns ? current : current - columns;
      if (key === "PageDown") return Math.min(current + page, total - 1);
      if (key === "PageUp") return current < page ? current % columns : current - page;
      return null;
    }
  }

  /**
   * @param {HTMLElement} element
   * @returns {HTMLElement} Its row that is measured and never seen.
   */
  function rulerOf(element) {
    const ruler = /** @type {HTMLElement} */ (element.querySelector("[data-ruler]"));
    ruler.hidden = true;
    return ruler;
  }

  /**
   * Of many things that arrow keys walk, Tab comes to one.
   * @param {HTMLElement} part Holds links and buttons.
   * @param {boolean} isCurrent Whether it is that one.
   */
  catalog.setTabs = (part, isCurrent) => {
    for (const each of /** @type {NodeListOf<HTMLElement>} */ (part.querySelectorAll("a, button"))) each.tabIndex = isCurrent ? 0 : -1;
  };

  catalog.VirtualGrid = VirtualGrid;
})();
