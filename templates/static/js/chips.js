/**
 * What is chosen, as chips that a click takes away, and the ways out of an empty result.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;
  const { query } = catalog;

  /** Characters of a value on a chip. */
  const VALUE = 48;

  /** Words before a chip, and between several values in a sentence. */
  const SIGNS = { any: "", all: "all of", none: "not" };
  const BETWEEN = { any: " or ", all: " and ", none: " or " };

  /** @typedef {import("./query.js").State} State */
  /** @typedef {import("./query.js").Choice} Choice */

  /**
   * One chip.
   * @typedef {object} Chip
   * @property {string} sign What stands before it: `not`, `all of`, `has`, `no`; or nothing.
   * @property {string} facet Its label; empty for the free text.
   * @property {string} value Its label, or a range; empty where no value is meant.
   * @property {boolean} isValue Whether it is one of the facet's values.
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
      const chips = this.chips(state).map((chip, place) => this.draw(chip, place));
      if (chips.length) chips.push(this.clear());
      this.list.replaceChildren(...chips);
      this.list.hidden = !chips.length;
      this.updateEmpty(state);
    }

    /**
     * @param {State} state
     * @returns {Chip[]}
     */
    chips(state) {
      const chips = [...state.choices].flatMap(([facet, choice]) => [
        ...this.valueChips(state, facet, choice),
        ...this.otherChips(state, facet, choice),
      ]);
      const text = state.text.trim();
      const rest = { sign: "", facet: "", isValue: false, isKnown: true };
      return text ? [...chips, { ...rest, value: `“${text}”`, without: query.withText(state, "") }] : chips;
    }

    /**
     * @param {State} state
     * @param {string} facet
     * @param {Choice} choice
     * @returns {Chip[]}
     */
    valueChips(state, facet, choice) {
      return /** @type {const} */ (["any", "all", "none"]).flatMap((mode) =>
        choice[mode].map((value) => ({
          sign: SIGNS[mode],
          facet: this.facetLabel(facet),
          value: this.valueLabel(facet, value),
          isValue: true,
          isKnown: this.isSearched(facet) || this.engine.codeOf(facet, value) >= 0,
          without: query.withChoice(state, facet, { ...choice, [mode]: choice[mode].filter((each) => each !== value) }),
        })),
      );
    }

    /**
     * What is asked of a facet besides its values: a range, any value at all, none.
     * @param {State} state
     * @param {string} facet
     * @param {Choice} choice
     * @returns {Chip[]}
     */
    otherChips(state, facet, choice) {
      const column = this.engine.columns.get(facet);
      const { has, lacks, min, max } = choice;
      /** @type {(sign: string, value: string, isKnown: boolean, change: Partial<Choice>) => Chip} */
      const chip = (sign, value, isKnown, change) => {
        const without = query.withChoice(state, facet, { ...choice, ...change });
        return { sign, facet: this.facetLabel(facet), value, isValue: false, isKnown, without };
      };
      const isThere = column !== undefined || this.isSearched(facet);
      const chips = [];
      if (min || max) chips.push(chip("", this.range(facet, min, max), column !== undefined && column.kind !== "choice", { min: "", max: "" }));
      if (has) chips.push(chip("has", "", isThere, { has: false }));
      if (lacks) chips.push(chip("no", "", true, { lacks: false })); // what is unknown, every image lacks
      return chips;
    }

    /**
     * @param {string} facet
     * @param {string} min
     * @param {string} max
     * @returns {string}
     */
    range(facet, min, max) {
      return catalog.rangeText(this.engine.columns.get(facet) ?? { kind: "number", unit: "" }, min, max);
    }

    /**
     * @param {string} facet
     * @returns {boolean} Whether it is a key that is found by words and addresses alone: which values it has is not known here.
     */
    isSearched(facet) {
      return this.engine.table.search.some((/** @type {{facet: string}} */ key) => key.facet === facet);
    }

    /**
     * @param {string} facet
     * @returns {string} Its label, or for a facet that the catalogue does not have, its name in the address.
     */
    facetLabel(facet) {
      const known = this.engine.columns.get(facet) ?? this.engine.table.search.find((/** @type {{facet: string}} */ key) => key.facet === facet);
      return known?.label ?? facet.replace(/^[a-z]+:(?=.)/, "");
    }

    /**
     * @param {Chip} chip
     * @param {number} place
     */
    draw({ sign, facet, value, isValue, isKnown, without }, place) {
      const item = this.make("chip");
      const button = item.querySelector("button");
      const [before, label, text] = ["sign", "facet", "value"].map((part) => item.querySelector(`.explorer__chip-${part}`));
      before.textContent = sign;
      before.hidden = !sign;
      catalog.writeName(label, facet, VALUE);
      label.hidden = !facet;
      label.classList.toggle("explorer__chip-facet--alone", !isValue);
      text.hidden = !value && !isValue;
      if (!text.hidden) catalog.writeName(text, value, VALUE);
      button.classList.toggle("explorer__chip--not", sign === SIGNS.none);
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
      const parts = [...state.choices].map(([facet, choice]) => ({
        what: this.sentence(facet, choice),
        without: this.engine.without(facet),
        state: query.without(state, facet),
        alone: this.engine.alone(facet),
        only: query.withChoice(query.empty(), facet, choice),
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
     * What is asked of a facet, in words: `Compound: A or B, not C`.
     * @param {string} facet
     * @param {Choice} choice
     * @returns {string}
     */
    sentence(facet, choice) {
      const { any, all, none, has, lacks, min, max } = choice;
      const list = (/** @type {string[]} */ values, /** @type {"any" | "all" | "none"} */ mode) => {
        return values.map((value) => this.valueLabel(facet, value)).join(BETWEEN[mode]);
      };
      const parts = [list(any, "any"), list(all, "all"), none.length ? `not ${list(none, "none")}` : "", min || max ? this.range(facet, min, max) : ""];
      if (has) parts.push("has a value");
      if (lacks) parts.push("has none");
      return `${this.facetLabel(facet)}: ${parts.filter(Boolean).join(", ")}`;
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
