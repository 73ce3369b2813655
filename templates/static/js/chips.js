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
      const clearing = inOrder(this.parts(state).map(({ what, without, state }) => ({ verb: "Clear", what, total: without, state })));
      const keeping = inOrder(this.parts(state).map(({ what, alone, only }) => ({ verb: "Only", what, total: alone, state: only })));
      this.title.textContent = "No image fits all of this.";
      if (clearing.length) this.hint.textContent = "Clearing one of these gives images:";
      else if (keeping.length) this.hint.textContent = "Clearing one of them is not enough. By themselves they give:";
      else this.hint.textContent = "None of it is in this catalogue.";
      this.ways.replaceChildren(...(clearing.length ? clearing : keeping).map((way) => this.way(way)));
    }

    /**
     * What a state is made of: each facet's choice, and the text.
     * @param {State} state
     * @returns {{what: string, without: number, state: State, alone: number, only: State}[]} In words, how many images there would
     *   be without it, that state; how many it gives by itself, that state.
     */
    parts(state) {
      const parts = [...state.choices].map(([facet, values]) => ({
        what: `${this.facetLabel(facet)}: ${values.map((value) => this.valueLabel(facet, value)).join(" or ")}`,
        without: this.engine.without(facet),
        state: query.without(state, facet),
        alone: this.engine.alone(facet),
        only: { ...query.empty(), choices: new Map([[facet, values]]) },
      }));
      const text = state.text.trim();
      if (text) {
        parts.push({
          what: `“${text}”`,
          without: this.engine.withoutText(),
          state: query.withText(state, ""),
          alone: this.engine.aloneText(),
          only: query.withText(query.empty(), text),
        });
      }
      return parts;
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

    /** @param {Way} way */
    way({ verb, what, total, state }) {
      const item = this.make("way");
      item.querySelector("[data-verb]").textContent = verb;
      catalog.writeName(item.querySelector("bdi"), what, 2 * VALUE);
      item.querySelector(".explorer__way-total").textContent = catalog.images(total);
      item.querySelector("button").addEventListener("click", () => {
        this.change(state);
        this.focus(0);
      });
      return item;
    }
  }

  /** @typedef {{verb: string, what: string, total: number, state: State}} Way */

  /**
   * @param {Way[]} ways
   * @returns {Way[]} Those that give images, most images first.
   */
  const inOrder = (ways) => ways.filter(({ total }) => total > 0).sort((a, b) => b.total - a.total);

  catalog.Chips = Chips;
})();
