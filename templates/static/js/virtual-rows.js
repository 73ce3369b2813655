/**
 * The rows of a long list that are in sight, and a few around them; no others are on the page. Their elements are used again.
 *
 * The list's element is as high as the whole list (see scroll-map.js), so the scroll bar tells how much there is. Rows stand in it by a
 * transform: the browser lays out nothing else when they move, and nothing counts as having jumped.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;

  /** Of a view, how much is drawn above and below it. */
  const AROUND = 0.5;
  /** After this pause scrolling has come to rest, in milliseconds. */
  const REST = 150;

  /**
   * @typedef {object} List
   * @property {HTMLElement} space The element that is as high as the list.
   * @property {HTMLElement | null} box What scrolls; the page where it is null.
   * @property {() => HTMLElement} make A new row.
   * @property {(first: number, end: number) => void} prepare Called before rows are drawn: it may be cheaper for all of them at once.
   * @property {(element: HTMLElement, row: number) => void} fill Puts a row's content into an element that may hold another's.
   * @property {(first: number, end: number, isPassing: boolean) => void} drawn Called after rows were drawn. While the reader
   *   passes by on the way to elsewhere, what costs a request can wait.
   * @property {() => number} covered What covers the top of the view, in pixels: a bar that stays there.
   * @property {() => number} most Rows that may be on the page at a time.
   */

  class VirtualRows {
    /** @param {List} list */
    constructor(list) {
      this.list = list;
      this.count = 0;
      /** Of a row, in pixels. */
      this.height = 1;
      this.isShown = false;
      this.follower = new catalog.Follower(new catalog.ScrollMap(0, 1));
      /** On the page, by row. @type {Map<number, HTMLElement>} */
      this.elements = new Map();
      this.frame = 0;
      this.timer = 0;
      this.isResting = true;
      this.isStale = false;
      const scrolls = list.box ?? globalThis;
      scrolls.addEventListener("scroll", () => this.scrolled(), { passive: true });
    }

    /**
     * Another list: as many rows, and all of them to be drawn anew in the next frame.
     * @param {number} count
     * @param {number} height
     */
    set(count, height) {
      this.count = count;
      this.height = height;
      this.isStale = true;
      const { place, scroll } = this.follower;
      this.follower = new catalog.Follower(new catalog.ScrollMap(count * height, this.view));
      this.follower.place = place;
      this.follower.scroll = scroll;
      this.list.space.style.height = `${this.follower.map.height}px`;
      this.later();
    }

    /** Throws the elements away: they are of another shape now. */
    clear() {
      for (const element of this.elements.values()) element.remove();
      this.elements.clear();
    }

    /** How much is seen at a time, in pixels. */
    get view() {
      const { box, covered } = this.list;
      return box ? box.clientHeight - covered() : innerHeight;
    }

    /** How far the list is scrolled. */
    get scroll() {
      const { box, space } = this.list;
      return box ? box.scrollTop : -space.getBoundingClientRect().top;
    }

    /** The first row that is in sight, a part of it at least. */
    get firstInSight() {
      return Math.min(Math.max(0, Math.floor(this.follower.place / this.height)), Math.max(0, this.count - 1));
    }

    scrolled() {
      if (!this.isShown) return;
      this.later();
      this.restLater();
    }

    restLater() {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.rest(), REST);
    }

    /** Draws in the next frame. */
    later() {
      if (!this.frame) this.frame = requestAnimationFrame(() => this.update());
    }

    /** Draws what is in sight now. */
    update() {
      cancelAnimationFrame(this.frame);
      this.frame = 0;
      if (!this.isShown) return;
      const before = this.follower.place;
      const scroll = this.scroll;
      const place = this.follower.follow(scroll);
      const { view, height, count } = this;
      const isFar = Math.abs(place - before) > view;
      // All rows are others then: those around wait for the rest, so that the frame is in time.
      const around = isFar ? 0 : this.around(Math.ceil(view / height) + 1);
      if (isFar) this.restLater();
      const first = Math.min(Math.max(Math.floor(place / height) - around, 0), count);
      const end = Math.max(first, Math.min(Math.ceil((place + view) / height) + around, count));
      const isPassing = !this.isResting && isFar;
      this.isResting = false;
      this.list.prepare(first, end);
      this.draw(first, end, scroll - place);
      this.list.drawn(first, end, isPassing);
    }

    /**
     * @param {number} inSight Rows that the view holds.
     * @returns {number} Rows to draw above it, and as many below.
     */
    around(inSight) {
      const free = Math.floor((this.list.most() - inSight) / 2);
      return Math.max(0, Math.min(Math.ceil(AROUND * inSight), free));
    }

    /**
     * @param {number} first
     * @param {number} end
     * @param {number} offset Of the list in its element, in pixels.
     */
    draw(first, end, offset) {
      const { space, make, fill } = this.list;
      const hadFocus = space.contains(document.activeElement);
      /** @type {HTMLElement[]} */
      const free = [];
      for (const [row, element] of this.elements) {
        if (row >= first && row < end) continue;
        this.elements.delete(row);
        free.push(element);
      }
      /** @type {Element | null} */
      let next = null;
      for (let row = end - 1; row >= first; row--) {
        let element = this.elements.get(row);
        const isNew = !element;
        if (!element) {
          element = free.pop() ?? make();
          this.elements.set(row, element);
          space.insertBefore(element, next);
        }
        if (isNew || this.isStale) fill(element, row);
        element.style.transform = `translateY(${Math.round(row * this.height + offset)}px)`;
        next = element;
      }
      for (const element of free) element.remove();
      // What had the focus is out of sight: the list takes it, so that keys go on from there.
      if (hadFocus && !space.contains(document.activeElement)) space.focus({ preventScroll: true });
      this.isStale = false;
    }

    /** Scrolling has ended: what was put off is drawn, and the scroll bar is set right where it is squeezed. */
    rest() {
      if (!this.isShown) return;
      const wanted = this.follower.settled();
      if (Math.abs(wanted - this.follower.scroll) >= 1) {
        this.scrollBy(wanted - this.follower.scroll);
        this.follower.scroll = this.scroll;
      }
      this.isResting = true;
      this.update();
    }

    /** @param {number} way */
    scrollBy(way) {
      if (this.list.box) this.list.box.scrollTop += way;
      else scrollBy({ top: way, behavior: "instant" });
    }

    /** @param {number} place How much of the list is to be above the view. */
    goTo(place) {
      const before = this.scroll;
      const most = this.count * this.height - this.view;
      const wanted = this.list.box ? Math.min(place, Math.max(0, most)) : place;
      this.scrollBy(this.follower.goTo(wanted) - before);
      this.follower.scroll = this.scroll;
      this.isResting = true;
      this.update();
    }

    /**
     * Scrolls no further than it takes to have a row in sight, and draws it.
     * @param {number} row
     */
    reveal(row) {
      const covered = this.list.box ? 0 : this.list.covered();
      const top = row * this.height;
      const place = this.follower.follow(this.scroll);
      if (top < place + covered) this.goTo(top - covered);
      else if (top + this.height > place + this.view) this.goTo(top + this.height - this.view);
      else this.update();
    }
  }

  catalog.VirtualRows = VirtualRows;
})();
