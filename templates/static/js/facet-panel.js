/**
 * The facets on the page: which values stand there, in which order, with which counts.
 *
 * Elements are kept and moved, not made anew: a click changes a few texts. Values beyond what a reader looks through are made
 * only when somebody searches for them or opens a folded facet.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;

  /** Values that stand open in a facet before "Show all"; one more where that would take its place. */
  const SHOWN = 5;
  /** Values of a facet that are on the page at a time; the others are found by the facet's own search box. */
  const ON_PAGE = 200;
  /** From this number of values on, a facet that shows all of them has a search box too. */
  const FIND_FROM = 20;
  /** Facets that begin unfolded. */
  const OPEN = 8;
  /** Facets whose values are on the page while folded; those after them are drawn when opened. */
  const DRAWN = 60;

  /** @typedef {import("./table.js").Column} Column */
  /** @typedef {{button: HTMLElement, item: HTMLElement, count: HTMLElement}} ValueElements */

  class FacetView {
    /**
     * @param {any} engine A Facets.
     * @param {Column} column
     * @param {number} position Among the facets, from 0.
     * @param {(template: string) => any} make
     */
    constructor(engine, column, position, make) {
      this.engine = engine;
      this.column = column;
      this.make = make;
      this.isExpanded = false;
      /** Of the facet's own box, and of the panel's: those that its heading does not hold. */
      this.words = /** @type {string[]} */ ([]);
      this.sought = /** @type {string[]} */ ([]);
      this.heading = catalog.fold(column.label);
      /** Whether it stood open before the panel's box was used. @type {boolean | null} */
      this.wasOpen = null;
      this.chosen = /** @type {string[]} */ ([]);
      this.isLazy = position >= DRAWN || column.values.length > ON_PAGE;
      /** Made when needed. @type {Map<number, ValueElements>} */
      this.elements = new Map();
      /** The place of each code in natural order. @type {Int32Array | null} */
      this.ranks = null;

      this.root = /** @type {HTMLDetailsElement} */ (make("facet"));
      this.root.dataset.facet = column.facet;
      this.root.open = position < OPEN;
      catalog.writeName(this.root.querySelector(".facet__name"), column.label, 60);
      this.badge = /** @type {HTMLElement} */ (this.root.querySelector(".facet__chosen"));
      this.list = /** @type {HTMLElement} */ (this.root.querySelector(".facet__values"));
      this.list.setAttribute("aria-label", `${column.label}: values and their numbers of images`);
      this.none = /** @type {HTMLElement} */ (this.root.querySelector(".facet__none"));
      this.more = /** @type {HTMLElement} */ (this.root.querySelector(".facet__more"));
      this.find = /** @type {HTMLElement} */ (this.root.querySelector(".facet__find"));
      this.listen();
    }

    listen() {
      const input = /** @type {HTMLInputElement} */ (this.find.querySelector("input"));
      const label = `Find in ${this.column.label}`;
      /** @type {HTMLElement} */ (this.find.firstElementChild).textContent = label;
      input.placeholder = catalog.shorten(label, 32);
      input.addEventListener("input", () => {
        this.words = catalog.words(input.value);
        this.draw();
      });
      this.more.addEventListener("click", () => {
        this.isExpanded = !this.isExpanded;
        this.draw();
      });
      this.root.addEventListener("toggle", () => {
        if (this.root.open) this.draw();
      });
    }

    /** @param {string[]} chosen The values of this facet that are chosen. */
    update(chosen) {
      if (chosen.length && !this.chosen.length) this.root.open = true;
      this.chosen = chosen;
      this.badge.hidden = !chosen.length;
      this.badge.textContent = chosen.length ? catalog.number(chosen.length) : "";
      this.badge.setAttribute("aria-label", `${chosen.length} chosen`);
      if (this.root.open || !this.isLazy) this.draw();
    }

    /**
     * Shows what the panel's box asks for: the facet where its heading holds all words, else its values that hold the others.
     * @param {string[]} words Folded; none for everything.
     * @returns {boolean} Whether anything is left.
     */
    seek(words) {
      this.sought = words.filter((word) => !catalog.holds(this.heading, word));
      const isThere = this.sought.length === 0 || this.matching(this.sought).length > 0;
      this.root.hidden = !isThere;
      if (words.length) {
        this.wasOpen = this.wasOpen ?? this.root.open;
        this.root.open = isThere;
      } else if (this.wasOpen !== null) {
        this.root.open = this.wasOpen;
        this.wasOpen = null;
      }
      if (this.root.open || !this.isLazy) this.draw();
      return isThere;
    }

    draw() {
      const counts = this.engine.counts(this.column.facet);
      const isChosen = new Set(this.chosen.map((value) => this.engine.codeOf(this.column.facet, value)));
      const all = this.matching();
      const codes = this.order(all, counts, isChosen).slice(0, Math.max(ON_PAGE, isChosen.size));
      const focused = document.activeElement;
      const wanted = codes.map((code) => this.element(code));
      const kept = new Set(wanted);
      for (const elements of this.elements.values()) if (!kept.has(elements)) elements.item.remove();
      const open = this.isExpanded || this.words.length || codes.length === SHOWN + 1 ? codes.length : SHOWN;
      let here = this.list.firstElementChild;
      wanted.forEach((elements, place) => {
        this.write(elements, counts[codes[place]], isChosen.has(codes[place]));
        const hidden = place >= open && !isChosen.has(codes[place]);
        if (elements.item.hidden !== hidden) elements.item.hidden = hidden;
        if (here === elements.item) here = here.nextElementSibling;
        else this.list.insertBefore(elements.item, here);
      });
      // Moving an element takes the focus off it.
      if (focused instanceof HTMLElement && focused !== document.activeElement && this.list.contains(focused)) {
        focused.focus({ preventScroll: true });
      }
      this.drawFoot(all.length, codes.length);
    }

    /**
     * @param {number} matching Values that the search boxes let through.
     * @param {number} drawn Values on the page.
     */
    drawFoot(matching, drawn) {
      const size = this.column.values.length;
      this.find.hidden = !(size > ON_PAGE || (this.isExpanded && size > FIND_FROM));
      this.none.hidden = matching > 0;
      this.none.textContent = matching ? "" : size ? "No value has these words." : "No image has any.";
      const whole = this.sought.length ? matching : size;
      this.more.hidden = whole <= SHOWN + 1 || this.words.length > 0;
      const all = drawn < whole ? `Show ${catalog.number(drawn)} of ${catalog.number(whole)}` : `Show all ${catalog.number(whole)}`;
      this.more.textContent = this.isExpanded ? "Show fewer" : all;
      this.more.setAttribute("aria-expanded", String(this.isExpanded));
      this.root.classList.toggle("facet--expanded", this.isExpanded || this.words.length > 0);
    }

    /**
     * @param {string[]} [words] Folded.
     * @returns {number[]} The codes that they let through; by themselves those of the search boxes.
     */
    matching(words = [...new Set([...this.sought, ...this.words])]) {
      if (!words.length) return Array.from(this.column.values.keys());
      /** @type {Map<number, number>} */
      const hits = new Map();
      for (const word of words) {
        for (const code of this.engine.text.matchingCodes(this.column, word)) hits.set(code, (hits.get(code) ?? 0) + 1);
      }
      return [...hits.keys()].filter((code) => hits.get(code) === words.length);
    }

    /**
     * Chosen first, then by count, then in natural order.
     * @param {number[]} codes
     * @param {Int32Array} counts
     * @param {Set<number>} isChosen
     * @returns {number[]}
     */
    order(codes, counts, isChosen) {
      const ranks = (this.ranks = this.ranks ?? rank(this.column.labels));
      const size = ranks.length;
      const byRank = new Int32Array(size);
      for (let code = 0; code < size; code++) byRank[ranks[code]] = code;
      const most = this.engine.table.rows + 1;
      // One number a value, so that thousands are sorted without calling back: chosen, count, rank.
      const keys = Float64Array.from(codes, (code) => (isChosen.has(code) ? 0 : most - counts[code]) * size + ranks[code]);
      return Array.from(keys.sort(), (key) => byRank[key % size]);
    }

    /**
     * @param {number} code
     * @returns {ValueElements}
     */
    element(code) {
      let elements = this.elements.get(code);
      if (!elements) {
        const item = this.make("value");
        const button = item.querySelector(".facet__value");
        button.dataset.value = this.column.values[code];
        catalog.writeName(item.querySelector(".facet__label"), this.column.labels[code], 80);
        elements = /** @type {ValueElements} */ ({ item, button, count: item.querySelector(".facet__count") });
        this.elements.set(code, elements);
      }
      return elements;
    }

    /**
     * @param {ValueElements} elements
     * @param {number} count
     * @param {boolean} isChosen
     */
    write({ button, count: element }, count, isChosen) {
      const text = String(count);
      if (button.dataset.count !== text) {
        button.dataset.count = text;
        element.textContent = catalog.number(count);
      }
      const pressed = String(isChosen);
      if (button.getAttribute("aria-pressed") !== pressed) button.setAttribute("aria-pressed", pressed);
    }
  }

  /**
   * @param {string[]} labels
   * @returns {Int32Array} The place of each in natural order.
   */
  function rank(labels) {
    const keys = labels.map(catalog.naturalKey);
    const codes = Array.from(labels.keys()).sort((a, b) => catalog.compareNatural(keys[a], keys[b]) || (labels[a] < labels[b] ? -1 : 1));
    const ranks = new Int32Array(labels.length);
    codes.forEach((code, place) => (ranks[code] = place));
    return ranks;
  }

  class FacetPanel {
    /**
     * @param {HTMLElement} root What holds the list of facets; its static content gives way.
     * @param {any} engine A Facets.
     * @param {(template: string) => any} make
     * @param {(facet: string, value: string) => void} toggle
     */
    constructor(root, engine, make, toggle) {
      this.views = engine.table.columns.map((/** @type {Column} */ column, /** @type {number} */ position) => {
        return new FacetView(engine, column, position, make);
      });
      this.root = root;
      this.isShown = false;
      root.addEventListener("click", (event) => {
        const value = /** @type {Element} */ (event.target).closest("button[data-value]");
        const facet = value?.closest("[data-facet]");
        if (value instanceof HTMLElement && facet instanceof HTMLElement) toggle(facet.dataset.facet ?? "", value.dataset.value ?? "");
      });
      this.listenToFind(/** @type {HTMLElement} */ (root.closest("[data-panel]")));
    }

    /**
     * The box over many facets. It changes what is in sight, never what is chosen.
     * @param {HTMLElement} panel
     */
    listenToFind(panel) {
      const input = /** @type {HTMLInputElement | null} */ (panel.querySelector("[data-find] input"));
      const none = /** @type {HTMLElement} */ (panel.querySelector("[data-find-none]"));
      input?.addEventListener("input", () => {
        const words = catalog.words(input.value);
        const left = this.views.filter((/** @type {FacetView} */ view) => view.seek(words));
        none.textContent = left.length ? "" : "No facet and no value has these words.";
      });
    }

    /** @param {Map<string, string[]>} choices */
    update(choices) {
      for (const view of this.views) view.update(choices.get(view.column.facet) ?? []);
      if (this.isShown) return;
      this.root.replaceChildren(...this.views.map((/** @type {FacetView} */ view) => view.root));
      this.isShown = true;
    }
  }

  catalog.FacetPanel = FacetPanel;
})();
