/**
 * Long work in pieces, between which the page can draw and answer. Pure.
 */
(function () {
  "use strict";

  const catalog = (globalThis.catalog = globalThis.catalog || {});

  /** How long one piece may take, in milliseconds. */
  const BUDGET = 12;

  /** @returns {Promise<void>} After whatever else the page has to do. */
  const breathe = () => new Promise((resolve) => setTimeout(resolve));

  /**
   * Does some work on each of many things.
   * @param {number} total
   * @param {number} step Things that are worked on before the clock is looked at.
   * @param {(from: number, to: number) => void} work
   * @param {(done: number) => boolean | void} [told] Called between pieces; the work ends there where it returns false.
   * @returns {Promise<boolean>} Whether all of it was done.
   */
  catalog.inPieces = async (total, step, work, told) => {
    for (let from = 0; from < total; ) {
      const end = performance.now() + BUDGET;
      do {
        const to = Math.min(from + step, total);
        work(from, to);
        from = to;
      } while (from < total && performance.now() < end);
      if (told?.(from) === false) return false;
      if (from < total) await breathe();
    }
    return true;
  };
})();
