/**
 * How a facet's values are asked for: any of them or all of them, any value at all, or none.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;
  const { query } = catalog;

  /** @typedef {import("./table.js").Column} Column */
  /** @typedef {import("./query.js").Choice} Choice */

  /**
   * In how many ways something is asked of a facet: each value counts, and a range counts once.
   * @param {Choice} choice
   * @returns {number}
   */
  catalog.choiceSize = ({ any, all, none, has, lacks, min, max }) =>
    any.length + all.length + none.length + Number(has) + Number(lacks) + Number(Boolean(min || max));

  /**
   * Whether an image may have several values of a facet.
   * @param {Column} column
   * @returns {boolean}
   */
  catalog.isMultiple = ({ parts }) =>
    parts.length > 1 || parts.some(({ starts }) => starts?.some((start, place) => place > 0 && start - starts[place - 1] > 1));

  /**
   * Whether some image has no value of a facet. Free where the file tells.
   * @param {import("./columns.js").ColumnIndex} index
   * @returns {boolean}
   */
  function isLacking(index) {
    const { counts } = index.column;
    if (counts) return counts[index.none] > 0;
    if (index.parts.some((part) => part.isFull)) return false;
    return index.parts.length === 1 || index.valued().size < index.rows;
  }

  class FacetAsking {
    /**
     * @param {any} view A FacetView.
     * @param {(template: string) => any} make
     */
    constructor(view, make) {
      this.view = view;
      this.make = make;
      /** "any of" and "all of". @type {HTMLElement | null} */
      this.mode = view.isMultiple ? make("mode") : null;
      /** @type {HTMLElement[] | null} */
      this.buttons = null;
      this.isComplete = false;
      if (this.mode) this.prepareMode(this.mode);
    }

    /** Puts in "has a value" and "has none", where both are to be had. */
    complete() {
      if (this.isComplete) return;
      this.isComplete = true;
      const { column, engine, root } = this.view;
      if (!isLacking(engine.indexes.get(column.facet))) return;
      const presence = /** @type {HTMLElement} */ (this.make("presence"));
      presence.setAttribute("aria-label", `${column.label}: with a value, and without`);
      root.append(presence);
      this.buttons = /** @type {HTMLElement[]} */ ([...presence.querySelectorAll("button")]);
    }

    /** Whether a value that is chosen next is one more that images must have. */
    get isAll() {
      const { any, all } = this.view.choice;
      return all.length > 0 && !any.length;
    }

    /** @param {HTMLElement} mode */
    prepareMode(mode) {
      const { column, root } = this.view;
      /** @type {HTMLElement} */ (mode.querySelector("legend")).textContent = `${column.label}: images with`;
      this.radios = /** @type {HTMLInputElement[]} */ ([...mode.querySelectorAll("input")]);
      for (const radio of this.radios) {
        radio.name = `any or all of ${column.facet}`;
        radio.addEventListener("change", () => this.switchTo(radio.value === "all"));
      }
      root.append(mode); // behind the values for the keyboard, as one chooses first
    }

    /** @param {boolean} isAll Whether images must have all of the chosen values. */
    switchTo(isAll) {
      this.view.ask((/** @type {import("./query.js").State} */ state) => {
        const choice = query.choice(state, this.view.column.facet);
        const values = [...new Set([...choice.any, ...choice.all])];
        const changed = { ...choice, any: isAll ? [] : values, all: isAll ? values : [] };
        return query.withChoice(state, this.view.column.facet, changed);
      });
    }

    /** @param {Int32Array} counts By code; at the end the images without a value. */
    update(counts) {
      this.complete();
      const { choice, column, root } = this.view;
      if (this.mode && this.radios) {
        const isUsed = choice.any.length + choice.all.length > 0;
        if (this.mode.hidden === isUsed) {
          this.mode.hidden = !isUsed;
          root.classList.toggle("facet--asking", isUsed);
        }
        const isMixed = choice.any.length > 0 && choice.all.length > 0;
        for (const radio of this.radios) radio.checked = isUsed && !isMixed && (radio.value === "all") === this.isAll;
      }
      if (this.buttons) {
        this.writeButton(this.buttons[0], this.countAny(counts), choice.has);
        this.writeButton(this.buttons[1], counts[column.values.length], choice.lacks);
      }
    }

    /**
     * @param {Int32Array} counts
     * @returns {number} Images with a value.
     */
    countAny(counts) {
      const { choice, column, engine } = this.view;
      // What is left is either with a value or without, unless something of this facet is asked for.
      if (catalog.choiceSize(choice)) return engine.countAny(column.facet);
      return engine.total - counts[column.values.length];
    }

    /**
     * @param {HTMLElement} button
     * @param {number} count
     * @param {boolean} isPressed
     */
    writeButton(button, count, isPressed) {
      const text = String(count);
      if (button.dataset.count !== text) {
        button.dataset.count = text;
        /** @type {HTMLElement} */ (button.querySelector(".facet__count")).textContent = catalog.number(count);
      }
      button.setAttribute("aria-pressed", String(isPressed));
    }

    /** @param {HTMLElement} button Of this part or of none. */
    press(button) {
      if (!this.buttons?.includes(button)) return;
      const { facet } = this.view.column;
      const isHas = button === this.buttons[0];
      this.view.ask((/** @type {import("./query.js").State} */ state) => {
        const choice = query.choice(state, facet);
        // The count leaves chosen values and limits out, and a click keeps it.
        const bare = { ...choice, any: [], min: "", max: "" };
        return query.withChoice(state, facet, { ...bare, has: isHas && !choice.has, lacks: !isHas && !choice.lacks });
      });
    }
  }

  catalog.FacetAsking = FacetAsking;
})();
