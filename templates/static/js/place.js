/**
 * The reader's place on a page that is drawn by script: going back shows the part of it that one left.
 *
 * The browser would go to the old place before the page is drawn, when it is too short for that. So it is told not to, and each
 * step of its history remembers its own place.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;

  /** Where a step of the history keeps it. */
  const FIELD = "catalogTop";
  /** A pause in scrolling after which the place is kept, in milliseconds; not every browser says when scrolling ends. */
  const PAUSE = 120;

  /** Keeps places from now on. Each step of the history writes its own while it is the present one. */
  function keep() {
    let timer = 0;
    history.scrollRestoration = "manual";
    addEventListener("scroll", () => {
      clearTimeout(timer);
      timer = setTimeout(write, PAUSE);
    }, { passive: true });
    addEventListener("click", write, true); // before whatever the click leads to
    addEventListener("pagehide", write);
  }

  function write() {
    const top = Math.round(scrollY);
    if ((history.state?.[FIELD] ?? 0) === top) return;
    try {
      history.replaceState({ ...history.state, [FIELD]: top }, "");
    } catch {
      // A browser that allows few changes a minute: the next one counts.
    }
  }

  /** Goes to where the present step of the history was left; nowhere else where it is a new one. */
  function restore() {
    const top = history.state?.[FIELD];
    if (typeof top === "number") scrollTo({ top, behavior: "instant" });
  }

  catalog.place = { keep, restore };
})();
