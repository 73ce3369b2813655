/**
 * The result as a table: an image a row, chosen facets as columns, sorted by a click on a heading. It scrolls in a box of its own, in
 * which the headings and the names stay; only the rows in sight are on the page.
 */
(function () {
  "use strict";

  const catalog = globalThis.catalog;

  /** Characters of a name in the table. */
  const NAME = 60;
  /** From so many characters on, a cell says its text in its title, too. */
  const LONG = 18;
  /** Rows that may be on the page at a time. */
  const MOST = 200;
  /** Of the first column, in characters; less where the screen would show nothing else. */
  const FIRST = 30;
  const FIRST_NARROW = 19;
  const NARROW = "(max-width: 599.98px)";

  /** @typedef {import("./query.js").State} State */
  /** @typedef {import("./table-columns.js").TableColumn} TableColumn */

  class TableView {
    /**
     * @param {HTMLElement} root The explorer.
     * @param {any} engine A Facets.
     * @param {any} store A CardStore.
     * @param {any} cards An ImageCards.
     * @param {(template: string) => any} make
     * @param {(sort: string) => void} sort Puts another order in force.
     */
    constructor(root, engine, store, cards, make, sort) {
      const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
      this.box = find("[data-table]");
      this.whole = find("[data-table-whole]");
      this.head = find("[data-table-head]");
      this.body = find("[data-table-body]");
      this.engine = engine;
      this.store = store;
      this.cards = cards;
      this.make = make;
      this.sort = sort;
      /** All there are. @type {TableColumn[]} */
      this.all = catalog.tableColumns(engine);
      /** Those that are shown. @type {TableColumn[]} */
      this.columns = [];
      this.from = 0;
      /** Of the places that are drawn. @type {number[]} */
      this.numbers = [];
      /** Where Tab comes to. */
      this.current = 0;
      this.rows = new catalog.VirtualRows({
        space: this.body,
        box: this.box,
        make: () => this.makeRow(),
        prepare: (/** @type {number} */ from, /** @type {number} */ to) => {
          this.from = from;
          this.numbers = engine.rows(from, to);
        },
        fill: (/** @type {HTMLElement} */ element, /** @type {number} */ place) => this.fill(element, place),
        drawn: (/** @type {number} */ from, /** @type {number} */ to, /** @type {boolean} */ isPassing) => this.drawn(from, to, isPassing),
        covered: () => this.head.offsetHeight,
        most: () => MOST,
      });
      this.head.addEventListener("click", (event) => this.sortBy(event));
      this.body.addEventListener("click", (event) => this.clicked(event));
      this.body.addEventListener("keydown", (event) => this.walk(event));
      this.body.addEventListener("focusin", (event) => this.enter(event));
      new ResizeObserver(() => this.resized()).observe(this.box);
      this.narrow = matchMedia(NARROW);
      this.narrow.addEventListener("change", () => this.writeWidths());
    }

    /** @param {State} state In force. */
    show(state) {
      this.box.hidden = this.engine.total === 0;
      this.rows.isShown = true;
      this.writeColumns(state);
      this.whole.setAttribute("aria-rowcount", String(this.engine.total + 1));
      this.body.setAttribute("aria-busy", String(!this.box.hidden));
      if (this.box.hidden) return;
      this.height = this.height || this.measure();
      this.rows.set(this.engine.total, this.height);
    }

    hide() {
      this.rows.isShown = false;
      this.body.setAttribute("aria-busy", "false");
      this.box.hidden = true;
    }

    /** @returns {number} The height of a row as the style sheet has it, in pixels. */
    measure() {
      const row = this.makeRow();
      this.body.append(row);
      const { height } = row.getBoundingClientRect();
      row.remove();
      return height;
    }

    resized() {
      if (this.rows.isShown && !this.box.hidden && this.height) this.rows.later();
    }

    /**
     * The facets that are columns under a state.
     * @param {State} state
     * @returns {TableColumn[]}
     */
    chosen(state) {
      const names = state.columns.length ? state.columns : catalog.usualColumns(this.all);
      return names.flatMap((/** @type {string} */ name) => this.all.find(({ facet }) => facet === name) ?? []);
    }

    /** @param {State} state */
    writeColumns(state) {
      const columns = this.chosen(state);
      const isSame = columns.length === this.columns.length && columns.every((column, place) => column === this.columns[place]);
      if (!isSame || !this.head.firstElementChild) {
        this.columns = columns;
        this.rows.clear();
        this.head.replaceChildren(this.headings());
        this.whole.setAttribute("aria-colcount", String(columns.length + 1));
        this.writeWidths();
      }
      for (const heading of this.head.querySelectorAll("[data-sort]")) mark(/** @type {HTMLElement} */ (heading), state.sort);
    }

    /** The same widths in every row, whatever stands in it: no column moves while one scrolls. */
    writeWidths() {
      const first = this.narrow.matches ? FIRST_NARROW : FIRST;
      const widths = [first, ...this.columns.map((column) => catalog.columnWidth(this.engine, column))];
      this.whole.style.setProperty("--table-columns", widths.map((width) => `minmax(0, ${width}fr)`).join(" "));
      this.whole.style.setProperty("--table-characters", String(widths.reduce((sum, width) => sum + width, 0)));
    }

    /** The row of headings. */
    headings() {
      const row = this.make("table-head");
      for (const column of [{ facet: "name", label: "Image", unit: "", kind: "choice" }, ...this.columns]) {
        const cell = this.make("table-heading");
        const { facet, label, unit, kind } = column;
        cell.dataset.sort = facet;
        cell.dataset.kind = kind;
        catalog.writeName(cell.querySelector("bdi"), unit ? `${label} (${unit})` : label, NAME);
        row.append(cell);
      }
      return row;
    }

    /** @param {MouseEvent} event A click on a heading: that way round, the other, the table's own order. */
    sortBy({ target }) {
      const heading = target instanceof Element && target.closest("button") ? target.closest("[data-sort]") : null;
      if (!(heading instanceof HTMLElement)) return;
      const facet = heading.dataset.sort ?? "";
      const was = heading.getAttribute("aria-sort");
      this.sort(was === "ascending" ? `-${facet}` : was === "descending" ? "" : facet);
    }

    makeRow() {
      const row = this.make("table-row");
      const cells = this.columns.map(({ kind }) => {
        const cell = this.make("table-cell");
        cell.dataset.kind = kind;
        return cell;
      });
      row.append(...cells);
      return row;
    }

    /**
     * @param {HTMLElement} element
     * @param {number} place
     */
    fill(element, place) {
      const row = this.numbers[place - this.from];
      element.dataset.at = String(place);
      element.setAttribute("aria-rowindex", String(place + 2));
      if (element.dataset.row === String(row)) return;
      this.cards.assign(element, row);
      this.columns.forEach((column, i) => this.write(/** @type {HTMLElement} */ (element.children[i + 1]), column, row));
    }

    /**
     * @param {HTMLElement} cell
     * @param {TableColumn} column
     * @param {number} row
     */
    write(cell, { facet, isObject }, row) {
      if (isObject) {
        this.writeObjects(cell, facet, row);
        return;
      }
      const text = catalog.valuesOf(this.engine, facet, row).join("; ");
      cell.textContent = text;
      if (text.length > LONG) cell.title = text;
      else cell.removeAttribute("title");
    }

    /**
     * Names that lead to the pages of what they name.
     * @param {HTMLElement} cell
     * @param {string} facet
     * @param {number} row
     */
    writeObjects(cell, facet, row) {
      const { values, labels } = this.engine.columns.get(facet);
      const parts = this.engine.codesOf(facet, row).flatMap((/** @type {number} */ code, /** @type {number} */ i) => {
        const link = document.createElement("a");
        link.href = catalog.address(`${facet}s/${values[code]}.html`);
        link.textContent = catalog.visible(labels[code]);
        link.title = labels[code];
        link.dir = "auto";
        return i ? ["; ", link] : [link];
      });
      cell.replaceChildren(...parts);
    }

    /**
     * @param {number} from
     * @param {number} to
     * @param {boolean} isPassing
     */
    drawn(from, to, isPassing) {
      const isGone = this.current < from || this.current >= to;
      if (isGone && document.activeElement !== this.body) this.current = this.rows.firstInSight;
      for (const [place, element] of this.rows.elements) catalog.setTabs(element, place === this.current);
      this.finish(isPassing);
    }

    /** A chunk has come. */
    arrived() {
      if (this.rows.isShown) this.finish(false);
    }

    /** @param {boolean} isPassing */
    finish(isPassing) {
      if (isPassing) return;
      /** @type {number[]} */
      const missing = [];
      for (const element of this.rows.elements.values()) if (!this.cards.finish(element)) missing.push(Number(element.dataset.row));
      this.store.want(missing);
      this.body.setAttribute("aria-busy", String(missing.length > 0));
    }

    /** @param {number} place To the top of the table. */
    goTo(place) {
      this.rows.goTo(place * this.height);
    }

    /** @param {MouseEvent} event */
    clicked(event) {
      const target = /** @type {Element} */ (event.target);
      const row = target.closest("[data-image]");
      if (!(row instanceof HTMLElement)) return;
      const place = Number(row.dataset.at);
      if (target.closest("[data-enlarge]")) this.enlarge(place);
      else if (target.closest(".explorer__open")) this.cards.leave(event, catalog.wholeResult(this.engine), place);
    }

    /** @param {FocusEvent} event */
    enter({ target }) {
      const row = target instanceof Element ? target.closest("[data-at]") : null;
      if (!(row instanceof HTMLElement) || Number(row.dataset.at) === this.current) return;
      const before = this.rows.elements.get(this.current);
      if (before) catalog.setTabs(before, false);
      this.current = Number(row.dataset.at);
      catalog.setTabs(row, true);
    }

    /**
     * Arrow keys go from row to row; with Ctrl, Home and End to the first and the last. Space enlarges the picture.
     * @param {KeyboardEvent} event
     */
    walk(event) {
      if (event.altKey || event.metaKey || event.shiftKey) return;
      const { key, ctrlKey, target } = event;
      if (key === " " && target instanceof Element && target.matches(".explorer__open")) {
        if (this.enlarge(this.current)) event.preventDefault();
        return;
      }
      const page = Math.max(1, Math.floor(this.rows.view / this.height) - 1);
      const ways = /** @type {Record<string, number>} */ (
        ctrlKey ? { Home: -Infinity, End: Infinity } : { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page }
      );
      if (!(key in ways)) return;
      event.preventDefault();
      this.focus(Math.min(Math.max(this.current + ways[key], 0), this.engine.total - 1));
    }

    /** @param {number} place */
    enlarge(place) {
      return this.cards.enlarge(catalog.wholeResult(this.engine), place, (/** @type {number} */ last) => this.focus(last));
    }

    /** @param {number} place */
    focus(place) {
      this.current = place;
      this.rows.reveal(place);
      /** @type {HTMLElement | null | undefined} */ (this.rows.elements.get(this.current)?.querySelector("a"))?.focus({ preventScroll: true });
    }
  }

  /**
   * @param {HTMLElement} heading
   * @param {string} sort In force.
   */
  function mark(heading, sort) {
    const facet = heading.dataset.sort ?? "";
    const way = sort === facet ? "ascending" : sort === `-${facet}` ? "descending" : "none";
    heading.setAttribute("aria-sort", way);
  }

  /**
   * @param {any} engine A Facets.
   * @param {string} facet
   * @param {number} row
   * @returns {string[]} A row's values of a facet, or of a key that is only searched, for people.
   */
  catalog.valuesOf = (engine, facet, row) => {
    const column = engine.columns.get(facet);
    return column ? engine.codesOf(facet, row).map((/** @type {number} */ code) => column.labels[code]) : engine.textsOf(facet, row);
  };

  catalog.TableView = TableView;
})();
