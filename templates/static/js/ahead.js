/**
 * Begins to fetch data that a page is sure to need while the page itself still arrives.
 *
 * A script of its own, loaded with `async` and the name of the file: `data-file="facets.arrow.gz"`. The loader takes the answer over. From
 * disk nothing can be fetched; there the loader does all.
 */
(function () {
  "use strict";

  const script = document.currentScript;
  const file = script instanceof HTMLScriptElement ? script.dataset.file : "";
  if (!file || !(script instanceof HTMLScriptElement) || location.protocol === "file:") return;
  const answer = fetch(new URL(`../../data/${file}`, script.src), { cache: "no-cache" });
  answer.catch(() => {}); // told by the loader
  const catalog = (globalThis.catalog = globalThis.catalog || {});
  catalog.ahead = new Map([[file, answer]]);
})();
