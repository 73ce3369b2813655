/**
 * The reader's place on a page that is drawn by script: going back shows the part of it that one left, and as one left it.
 *
 * The browser would go to the old place before the page is drawn, when it is too short for that. So it is told not to, and each
 * step of its history remembers its own place, and what else is noted there.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;

  /** Where a step of the history keeps it. */
  const TOP = "catalogTop";
  const INSIDE = "catalogInside";
  const NOTES = "catalogNotes";
  /** What scrolls by itself, and keeps its place, too. */
  const BOX = "[data-keeps-place]:not([hidden])";
  /** A pause in scrolling after which the place is kept, in milliseconds; not every browser says when scrolling ends. */
  const PAUSE = 120;

  /** Keeps places from now on. Each step of the history writes its own while it is the present one. */
  function keep() {
    let timer = 0;
    /** To ask for it at a click may have the browser lay the page out, so it is known from before. */
    let top = Math.round(scrollY);
    const write = () => writePlace(top);
    history.scrollRestoration = "manual";
    const scrolled = () => {
      top = Math.round(scrollY);
      clearTimeout(timer);
      timer = setTimeout(write, PAUSE);
    };
    addEventListener("scroll", scrolled, { passive: true, capture: true }); // of the page, and of what scrolls within it
    addEventListener("click", write, true); // before whatever the click leads to
    addEventListener("pagehide", () => writePlace(Math.round(scrollY)));
  }

  /** @param {number} top The page's own place. */
  function writePlace(top) {
    const inside = Math.round(document.querySelector(BOX)?.scrollTop ?? 0);
    if ((history.state?.[TOP] ?? 0) !== top || (history.state?.[INSIDE] ?? 0) !== inside) remember({ [TOP]: top, [INSIDE]: inside });
  }

  /** @param {Record<string, any>} what */
  function remember(what) {
    try {
      history.replaceState({ ...history.state, ...what }, "");
    } catch {
      // A browser that allows few changes a minute: the next one counts.
    }
  }

  /**
   * Goes to where the present step of the history was left; nowhere else where it is a new one.
   * @returns {boolean} Whether it was.
   */
  function restore() {
    const top = history.state?.[TOP];
    if (typeof top !== "number") return false;
    scrollTo({ top, behavior: "instant" });
    const box = document.querySelector(BOX);
    if (box) box.scrollTop = history.state[INSIDE] ?? 0;
    return true;
  }

  /**
   * Has the present step of the history remember something.
   * @param {string} name
   * @param {any} value
   */
  function note(name, value) {
    remember({ [NOTES]: { ...history.state?.[NOTES], [name]: value } });
  }

  /** @type {(name: string) => any} What the present step remembers; undefined where nothing. */
  const noted = (name) => history.state?.[NOTES]?.[name];

  catalog.place = { keep, restore, note, noted };
})();
