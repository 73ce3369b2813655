/**
 * Where one is in a list that is longer than a browser can scroll. Pure.
 *
 * Browsers give up on elements of 17 to 33 million pixels; a million images in two columns are 130 million. A longer list gets an
 * element of 15 million: its ends are true pixel by pixel, its middle is squeezed. There a short way, as by wheel or finger, moves
 * the list by just that way, and only a long one, as by the scroll bar, leaps. When scrolling rests, the bar is set right again.
 */
(function () {
  "use strict";

  const catalog = (globalThis.catalog = globalThis.catalog || {});

  /** The longest that an element may be, in pixels. */
  const LONGEST = 15_000_000;
  /** How far the ends of a squeezed list are true, in pixels. */
  const END = 100_000;
  /** Up to this many views at once, scrolling is by wheel, finger or key. */
  const STEP = 2;

  class ScrollMap {
    /**
     * @param {number} length Of the whole list, in pixels.
     * @param {number} view How much of it is seen at a time.
     */
    constructor(length, view) {
      this.length = length;
      this.view = view;
      /** Of the element that stands for the list. */
      this.height = Math.min(length, LONGEST);
      this.isScaled = length > LONGEST;
      this.squeeze = (length - view - 2 * END) / (this.height - view - 2 * END);
    }

    /**
     * @param {number} scroll How far the element is scrolled; less than 0 where it begins below the view's top.
     * @returns {number} How much of the list is above the view.
     */
    place(scroll) {
      if (!this.isScaled || scroll <= END) return scroll;
      const left = this.height - this.view - scroll;
      if (left <= END) return this.length - this.view - left;
      return END + (scroll - END) * this.squeeze;
    }

    /**
     * The way back from `place`.
     * @param {number} place
     * @returns {number}
     */
    scroll(place) {
      if (!this.isScaled || place <= END) return place;
      const left = this.length - this.view - place;
      if (left <= END) return this.height - this.view - left;
      return END + (place - END) / this.squeeze;
    }
  }

  /** Follows the scrolling of a list. */
  class Follower {
    /** @param {ScrollMap} map */
    constructor(map) {
      this.map = map;
      this.scroll = 0;
      this.place = 0;
    }

    /**
     * @param {number} scroll How far the element is scrolled now.
     * @returns {number} How much of the list is above the view.
     */
    follow(scroll) {
      const way = scroll - this.scroll;
      const { map } = this;
      this.scroll = scroll;
      const isStep = map.isScaled && Math.abs(way) <= STEP * map.view && scroll > 0 && scroll < map.height - map.view;
      this.place = isStep ? Math.min(Math.max(this.place + way, 0), map.length - map.view) : map.place(scroll);
      return this.place;
    }

    /**
     * @param {number} place
     * @returns {number} How far to scroll to have that much of the list above the view.
     */
    goTo(place) {
      this.place = place;
      this.scroll = this.map.scroll(place);
      return this.scroll;
    }

    /** @returns {number} How far the element should be scrolled for the bar to tell the truth about the present place. */
    settled() {
      return this.map.scroll(this.place);
    }
  }

  catalog.ScrollMap = ScrollMap;
  catalog.Follower = Follower;
})();
