/**
 * The values of a facet on the page: a row each, with what chooses it and what leaves it out.
 *
 * A row that is not shown keeps its count true as an attribute and nothing else: its text and its second button are made when it is
 * shown. A click then changes a few texts, however many values are in the page.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;

  /** Characters of a value on its row. */
  const LONGEST = 80;

  /** @typedef {import("./table.js").Column} Column */
  /** @typedef {"" | "any" | "none"} Mark How a row is chosen: not, kept, or left out. */

  class ValueRow {
    /**
     * @param {Column} column
     * @param {number} code
     * @param {(template: string) => any} make
     * @param {boolean} [isCopy] Whether the value has a row already, in another group: that one alone carries the hooks.
     */
    constructor(column, code, make, isCopy = false) {
      this.code = code;
      this.label = column.labels[code];
      this.isCopy = isCopy;
      this.item = /** @type {HTMLLIElement} */ (make("value"));
      this.button = /** @type {HTMLButtonElement} */ (this.item.querySelector(".facet__value"));
      this.button.dataset[isCopy ? "sameValue" : "value"] = column.values[code];
      catalog.writeName(this.item.querySelector(".facet__label"), this.label, LONGEST);
      this.number = /** @type {HTMLElement} */ (this.item.querySelector(".facet__count"));
      /** Made when first shown. @type {HTMLButtonElement | null} */
      this.leave = null;
      /** @type {Mark} */
      this.mark = "";
      this.count = -1;
      /** The count that stands in the text. */
      this.written = -1;
      this.isShown = false;
      this.item.hidden = true;
    }

    /** @param {number} count */
    setCount(count) {
      if (count === this.count) return;
      this.count = count;
      if (!this.isCopy) this.button.setAttribute("data-count", String(count)); // half the cost of dataset
      if (this.isShown) this.writeCount();
    }

    writeCount() {
      if (this.written === this.count) return;
      this.written = this.count;
      this.number.textContent = catalog.number(this.count);
      this.item.classList.toggle("facet__row--zero", !this.count);
    }

    /** @param {Mark} mark */
    setMark(mark) {
      if (mark === this.mark) return;
      this.mark = mark;
      this.button.setAttribute("aria-pressed", String(mark === "any"));
      this.leave?.setAttribute("aria-pressed", String(mark === "none"));
      this.item.classList.toggle("facet__row--out", mark === "none");
    }

    /** @param {boolean} isShown */
    show(isShown) {
      if (isShown === this.isShown) return;
      this.isShown = isShown;
      this.item.hidden = !isShown;
      if (!isShown) return;
      if (!this.leave) this.leave = this.makeLeave();
      this.writeCount();
    }

    /** The button that leaves the value out. */
    makeLeave() {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "facet__leave";
      button.dataset.leaveOut = "";
      // Arrow keys lead here: with a stop for each, Tab would take twice as long through the facets.
      button.tabIndex = -1;
      const words = `Leave out ${catalog.shorten(catalog.visible(this.label), LONGEST)}`;
      button.setAttribute("aria-label", words);
      button.title = words;
      button.setAttribute("aria-pressed", String(this.mark === "none"));
      this.item.append(button);
      return button;
    }
  }

  /** The rows of one facet, made when needed. */
  class FacetRows {
    /**
     * @param {Column} column
     * @param {(template: string) => any} make
     */
    constructor(column, make) {
      this.column = column;
      this.make = make;
      /** All that were made. @type {Map<number, ValueRow>} */
      this.byCode = new Map();
      /** Rows of values that stand in more than one group, by group and code. @type {Map<string, ValueRow>} */
      this.copies = new Map();
      /** Those that are in the page, shown or not. @type {Set<ValueRow>} */
      this.inPage = new Set();
      /** The codes that `inPage` was filled from. @type {number[]} */
      this.filledFrom = [];
      /** @type {Int32Array | null} */
      this.counts = null;
      /** @type {Map<number, Mark>} */
      this.marks = new Map();
    }

    /**
     * @param {Int32Array} counts By code.
     * @param {Map<number, Mark>} marks Of the values that are chosen or left out.
     */
    update(counts, marks) {
      this.counts = counts;
      const changed = marks === this.marks ? [] : [...this.marks.keys(), ...marks.keys()];
      this.marks = marks;
      for (const code of changed) this.byCode.get(code)?.setMark(marks.get(code) ?? "");
      for (const row of this.copies.values()) if (row.isShown) this.refresh(row);
    }

    /** @param {Iterable<ValueRow>} rows That are to have their counts. */
    count(rows) {
      if (this.counts) for (const row of rows) row.setCount(this.counts[row.code]);
    }

    /**
     * @param {ValueRow} row
     * @returns {ValueRow} With its count, and marked.
     */
    refresh(row) {
      if (this.counts) row.setCount(this.counts[row.code]);
      row.setMark(this.marks.get(row.code) ?? "");
      return row;
    }

    /**
     * @param {number} code
     * @returns {ValueRow}
     */
    row(code) {
      let row = this.byCode.get(code);
      if (!row) {
        row = new ValueRow(this.column, code, this.make);
        this.byCode.set(code, row);
      }
      return this.refresh(row);
    }

    /**
     * @param {number} group
     * @param {number} code
     * @returns {ValueRow}
     */
    copy(group, code) {
      const key = `${group} ${code}`;
      let row = this.copies.get(key);
      if (!row) {
        row = new ValueRow(this.column, code, this.make, true);
        this.copies.set(key, row);
      }
      return this.refresh(row);
    }

    /**
     * @param {Element} item A row's.
     * @returns {ValueRow | undefined} The first row of the same value.
     */
    sameAs(item) {
      return this.byCode.get(this.column.values.indexOf(catalog.valueOf(item)));
    }

    /**
     * Fills a list up with rows that are not shown, and takes away those that do not belong there.
     * @param {HTMLElement} list
     * @param {readonly ValueRow[]} shown In the page already.
     * @param {number[]} codes That belong there, those of most images first.
     * @param {number} most Rows in the page.
     */
    fill(list, shown, codes, most) {
      const { inPage } = this;
      const isFull = codes === this.filledFrom && inPage.size >= Math.min(most, codes.length);
      if (isFull && shown.every((row) => row.isCopy || inPage.has(row))) return;
      this.filledFrom = codes;
      const wanted = new Set(shown.filter((row) => !row.isCopy));
      for (const code of codes) {
        if (wanted.size >= most) break;
        wanted.add(this.row(code));
      }
      for (const row of inPage) if (!wanted.has(row)) row.item.remove();
      for (const row of wanted) if (!row.item.parentElement) list.append(row.item);
      this.inPage = wanted;
    }
  }

  /**
   * @param {Element} item A row's.
   * @returns {string} The value, as in addresses.
   */
  catalog.valueOf = (item) => {
    const { dataset } = /** @type {HTMLElement} */ (item.firstElementChild);
    return dataset.value ?? dataset.sameValue ?? "";
  };

  /**
   * Puts items at the beginning of a list, in this order. Those that stand right are not touched.
   * @param {HTMLElement} list
   * @param {readonly HTMLElement[]} items
   */
  catalog.arrange = (list, items) => {
    let here = list.firstElementChild;
    for (const item of items) {
      if (here === item) here = here.nextElementSibling;
      else catalog.move(list, item, here);
    }
  };

  /**
   * Moves an item, and what has the focus in it keeps it where the browser can do so.
   * @param {any} list
   * @param {Element} item
   * @param {Element | null} before Null for the end.
   */
  catalog.move = (list, item, before) => {
    if (list.moveBefore && item.isConnected && list.isConnected) list.moveBefore(item, before);
    else list.insertBefore(item, before);
  };

  catalog.FacetRows = FacetRows;
})();
