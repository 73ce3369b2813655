/**
 * One facet on the page: its heading, its values, and how they are asked for.
 *
 * Its parts have rooms of their own: the rows (`facet-rows.js`), the order of them (`facet-order.js`), groups (`facet-tree.js`), bars
 * and limits of numbers and days (`facet-range.js`), "any of" and "all of", "has a value" and "has none" (`facet-asking.js`).
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;
  const { query } = catalog;

  /** Values of a facet that are on the page at a time; the others are found by the facet's own search box. */
  const ON_PAGE = 200;
  /** From this number of values on, a facet that shows all of them has a search box too. */
  const FIND_FROM = 20;

  /** @typedef {import("./table.js").Column} Column */
  /** @typedef {import("./query.js").Choice} Choice */
  /** @typedef {import("./query.js").State} State */
  /** @typedef {import("./facet-rows.js").Mark} Mark */

  class FacetView {
    /**
     * @param {any} engine A Facets.
     * @param {Column} column
     * @param {(template: string) => any} make
     * @param {(step: (state: State) => State) => void} ask Puts what it makes of the state in force.
     * @param {{isOpen: boolean, isDrawn: boolean}} begin Whether it stands open at first, and whether its values stand in the page
     *   while it is folded.
     */
    constructor(engine, column, make, ask, { isOpen, isDrawn }) {
      this.engine = engine;
      this.column = column;
      this.ask = ask;
      this.isExpanded = false;
      /** Of the facet's own box, and of the panel's: those that its heading does not hold. */
      this.words = /** @type {string[]} */ ([]);
      this.sought = /** @type {string[]} */ ([]);
      this.heading = catalog.fold(column.label);
      /** Whether it stood open before the panel's box was used. @type {boolean | null} */
      this.wasOpen = null;
      this.choice = query.choice(query.empty(), column.facet);
      /** How the values that are asked for are marked, by code. @type {Map<number, Mark>} */
      this.marks = new Map();
      this.isLazy = !isDrawn || column.values.length > ON_PAGE;
      /** Whether an image may have several of its values. */
      this.isMultiple = catalog.isMultiple(column);
      this.order = new catalog.FacetOrder(column);
      this.rows = new catalog.FacetRows(column, make);
      this.shown = /** @type {any[]} */ ([]);
      /** The codes that the search boxes let through. @type {number[]} */
      this.matching = [];

      this.root = /** @type {HTMLDetailsElement} */ (make("facet"));
      this.root.dataset.facet = column.facet;
      this.root.open = isOpen;
      const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (this.root.querySelector(`.facet__${name}`));
      catalog.writeName(part("name"), column.label, 60);
      this.badge = part("chosen");
      this.list = part("values");
      this.list.setAttribute("aria-label", `${column.label}: values and their numbers of images`);
      this.none = part("none");
      this.more = part("more");
      this.find = part("find");
      this.tree = catalog.treeOf(this, make);
      this.make = make;
      /** Bars and limits, once it has been opened: boxes for days cost a browser much. @type {any} */
      this.range = null;
      this.asking = new catalog.FacetAsking(this, make);
      this.listenToFind();
      this.root.addEventListener("toggle", () => {
        if (this.root.open) this.draw();
      });
    }

    listenToFind() {
      const input = /** @type {HTMLInputElement} */ (this.find.querySelector("input"));
      const label = `Find in ${this.column.label}`;
      /** @type {HTMLElement} */ (this.find.firstElementChild).textContent = label;
      input.placeholder = catalog.shorten(label, 32);
      input.addEventListener("input", () => {
        this.words = catalog.words(input.value);
        this.draw();
      });
    }

    /**
     * Draws what is in sight; `complete` is owed for the rest.
     * @param {Choice} choice What is asked of this facet.
     */
    update(choice) {
      if (choice !== this.choice) this.take(choice);
      if (this.root.open) this.drawShown();
    }

    /** @param {Choice} choice */
    take(choice) {
      const size = catalog.choiceSize(choice);
      if (size && !catalog.choiceSize(this.choice)) this.root.open = true;
      this.choice = choice;
      this.marks = new Map();
      /** @type {(values: string[], mark: Mark) => void} */
      const mark = (values, as) => {
        for (const value of values) {
          const code = this.engine.codeOf(this.column.facet, value);
          if (code >= 0 && !this.marks.has(code)) this.marks.set(code, as);
        }
      };
      mark([...choice.any, ...choice.all], "any");
      mark(choice.none, "none");
      this.badge.hidden = !size;
      this.badge.textContent = size ? catalog.number(size) : "";
      this.badge.setAttribute("aria-label", `${size} chosen`);
    }

    /**
     * Shows what the panel's box asks for: the facet where its heading holds all words, else its values that hold the others.
     * @param {string[]} words Folded; none for everything.
     * @returns {boolean} Whether anything is left.
     */
    seek(words) {
      this.sought = words.filter((word) => !catalog.holds(this.heading, word));
      const isThere = this.sought.length === 0 || this.order.matching(this.sought).length > 0;
      this.root.hidden = !isThere;
      if (words.length) {
        this.wasOpen = this.wasOpen ?? this.root.open;
        this.root.open = isThere;
      } else if (this.wasOpen !== null) {
        this.root.open = this.wasOpen;
        this.wasOpen = null;
      }
      if (this.root.open) this.drawShown();
      this.complete();
      return isThere;
    }

    draw() {
      this.drawShown();
      this.complete();
    }

    /** The values in the page that are not in sight, and all of a folded facet, where they stand in the page at all. */
    complete() {
      if (!this.root.open) {
        this.asking.complete();
        if (this.isLazy) return;
        if (!this.rows.inPage.size) this.drawShown();
      }
      const counts = this.engine.counts(this.column.facet);
      this.rows.update(counts, this.marks);
      this.rows.count(this.rows.inPage);
      this.asking.update(counts);
      if (this.root.open || !this.rows.inPage.size) this.rows.fill(this.list, this.shown, this.matching, ON_PAGE);
    }

    drawShown() {
      const counts = this.engine.counts(this.column.facet);
      this.rows.update(counts, this.marks);
      this.rows.count(this.shown);
      this.asking.update(counts);
      const focused = document.activeElement;
      const held = focused instanceof HTMLElement && this.list.contains(focused) ? focused : null;
      const all = (this.matching = this.order.matching([...new Set([...this.sought, ...this.words])]));
      const isLong = this.isExpanded || this.words.length > 0;
      if (this.tree && isLong) this.show(this.tree.arrange(all));
      else this.showFlat(all, counts, isLong ? ON_PAGE : this.order.lengthOf(all.length));
      if (this.root.open && !this.range && catalog.hasRange(this.column)) this.range = new catalog.FacetRange(this, this.make);
      this.range?.update(counts);
      this.drawFoot(all.length);
      if (held) this.keepFocus(held);
    }

    /**
     * Gives the focus back where moving a row took it, or to the value's other row where one is gone.
     * @param {HTMLElement} held What had it.
     */
    keepFocus(held) {
      const item = held.closest(".facet__row");
      const isGone = !held.isConnected || held.closest("[hidden]") !== null;
      if (!isGone && document.activeElement === held) return;
      const same = item && isGone ? this.rows.sameAs(item) : null;
      const target = same ? (held.classList.contains("facet__leave") ? same.leave : same.button) : held;
      target?.focus({ preventScroll: true });
    }

    /**
     * @param {number[]} codes That may be shown.
     * @param {Int32Array} counts
     * @param {number} size
     */
    showFlat(codes, counts, size) {
      this.tree?.clear();
      const rows = this.order.first(codes, counts, this.marks, size).map((/** @type {number} */ code) => this.rows.row(code));
      catalog.arrange(this.list, rows.map((/** @type {any} */ row) => row.item));
      this.show(rows);
    }

    /** @param {any[]} rows Where they belong already. */
    show(rows) {
      const kept = new Set(rows);
      for (const row of this.shown) if (!kept.has(row)) row.show(false);
      for (const row of rows) row.show(true);
      this.shown = rows;
    }

    /** @param {number} matching Values that the search boxes let through. */
    drawFoot(matching) {
      const size = this.column.values.length;
      this.find.hidden = !(size > ON_PAGE || (this.isExpanded && size > FIND_FROM));
      this.none.hidden = matching > 0;
      this.none.textContent = matching ? "" : size ? "No value has these words." : "No image has any.";
      const whole = this.sought.length ? matching : size;
      this.more.hidden = this.order.lengthOf(whole) === whole || this.words.length > 0;
      const drawn = Math.min(whole, ON_PAGE);
      const isPart = drawn < whole && !this.tree;
      const all = isPart ? `Show ${catalog.number(drawn)} of ${catalog.number(whole)}` : `Show all ${catalog.number(whole)}`;
      this.more.textContent = this.isExpanded ? "Show fewer" : all;
      this.more.setAttribute("aria-expanded", String(this.isExpanded));
      this.root.classList.toggle("facet--expanded", this.isExpanded || this.words.length > 0);
    }

    /** @param {HTMLElement} button Of this facet, that was clicked. */
    press(button) {
      const item = button.closest(".facet__row");
      if (item instanceof HTMLElement) this.pressValue(button, item);
      else if (button === this.more) {
        this.isExpanded = !this.isExpanded;
        this.draw();
      } else if (button === this.range?.clear) this.range.press();
      else if (!this.tree?.press(button)) this.asking.press(button);
    }

    /**
     * @param {HTMLElement} button
     * @param {HTMLElement} item The row it stands in.
     */
    pressValue(button, item) {
      const { facet } = this.column;
      const value = catalog.valueOf(item);
      const { any, all } = this.choice;
      const isAll = !any.includes(value) && (all.includes(value) || this.asking.isAll);
      const mode = button.classList.contains("facet__leave") ? "none" : isAll ? "all" : "any";
      this.ask((state) => query.toggle(state, facet, value, mode));
    }
  }

  catalog.FacetView = FacetView;
})();
