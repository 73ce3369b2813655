/**
 * Small things of single pages: `images/index.html?id=123` leads on, images step within the selection one came from, arrow keys
 * step through images, the phone menu closes by itself.
 */
(function () {
  "use strict";

  /** Lead on from the permanent form of an image's address to its page. */
  function forward() {
    const page = document.querySelector("[data-forward='images']");
    if (!page) return;
    const id = new URLSearchParams(location.search).get("id") || "";
    if (/^\d{1,18}$/.test(id)) location.replace(id + ".html");
    else if (id) page.querySelector("[data-forward-said]").textContent = "“" + id + "” is not the number of an image.";
  }

  const catalog = globalThis.catalog;

  /** Where the tab keeps the selection that an image was opened from, and the step in it that is being taken. */
  const SELECTION = "catalog-selection";
  const STEP = "catalog-step";

  /**
   * Images to step through in the order of the explorer, or as many of them as lie around the one that was opened.
   * @typedef {object} Selection
   * @property {string} made Tells it from others of the tab.
   * @property {string} address Of the explorer.
   * @property {number} total Of its images.
   * @property {boolean} isAll Whether that is every image of the catalogue.
   * @property {number} from The place of the first id that is kept.
   * @property {number[]} ids
   */

  /** @returns {Selection | null} */
  function selection() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(SELECTION) || "null");
      // From disk, several catalogues may share a storage.
      return kept && Array.isArray(kept.ids) && String(kept.address).startsWith(catalog.address("explore.html")) ? kept : null;
    } catch {
      return null; // storage is refused, or holds something else
    }
  }

  /**
   * An image is about to be opened from the explorer: its page is to step through these.
   * @param {Omit<Selection, "made">} kept
   * @param {number} id Of the image.
   */
  catalog.openWithin = (kept, id) => {
    clearTimeout(forgets); // it would take the step that is made here
    const made = String(Date.now());
    try {
      sessionStorage.setItem(SELECTION, JSON.stringify({ ...kept, made }));
      sessionStorage.setItem(STEP, `${made} ${id}`);
    } catch {
      // Without storage the page steps through its dataset.
    }
  };

  /** What takes away, a moment after a page has come, a step that led elsewhere. */
  let forgets = 0;

  /** @returns {string} The step that led here, once. */
  function takeStep() {
    try {
      const step = sessionStorage.getItem(STEP) || "";
      sessionStorage.removeItem(STEP);
      return step;
    } catch {
      return "";
    }
  }

  /** On an image that was opened from the explorer, or stepped to from one that was: previous and next are those of its result. */
  function stepWithin() {
    const article = document.querySelector("[data-kind='image'][data-id]");
    const steps = document.querySelector(".steps");
    // On other pages nothing waits for the storage, which takes its time when a tab first asks.
    if (!article && !document.querySelector("[data-image-page]")) {
      forgets = setTimeout(takeStep, 1_000);
      return;
    }
    const led = takeStep();
    const kept = article && steps && selection();
    if (!kept) return;
    const id = Number(article.dataset.id);
    const place = kept.ids.indexOf(id);
    // The history remembers it for when one comes back to this page.
    if (place < 0 || (led !== `${kept.made} ${id}` && history.state?.catalogSelection !== kept.made)) return;
    history.replaceState({ ...history.state, catalogSelection: kept.made }, "");
    const here = kept.from + place + 1;
    const [previous, next] = steps.children;
    previous.replaceWith(stepTo(kept, "prev", previous.textContent, kept.ids[place - 1], here > 1));
    next.replaceWith(stepTo(kept, "next", next.textContent, kept.ids[place + 1], here < kept.total));
    const where = document.createElement("a");
    where.className = "steps-where";
    where.href = kept.address;
    where.textContent = `${catalog.number(here)} of ${catalog.images(kept.total)}`;
    if (!kept.isAll) where.textContent = `${catalog.number(here)} of ${catalog.number(kept.total)} in your selection`;
    steps.append(where);
    steps.setAttribute("aria-label", kept.isAll ? "All images" : "Images of your selection");
  }

  /**
   * @param {Selection} kept
   * @param {string} rel
   * @param {string} text
   * @param {number | undefined} id Of the image that way, where it is known.
   * @param {boolean} isThere Whether there is one.
   */
  function stepTo(kept, rel, text, id, isThere) {
    const step = document.createElement(isThere ? "a" : "span");
    step.textContent = text;
    if (!isThere) {
      step.setAttribute("role", "link");
      step.setAttribute("aria-disabled", "true");
      return step;
    }
    step.rel = rel;
    step.href = id === undefined ? kept.address : catalog.imagePage(id);
    step.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return; // to another tab
      try {
        sessionStorage.setItem(STEP, `${kept.made} ${id}`);
      } catch {
        // The next page steps through its dataset.
      }
    });
    return step;
  }

  /** Left and right step to the previous and next image, unless something else wants the keys. */
  function step(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest("input, textarea, select, [role='listbox'], [tabindex='0']")) return;
    const way = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
    const link = way && document.querySelector(".steps a[rel='" + way + "']");
    if (link) link.click();
  }

  const menu = document.querySelector("[data-menu]");
  const narrow = matchMedia("(max-width: 899px)");

  /** On wide screens the menu is a row of links, always open; on narrow ones a disclosure. */
  function fitMenu() {
    if (!menu) return;
    menu.open = !narrow.matches;
    menu.dataset.ready = "";
  }

  /** A click elsewhere or Escape closes the disclosure. */
  function closeMenu(event) {
    if (!menu || !menu.open || !narrow.matches) return;
    if (event.type === "keydown" ? event.key === "Escape" : !menu.contains(event.target)) {
      menu.open = false;
      if (event.type === "keydown") menu.querySelector("summary").focus();
    }
  }

  forward();
  // In large catalogues a script draws the page of an image, and says when it is there.
  if (document.querySelector("[data-image-page]")) document.addEventListener("catalog:image", stepWithin, { once: true });
  else stepWithin();
  fitMenu();
  narrow.addEventListener("change", fitMenu);
  document.addEventListener("keydown", step);
  document.addEventListener("keydown", closeMenu);
  document.addEventListener("click", closeMenu);
})();
