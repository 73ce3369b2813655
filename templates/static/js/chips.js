/**
 * What is chosen, as chips that a click takes away, and the ways out of an empty result.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;
  const { query } = catalog;

  /** Characters of a value on a chip. */
  const VALUE = 48;

  /** @typedef {import("./query.js").State} State */

  /**
   * One chip, or one way out.
   * @typedef {object} Choice
   * @property {string} facet Its label; empty for the free text.
   * @property {string} value Its label.
   * @property {boolean} isKnown Whether the catalogue has it at all.
   * @property {State} without The state with it taken away.
   */

  class Chips {
    /**
     * @param {HTMLElement} root The explorer.
     * @param {any} engine A Facets.
     * @param {(template: string) => any} make
     * @param {(state: State) => void} change
     */
    constructor(root, engine, make, change) {
      const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
      this.engine = engine;
      this.make = make;
      this.change = change;
      this.list = find("[data-chips]");
      this.total = find("[data-total]");
      this.empty = find("[data-empty]");
      this.title = find("[data-empty-title]");
      this.hint = find("[data-empty-hint]");
      this.ways = find("[data-ways]");
    }

    /** @param {State} state In force. */
    update(state) {
      const choices = this.choices(state);
      const chips = choices.map((choice, place) => this.chip(choice, place));
      if (chips.length) chips.push(this.clear());
      this.list.replaceChildren(...chips);
      this.list.hidden = !chips.length;
      this.updateEmpty(state);
    }

    /**
     * @param {State} state
     * @returns {Choice[]}
     */
    choices(state) {
      /** @type {Choice[]} */
      const choices = [];
      for (const [facet, values] of state.choices) {
        for (const value of values) {
          const code = this.engine.codeOf(facet, value);
          choices.push({
            facet: this.facetLabel(facet),
            value: code < 0 ? value : this.engine.columns.get(facet).labels[code],
            isKnown: code >= 0,
            without: query.toggle(state, facet, value),
          });
        }
      }
      const text = state.text.trim();
      if (text) choices.push({ facet: "", value: `“${text}”`, isKnown: true, without: query.withText(state, "") });
      return choices;
    }

    /**
     * @param {string} facet
     * @returns {string} Its label, or for a facet that the catalogue does not have, its name in the address.
     */
    facetLabel(facet) {
      return this.engine.columns.get(facet)?.label ?? facet.replace(/^[a-z]+:(?=.)/, "");
    }

    /**
     * @param {Choice} choice
     * @param {number} place
     */
    chip({ facet, value, isKnown, without }, place) {
      const item = this.make("chip");
      const button = item.querySelector("button");
      const label = item.querySelector(".explorer__chip-facet");
      catalog.writeName(label, facet, VALUE);
      label.hidden = !facet;
      catalog.writeName(item.querySelector(".explorer__chip-value"), value, VALUE);
      item.querySelector(".explorer__chip-zero").hidden = isKnown;
      const name = [facet, catalog.visible(value)].filter(Boolean).join(": ");
      button.setAttribute("aria-label", isKnown ? `Remove ${name}` : `Remove ${name}, which no image has`);
      button.addEventListener("click", () => {
        this.change(without);
        this.focus(place);
      });
      return item;
    }

    clear() {
      const item = this.make("clear");
      item.querySelector("button").addEventListener("click", () => {
        this.change(query.empty());
        this.focus(0);
      });
      return item;
    }

    /**
     * The button that had the focus is gone: the next one takes it, or the count.
     * @param {number} place
     */
    focus(place) {
      const chips = this.list.querySelectorAll("button");
      const next = chips[Math.min(place, chips.length - 2)] ?? this.total;
      next.focus({ preventScroll: true });
    }

    /**
     * Names what to clear where nothing is left, with how many images that gives.
     * @param {State} state
     */
    updateEmpty(state) {
      this.empty.hidden = this.engine.total > 0;
      if (this.empty.hidden) return;
      if (query.isEmpty(state)) {
        this.title.textContent = "This catalogue holds no images.";
        this.hint.textContent = "";
        this.ways.replaceChildren();
        return;
      }
      const ways = this.waysOut(state);
      this.title.textContent = "No image fits all of this.";
      this.hint.textContent = ways.length
        ? "Clearing one of these gives images:"
        : "No single choice stands in the way: clear several of those above, or all.";
      this.ways.replaceChildren(...ways.map((way) => this.way(way)));
    }

    /**
     * @param {State} state
     * @returns {{what: string, total: number, without: State}[]} Most images first.
     */
    waysOut(state) {
      const ways = [...state.choices].map(([facet, values]) => ({
        what: `${this.facetLabel(facet)}: ${values.map((value) => this.valueLabel(facet, value)).join(" or ")}`,
        total: this.engine.without(facet),
        without: query.without(state, facet),
      }));
      if (state.text.trim()) {
        ways.push({ what: `“${state.text.trim()}”`, total: this.engine.withoutText(), without: query.withText(state, "") });
      }
      return ways.filter(({ total }) => total > 0).sort((a, b) => b.total - a.total);
    }

    /**
     * @param {string} facet
     * @param {string} value
     * @returns {string}
     */
    valueLabel(facet, value) {
      const code = this.engine.codeOf(facet, value);
      return catalog.visible(code < 0 ? value : this.engine.columns.get(facet).labels[code]);
    }

    /** @param {{what: string, total: number, without: State}} way */
    way({ what, total, without }) {
      const item = this.make("way");
      catalog.writeName(item.querySelector("bdi"), what, 2 * VALUE);
      item.querySelector(".explorer__way-total").textContent = catalog.images(total);
      item.querySelector("button").addEventListener("click", () => {
        this.change(without);
        this.focus(0);
      });
      return item;
    }
  }

  catalog.Chips = Chips;
})();
